//! OCOP: a product is rated. The application is a dossier; here are what it says of the product, the samples, the ballots
//! of the council, the decision, and the certificate that comes of it.

pub(super) mod api;
mod apply;
mod ballot;
mod council;
mod decide;
mod error;
mod party;
mod points;
mod read;
mod rules;
mod samples;
mod wire;

pub use error::OcopError;
pub use party::Party;
pub use rules::{ProductSet, product_set, product_sets};
