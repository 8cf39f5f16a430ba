//! Markets, stalls and sales as the API gives them.

use entity::{Day, Dong, ids::PersonId, market::market, payments::payment::Confirmed};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    MarketError,
    day::Sums,
    read::{SaleView, StallView},
    stall_path,
};
use crate::{
    payments::{Account, PaymentWire, PaymentsError, payment_wire},
    vault::Vault,
};

/// A market.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarketWire {
    id: String,
    slug: String,
    name: String,
    commune_code: Option<String>,
    /// Turned cashless in the first wave.
    first_wave: bool,
    /// How many stalls it has here.
    stalls: i64,
}

impl MarketWire {
    pub(super) fn new(row: market::Model, stalls: i64) -> Self {
        Self {
            id: row.id.to_string(),
            slug: row.slug.to_string(),
            name: row.name,
            commune_code: row.commune_code.map(|code| code.to_string()),
            first_wave: row.first_wave,
            stalls,
        }
    }
}

/// The market a stall stands in.
#[derive(Debug, Serialize, ToSchema)]
pub struct StallMarketWire {
    id: String,
    slug: String,
    name: String,
}

/// A stall.
#[derive(Debug, Serialize, ToSchema)]
pub struct StallWire {
    id: String,
    /// As painted on it.
    code: String,
    keeper_name: String,
    goods: String,
    market: StallMarketWire,
    /// Its page.
    slug_path: String,
    money_account: Option<StallAccountWire>,
}

/// Where a stall's buyers pay.
#[derive(Debug, Serialize, ToSchema)]
pub struct StallAccountWire {
    bank_bin: String,
    bank_name: &'static str,
    holder_name: String,
    number_masked: String,
    /// Whether its bank tells the exchange what came; if not, the keeper confirms by hand.
    notices: bool,
    /// The whole number, for the keeper alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    number: Option<String>,
}

impl StallWire {
    /// `view` as `reader` may see it.
    pub(super) fn new(vault: &Vault, view: &StallView, reader: Option<PersonId>) -> Result<Self, MarketError> {
        let account = match &view.account {
            Some(row) => Some(Account::open(vault, row).map_err(PaymentsError::from)?),
            None => None,
        };
        let own = reader.is_some() && reader == view.stall.person_id;
        Ok(Self {
            id: view.stall.id.to_string(),
            code: view.stall.code.clone(),
            keeper_name: view.stall.keeper_name.clone(),
            goods: view.stall.goods.clone(),
            market: StallMarketWire {
                id: view.market.id.to_string(),
                slug: view.market.slug.to_string(),
                name: view.market.name.clone(),
            },
            slug_path: stall_path(&view.market.slug, &view.stall.code),
            money_account: account.map(|account| StallAccountWire {
                number_masked: account.masked(),
                notices: super::bank_tells(account.notices),
                number: own.then_some(account.number),
                bank_bin: account.bank_bin,
                bank_name: account.bank_name,
                holder_name: account.holder,
            }),
        })
    }
}

/// A sale at a stall.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaleWire {
    id: String,
    stall_id: String,
    /// `counter`: rung up by the keeper. `stand`: the buyer paid by the printed stand.
    kind: &'static str,
    /// đồng
    amount: i64,
    lines: Vec<SaleLineWire>,
    note: String,
    happened_at: String,
    recorded_at: String,
    /// Who says that the money came: `bank`, or `hand` where nobody but the keeper has seen it.
    confirmed: Option<&'static str>,
    payment: PaymentWire,
}

/// One thing sold.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaleLineWire {
    name: String,
    /// A decimal number.
    quantity: String,
    /// đồng for one
    price: i64,
    /// đồng
    amount: i64,
}

impl SaleWire {
    pub(super) fn new(vault: &Vault, view: SaleView) -> Result<Self, MarketError> {
        let lines = view.lines.into_iter().map(|line| SaleLineWire {
            name: line.name,
            quantity: line.quantity.to_string(),
            price: line.price.0,
            amount: line.amount.0,
        });
        Ok(Self {
            payment: payment_wire(vault, &view.payment, &view.account)?,
            id: view.sale.id.to_string(),
            stall_id: view.sale.stall_id.to_string(),
            kind: view.sale.kind.code(),
            amount: view.sale.amount.0,
            lines: lines.collect(),
            note: view.sale.note,
            happened_at: view.sale.happened_at.rfc3339(),
            recorded_at: view.sale.recorded_at.rfc3339(),
            confirmed: view.payment.confirmed.map(Confirmed::code),
        })
    }
}

/// A stall's day, from midnight to midnight in Vietnam.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayWire {
    #[schema(format = Date)]
    date: String,
    /// How many sales.
    count: u64,
    /// What was sold for, in đồng.
    total: i64,
    /// What banks told of, in đồng.
    received: i64,
    /// What is but the keeper's word, in đồng.
    by_hand: i64,
    /// What is still waited for, in đồng.
    pending: i64,
    /// Every sale of the day, newest first.
    items: Vec<SaleWire>,
}

impl DayWire {
    pub(super) fn new(day: Day, sums: Sums, items: Vec<SaleWire>) -> Self {
        let Sums {
            total: Dong(total),
            received: Dong(received),
            by_hand: Dong(by_hand),
            pending: Dong(pending),
        } = sums;
        Self {
            date: day.iso(),
            count: items.len() as u64,
            total,
            received,
            by_hand,
            pending,
            items,
        }
    }
}
