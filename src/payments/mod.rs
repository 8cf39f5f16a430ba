//! Payments: money accounts, what is asked for and what has come, the ledger. It knows no order and no sale: whoever asks
//! for a payment knows what it is for, and settlement tells them when it is paid.

mod access;
pub mod account;
mod api;
pub mod bank_statement;
pub mod banks;
mod change_account;
pub mod commission;
mod confirm_by_hand;
pub mod credit;
pub mod earnings;
mod error;
mod expire;
pub mod gateways;
pub mod ledger;
pub mod lifecycle;
mod locked;
pub mod month;
pub mod payouts;
pub mod providers;
mod reconcile;
pub mod record_notice;
pub mod refund;
mod request;
pub mod sheet;
mod statements;
pub mod tax;
mod terms;
mod watch;
mod wire;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, jobs::Recurring};

pub use account::{
    Account, Credential, NewAccount, account_of_seller, close_account, held_account, masked, open_account,
};
pub use api::MoneyAccountWire;
pub use change_account::{ChangeAccount, CredentialInput, change_account};
pub use commission::invoice_paid;
pub use confirm_by_hand::confirm_by_hand;
pub use earnings::{Earning, Unearned, earn, unearn};
pub use error::PaymentsError;
pub use expire::expire;
pub use gateways::by_gateway;
pub use locked::{locked, topic, write_back};
pub use providers::sepay;
pub use refund::{
    NewCashRefund, NewRefund, RefundWire, credit_given, of_orders as refunds_of_orders, prove, refund, refund_cash,
};
pub use request::{NewPayment, REQUESTED, Requested, request, request_later};
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
        .routes(routes!(refund::api::list_refunds))
        .routes(routes!(refund::api::get_refund))
        .routes(routes!(refund::api::name_refund_account))
        .routes(routes!(refund::api::send_refund))
        .routes(routes!(refund::api::refund_received))
        .routes(routes!(refund::api::refund_qr))
        .routes(routes!(commission::api::list_rules))
        .routes(routes!(commission::api::put_rules))
        .routes(routes!(commission::api::list_invoices))
        .routes(routes!(commission::api::get_invoice))
        .routes(routes!(commission::api::pay_invoice))
        .routes(routes!(payouts::api::get_schedule, payouts::api::put_schedule))
        .routes(routes!(payouts::api::list_payouts, payouts::api::make_payouts))
        .routes(routes!(payouts::api::get_file_csv))
        .routes(routes!(payouts::api::get_file_xlsx))
        .routes(routes!(payouts::api::get_payout))
        .routes(routes!(payouts::api::send_payout))
        .routes(routes!(payouts::api::fail_payout))
        .routes(routes!(statements::api::get_statement))
        .routes(routes!(statements::api::get_statement_xlsx))
        .routes(routes!(tax::api::get_tax_return))
        .routes(routes!(tax::api::get_tax_return_xlsx))
        .routes(routes!(tax::api::remit_tax))
        .routes(routes!(tax::api::get_revenue))
        .routes(routes!(tax::api::list_revenues))
        .routes(routes!(reconcile::api::reconcile))
}

/// An amount as messages take it: they group its digits.
fn whole(amount: entity::Dong) -> usize {
    usize::try_from(amount.0).unwrap_or(0)
}

/// What this room does by itself.
#[must_use]
pub fn duties() -> [Recurring; 2] {
    [commission::duty(), payouts::duty()]
}
