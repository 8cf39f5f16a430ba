//! What buyer and seller do with an order, over HTTP.

use axum::{Json, extract::State};
use entity::{ids::OrderId, orders::order::Side};
use serde::Deserialize;

use super::{
    OrderBuyer, OrderSeller, OrderViewer, OrdersError,
    api::{OrderWire, shown},
    cancel::{Cancel, CancelInput, cancel},
    confirm::confirm,
    confirm_payment::confirm_payment,
    deliver::{Deliver, DeliverInput, deliver},
    give_back::{GiveBack, GiveBackInput, give_back},
    pack::{Pack, PackInput, pack},
    photos, read,
    returns::{AskInput, api::ReturnWire, ask},
    reviews::{ReviewInput, api::BuyerReviewWire, review},
    ship::{Ship, ShipInput, ship},
    weigh::{Weigh, WeighInput, weigh},
};
use crate::{
    app::App,
    db::{Actor, Unit},
    http::{
        body::{Body, Spare},
        idempotency::{Answer, Once, write_once},
        problem::Problem,
    },
};

/// A body that says nothing.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Nothing {}

/// What somebody does with an order.
#[derive(Clone, Debug)]
pub enum Act {
    Confirm,
    Pack(Pack),
    Ship(Ship),
    Deliver(Deliver),
    Cancel(Cancel),
    Weigh(Weigh),
    GiveBack(GiveBack),
}

/// Lets `act` happen to the order `id`, done by `by`.
pub async fn act(unit: &mut Unit, id: OrderId, by: Side, act: &Act) -> Result<(), OrdersError> {
    match act {
        Act::Confirm => confirm(unit, id).await,
        Act::Pack(new) => pack(unit, id, new).await,
        Act::Ship(new) => ship(unit, id, new).await,
        Act::Deliver(new) => deliver(unit, id, by, *new).await,
        Act::Cancel(new) => cancel(unit, id, by, new).await,
        Act::Weigh(new) => weigh(unit, id, new).await,
        Act::GiveBack(new) => give_back(unit, id, new).await,
    }
}

/// [`act`] as a unit of its own.
pub(super) async fn happen(app: &App, actor: Actor, id: OrderId, by: Side, what: Act) -> Result<(), OrdersError> {
    app.write(actor, move |unit| {
        let what = what.clone();
        Box::pin(async move { act(unit, id, by, &what).await })
    })
    .await
}

/// [`act`] once for the request's key, answered with the order.
async fn acted(app: &App, viewer: &OrderViewer, once: Once, digest: &str, what: Act) -> Result<Answer, Problem> {
    let (id, by, as_seller) = (viewer.order().id, viewer.side(), viewer.is_seller());
    let shared = app.clone();
    write_once(app, viewer.actor(), once, digest, move |unit| {
        let (app, what) = (shared.clone(), what.clone());
        Box::pin(async move {
            act(unit, id, by, &what).await?;
            let view = read::order(&*unit, id).await?.ok_or(OrdersError::NoSuchOrder)?;
            Answer::ok(&OrderWire::new(&app, view, as_seller)?)
        })
    })
    .await
}

/// The seller will do it. Doing it twice is no mistake.
#[utoipa::path(post, path = "/api/v1/orders/{id}/confirm", tag = "orders",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = OrderWire)))]
pub async fn confirm_order(
    State(app): State<App>,
    OrderSeller(seller): OrderSeller,
    once: Once,
    Spare { digest, .. }: Spare<Nothing>,
) -> Result<Answer, Problem> {
    acted(&app, &seller, once, &digest, Act::Confirm).await
}

/// The money came, by the word of the seller whose account it went to; it is shown as such. For banks that send no
/// notices. Where more was asked for on top since, it is that money.
#[utoipa::path(post, path = "/api/v1/orders/{id}/confirm-payment", tag = "orders", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = OrderWire)))]
pub async fn confirm_order_payment(State(app): State<App>, seller: OrderSeller) -> Result<Json<OrderWire>, Problem> {
    let id = seller.order().id;
    app.write(seller.actor(), move |unit| {
        Box::pin(async move { confirm_payment(unit, id).await })
    })
    .await?;
    shown(&app, id, true).await
}

/// Goods are packed: confirmed before, and paid unless it is paid on delivery. Without `lines` all that is still to be
/// packed; with them a parcel of less, and what is missing waits for another (`rest`: `later`) or is given up and its
/// money goes back (`drop`).
#[utoipa::path(post, path = "/api/v1/orders/{id}/pack", tag = "orders", request_body = Option<PackInput>,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = OrderWire)))]
pub async fn pack_order(
    State(app): State<App>,
    OrderSeller(seller): OrderSeller,
    once: Once,
    Spare { value, digest }: Spare<PackInput>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    acted(&app, &seller, once, &digest, Act::Pack(new)).await
}

/// Goods are on their way and leave the stock: a parcel, or all that are packed. What is fetched is not shipped.
#[utoipa::path(post, path = "/api/v1/orders/{id}/ship", tag = "orders", request_body = Option<ShipInput>,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = OrderWire)))]
pub async fn ship_order(
    State(app): State<App>,
    OrderSeller(seller): OrderSeller,
    once: Once,
    Spare { value, digest }: Spare<ShipInput>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    acted(&app, &seller, once, &digest, Act::Ship(new)).await
}

