//! Refunds over HTTP.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use entity::{
    ids::{RefundAccessId, RefundId},
    payments::{
        refund::{self, Method, Owes, State as Standing},
        refund_access,
    },
};
use sea_orm::{ActiveValue::Set, EntityTrait, Iterable as _};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{NameAccount, RefundWire, name_account, read, received as came, send, wire::payload};
use crate::{
    app::App,
    checked,
    db::{Actor, Unit, Work},
    http::{
        body::{Body, Id, Maybe, Params},
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::{Kind, Problem},
    },
    identity::SignedIn,
    media::qr::Qr,
    payments::{PaymentsError, access::Party},
};

/// Which refunds to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StateParam {
    /// Only those with this state: `owed`, `sent`, `done` or `credited`.
    #[param(value_type = Option<String>)]
    state: Field<String>,
}

/// Refunds, newest first: to the people of a seller those that the seller owes, to officers and administrators all.
#[utoipa::path(get, path = "/api/v1/refunds", tag = "payments", params(PageParams, StateParam),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<RefundWire>)))]
pub async fn list_refunds(
    State(app): State<App>,
    party: Party,
    Params(page): Params<PageParams>,
    Params(filter): Params<StateParam>,
) -> Result<Json<List<RefundWire>>, Problem> {
    let paging = page.paging()?;
    let mut wrong = Wrong::default();
    let state = wrong.optional("?state", &filter.state, |wrong, pointer, field| {
        let code = wrong.required(pointer, field)?;
        let state = Standing::iter().find(|state| state.code() == code);
        if state.is_none() {
            wrong.note(pointer, "wrong-refund-state");
        }
        state
    });
    checked!(wrong; state);
    let owing = (!party.sees_all() || page.only_mine()).then(|| party.works_for());
    let rows = read::page(app.db().read(), owing, state, paging).await?;
    let list = List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        |row| RefundWire::of(app.vault(), &row, false),
    );
    Ok(Json(List {
        items: list.items.into_iter().collect::<Result<_, _>>()?,
        next_cursor: list.next_cursor,
        total: None,
    }))
}

async fn find(app: &App, id: RefundId) -> Result<refund::Model, PaymentsError> {
    let row = read::one(app.db().read(), id).await?;
    row.ok_or(PaymentsError::NoSuchThing)
}

/// In whose name whoever owes `row` acts; `None`: they do not owe it.
fn debtor(party: &Party, row: &refund::Model) -> Option<Actor> {
    match row.owed_by {
        Owes::Seller => party.works_for().contains(&row.seller_id).then(|| party.actor()),
        Owes::Exchange => party.administrator().map(crate::identity::Administrator::actor),
    }
}

/// Notes that `row`'s whole account number was shown.
async fn log_reading(app: &App, actor: Actor, id: RefundId) -> Result<(), PaymentsError> {
    app.write(actor, move |unit| {
        Box::pin(async move {
            let row = refund_access::ActiveModel {
                id: Set(unit.id::<RefundAccessId>()),
                refund_id: Set(id),
                person_id: Set(unit.actor().hand()),
                at: Set(unit.now()),
            };
            refund_access::Entity::insert(row)
                .exec_without_returning(&*unit)
                .await?;
            Ok(())
        })
    })
    .await
}

/// A refund, for whoever knows its id; who owes it is also told how to pay it, and that reading is logged.
#[utoipa::path(get, path = "/api/v1/refunds/{id}", tag = "payments", params(("id" = String, Path)),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = RefundWire)))]
pub async fn get_refund(
    State(app): State<App>,
    Maybe(party): Maybe<Party>,
    Id(id): Id<RefundId>,
) -> Result<Response, Problem> {
    let row = find(&app, id).await?;
    let debtor = party.and_then(|party| debtor(&party, &row));
    let wire = RefundWire::of(app.vault(), &row, debtor.is_some())?;
    if let Some(actor) = debtor.filter(|_| wire.vietqr.is_some()) {
        log_reading(&app, actor, id).await?;
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(wire)).into_response())
}

