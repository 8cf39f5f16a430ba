//! Unmatched money over HTTP: one of it, what it may have been for, and what a person does with it.

use axum::{Json, extract::State, http::StatusCode};
use entity::{
    ids::{NoticeId, PaymentId},
    payments::{account, notice},
};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Overseer, SettlementError, api::UnmatchedWire, hand, read, suggest::suggestions};
use crate::{
    app::App,
    checked,
    http::{
        body::{Body, Id},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        problem::Problem,
    },
    payments::{PaymentWire, PaymentsError, payment_wire},
};

/// Unmatched money, and what it may have been for.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnmatchedDetailWire {
    #[serde(flatten)]
    item: UnmatchedWire,
    /// Payments that it may have been for, the likeliest first. None of them is credited by itself.
    suggestions: Vec<SuggestionWire>,
}

/// A payment that unmatched money may have been for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionWire {
    payment: PaymentWire,
    /// `text`: the text holds the beginning of its reference; `amount`: it waits for just this amount at about this time.
    why: &'static str,
}

/// The notice, if the caller may deal with it.
async fn find(app: &App, overseer: &Overseer, id: NoticeId) -> Result<notice::Model, SettlementError> {
    let found = notice::Entity::find_by_id(id).one(app.db().read()).await?;
    found
        .filter(|notice| overseer.reaches(notice.account_id))
        .ok_or_else(|| PaymentsError::NoSuchThing.into())
}

/// Unmatched money with suggestions; for the owner of its account, officers and administrators.
#[utoipa::path(get, path = "/api/v1/payments/unmatched/{id}", tag = "settlement", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = UnmatchedDetailWire)))]
pub async fn get_unmatched(
    State(app): State<App>,
    overseer: Overseer,
    Id(id): Id<NoticeId>,
) -> Result<Json<UnmatchedDetailWire>, Problem> {
    let row = find(&app, &overseer, id).await?;
    if !matches!(row.state, notice::State::Unmatched | notice::State::Received) {
        return Err(Problem::not_found());
    }
    let db = app.db().read();
    let tails = read::tails(db, std::slice::from_ref(&row))
        .await
        .map_err(SettlementError::from)?;
    let offered = suggestions(db, app.vault(), &row).await?;
    let suggestions = offered
        .into_iter()
        .map(|(payment, account, why)| {
            Ok(SuggestionWire {
                payment: payment_wire(app.vault(), &payment, &account)?,
                why: why.code(),
            })
        })
        .collect::<Result<_, SettlementError>>()?;
    Ok(Json(UnmatchedDetailWire {
        item: UnmatchedWire::of(&app, &row, &tails)?,
        suggestions,
    }))
}

/// For what unmatched money was.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct AssignInput {
    /// A payment into an account of the same owner.
    #[schema(value_type = String)]
    payment_id: Field<String>,
}

/// Credits unmatched money to a payment, by the word of whoever asks for it.
#[utoipa::path(post, path = "/api/v1/payments/unmatched/{id}/assign", tag = "settlement",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = AssignInput,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = PaymentWire)))]
pub async fn assign_unmatched(
    State(app): State<App>,
    overseer: Overseer,
    Id(id): Id<NoticeId>,
    once: Once,
    Body { value, digest }: Body<AssignInput>,
) -> Result<Answer, Problem> {
    find(&app, &overseer, id).await?;
    let mut wrong = Wrong::default();
    let payment = wrong.code::<PaymentId>("/payment_id", &value.payment_id, "wrong-no-such-payment");
    checked!(wrong; payment);
    let (keeper, person) = (app.clone(), overseer.person());
    write_once(&app, overseer.actor(), once, &digest, move |unit| {
        let keeper = keeper.clone();
        Box::pin(async move {
            let payment = hand::assign(unit, id, payment, person).await?;
            let account = account::Entity::find_by_id(payment.account_id).one(&*unit).await?;
            let account = account.ok_or(PaymentsError::NoSuchThing)?;
            Answer::ok(&payment_wire(keeper.vault(), &payment, &account)?)
        })
    })
    .await
}

/// What was done with money that was sent back.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ReturnedInput {
    /// To whom and how, for whoever reads it later.
    #[schema(value_type = String, max_length = 500)]
    note: Field<String>,
}

/// Notes that unmatched money was sent back.
#[utoipa::path(post, path = "/api/v1/payments/unmatched/{id}/returned", tag = "settlement",
    params(("id" = String, Path)), request_body = ReturnedInput,
    security(("bearer" = []), ("session" = [])), responses((status = NO_CONTENT)))]
pub async fn return_unmatched(
    State(app): State<App>,
    overseer: Overseer,
    Id(id): Id<NoticeId>,
    Body { value, .. }: Body<ReturnedInput>,
) -> Result<StatusCode, Problem> {
    find(&app, &overseer, id).await?;
    let mut wrong = Wrong::default();
    let note = wrong.lines("/note", &value.note, 500);
    checked!(wrong; note);
    let (keeper, person) = (app.clone(), overseer.person());
    app.write(overseer.actor(), move |unit| {
        let (keeper, note) = (keeper.clone(), note.clone());
        Box::pin(async move { hand::send_back(unit, keeper.vault(), id, &note, person).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
