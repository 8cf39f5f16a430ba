//! Proposals over HTTP.

use axum::{Json, extract::FromRequestParts, extract::State, http::request::Parts};
use entity::{Quantity, ids::OrderEditId};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answered, ProposeInput, answer, propose,
    read::{self, EditView},
    withdraw,
};
use crate::{
    app::App,
    http::{
        body::{Body, Id, Spare},
        idempotency::{Answer, Once, write_once},
        problem::Problem,
    },
    orders::{OrderSeller, OrderViewer, OrdersError, act_api::Nothing, read::LineView},
    trace::QuantityWire,
};

/// How a line stands, or would stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditSideWire {
    listing_id: String,
    title: String,
    quantity: QuantityWire,
    /// Đồng for one unit.
    price: i64,
    /// đồng
    amount: i64,
}

/// A line that would change.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditLineWire {
    line_id: String,
    before: EditSideWire,
    after: EditSideWire,
}

/// What happens when nobody does anything.
#[derive(Debug, Serialize, ToSchema)]
pub struct DefaultWire {
    pub at: String,
    /// `unchanged`; of a return `refunded` or `closed`.
    pub outcome: &'static str,
}

/// A change of an order that its seller proposes.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditWire {
    id: String,
    order_id: String,
    /// `open`, `waiting_payment`, `accepted`, `refused`, `withdrawn` or `lapsed`.
    state: &'static str,
    note: String,
    lines: Vec<EditLineWire>,
    /// What the order would cost more, in đồng; below zero: less, and that goes back.
    difference: i64,
    /// `null` once it is settled.
    default_outcome: Option<DefaultWire>,
    /// By which the difference is paid, once the buyer agreed.
    payment_id: Option<String>,
    created_at: String,
}

impl EditWire {
    /// `view`, which is about `lines` among others.
    pub(in crate::orders) fn new(view: &EditView, lines: &[LineView]) -> Self {
        let EditView { edit, lines: changes } = view;
        Self {
            id: edit.id.to_string(),
            order_id: edit.order_id.to_string(),
            state: edit.state.code(),
            note: edit.note.clone(),
            lines: changes
                .iter()
                .filter_map(|change| {
                    let line = &lines.iter().find(|view| view.line.id == change.line_id)?.line;
                    Some(EditLineWire {
                        line_id: line.id.to_string(),
                        before: EditSideWire {
                            listing_id: line.listing_id.to_string(),
                            title: line.title.clone(),
                            quantity: Quantity::new(change.before_quantity, line.unit).into(),
                            price: change.before_price.0,
                            amount: change.before_amount.0,
                        },
                        after: EditSideWire {
                            listing_id: change.listing_id.unwrap_or(line.listing_id).to_string(),
                            title: change.title.clone(),
                            quantity: Quantity::new(change.quantity, change.unit).into(),
                            price: change.price.0,
                            amount: change.amount.0,
                        },
                    })
                })
                .collect(),
            difference: edit.difference,
            default_outcome: edit.closed_at.is_none().then(|| DefaultWire {
                at: edit.due_at.rfc3339(),
                outcome: "unchanged",
            }),
            payment_id: edit.payment_id.map(|id| id.to_string()),
            created_at: edit.created_at.rfc3339(),
        }
    }
}

/// Proof that the request comes from buyer or seller of the order that the proposal in its path is about.
#[derive(Clone, Debug)]
pub struct EditViewer {
    pub id: OrderEditId,
    pub viewer: OrderViewer,
}

impl FromRequestParts<App> for EditViewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Id(id) = Id::<OrderEditId>::from_request_parts(parts, app).await?;
        let found = read::find(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
        let viewer = OrderViewer::of(parts, app, found.edit.order_id).await?;
        Ok(Self { id, viewer })
    }
}

async fn shown(db: &impl ConnectionTrait, id: OrderEditId) -> Result<EditWire, OrdersError> {
    let view = read::find(db, id).await?.ok_or(OrdersError::NoSuchOrder)?;
    let order = crate::orders::read::order(db, view.edit.order_id)
        .await?
        .ok_or(OrdersError::NoSuchOrder)?;
    Ok(EditWire::new(&view, &order.lines))
}

/// Proposes a change of an order of which nothing is packed; nothing happens before its buyer agrees. One at a time.
#[utoipa::path(post, path = "/api/v1/orders/{id}/edits", tag = "orders", request_body = ProposeInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = EditWire)))]
pub async fn propose_edit(
    State(app): State<App>,
    seller: OrderSeller,
    once: Once,
    Body { value, digest }: Body<ProposeInput>,
) -> Result<Answer, Problem> {
    let id = seller.order().id;
    let new = value.check()?;
    write_once(&app, seller.actor(), once, &digest, move |unit| {
        let new = new.clone();
        Box::pin(async move {
            let made = propose(unit, id, &new).await?;
            let wire = shown(&*unit, made).await?;
            Answer::created(format!("/api/v1/order-edits/{made}"), &wire)
        })
    })
    .await
}

/// A proposal, for buyer and seller of its order.
#[utoipa::path(get, path = "/api/v1/order-edits/{id}", tag = "orders", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = EditWire)))]
pub async fn get_edit(State(app): State<App>, edit: EditViewer) -> Result<Json<EditWire>, Problem> {
    Ok(Json(shown(app.db().read(), edit.id).await?))
}

/// The answer of the buyer to a proposal; pages use it as well.
pub(in crate::orders) async fn answered(
    app: &App,
    edit: &EditViewer,
    once: Once,
    digest: &str,
    said: Answered,
) -> Result<Answer, Problem> {
    if !edit.viewer.is_buyer() {
        return Err(OrdersError::NotTheBuyer.into());
    }
    let id = edit.id;
    write_once(app, edit.viewer.actor(), once, digest, move |unit| {
        Box::pin(async move {
            answer(unit, id, said).await?;
            Answer::ok(&shown(&*unit, id).await?)
        })
    })
    .await
}

/// The buyer agrees: goods, lines and money follow at once, or when the difference is paid.
#[utoipa::path(post, path = "/api/v1/order-edits/{id}/accept", tag = "orders",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = EditWire)))]
pub async fn accept_edit(
    State(app): State<App>,
    edit: EditViewer,
    once: Once,
    Spare { digest, .. }: Spare<Nothing>,
) -> Result<Answer, Problem> {
    answered(&app, &edit, once, &digest, Answered::Accept).await
}

/// The buyer does not agree: the order stays as it is.
#[utoipa::path(post, path = "/api/v1/order-edits/{id}/refuse", tag = "orders",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = EditWire)))]
pub async fn refuse_edit(
    State(app): State<App>,
    edit: EditViewer,
    once: Once,
    Spare { digest, .. }: Spare<Nothing>,
) -> Result<Answer, Problem> {
    answered(&app, &edit, once, &digest, Answered::Refuse).await
}

/// The seller takes a proposal back that nobody has answered.
#[utoipa::path(post, path = "/api/v1/order-edits/{id}/withdraw", tag = "orders",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = EditWire)))]
pub async fn withdraw_edit(
    State(app): State<App>,
    edit: EditViewer,
    once: Once,
    Spare { digest, .. }: Spare<Nothing>,
) -> Result<Answer, Problem> {
    if !edit.viewer.is_seller() {
        return Err(OrdersError::NotTheSeller.into());
    }
    let id = edit.id;
    write_once(&app, edit.viewer.actor(), once, &digest, move |unit| {
        Box::pin(async move {
            withdraw(unit, id).await?;
            Answer::ok(&shown(&*unit, id).await?)
        })
    })
    .await
}
