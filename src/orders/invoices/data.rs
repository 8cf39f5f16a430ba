//! What an e-invoice tells of a sale (pure).

use entity::{Dong, Quantity, Timestamp, catalogue::seller::Kind, orders::order::Method};
use serde::Serialize;
use utoipa::ToSchema;

use super::{super::read::OrderView, words::in_words};
use crate::{places, trace::QuantityWire};

/// The data of an e-invoice for one sale.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceData {
    pub order_id: String,
    /// The order's number: the invoicing software gives the invoice its own.
    pub order_number: String,
    /// `sales`: of a household, which pays tax by revenue; `vat`: of a company or cooperative, whose software adds rates.
    pub kind: &'static str,
    /// Whether the law wants the data of this sale from the exchange: a household at or above the threshold.
    pub required: bool,
    /// The day in Vietnam on which the goods were handed over.
    pub sold_on: String,
    /// Always `VND`.
    pub currency: &'static str,
    pub seller: InvoicePartyWire,
    pub buyer: InvoicePartyWire,
    pub lines: Vec<InvoiceLineWire>,
    /// What bringing the goods cost, in đồng.
    pub delivery: i64,
    /// All lines and the delivery, in đồng.
    pub total: i64,
    /// The total in Vietnamese words.
    pub total_in_words: String,
    /// `TM` cash, `CK` transfer.
    pub payment: &'static str,
}

/// One side of an invoice.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvoicePartyWire {
    pub name: String,
    pub tax_code: Option<String>,
    pub address: String,
    pub phone: Option<String>,
}

/// A line of an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceLineWire {
    pub position: i32,
    pub product_id: String,
    pub name: String,
    pub quantity: QuantityWire,
    /// The unit in Vietnamese.
    pub unit: &'static str,
    /// đồng
    pub price: i64,
    pub amount: i64,
    /// The quantity as a decimal number with a dot.
    #[serde(skip)]
    pub count: String,
}

/// An address as it ends in words.
fn address(street: &str, commune: &entity::CommuneCode) -> String {
    let commune = places::commune(commune).map_or_else(String::new, places::Commune::address);
    if street.is_empty() {
        commune
    } else {
        format!("{street}, {commune}")
    }
}

/// The data of `view`, whose goods were handed over at `sold_at`.
pub fn of(view: &OrderView, sold_at: Timestamp, required: bool) -> InvoiceData {
    let (seller, group, delivery) = (&view.seller, &view.group, view.order.delivery_fee);
    let lines: Vec<_> = (1..)
        .zip(&view.lines)
        .filter(|(_, view)| view.line.amount > Dong::ZERO)
        .map(|(position, view)| InvoiceLineWire {
            position,
            product_id: view.line.product_id.to_string(),
            name: view.line.title.clone(),
            quantity: Quantity::new(view.line.quantity, view.line.unit).into(),
            unit: view.line.unit.label(),
            price: view.line.price.0,
            amount: view.line.amount.0,
            count: view.line.quantity.to_string(),
        })
        .collect();
    let total = Dong(lines.iter().map(|line| line.amount).sum::<i64>() + delivery.0);
    InvoiceData {
        order_id: view.order.id.to_string(),
        order_number: view.order.number.to_string(),
        kind: if seller.kind == Kind::Household { "sales" } else { "vat" },
        required,
        sold_on: sold_at.day().iso(),
        currency: "VND",
        seller: InvoicePartyWire {
            name: seller.name.clone(),
            tax_code: seller.tax_code.clone(),
            address: address(seller.street.as_deref().unwrap_or(""), &seller.commune_code),
            phone: None,
        },
        buyer: InvoicePartyWire {
            name: group.buyer_name.clone(),
            tax_code: None,
            address: address(&group.street, &group.commune_code),
            phone: Some(group.buyer_phone.to_string()),
        },
        lines,
        delivery: delivery.0,
        total: total.0,
        total_in_words: in_words(total),
        payment: if view.order.method == Method::Cod { "TM" } else { "CK" },
    }
}
