//! A refund as those who may see it see it.

use entity::{
    Timestamp,
    payments::refund::{self, State},
};
use serde::Serialize;
use utoipa::ToSchema;
use vietqr::VietQr;

use super::name_account::named;
use crate::{
    payments::{PayeeWire, PaymentsError, VietQrWire, banks, masked},
    vault::Vault,
};

/// Money that is given back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RefundWire {
    pub id: String,
    /// The memo by which a bank's notice of it is known.
    pub reference: String,
    pub order_id: String,
    pub seller_id: String,
    /// `seller`, or `exchange` where the money is held.
    pub owed_by: &'static str,
    /// đồng
    pub amount: i64,
    /// `cancelled`, `unconfirmed`, `short`, `weighed`, `returned`, `edited`, `late` or `overpaid`.
    pub why: &'static str,
    /// `transfer` or `cash`.
    pub method: &'static str,
    /// `owed`, `sent`, `done` or `credited`.
    pub state: &'static str,
    /// Where it goes; `null` while the buyer has not said so.
    pub account: Option<PayeeWire>,
    pub created_at: String,
    pub sent_at: Option<String>,
    pub done_at: Option<String>,
    /// How to pay it, for whoever owes it.
    pub vietqr: Option<VietQrWire>,
}

impl RefundWire {
    /// `row`; with the code to pay it where `payer` asks, whose reading must then be logged.
    pub fn of(vault: &Vault, row: &refund::Model, payer: bool) -> Result<Self, PaymentsError> {
        let payload = if payer { payload(vault, row)? } else { None };
        Ok(Self {
            id: row.id.to_string(),
            reference: row.reference.to_string(),
            order_id: row.order_id.to_string(),
            seller_id: row.seller_id.to_string(),
            owed_by: row.owed_by.code(),
            amount: row.amount.0,
            why: row.why.code(),
            method: row.method.code(),
            state: row.state.code(),
            account: named(vault, row)?.map(|(bin, _, holder)| PayeeWire {
                bank_name: banks::bank(&bin).map_or("", |bank| &bank.name),
                bank_bin: bin,
                number_masked: masked(row.number_tail.as_deref().unwrap_or("")),
                holder_name: holder,
            }),
            created_at: row.created_at.rfc3339(),
            sent_at: row.sent_at.map(Timestamp::rfc3339),
            done_at: row.done_at.map(Timestamp::rfc3339),
            vietqr: payload.map(|payload| VietQrWire {
                payload,
                qr_svg_url: format!("/api/v1/refunds/{}/qr.svg", row.id),
            }),
        })
    }
}

/// The VietQR with which whoever owes a refund pays it; `None` unless it is owed and has an account.
pub(super) fn payload(vault: &Vault, row: &refund::Model) -> Result<Option<String>, PaymentsError> {
    let to = named(vault, row)?.filter(|_| row.state == State::Owed);
    let Some(((bin, number, _), amount)) = to.zip(u64::try_from(row.amount.0).ok()) else {
        return Ok(None);
    };
    let code = VietQr::new(&bin, &number)?
        .with_amount(amount)?
        .with_memo(row.reference.as_str())?;
    Ok(Some(code.encode()))
}
