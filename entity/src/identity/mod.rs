//! People, their offices, how they prove who they are, who is signed in, and what they are told.

pub mod attempt;
pub mod ceremony;
pub mod consent;
pub mod electronic_identity;
pub mod message;
pub mod message_choice;
pub mod message_delivery;
pub mod passkey;
pub mod person;
pub mod person_email;
pub mod phone_code;
pub mod push_subscription;
pub mod recovery_code;
pub mod role;
pub mod session;
pub mod totp;
