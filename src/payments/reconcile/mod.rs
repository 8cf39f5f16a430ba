//! Banks against the ledger, account by account and day by day, to the đồng; and what causes each difference.

pub(super) mod api;
mod compare;
mod read;
