//! People, their offices, how they prove who they are and who is signed in.

pub mod attempt;
pub mod ceremony;
pub mod consent;
pub mod electronic_identity;
pub mod passkey;
pub mod person;
pub mod phone_code;
pub mod recovery_code;
pub mod role;
pub mod session;
pub mod totp;
