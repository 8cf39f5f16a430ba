//! GS1 Digital Link URIs: reading them strictly, writing them canonically.
//!
//! The standard is *GS1 Digital Link Standard: URI Syntax*, without what it deprecates: no convenience words such as
//! `/gtin/`, and a GTIN always has 14 digits. This crate is pure: text in, values out, no panic on any input.
//!
//! - [`link`]: [`DigitalLink`], the whole URI;
//! - [`key`]: [`Gtin`], [`Gln`], [`Lot`], [`Serial`], [`Cpv`];
//! - [`ai`]: the table of application identifiers and the rules of each value;
//! - `linter`: those rules, by the names the GS1 Barcode Syntax Dictionary gives them;
//! - [`compression`]: URIs whose elements are one segment of base64url;
//! - [`error`]: what can be wrong, and where.
//!
//! ```
//! use digital_link::{DigitalLink, Gtin, Lot};
//!
//! let link = DigitalLink::for_lot(Gtin::parse("9520123456788")?, &Lot::parse("A/1")?);
//! assert_eq!(link.uri("https://id.example.vn"), "https://id.example.vn/01/09520123456788/10/A%2F1");
//!
//! let read = DigitalLink::parse_path("/01/09520123456788/10/A%2F1?17=261231")?;
//! assert_eq!(read.lot(), link.lot());
//! assert_eq!(read.value("17"), Some("261231"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod ai;
mod codes;
pub mod compression;
pub mod error;
pub mod key;
pub mod link;
mod linter;
mod syntax;

pub use ai::ApplicationIdentifier;
pub use compression::{compress, decompress};
pub use error::{Error, Fault, ValueError};
pub use key::{Cpv, Gln, Gtin, Lot, Serial, SetAside};
pub use link::{DigitalLink, Element};
pub use linter::Linter;
