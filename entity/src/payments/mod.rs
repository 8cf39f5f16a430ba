//! Money accounts, payments, notices and the ledger; refunds, earnings, commission, tax and payouts.

pub mod account;
pub mod account_access;
pub mod commission;
pub mod commission_invoice;
pub mod commission_rule;
pub mod earning;
pub mod earning_source;
pub mod gateway_payment;
pub mod notice;
pub mod payment;
pub mod payout;
pub mod payout_line;
pub mod payout_schedule;
pub mod refund;
pub mod refund_access;
pub mod tax_remittance;
pub mod transfer;
pub mod withholding;
