//! Checkout and orders over HTTP.

use std::sync::Arc;

use axum::{Json, extract::State, http::HeaderMap};
use entity::{
    Quantity, Thousandths,
    catalogue::seller,
    ids::OrderId,
    orders::{collection, cycle},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Checkout, OrderViewer, OrdersError,
    checkout::NewOrders,
    known::Known,
    lifecycle::Event,
    place::{Placed, place, place_known},
    read::{self, LineView, Mine, OrderView, PaymentView, weight},
    wire::AfterWire,
};
use crate::{
    app::App,
    catalogue::sellers_of,
    db::Actor,
    http::{
        body::{Body, Maybe, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        language::Language,
        list::{List, PageParams},
        problem::{Problem, ProblemDetails},
    },
    identity::SignedIn,
    payments::{self, PaymentWire},
    places,
    trace::QuantityWire,
    vault::Vault,
};

/// The seller of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderSellerWire {
    id: String,
    slug: String,
    name: String,
}

/// Who buys. Only buyer and seller of the order see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderBuyerWire {
    name: String,
    phone: String,
}

/// Where it goes. Only buyer and seller of the order see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderAddressWire {
    commune_code: String,
    /// As an address ends: `Xã Tân Cương, Thái Nguyên`.
    commune: String,
    /// Empty where nothing is shipped.
    street: String,
}

/// A lot that goods of an order come from.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderLotWire {
    batch_id: String,
    lot: String,
    quantity: QuantityWire,
    /// The lot is being recalled: it must not be used.
    recalled: bool,
}

/// How a line is charged by weight.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderWeightWire {
    /// Đồng for one `unit`.
    price: i64,
    unit: &'static str,
    /// What the pieces are thought to weigh; they are weighed when they are packed.
    weight: QuantityWire,
    /// What they weighed; then price and amount are no estimates any more.
    weighed: Option<QuantityWire>,
}

/// A line of an order, with title and price of the moment it was ordered.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderLineWire {
    id: String,
    listing_id: String,
    product_id: String,
    title: String,
    quantity: QuantityWire,
    /// Đồng for one unit, of the tier that the quantity reached; charged by weight an estimate.
    price: i64,
    /// đồng
    amount: i64,
    /// `null`: it is charged by the unit.
    by_weight: Option<OrderWeightWire>,
    /// Empty for stock of no particular lot.
    lots: Vec<OrderLotWire>,
    /// What was ordered; `quantity` is what is left of it.
    ordered: QuantityWire,
    given_up: QuantityWire,
    /// How much of it lies in a parcel.
    packed: QuantityWire,
    /// What the buyer said of it.
    review_id: Option<String>,
}

/// Where and when an order is fetched, as it was when it was ordered.
#[derive(Debug, Serialize, ToSchema)]
pub struct CollectionWire {
    name: String,
    commune_code: String,
    /// As an address reads: `Xóm Hồng Thái, Xã Tân Cương, Thái Nguyên`.
    address: String,
    /// When it is open, in the seller's words.
    opening: String,
    /// At the farm: the day, and from when to when.
    date: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

impl From<collection::Model> for CollectionWire {
    fn from(row: collection::Model) -> Self {
        let address = address(&row.street, &row.commune_code);
        Self {
            name: row.name,
            commune_code: row.commune_code.to_string(),
            address,
            opening: row.opening,
            date: row.day.map(|day| day.iso()),
            from: row.opens,
            to: row.closes,
        }
    }
}

/// `street` and the commune, as an address reads.
pub(super) fn address(street: &str, commune: &entity::CommuneCode) -> String {
    let commune = places::commune(commune).map_or_else(String::new, places::Commune::address);
    let parts = [street, commune.as_str()];
    let given: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    given.join(", ")
}

/// An order cycle as its orders show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderCycleWire {
    id: String,
    name: String,
    /// From then on nothing of its orders is changed.
    closes_at: String,
    hand_over_on: String,
}

