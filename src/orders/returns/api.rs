//! Returns over HTTP.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
};
use bytes::Bytes;
use entity::{ids::OrderReturnId, orders::return_request};
use sea_orm::{ConnectionTrait, Iterable};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use super::wire::ReturnWire;
use super::{
    access::ReturnViewer,
    act::{Act, act, write},
    lifecycle::By,
    photo,
    read::{self, Whose},
};
use crate::{
    app::{App, sha256},
    catalogue::{CatalogueError, sellers_of},
    checked,
    http::{
        body::{Body, Maybe, Params, Spare},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::{Officer, SignedIn},
    media::{
        self,
        body::{media_type, photo_bytes},
    },
    orders::{OrdersError, act_api::Nothing, ship::words},
};

/// As the buyer sees it.
pub(in crate::orders) const BUYER: By = By::Buyer;

/// Which returns a list is about.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReturnParams {
    /// `buyer` (by default): of what the caller bought; `seller`: of what the caller's sellers sold; `officer`: disputes,
    /// for officers.
    #[serde(rename = "as")]
    #[param(value_type = Option<String>)]
    side: Field<String>,
    /// Only those that stand so.
    #[param(value_type = Option<String>)]
    state: Field<String>,
}

/// Returns, the newest first.
#[utoipa::path(get, path = "/api/v1/returns", tag = "orders", params(PageParams, ReturnParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<ReturnWire>)))]
pub async fn list_returns(
    State(app): State<App>,
    caller: SignedIn,
    Maybe(officer): Maybe<Officer>,
    Params(page): Params<PageParams>,
    Params(params): Params<ReturnParams>,
) -> Result<Json<List<ReturnWire>>, Problem> {
    let paging = page.paging()?;
    let (whose, by) = match params.side.given().map_or("", String::as_str) {
        "" | "buyer" => (Whose::Buyer(caller.person()), By::Buyer),
        "seller" => (Whose::Sellers(sellers_of(&app, caller.person()).await?), By::Seller),
        "officer" if officer.is_some() => (Whose::Disputed, By::Officer),
        "officer" => return Err(OrdersError::NotAnOfficer.into()),
        _ => return Err(Wrong::one("?as", "wrong-return-side").into()),
    };
    let state = match params.state.given().filter(|text| !text.is_empty()) {
        None => None,
        Some(code) => Some(
            return_request::State::iter()
                .find(|state| state.code() == code)
                .ok_or_else(|| Wrong::one("?state", "wrong-return-state"))?,
        ),
    };
    let views = read::page(app.db().read(), &whose, state, paging).await?;
    let now = app.now();
    Ok(Json(List::page(
        views,
        paging.limit,
        |view| view.row.id.to_string(),
        |view| ReturnWire::new(&view, by, now),
    )))
}

/// A return, for buyer and seller of its order, and for officers once it is disputed.
#[utoipa::path(get, path = "/api/v1/returns/{id}", tag = "orders", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ReturnWire)))]
pub async fn get_return(State(app): State<App>, viewer: ReturnViewer) -> Result<Json<ReturnWire>, Problem> {
    Ok(Json(shown(&app, app.db().read(), viewer.id(), viewer.by).await?))
}

pub(in crate::orders) async fn shown(
    app: &App,
    db: &impl ConnectionTrait,
    id: OrderReturnId,
    by: By,
) -> Result<ReturnWire, OrdersError> {
    let view = read::find(db, id).await?.ok_or(OrdersError::NoSuchOrder)?;
    Ok(ReturnWire::new(&view, by, app.now()))
}

/// Does it once for the request's key; pages use it as well.
pub(super) async fn acted(
    app: &App,
    viewer: &ReturnViewer,
    once: Once,
    digest: &str,
    what: Act,
) -> Result<Answer, Problem> {
    let (id, by, shared) = (viewer.id(), viewer.by, app.clone());
    write_once(app, viewer.actor.clone(), once, digest, move |unit| {
        let (app, what) = (shared.clone(), what.clone());
        Box::pin(async move {
            act(unit, id, &what).await?;
            Answer::ok(&shown(&app, &*unit, id, by).await?)
        })
    })
    .await
}

/// How the seller agrees.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct AcceptInput {
    /// `back`: the money goes back once the goods are there; `keep`: at once, and the buyer keeps the goods.
    #[schema(value_type = String)]
    goods: Field<String>,
}

/// Words with a deed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ReasonInput {
    #[schema(value_type = String, max_length = 1000)]
    reason: Field<String>,
}

/// How the goods come back.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SendInput {
    #[schema(value_type = Option<String>, max_length = 80)]
    carrier: Field<String>,
    #[schema(value_type = Option<String>, max_length = 80)]
    tracking: Field<String>,
}

