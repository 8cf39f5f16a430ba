//! Recalls over HTTP.

use axum::{Json, extract::State, http::HeaderMap, response::Response};
use entity::{ids::RecallId, recall::thing::Direction};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    RecallError,
    call_back::{CallBack, call_back, root},
    caller::Caller,
    end::{EndRecall, end},
    read::{self, Wanted},
    sheet,
    wire::{FoundBatchWire, RecallDrillWire, RecallLineWire, RecallWire, sees_all},
};
use crate::{
    app::App,
    checked,
    http::{
        body::{Body, Id, Maybe, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        language::Language,
        list::{List, PageParams},
        problem::Problem,
    },
    identity::IdentityError,
    payments::sheet::{XLSX, saved},
};

/// Which recalls.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecallParams {
    /// `in_force` or `ended`; all when absent.
    #[param(value_type = Option<String>)]
    state: Field<String>,
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
    /// `1`: only those that reach the caller's own batches.
    #[param(value_type = Option<String>)]
    mine: Field<String>,
}

/// Recalls, newest first.
#[utoipa::path(get, path = "/api/v1/recalls", tag = "recall", params(RecallParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<RecallLineWire>)))]
pub async fn list_recalls(
    State(app): State<App>,
    Maybe(caller): Maybe<Caller>,
    Params(params): Params<RecallParams>,
) -> Result<Json<List<RecallLineWire>>, Problem> {
    let mut wrong = Wrong::default();
    let in_force = match params.state.given().map(String::as_str) {
        None | Some("") => Some(None),
        Some("in_force") => Some(Some(true)),
        Some("ended") => Some(Some(false)),
        Some(_) => {
            wrong.note("?state", "wrong-recall-state");
            None
        }
    };
    checked!(wrong; in_force);
    let page = PageParams {
        limit: params.limit,
        cursor: params.cursor,
        mine: params.mine,
    };
    let paging = page.paging()?;
    let own = match (page.only_mine(), caller) {
        (false, _) => None,
        (true, Some(caller)) => Some(caller.sellers().to_vec()),
        (true, None) => return Err(IdentityError::NotSignedIn.into()),
    };
    let rows = read::recalls(app.db().read(), &Wanted { in_force, own }, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        RecallLineWire::from,
    )))
}

/// Calls a batch back, with all it went into or came from as far as `scope` goes: at once none of it is sold, listings with
/// nothing else are taken off sale, partners and sellers are told; orders that have not left are given up and their money
/// goes back, and buyers and stalls are told. A batch that is called back already is not called back twice: 200 with the
/// recall in force. Officers may call back any batch, and any thing in the traces by `epc`; a seller their own batches.
#[utoipa::path(post, path = "/api/v1/recalls", tag = "recall", request_body = CallBack,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = RecallWire), (status = OK, body = RecallWire)))]
pub async fn create_recall(
    State(app): State<App>,
    caller: Caller,
    once: Once,
    Body { value, digest }: Body<CallBack>,
) -> Result<Answer, Problem> {
    let new = value.check(false)?;
    write_once(&app, caller.actor(), once, &digest, move |unit| {
        let (caller, new) = (caller.clone(), new.clone());
        Box::pin(async move {
            let (made, fresh) = call_back(unit, &caller, &new).await?;
            let detail = read::recall(&*unit, made.id).await?;
            let wire = RecallWire::new(&detail, Some(&caller));
            if fresh {
                Answer::created(format!("/api/v1/recalls/{}", made.id), &wire)
            } else {
                Answer::ok(&wire)
            }
        })
    })
    .await
}

/// What to look for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FindParams {
    /// A lot number, the short code or the link of a sticker, or `GTIN/lot`.
    #[param(value_type = String, example = "261120-01")]
    q: Field<String>,
}