impl From<cycle::Model> for OrderCycleWire {
    fn from(row: cycle::Model) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            closes_at: row.closes_at.rfc3339(),
            hand_over_on: row.hand_over_on.iso(),
        }
    }
}

/// An order. Order, fulfilment and payment are three axes.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderWire {
    id: String,
    /// What people read out on the telephone.
    number: String,
    group_id: String,
    seller: OrderSellerWire,
    /// `placed`, `confirmed`, `completed`, `cancelled` or `expired`.
    state: &'static str,
    /// `waiting`, `packed`, `shipped` or `delivered`.
    fulfilment: &'static str,
    /// `ship`, `pickup` or `farm`.
    delivery: &'static str,
    /// `vietqr`, `cod`, `vnpay`, `momo` or `zalopay`.
    payment_method: &'static str,
    /// What its lines cost, in đồng.
    goods: i64,
    /// What carrying it costs, in đồng, as it was when it was ordered.
    delivery_fee: i64,
    /// Store credit that was spent on it, in đồng.
    credit_used: i64,
    /// `goods` and `delivery_fee` less `credit_used`, in đồng.
    total: i64,
    /// Where and when it is fetched; `null` when it is sent, or when the seller has not set anything.
    collection: Option<CollectionWire>,
    /// The order cycle it was placed in: its lines may be changed until the cycle closes.
    cycle: Option<OrderCycleWire>,
    /// Something of it is charged by weight, so that the total is an estimate.
    estimate: bool,
    lines: Vec<OrderLineWire>,
    /// `null` when it is paid on delivery.
    payment: Option<PaymentWire>,
    buyer: OrderBuyerWire,
    ship_to: OrderAddressWire,
    /// What the caller may do now: `confirm`, `pack`, `ship`, `deliver`, `cancel`.
    actions: Vec<&'static str>,
    created_at: String,
    updated_at: String,
    #[serde(flatten)]
    after: AfterWire,
}

impl From<seller::Model> for OrderSellerWire {
    fn from(row: seller::Model) -> Self {
        Self {
            id: row.id.to_string(),
            slug: row.slug.to_string(),
            name: row.name,
        }
    }
}

impl From<LineView> for OrderLineWire {
    fn from(view: LineView) -> Self {
        let LineView {
            line,
            lots,
            packed,
            review,
        } = view;
        let by_weight = weight(&line);
        let told = |amount| QuantityWire::from(Quantity::new(amount, line.unit));
        let weighed = line.weighed.zip(line.weight_unit);
        Self {
            id: line.id.to_string(),
            listing_id: line.listing_id.to_string(),
            product_id: line.product_id.to_string(),
            title: line.title.clone(),
            quantity: Quantity::new(line.quantity, line.unit).into(),
            price: line.price.0,
            amount: line.amount.0,
            by_weight: by_weight.map(|(price, weight)| OrderWeightWire {
                price: price.0,
                unit: weight.unit.code(),
                weight: weight.into(),
                weighed: weighed.map(|(amount, unit)| Quantity::new(amount, unit).into()),
            }),
            ordered: told(Thousandths(line.quantity.0 + line.given_up.0)),
            given_up: told(line.given_up),
            packed: told(packed),
            review_id: review.map(|id| id.to_string()),
            lots: lots
                .into_iter()
                .map(|lot| OrderLotWire {
                    batch_id: lot.batch_id.to_string(),
                    lot: lot.lot.to_string(),
                    quantity: Quantity::new(lot.amount, lot.unit).into(),
                    recalled: lot.is_recalled(),
                })
                .collect(),
        }
    }
}

