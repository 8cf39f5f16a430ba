//! People, their offices and who is signed in.

pub mod attempt;
pub mod person;
pub mod role;
pub mod session;
