//! A seller's account with the exchange, month by month: what it began with, each movement, what it ended with. It is the
//! ledger read from the seller's side, so that the two cannot differ.

pub(super) mod api;
mod read;
mod workbook;
