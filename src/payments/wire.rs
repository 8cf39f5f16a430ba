//! A payment as everybody who may see it sees it.

use entity::payments::{account, payment};
use serde::Serialize;
use utoipa::ToSchema;
use vietqr::VietQr;

use super::{Account, PaymentsError, lifecycle};
use crate::vault::Vault;

/// A payment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PaymentWire {
    pub id: String,
    /// The memo by which the bank's notice finds it.
    pub reference: String,
    /// The orders it pays for, where the one who asks may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub order_ids: Option<Vec<String>>,
    /// đồng
    pub amount: i64,
    /// What has come so far, in đồng.
    pub received: i64,
    /// `pending`, `paid`, `underpaid`, `overpaid`, `expired` or `refunded`.
    pub status: &'static str,
    /// Who says that the money came: `bank`, or `hand` where nobody but the seller has seen it.
    pub confirmed: Option<&'static str>,
    pub expires_at: Option<String>,
    pub account: PayeeWire,
    /// How to pay by transfer; `null` once no more money is waited for, and where a gateway takes it.
    pub vietqr: Option<VietQrWire>,
    /// Where to pay, where a gateway takes the money and it is still waited for: it leads on to the gateway's own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub redirect_url: Option<String>,
}

/// Where the money goes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PayeeWire {
    pub bank_bin: String,
    pub bank_name: &'static str,
    pub number_masked: String,
    pub holder_name: String,
}

/// A code to pay with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VietQrWire {
    /// What is drawn as the QR code. It asks for what is still missing.
    pub payload: String,
    pub qr_svg_url: String,
}

/// `payment`, which goes to `account`.
pub fn payment_wire(
    vault: &Vault,
    payment: &payment::Model,
    account: &account::Model,
) -> Result<PaymentWire, PaymentsError> {
    let account = Account::open(vault, account)?;
    let payload = payload(payment, &account)?;
    Ok(PaymentWire {
        id: payment.id.to_string(),
        reference: payment.reference.to_string(),
        order_ids: None,
        amount: payment.amount.0,
        received: payment.received.0,
        status: payment.status.code(),
        confirmed: payment.confirmed.map(payment::Confirmed::code),
        expires_at: payment.expires_at.map(entity::Timestamp::rfc3339),
        vietqr: payload.map(|payload| VietQrWire {
            payload,
            qr_svg_url: format!("/api/v1/payments/{}/qr.svg", payment.id),
        }),
        redirect_url: (payment.gateway.is_some() && lifecycle::is_open(payment.status))
            .then(|| format!("/thanh-toan/di/{}", payment.id)),
        account: PayeeWire {
            bank_bin: account.bank_bin.clone(),
            bank_name: account.bank_name,
            number_masked: account.masked(),
            holder_name: account.holder,
        },
    })
}

/// The VietQR of what is still missing of `payment`, with its reference as the memo; `None` once nothing is
/// waited for, or where a gateway takes it.
pub fn payload(payment: &payment::Model, account: &Account) -> Result<Option<String>, PaymentsError> {
    let missing = payment.amount.0 - payment.received.0;
    let missing = u64::try_from(missing).ok().filter(|missing| *missing > 0);
    let by_transfer = payment.gateway.is_none() && lifecycle::is_open(payment.status);
    match missing.filter(|_| by_transfer) {
        None => Ok(None),
        Some(missing) => {
            let code = VietQr::new(&account.bank_bin, &account.number)?
                .with_amount(missing)?
                .with_memo(payment.reference.as_str())?;
            Ok(Some(code.encode()))
        }
    }
}
