//! A quote over HTTP.

use axum::{Json, extract::State, http::HeaderMap};
use entity::Dong;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Quote, WayView, quote};
use crate::{
    app::App,
    http::{
        body::{Body, Maybe},
        language::Language,
        problem::{Problem, ProblemField},
    },
    identity::SignedIn,
    orders::{
        Checkout,
        api::{OrderCycleWire, OrderSellerWire, address},
        reckon::Part,
    },
    trace::QuantityWire,
};

/// What a basket would come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteWire {
    sellers: Vec<QuoteSellerWire>,
    /// đồng
    goods: i64,
    /// `null`: it depends on where it goes, and that was not said.
    delivery_fee: Option<i64>,
    credit_used: i64,
    /// đồng
    total: Option<i64>,
    /// Whether a checkout of this would be refused for nothing but what a quote does not ask.
    payable: bool,
    /// What a checkout would be refused for.
    errors: Vec<ProblemField>,
}

/// What one seller would be asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteSellerWire {
    seller: OrderSellerWire,
    lines: Vec<QuoteLineWire>,
    /// đồng
    goods: i64,
    /// `ship`, `pickup`, `farm`; `null` when nobody said, or in no way that there is.
    delivery: Option<&'static str>,
    delivery_fee: Option<i64>,
    /// What the caller has at this seller's; `null` where they do not want to spend it.
    credit: Option<QuoteCreditWire>,
    total: Option<i64>,
    /// The order cycle it would be placed in.
    cycle: Option<OrderCycleWire>,
    /// The ways in which this seller's goods may come.
    modes: Vec<QuoteModeWire>,
}

/// A line with its price of now.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteLineWire {
    listing_id: String,
    title: String,
    quantity: QuantityWire,
    /// Đồng for one unit, of the tier that the quantity reaches.
    price: i64,
    /// `null` while something is wrong with its quantity.
    amount: Option<i64>,
    /// What can be had now; `null` where nothing is counted.
    left: Option<QuantityWire>,
}

/// Store credit.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteCreditWire {
    balance: i64,
    used: i64,
}

/// A way in which goods may come.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteModeWire {
    /// `ship`, `pickup` or `farm`.
    mode: &'static str,
    possible: bool,
    /// Why not.
    reason: Option<String>,
    /// đồng; `null`: it depends on where it goes.
    fee: Option<i64>,
    /// Goods for so much, in đồng, are carried for nothing.
    free_from: Option<i64>,
    points: Vec<QuotePointWire>,
    slots: Vec<QuoteSlotWire>,
}

/// Where goods may be fetched.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotePointWire {
    id: String,
    name: String,
    commune_code: String,
    address: String,
    opening: String,
}

/// When goods may be fetched from the farm.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteSlotWire {
    id: String,
    date: String,
    from: String,
    to: String,
    /// Orders it still has room for.
    left: i64,
}

impl QuoteModeWire {
    fn new(language: Language, way: &WayView) -> Self {
        Self {
            mode: way.delivery.code(),
            possible: way.reason.is_none(),
            reason: way.reason.as_ref().map(|reason| language.say(reason)),
            fee: way.fee.map(|fee| fee.0),
            free_from: way.free_from.map(|from| from.0),
            points: way
                .points
                .iter()
                .map(|point| QuotePointWire {
                    id: point.id.to_string(),
                    name: point.name.clone(),
                    commune_code: point.commune_code.to_string(),
                    address: address(&point.street, &point.commune_code),
                    opening: point.opening.clone(),
                })
                .collect(),
            slots: way
                .slots
                .iter()
                .map(|slot| QuoteSlotWire {
                    id: slot.time.id.to_string(),
                    date: slot.day.iso(),
                    from: slot.time.opens.clone(),
                    to: slot.time.closes.clone(),
                    left: slot.left,
                })
                .collect(),
        }
    }
}

impl QuoteWire {
    fn new(language: Language, quote: &Quote) -> Self {
        let errors: Vec<_> = quote
            .errors()
            .0
            .iter()
            .map(|error| ProblemField::of(language, error))
            .collect();
        let parts = &quote.reckoned.parts;
        let sum = |amount: &dyn Fn(&Part) -> Option<Dong>| {
            parts
                .iter()
                .try_fold(Dong::ZERO, |sum, part| sum.checked_add(amount(part)?))
        };
        let sellers = parts.iter().zip(&quote.ways).filter_map(|(part, ways)| {
            Some(QuoteSellerWire {
                seller: quote.known.sellers.get(&part.seller)?.clone().into(),
                lines: part
                    .lines
                    .iter()
                    .map(|line| QuoteLineWire {
                        listing_id: line.listing.id.to_string(),
                        title: line.listing.title.clone(),
                        quantity: entity::Quantity::new(line.quantity, line.listing.unit).into(),
                        price: line.terms.price_at(line.quantity).0,
                        amount: Some(line.amount.0).filter(|amount| *amount > 0),
                        left: quote.left.get(&line.listing.id).copied().flatten().map(Into::into),
                    })
                    .collect(),
                goods: part.goods.0,
                delivery: part.delivery.map(entity::orders::order::Delivery::code),
                delivery_fee: part.fee.map(|fee| fee.0),
                credit: part.balance.map(|balance| QuoteCreditWire {
                    balance: balance.0,
                    used: part.credit.0,
                }),
                total: part.total.map(|total| total.0),
                cycle: part.cycle.clone().map(Into::into),
                modes: ways.iter().map(|way| QuoteModeWire::new(language, way)).collect(),
            })
        });
        Self {
            sellers: sellers.collect(),
            goods: sum(&|part| Some(part.goods)).unwrap_or_default().0,
            delivery_fee: sum(&|part| part.fee).map(|fee| fee.0),
            credit_used: sum(&|part| Some(part.credit)).unwrap_or_default().0,
            total: quote.reckoned.total.map(|total| total.0),
            payable: errors.is_empty() && quote.reckoned.total.is_some() && !parts.is_empty(),
            errors,
        }
    }
}

/// What a checkout would come to, and what it would be refused for. It takes the checkout's body, of which only the lines
/// must be there; nothing is held and nothing written.
#[utoipa::path(post, path = "/api/v1/checkout/quote", tag = "orders", request_body = Checkout,
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = QuoteWire)))]
pub async fn quote_checkout(
    State(app): State<App>,
    headers: HeaderMap,
    Maybe(caller): Maybe<SignedIn>,
    Body { value, .. }: Body<Checkout>,
) -> Result<Json<QuoteWire>, Problem> {
    let asked = value.check_quote()?;
    let person = caller.as_ref().and_then(|caller| caller.actor().person());
    let quote = quote(&app, &asked, person).await?;
    Ok(Json(QuoteWire::new(Language::of_api(&headers), &quote)))
}
