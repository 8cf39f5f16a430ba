//! Verification over HTTP: the owner gives, an officer decides.

use std::collections::HashMap;

use axum::{Json, extract::State};
use entity::{
    Timestamp,
    catalogue::{
        check::{self, Item},
        seller,
    },
    ids::{PersonId, SellerId},
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    catalogue::{
        CatalogueError, lists,
        sellers::{
            read,
            verify::{CheckInput, decide, give, is_required},
        },
        selling::Selling,
    },
    http::{
        body::{Body, Id, Ids, Maybe},
        problem::Problem,
    },
    identity::{IdentityError, Officer, SignedIn},
};

/// Somebody, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckPerson {
    id: String,
    name: String,
}

/// An item of a seller's checklist.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckWire {
    /// `identity`, `tax_code`, `address`, `money_account` or `terms`.
    item: &'static str,
    /// Whether nothing goes live without it.
    required: bool,
    /// `open`, `given`, `verified` or `refused`.
    state: &'static str,
    given_at: Option<String>,
    given_by: Option<CheckPerson>,
    decided_at: Option<String>,
    /// `null` where nobody had to decide.
    decided_by: Option<CheckPerson>,
    /// The owner's words, or how it was shown.
    note: String,
    /// Why it was refused.
    reason: Option<String>,
}

/// What a seller shows before what they offer goes live.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChecklistWire {
    seller_id: String,
    /// `applying` or `verified`.
    standing: &'static str,
    items: Vec<CheckWire>,
}

impl CheckWire {
    fn of(item: Item, seller: &seller::Model, row: Option<&check::Model>, names: &HashMap<PersonId, String>) -> Self {
        let person = |id: Option<PersonId>| {
            id.map(|id| CheckPerson {
                id: id.to_string(),
                name: names.get(&id).cloned().unwrap_or_default(),
            })
        };
        Self {
            item: item.code(),
            required: is_required(item, seller.kind),
            state: row.map_or("open", |row| row.state.code()),
            given_at: row.map(|row| row.given_at.rfc3339()),
            given_by: person(row.and_then(|row| row.given_by)),
            decided_at: row.and_then(|row| row.decided_at).map(Timestamp::rfc3339),
            decided_by: person(row.and_then(|row| row.decided_by)),
            note: row.map(|row| row.note.clone()).unwrap_or_default(),
            reason: row.and_then(|row| row.reason.clone()),
        }
    }
}

async fn checklist(db: &impl ConnectionTrait, id: SellerId) -> Result<ChecklistWire, CatalogueError> {
    let seller = lists::seller(db, id).await?.ok_or(CatalogueError::NoSuchThing)?;
    let (rows, names) = read::checklist(db, id).await?;
    let items = Item::ALL
        .into_iter()
        .map(|item| CheckWire::of(item, &seller, rows.iter().find(|row| row.item == item), &names))
        .collect();
    Ok(ChecklistWire {
        seller_id: id.to_string(),
        standing: seller.standing.code(),
        items,
    })
}

/// The checklist of a seller; for those who work for it and for officers.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/checklist", tag = "catalogue", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ChecklistWire)))]
pub async fn get_checklist(
    State(app): State<App>,
    _: SignedIn,
    Maybe(selling): Maybe<Selling>,
    Maybe(officer): Maybe<Officer>,
    Id(id): Id<SellerId>,
) -> Result<Json<ChecklistWire>, Problem> {
    if officer.is_none() && !selling.is_some_and(|selling| selling.acts_for(id)) {
        return Err(Problem::not_found());
    }
    Ok(Json(checklist(app.db().read(), id).await?))
}

/// Without a `state`, an owner gives the item; with one, an officer decides it.
#[utoipa::path(post, path = "/api/v1/sellers/{id}/checklist/{item}", tag = "catalogue", request_body = CheckInput,
    params(("id" = String, Path), ("item" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = ChecklistWire)))]
pub async fn check_item(
    State(app): State<App>,
    _: SignedIn,
    Maybe(selling): Maybe<Selling>,
    Maybe(officer): Maybe<Officer>,
    Ids(id, item): Ids<SellerId, String>,
    Body { value, .. }: Body<CheckInput>,
) -> Result<Json<ChecklistWire>, Problem> {
    let item = Item::from_code(&item).ok_or_else(Problem::not_found)?;
    let works = selling.as_ref().is_some_and(|selling| selling.acts_for(id));
    if value.decides() {
        let officer = match (officer, works) {
            (Some(_), true) => return Err(CatalogueError::OwnSeller.into()),
            (Some(officer), false) => officer,
            (None, true) => return Err(IdentityError::WrongOffice.into()),
            (None, false) => return Err(Problem::not_found()),
        };
        let decision = value.check_decision(item)?;
        let told = app
            .write(officer.actor(), move |unit| {
                let decision = decision.clone();
                Box::pin(async move {
                    decide(unit, id, decision).await?;
                    checklist(&*unit, id).await
                })
            })
            .await?;
        return Ok(Json(told));
    }
    let selling = selling.filter(|_| works).ok_or_else(Problem::not_found)?;
    selling.must_own(id)?;
    let gift = value.check_gift(item)?;
    let told = app
        .write(selling.actor(), move |unit| {
            let gift = gift.clone();
            Box::pin(async move {
                give(unit, id, gift).await?;
                checklist(&*unit, id).await
            })
        })
        .await?;
    Ok(Json(told))
}