/// The buyer has the goods: a parcel, or all that are on their way; buyer and seller may both say so. The last one
/// completes the order. By the buyer's word its money is earned at once, otherwise when the time for giving back is over.
#[utoipa::path(post, path = "/api/v1/orders/{id}/deliver", tag = "orders", request_body = Option<DeliverInput>,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = OrderWire)))]
pub async fn deliver_order(
    State(app): State<App>,
    viewer: OrderViewer,
    once: Once,
    Spare { value, digest }: Spare<DeliverInput>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    acted(&app, &viewer, once, &digest, Act::Deliver(new)).await
}

/// Gives the order up, or with `lines` a part of what is not packed. Its buyer may until the seller confirms (and after
/// that while not a đồng of a transfer has come), its seller until goods leave. Goods go back on sale, and what came for
/// them goes back.
#[utoipa::path(post, path = "/api/v1/orders/{id}/cancel", tag = "orders", request_body = Option<CancelInput>,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = OrderWire)))]
pub async fn cancel_order(
    State(app): State<App>,
    viewer: OrderViewer,
    once: Once,
    Spare { value, digest }: Spare<CancelInput>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    acted(&app, &viewer, once, &digest, Act::Cancel(new)).await
}

/// Settles lines that are charged by weight by what they weigh, before they leave. Less than was thought: the difference
/// goes back. More: up to a tolerance it is asked for on top, and who does not pay that gets it for the estimate.
#[utoipa::path(post, path = "/api/v1/orders/{id}/weigh", tag = "orders", request_body = WeighInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = OrderWire)))]
pub async fn weigh_order(
    State(app): State<App>,
    OrderSeller(seller): OrderSeller,
    once: Once,
    Body { value, digest }: Body<WeighInput>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    acted(&app, &seller, once, &digest, Act::Weigh(new)).await
}

/// The seller gives back a part of what the order cost, by their own decision.
#[utoipa::path(post, path = "/api/v1/orders/{id}/refund", tag = "orders", request_body = GiveBackInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = OrderWire)))]
pub async fn refund_order(
    State(app): State<App>,
    OrderSeller(seller): OrderSeller,
    once: Once,
    Body { value, digest }: Body<GiveBackInput>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    acted(&app, &seller, once, &digest, Act::GiveBack(new)).await
}

/// Asks to give goods back, within some days of delivery; what the seller's silence comes to is told from the start.
#[utoipa::path(post, path = "/api/v1/orders/{id}/return", tag = "orders", request_body = AskInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = ReturnWire)))]
pub async fn return_order(
    State(app): State<App>,
    OrderBuyer(buyer): OrderBuyer,
    once: Once,
    Body { value, digest }: Body<AskInput>,
) -> Result<Answer, Problem> {
    return_once(&app, &buyer, once, &digest, &value).await
}

/// Asks for a return once; pages use it as well.
pub(super) async fn return_once(
    app: &App,
    buyer: &OrderViewer,
    once: Once,
    digest: &str,
    input: &AskInput,
) -> Result<Answer, Problem> {
    let new = input.check()?;
    let (id, person) = (buyer.order().id, buyer.actor().person());
    let shown = photos::develop(app, person, &new.photos).await?;
    let shared = app.clone();
    write_once(app, buyer.actor(), once, digest, move |unit| {
        let (app, new, shown) = (shared.clone(), new.clone(), shown.clone());
        Box::pin(async move {
            let photos = shown.record(unit).await?;
            let made = ask(unit, id, &new, person, &photos).await?;
            let wire = super::returns::api::shown(&app, &*unit, made, super::returns::api::BUYER).await?;
            Answer::created(format!("/api/v1/returns/{made}"), &wire)
        })
    })
    .await
}

/// Says what the buyer thinks of goods of a completed order, once for each line.
#[utoipa::path(post, path = "/api/v1/orders/{id}/review", tag = "orders", request_body = ReviewInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = BuyerReviewWire)))]
pub async fn review_order(
    State(app): State<App>,
    OrderBuyer(buyer): OrderBuyer,
    once: Once,
    Body { value, digest }: Body<ReviewInput>,
) -> Result<Answer, Problem> {
    review_once(&app, &buyer, once, &digest, &value).await
}

/// Reviews once; pages use it as well.
pub(super) async fn review_once(
    app: &App,
    buyer: &OrderViewer,
    once: Once,
    digest: &str,
    input: &ReviewInput,
) -> Result<Answer, Problem> {
    let new = input.check()?;
    let id = buyer.order().id;
    let shown = photos::develop(app, buyer.actor().person(), &new.photos).await?;
    write_once(app, buyer.actor(), once, digest, move |unit| {
        let (new, shown) = (new.clone(), shown.clone());
        Box::pin(async move {
            let photos = shown.record(unit).await?;
            let made = review(unit, id, &new, &photos).await?;
            let wire = super::reviews::api::shown(&*unit, made).await?;
            Answer::created(format!("/api/v1/buyer-reviews/{made}"), &wire)
        })
    })
    .await
}