impl OrderWire {
    /// `view` as its seller or its buyer sees it: a seller is not told which other orders the same payment is for.
    pub(super) fn new(app: &App, view: OrderView, as_seller: bool) -> Result<Self, OrdersError> {
        let after = AfterWire::of(app.vault(), &view, as_seller, app.now())?;
        let actions = view.possible(as_seller).into_iter().map(Event::code).collect();
        let OrderView {
            order,
            group,
            seller,
            lines,
            payment,
            collection,
            cycle,
            ..
        } = view;
        let payment = match payment {
            None => None,
            Some(mut payment) => {
                if as_seller {
                    payment.orders = vec![order.id];
                }
                Some(payment_wire(app.vault(), &payment)?)
            }
        };
        Ok(Self {
            actions,
            after,
            payment,
            id: order.id.to_string(),
            number: order.number.to_string(),
            group_id: group.id.to_string(),
            seller: seller.into(),
            state: order.state.code(),
            fulfilment: order.fulfilment.code(),
            delivery: order.delivery.code(),
            payment_method: order.method.code(),
            goods: order.goods().0,
            delivery_fee: order.delivery_fee.0,
            credit_used: order.credit_used.0,
            total: order.total.0,
            collection: collection.map(Into::into),
            cycle: cycle.map(Into::into),
            estimate: lines
                .iter()
                .any(|view| weight(&view.line).is_some() && view.line.weighed.is_none()),
            lines: lines.into_iter().map(Into::into).collect(),
            buyer: OrderBuyerWire {
                name: group.buyer_name,
                phone: group.buyer_phone.to_string(),
            },
            ship_to: OrderAddressWire {
                commune: places::commune(&group.commune_code).map_or_else(String::new, places::Commune::address),
                commune_code: group.commune_code.to_string(),
                street: group.street,
            },
            created_at: order.created_at.rfc3339(),
            updated_at: order.updated_at.rfc3339(),
        })
    }
}

/// A payment with the orders it is for.
fn payment_wire(vault: &Vault, view: &PaymentView) -> Result<PaymentWire, OrdersError> {
    let mut wire = payments::payment_wire(vault, &view.payment, &view.account)?;
    wire.order_ids = Some(view.orders.iter().map(OrderId::to_string).collect());
    Ok(wire)
}

/// What a checkout left.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckoutWire {
    group_id: String,
    /// Send it as `Authorization: Bearer` to see or cancel these orders without an account. It is shown here and never
    /// again.
    access_token: String,
    /// One for each seller.
    orders: Vec<OrderWire>,
    /// One for each seller when money goes straight to them, one for all when it is held; none when it is paid on
    /// delivery.
    payments: Vec<PaymentWire>,
}

/// Places the orders and answers with them, at most once for the request's key.
///
/// The stored answer holds the guest's token, though the orders keep only its hash: it is what the buyer's phone asks
/// for again when the first answer was lost on the way, and without it the goods would be held for somebody who can
/// neither see nor pay them. It is found only under the same key with the same body, name, phone and address included,
/// by the same account or by a guest: that is, by whoever sent it. It is swept after thirty days.
pub(super) async fn check_out_once(
    app: &App,
    actor: Actor,
    once: Once,
    digest: &str,
    new: NewOrders,
) -> Result<Answer, Problem> {
    if let Some(gateway) = new.method.gateway() {
        payments::gateways::must_be_offered(app, gateway).await?;
    }
    let money = app.config().money;
    // What can be read before the unit is: the unit only asks whether it still holds.
    let known = Known::read(app.db().read(), app.now(), money, &new.asked, actor.person()).await?;
    let shared = Arc::new((app.clone(), known, new));
    write_once(app, actor, once, digest, move |unit| {
        let shared = Arc::clone(&shared);
        Box::pin(async move {
            let (app, known, new) = &*shared;
            let placed = if known.still_holds(unit).await.map_err(OrdersError::from)? {
                place_known(unit, money, known, new).await?
            } else {
                place(unit, money, new).await?
            };
            let location = format!("/don-hang/{}", placed.group);
            Answer::created(location, &checkout_wire(app, placed)?)
        })
    })
    .await
}