/// What becomes of the goods.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ReceiveInput {
    /// They go back on sale.
    #[schema(value_type = bool)]
    restock: Field<bool>,
}

/// What somebody writes.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct WordsInput {
    #[schema(value_type = String, max_length = 2000)]
    text: Field<String>,
}

/// What an officer decides.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct DecideReturnInput {
    /// `refunded` or `closed`.
    #[schema(value_type = String)]
    outcome: Field<String>,
    #[schema(value_type = String, max_length = 1000)]
    reason: Field<String>,
}

impl WordsInput {
    fn check(&self) -> Result<String, Wrong> {
        let mut wrong = Wrong::default();
        let text = wrong.lines("/text", &self.text, 2000);
        checked!(wrong; text);
        Ok(text)
    }
}

impl SendInput {
    fn check(&self) -> Result<Act, Wrong> {
        let mut wrong = Wrong::default();
        let carrier = words(&mut wrong, "/carrier", &self.carrier);
        let tracking = words(&mut wrong, "/tracking", &self.tracking);
        checked!(wrong; carrier, tracking);
        Ok(Act::Send { carrier, tracking })
    }
}

impl DecideReturnInput {
    fn check(&self) -> Result<Act, Wrong> {
        let mut wrong = Wrong::default();
        let refund = one_of(&mut wrong, "/outcome", &self.outcome, ["refunded", "closed"]);
        let reason = wrong.line("/reason", &self.reason, 1000);
        checked!(wrong; refund, reason);
        Ok(Act::Decide { refund, reason })
    }
}

/// Whether the field says the first or the second of two words.
fn one_of(wrong: &mut Wrong, pointer: &str, field: &Field<String>, words: [&str; 2]) -> Option<bool> {
    let given = wrong.required(pointer, field)?;
    let found = words.iter().position(|word| word == given);
    if found.is_none() {
        let message = crate::http::language::Message::new("wrong-one-of-two")
            .with("first", words[0])
            .with("second", words[1]);
        wrong.note(pointer, message);
    }
    found.map(|place| place == 0)
}

/// The seller agrees: the money goes back once the goods are there, or at once.
#[utoipa::path(post, path = "/api/v1/returns/{id}/accept", tag = "orders", request_body = AcceptInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ReturnWire)))]
pub async fn accept_return(
    State(app): State<App>,
    viewer: ReturnViewer,
    once: Once,
    Body { value, digest }: Body<AcceptInput>,
) -> Result<Answer, Problem> {
    viewer.must_sell()?;
    let mut wrong = Wrong::default();
    let back = one_of(&mut wrong, "/goods", &value.goods, ["back", "keep"]);
    wrong.result()?;
    let what = Act::Accept {
        back: back.unwrap_or(true),
    };
    acted(&app, &viewer, once, &digest, what).await
}

/// The seller does not agree, and says why. The buyer may dispute it.
#[utoipa::path(post, path = "/api/v1/returns/{id}/refuse", tag = "orders", request_body = ReasonInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ReturnWire)))]
pub async fn refuse_return(
    State(app): State<App>,
    viewer: ReturnViewer,
    once: Once,
    Body { value, digest }: Body<ReasonInput>,
) -> Result<Answer, Problem> {
    viewer.must_sell()?;
    let mut wrong = Wrong::default();
    let reason = wrong.line("/reason", &value.reason, 1000);
    wrong.result()?;
    let what = Act::Refuse {
        reason: reason.unwrap_or_default(),
    };
    acted(&app, &viewer, once, &digest, what).await
}

/// The buyer has sent the goods back.
#[utoipa::path(post, path = "/api/v1/returns/{id}/send", tag = "orders", request_body = Option<SendInput>,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ReturnWire)))]
pub async fn send_return(
    State(app): State<App>,
    viewer: ReturnViewer,
    once: Once,
    Spare { value, digest }: Spare<SendInput>,
) -> Result<Answer, Problem> {
    viewer.must_buy()?;
    let what = value.check()?;
    acted(&app, &viewer, once, &digest, what).await
}

/// The seller has the goods back: they go on sale again or not, and the money goes back.
#[utoipa::path(post, path = "/api/v1/returns/{id}/receive", tag = "orders", request_body = ReceiveInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ReturnWire)))]
pub async fn receive_return(
    State(app): State<App>,
    viewer: ReturnViewer,
    once: Once,
    Body { value, digest }: Body<ReceiveInput>,
) -> Result<Answer, Problem> {
    viewer.must_sell()?;
    let mut wrong = Wrong::default();
    let restock = wrong.required("/restock", &value.restock).copied();
    wrong.result()?;
    let what = Act::Receive {
        restock: restock.unwrap_or(false),
    };
    acted(&app, &viewer, once, &digest, what).await
}

