//! Money accounts, payments, notices and the ledger.

pub mod account;
pub mod account_access;
pub mod gateway_payment;
pub mod notice;
pub mod payment;
pub mod transfer;