fn checkout_wire(app: &App, placed: Placed) -> Result<CheckoutWire, OrdersError> {
    let mut payments: Vec<PaymentWire> = Vec::new();
    for payment in placed.orders.iter().filter_map(|view| view.payment.as_ref()) {
        let wire = payment_wire(app.vault(), payment)?;
        if payments.iter().all(|known| known.id != wire.id) {
            payments.push(wire);
        }
    }
    let orders = placed
        .orders
        .into_iter()
        .map(|view| OrderWire::new(app, view, false))
        .collect::<Result<_, _>>()?;
    Ok(CheckoutWire {
        group_id: placed.group.to_string(),
        access_token: placed.access_token,
        orders,
        payments,
    })
}

/// Orders what the lines say, of each seller separately; no account needed. Goods are held and payments asked for in
/// the same moment, or nothing is done at all.
#[utoipa::path(post, path = "/api/v1/checkout", tag = "orders", request_body = Checkout,
    params(("Idempotency-Key" = Option<String>, Header)), security((), ("bearer" = []), ("session" = [])),
    responses(
        (status = CREATED, body = CheckoutWire),
        (status = CONFLICT, description = "Lines fell short: `errors` names each with what is left of it, and nothing \
            is held. Or the same Idempotency-Key is being worked on.", body = ProblemDetails,
            content_type = "application/problem+json"),
    ))]
pub async fn check_out(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    headers: HeaderMap,
    once: Once,
    Body { value, digest }: Body<Checkout>,
) -> Result<Answer, Problem> {
    let new = value.check(Language::of_api(&headers))?;
    let actor = caller.as_ref().map_or(Actor::Guest, SignedIn::actor);
    check_out_once(&app, actor, once, &digest, new).await
}

/// Which orders a list is about.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrderParams {
    /// `buyer`: what the caller bought; `seller`: what the caller's sellers sold; by default both.
    #[serde(rename = "as")]
    #[param(value_type = Option<String>)]
    side: Field<String>,
}

/// The caller's own orders, bought or sold, newest first.
#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", params(PageParams, OrderParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<OrderWire>)))]
pub async fn list_orders(
    State(app): State<App>,
    caller: SignedIn,
    Params(page): Params<PageParams>,
    Params(params): Params<OrderParams>,
) -> Result<Json<List<OrderWire>>, Problem> {
    let paging = page.paging()?;
    let sold_by = sellers_of(&app, caller.person()).await?;
    let mine = match params.side.given().map_or("", String::as_str) {
        "" => Mine {
            bought_by: Some(caller.person()),
            sold_by: sold_by.clone(),
        },
        "buyer" => Mine {
            bought_by: Some(caller.person()),
            sold_by: Vec::new(),
        },
        "seller" => Mine {
            bought_by: None,
            sold_by: sold_by.clone(),
        },
        _ => return Err(Wrong::one("?as", "wrong-side").into()),
    };
    let views = read::page(app.db().read(), &mine, paging).await?;
    let list = List::page(
        views,
        paging.limit,
        |view| view.order.id.to_string(),
        |view| {
            let as_seller = sold_by.contains(&view.order.seller_id);
            OrderWire::new(&app, view, as_seller)
        },
    );
    Ok(Json(List {
        items: list.items.into_iter().collect::<Result<_, _>>()?,
        next_cursor: list.next_cursor,
        total: None,
    }))
}

/// One order, for its buyer (a guest sends the checkout's `access_token`) and its seller.
#[utoipa::path(get, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = OrderWire)))]
pub async fn get_order(State(app): State<App>, viewer: OrderViewer) -> Result<Json<OrderWire>, Problem> {
    shown(&app, viewer.order().id, viewer.is_seller()).await
}

pub(super) async fn shown(app: &App, id: OrderId, as_seller: bool) -> Result<Json<OrderWire>, Problem> {
    let view = read::order(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(OrderWire::new(app, view, as_seller)?))
}
