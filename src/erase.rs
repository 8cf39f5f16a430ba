//! Erasing a person who asks for it (Law 91/2025 on the protection of personal data): what each room forgets, one line a
//! room, then what answers and facts of the frame still tell, then the files.

use entity::{
    Phone,
    frame::{idempotency, outbox},
    identity::message,
    ids::{MessageId, OutboxId, SellerId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    app::App,
    catalogue,
    db::{self, Actor},
    federation::{self, FederationError},
    identity::{self, IdentityError},
    listings, orders, trace,
};

/// Rows looked through in one go.
const TOGETHER: u64 = 500;

/// Why nobody was erased, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    #[error("there is no account with the phone {0}")]
    NoSuchPerson(Phone),
    #[error("{0} holds an office; take it from them first (DELETE /api/v1/accounts/{{id}}/roles/{{role}})")]
    InOffice(Phone),
    #[error("{0} orders are not over yet; close them first")]
    OpenOrders(u64),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Federation(#[from] FederationError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

/// What was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    pub sellers: usize,
    pub events: usize,
}

/// Erases the person with `phone`, everything that they have told, and the sellers that are theirs alone.
pub async fn erase_person(app: &App, phone: &Phone) -> Result<Erased, EraseError> {
    let db = app.db().read();
    let person = identity::person_with_phone(db, phone)
        .await?
        .ok_or_else(|| EraseError::NoSuchPerson(phone.clone()))?;
    if identity::holds_office(db, person.id).await? {
        return Err(EraseError::InOffice(phone.clone()));
    }
    let sellers = catalogue::sellers_alone(db, person.id).await?;
    let mut traces = trace::traces_of(db, person.id, &sellers).await?;
    traces.extend(sellers.iter().map(SellerId::to_string));
    traces.extend([person.id.to_string(), person.phone.to_string(), quoted(&person.name)]);
    let theirs = sellers.clone();
    let events = app
        .write(Actor::System, move |unit| {
            let (person, sellers) = (person.clone(), theirs.clone());
            Box::pin(async move {
                // Asked in the unit: an order may have come in since.
                let open = orders::open_orders(unit, person.id, &person.phone, &sellers).await?;
                if open > 0 {
                    return Err(EraseError::OpenOrders(open));
                }
                orders::forget_buyer(unit, person.id, &person.phone).await?;
                listings::withdraw_all_of(unit, &sellers).await?;
                let events = trace::forget_told(unit, person.id, &sellers).await?;
                catalogue::forget_sellers(unit, &sellers).await?;
                identity::forget_person(unit, &person).await?;
                Ok(events)
            })
        })
        .await?;
    forget_answers(app, &traces).await?;
    forget_facts(app, &traces).await?;
    forget_messages(app, &traces).await?;
    // What partners read of their listings is a copy, which ends with the listings.
    let number_all = async || {
        app.write(Actor::System, |unit| {
            Box::pin(async move { db::sequence(unit, TOGETHER).await })
        })
        .await
    };
    while number_all().await? > 0 {}
    federation::follow(app).await?;
    db::scrub(&app.config().database_url).await?;
    Ok(Erased {
        sellers: sellers.len(),
        events,
    })
}

/// A text as it stands inside JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().trim_matches('"').to_owned()
}

fn tells(text: &str, traces: &[String]) -> bool {
    traces.iter().any(|trace| text.contains(trace.as_str()))
}

/// Answers kept for repeated requests are copies of what was told.
async fn forget_answers(app: &App, traces: &[String]) -> Result<(), EraseError> {
    let mut after = String::new();
    loop {
        let rows = idempotency::Entity::find()
            .filter(idempotency::Column::Id.gt(&after))
            .order_by_asc(idempotency::Column::Id)
            .limit(TOGETHER)
            .all(app.db().read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after.clone_from(&last.id);
        let told: Vec<String> = rows
            .into_iter()
            .filter(|row| tells(&row.body, traces))
            .map(|row| row.id)
            .collect();
        app.write(Actor::System, move |unit| {
            let told = told.clone();
            Box::pin(async move {
                idempotency::Entity::delete_many()
                    .filter(idempotency::Column::Id.is_in(told))
                    .exec(&*unit)
                    .await
            })
        })
        .await?;
    }
}

/// Facts that were delivered are kept for a month; those that wait must still be.
async fn forget_facts(app: &App, traces: &[String]) -> Result<(), EraseError> {
    let mut after = OutboxId(uuid::Uuid::nil());
    loop {
        let rows = outbox::Entity::find()
            .filter(outbox::Column::Id.gt(after))
            .filter(outbox::Column::DoneAt.is_not_null())
            .order_by_asc(outbox::Column::Id)
            .limit(TOGETHER)
            .all(app.db().read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let told: Vec<OutboxId> = rows
            .into_iter()
            .filter(|row| tells(&row.payload, traces))
            .map(|row| row.id)
            .collect();
        app.write(Actor::System, move |unit| {
            let told = told.clone();
            Box::pin(async move {
                outbox::Entity::delete_many()
                    .filter(outbox::Column::Id.is_in(told))
                    .exec(&*unit)
                    .await
            })
        })
        .await?;
    }
}

/// What others were told of them, in the arguments of texts.
async fn forget_messages(app: &App, traces: &[String]) -> Result<(), EraseError> {
    let mut after = MessageId(uuid::Uuid::nil());
    loop {
        let rows = message::Entity::find()
            .filter(message::Column::Id.gt(after))
            .order_by_asc(message::Column::Id)
            .limit(TOGETHER)
            .all(app.db().read())
            .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let told: Vec<MessageId> = rows
            .into_iter()
            .filter(|row| tells(&row.arguments, traces))
            .map(|row| row.id)
            .collect();
        app.write(Actor::System, move |unit| {
            let told = told.clone();
            Box::pin(async move {
                message::Entity::delete_many()
                    .filter(message::Column::Id.is_in(told))
                    .exec(&*unit)
                    .await
            })
        })
        .await?;
    }
}
