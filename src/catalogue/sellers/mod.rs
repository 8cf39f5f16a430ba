//! Who sells: legal data, hours and closures, who works for them, and whether an officer has verified who they are.

pub mod closure;
pub mod edit;
pub mod hours;
pub mod invite;
pub mod open;
pub mod pages;
pub mod read;
pub mod staff;
pub mod tax_code;
pub mod verify;
