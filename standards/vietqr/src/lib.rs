//! VietQR: the text behind the QR code that a Vietnamese bank app reads as a transfer.
//!
//! It is EMVCo's *QR Code Specification for Payment Systems, Merchant-Presented Mode* 1.1 with the account template of
//! NAPAS in tag 38. Codes are made here, never by a third party, so that nobody else learns who pays whom. This crate
//! is pure: text in, values out, no panic on any input.
//!
//! - [`payload`]: [`VietQr`], what a code says, written and read;
//! - [`fold`]: [`fold_memo`], Vietnamese into the letters every bank passes on;
//! - [`error`]: what is wrong with a payload, in which tag, and where;
//! - `tlv`, `crc`: tags with lengths, and the checksum over them.
//!
//! ```
//! use vietqr::{VietQr, fold_memo};
//!
//! let qr = VietQr::new("970418", "96247DH000123")?.with_amount(45_000)?.with_memo("SEVQR DH000123")?;
//! let payload = qr.encode();
//! assert!(payload.ends_with("6304D341"));
//! assert_eq!(VietQr::decode(&payload), Ok(qr));
//! assert_eq!(fold_memo("Chè đinh Tân Cương"), "Che dinh Tan Cuong");
//! # Ok::<(), vietqr::Error>(())
//! ```

mod crc;
pub mod error;
pub mod fold;
pub mod payload;
mod tlv;

pub use error::{Error, Fault};
pub use fold::fold_memo;
pub use payload::{Initiation, LONGEST_MEMO, Service, VietQr};
