//! Certificates beside the OCOP council's: what a seller declares, what an officer finds of it, what is taken back, and
//! the day one begins or ends.

mod check;
mod declare;
mod error;
pub mod read;
mod turn;

pub use check::{Revoke, Verify, revoke, take_back, verify};
pub use declare::{Declare, PlotInput, add_evidence, declare};
pub use error::CertificateError;
pub(super) use turn::listens;
pub use turn::{duty, turn};
