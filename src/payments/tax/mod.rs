//! Tax withheld from households where the exchange takes the money (NĐ 117/2025): rates and thresholds are dated tables
//! beside this file, each line with its source and how sure it is.

pub(super) mod api;
mod rates;
pub mod read;
mod remit;
pub mod threshold;
mod workbook;

pub(super) use rates::{is_withheld, taxed, what};
pub use remit::remit;