/// Runs `work` and shows the refund after it, as its buyer sees it.
async fn shown<F>(app: &App, actor: Actor, work: F) -> Result<Json<RefundWire>, Problem>
where
    F: for<'u> Fn(&'u mut Unit) -> Work<'u, refund::Model, PaymentsError> + Send + Sync + 'static,
{
    let row = app.write(actor, work).await?;
    Ok(Json(RefundWire::of(app.vault(), &row, false)?))
}

/// The buyer says where the money shall go, and may say so anew until it is sent. The refund's id is all one needs.
#[utoipa::path(post, path = "/api/v1/refunds/{id}/account", tag = "payments", params(("id" = String, Path)),
    request_body = NameAccount, security((), ("bearer" = []), ("session" = [])),
    responses((status = OK, body = RefundWire)))]
pub async fn name_refund_account(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Id(id): Id<RefundId>,
    Body { value, .. }: Body<NameAccount>,
) -> Result<Json<RefundWire>, Problem> {
    find(&app, id).await?;
    let account = value.check()?;
    let actor = caller.as_ref().map_or(Actor::Guest, SignedIn::actor);
    let keeper = app.clone();
    shown(&app, actor, move |unit| {
        let (keeper, account) = (keeper.clone(), account.clone());
        Box::pin(async move { name_account(unit, keeper.vault(), id, &account).await })
    })
    .await
}

/// How it was given back.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SendRefund {
    /// `transfer`, or `cash` from hand to hand.
    #[schema(value_type = String)]
    how: Field<String>,
}

/// Whoever owes a refund says that it is on its way. Saying so twice changes nothing.
#[utoipa::path(post, path = "/api/v1/refunds/{id}/sent", tag = "payments", params(("id" = String, Path)),
    request_body = SendRefund, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = RefundWire)))]
pub async fn send_refund(
    State(app): State<App>,
    party: Party,
    Id(id): Id<RefundId>,
    Body { value, .. }: Body<SendRefund>,
) -> Result<Json<RefundWire>, Problem> {
    let row = find(&app, id).await?;
    let actor = debtor(&party, &row).ok_or_else(Problem::not_found)?;
    let mut wrong = Wrong::default();
    let how = wrong.required("/how", &value.how).and_then(|code| {
        let how = Method::iter().find(|how| how.code() == code);
        if how.is_none() {
            wrong.note("/how", "wrong-refund-how");
        }
        how
    });
    checked!(wrong; how);
    shown(&app, actor, move |unit| {
        Box::pin(async move { send(unit, id, how).await })
    })
    .await
}

/// The buyer says that the money came. The refund's id is all one needs.
#[utoipa::path(post, path = "/api/v1/refunds/{id}/received", tag = "payments", params(("id" = String, Path)),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = RefundWire)))]
pub async fn refund_received(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Id(id): Id<RefundId>,
) -> Result<Json<RefundWire>, Problem> {
    let actor = caller.as_ref().map_or(Actor::Guest, SignedIn::actor);
    shown(&app, actor, move |unit| Box::pin(async move { came(unit, id).await })).await
}

/// The QR code with which whoever owes a refund pays it; gone once it is on its way. The reading is logged.
#[utoipa::path(get, path = "/api/v1/refunds/{id}/qr.svg", tag = "payments", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = String, content_type = "image/svg+xml"),
        (status = GONE, description = "It is not to be paid, or nobody said where to.",
            body = crate::http::problem::ProblemDetails)))]
pub async fn refund_qr(State(app): State<App>, party: Party, Id(id): Id<RefundId>) -> Result<Response, Problem> {
    let row = find(&app, id).await?;
    let actor = debtor(&party, &row).ok_or_else(Problem::not_found)?;
    let payload = payload(app.vault(), &row)?
        .ok_or_else(|| Problem::new(Kind::Gone, "refund-closed", "problem-refund-closed"))?;
    log_reading(&app, actor, id).await?;
    let svg = Qr::of(&payload).map_err(PaymentsError::from)?.svg();
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, svg).into_response())
}
