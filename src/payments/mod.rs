//! Payments: money accounts, what is asked for and what has come, the ledger. It knows no order and no sale: whoever asks
//! for a payment knows what it is for, and settlement tells them when it is paid.

pub mod account;
mod api;
pub mod banks;
mod change_account;
mod confirm_by_hand;
pub mod credit;
mod error;
mod expire;
pub mod ledger;
pub mod lifecycle;
mod locked;
pub mod record_notice;
mod request;
pub mod sepay;
mod watch;
mod wire;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub use account::{
    Account, Credential, NewAccount, account_of_seller, close_account, held_account, masked, open_account,
};
pub use api::MoneyAccountWire;
pub use change_account::{ChangeAccount, CredentialInput, change_account};
pub use confirm_by_hand::confirm_by_hand;
pub use error::PaymentsError;
pub use expire::expire;
pub use locked::{locked, topic, write_back};
pub use request::{NewPayment, REQUESTED, Requested, request, request_all};
pub use wire::{PayeeWire, PaymentWire, VietQrWire, payload, payment_wire};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_banks))
        .routes(routes!(api::get_seller_account, api::put_seller_account))
        .routes(routes!(api::get_held_account, api::put_held_account))
        .routes(routes!(api::trial_balance))
        .routes(routes!(api::list_transfers))
        .routes(routes!(watch::get_payment))
        .routes(routes!(watch::payment_events))
        .routes(routes!(watch::payment_qr))
}