/// Batches that the caller may call back, by what stands on a sticker; at most 20, the newest first.
#[utoipa::path(get, path = "/api/v1/recalls/batches", tag = "recall", params(FindParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<FoundBatchWire>)))]
pub async fn find_batches(
    State(app): State<App>,
    caller: Caller,
    Params(params): Params<FindParams>,
) -> Result<Json<List<FoundBatchWire>>, Problem> {
    let mut wrong = Wrong::default();
    let sought = wrong.line("?q", &params.q, 500);
    checked!(wrong; sought);
    let own = caller.office().is_none().then(|| caller.sellers());
    let rows = read::find(app.db().read(), &sought, own)
        .await
        .map_err(RecallError::from)?;
    Ok(Json(List {
        items: rows.iter().map(FoundBatchWire::from).collect(),
        next_cursor: None,
        total: None,
    }))
}

/// What a recall would reach. Nothing is written and nobody is told.
#[utoipa::path(post, path = "/api/v1/recalls/preview", tag = "recall", request_body = CallBack,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = RecallWire)))]
pub async fn preview_recall(
    State(app): State<App>,
    caller: Caller,
    Body { value, .. }: Body<CallBack>,
) -> Result<Json<RecallWire>, Problem> {
    let new = value.check(true)?;
    let db = app.db().read();
    let root = root(db, &caller, &new.named).await?;
    let detail = read::preview(db, &root.epc, new.scope).await?;
    Ok(Json(RecallWire::new(&detail, Some(&caller))))
}

/// One recall and what it reached.
#[utoipa::path(get, path = "/api/v1/recalls/{id}", tag = "recall", params(("id" = String, Path)),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = RecallWire)))]
pub async fn get_recall(
    State(app): State<App>,
    Maybe(caller): Maybe<Caller>,
    Id(id): Id<RecallId>,
) -> Result<Json<RecallWire>, Problem> {
    let detail = read::recall(app.db().read(), id).await?;
    Ok(Json(RecallWire::new(&detail, caller.as_ref())))
}

/// The trace as a workbook, with the critical tracking events and key data elements that FSMA 204 (21 CFR 1 subpart S) asks
/// for: lots, shipments and sales, buyers to be told, sources. For officers and the seller of the batch.
#[utoipa::path(get, path = "/api/v1/recalls/{id}/trace.xlsx", tag = "recall", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn trace_xlsx(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Id(id): Id<RecallId>,
) -> Result<Response, Problem> {
    let detail = read::recall(app.db().read(), id).await?;
    if !sees_all(&detail, Some(&caller)) {
        return Err(Problem::not_found());
    }
    let bytes = sheet::trace(&app, &detail, Language::of_api(&headers)).await?;
    let root = detail.batches.iter().find(|line| line.direction == Direction::Root);
    let name = root.map_or_else(|| id.to_string(), |line| line.batch.short_code.to_string());
    Ok(saved(XLSX, &format!("thu-hoi-{name}.xlsx"), bytes))
}

/// Lifts a recall: what it held may be sold again, and what it took off sale comes back. Orders stay given up. Only
/// officers; lifting it twice is 409.
#[utoipa::path(post, path = "/api/v1/recalls/{id}/end", tag = "recall", params(("id" = String, Path)),
    request_body = EndRecall, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = RecallWire)))]
pub async fn end_recall(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<RecallId>,
    Body { value, .. }: Body<EndRecall>,
) -> Result<Json<RecallWire>, Problem> {
    let reason = value.check()?;
    let (by, policy) = (caller.clone(), app.policy());
    app.write(caller.actor(), move |unit| {
        let (by, reason) = (by.clone(), reason.clone());
        Box::pin(async move { end(unit, &by, policy, id, &reason).await })
    })
    .await?;
    let detail = read::recall(app.db().read(), id).await?;
    Ok(Json(RecallWire::new(&detail, Some(&caller))))
}

/// How long it took, each time that a recall was tried out and taken back at once; newest first.
#[utoipa::path(get, path = "/api/v1/recall-drills", tag = "recall", params(PageParams),
    responses((status = OK, body = List<RecallDrillWire>)))]
pub async fn list_drills(
    State(app): State<App>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<RecallDrillWire>>, Problem> {
    let paging = params.paging()?;
    let rows = read::drills(app.db().read(), paging).await.map_err(RecallError::from)?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |(row, _)| row.id.to_string(),
        RecallDrillWire::from,
    )))
}
