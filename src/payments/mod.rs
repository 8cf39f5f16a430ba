//! Payments: money accounts, what is asked for and what has come, the ledger. It knows no order and no sale: whoever asks
//! for a payment knows what it is for, and settlement tells them when it is paid.

pub mod account;
pub mod banks;
mod confirm_by_hand;
mod error;
mod expire;
pub mod ledger;
pub mod lifecycle;
mod locked;
mod request;
mod wire;

pub use account::{
    Account, Credential, NewAccount, account_of_seller, close_account, held_account, masked, open_account,
};
pub use confirm_by_hand::confirm_by_hand;
pub use error::PaymentsError;
pub use expire::expire;
pub use locked::{locked, topic, write_back};
pub use request::{NewPayment, REQUESTED, Requested, request};
pub use wire::{PayeeWire, PaymentWire, VietQrWire, payload, payment_wire};