/// The buyer lets it be.
#[utoipa::path(post, path = "/api/v1/returns/{id}/withdraw", tag = "orders",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ReturnWire)))]
pub async fn withdraw_return(
    State(app): State<App>,
    viewer: ReturnViewer,
    once: Once,
    Spare { digest, .. }: Spare<Nothing>,
) -> Result<Answer, Problem> {
    viewer.must_buy()?;
    acted(&app, &viewer, once, &digest, Act::Withdraw).await
}

/// The buyer asks an officer to decide: once the seller has refused, or said nothing for some days.
#[utoipa::path(post, path = "/api/v1/returns/{id}/dispute", tag = "orders", request_body = WordsInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ReturnWire)))]
pub async fn dispute_return(
    State(app): State<App>,
    viewer: ReturnViewer,
    once: Once,
    Body { value, digest }: Body<WordsInput>,
) -> Result<Answer, Problem> {
    viewer.must_buy()?;
    let words = value.check()?;
    acted(&app, &viewer, once, &digest, Act::Dispute { words }).await
}

/// An officer decides a dispute, and says why.
#[utoipa::path(post, path = "/api/v1/returns/{id}/decide", tag = "orders", request_body = DecideReturnInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ReturnWire)))]
pub async fn decide_return(
    State(app): State<App>,
    viewer: ReturnViewer,
    once: Once,
    Body { value, digest }: Body<DecideReturnInput>,
) -> Result<Answer, Problem> {
    viewer.must_decide()?;
    let what = value.check()?;
    acted(&app, &viewer, once, &digest, what).await
}

/// Adds a photograph (JPEG, PNG or WebP; at most 12 MiB and 40 megapixels) to a return that is not decided yet, for its
/// buyer, who may be a guest: as the first file of a `multipart/form-data` body, or as the body itself. Its metadata is
/// removed. A return has eight at most.
#[utoipa::path(post, path = "/api/v1/returns/{id}/photos", tag = "orders",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    security((), ("bearer" = []), ("session" = [])), responses((status = CREATED, body = ReturnWire)))]
pub async fn add_return_photo(
    State(app): State<App>,
    viewer: ReturnViewer,
    once: Once,
    request: Request,
) -> Result<Answer, Problem> {
    viewer.must_buy()?;
    let kind = media_type(&request);
    let bytes = photo_bytes(&kind, request).await?;
    let digest = sha256(&bytes);
    photographed(&app, &viewer, once, &digest, bytes).await
}

/// Keeps a photograph once; pages use it as well.
pub(super) async fn photographed(
    app: &App,
    viewer: &ReturnViewer,
    once: Once,
    digest: &str,
    bytes: Bytes,
) -> Result<Answer, Problem> {
    let developed = Arc::new(media::develop(app, bytes).await?);
    let (id, by, shared) = (viewer.id(), viewer.by, app.clone());
    write_once(app, viewer.actor.clone(), once, digest, move |unit| {
        let (app, developed) = (shared.clone(), Arc::clone(&developed));
        Box::pin(async move {
            let photo = media::record_of_anybody(unit, &developed)
                .await
                .map_err(CatalogueError::from)?;
            photo::add(unit, id, photo).await?;
            let returned = shown(&app, &*unit, id, by).await?;
            Answer::created(format!("/api/v1/returns/{id}"), &returned)
        })
    })
    .await
}

/// What was written, and the return as it is then.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrittenWire {
    #[serde(flatten)]
    returned: ReturnWire,
}

/// Buyer, seller, and in a dispute the officer write to each other. A seller who answers a dispute has it decided by an
/// officer.
#[utoipa::path(post, path = "/api/v1/returns/{id}/messages", tag = "orders", request_body = WordsInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = WrittenWire)))]
pub async fn write_to_return(
    State(app): State<App>,
    viewer: ReturnViewer,
    once: Once,
    Body { value, digest }: Body<WordsInput>,
) -> Result<Answer, Problem> {
    let words = value.check()?;
    written(&app, &viewer, once, &digest, words).await
}

/// Writes once; pages use it as well.
pub(super) async fn written(
    app: &App,
    viewer: &ReturnViewer,
    once: Once,
    digest: &str,
    words: String,
) -> Result<Answer, Problem> {
    let (id, by, shared) = (viewer.id(), viewer.by, app.clone());
    write_once(app, viewer.actor.clone(), once, digest, move |unit| {
        let (app, words) = (shared.clone(), words.clone());
        Box::pin(async move {
            write(unit, id, by, words).await?;
            let returned = shown(&app, &*unit, id, by).await?;
            Answer::created(format!("/api/v1/returns/{id}"), &WrittenWire { returned })
        })
    })
    .await
}
