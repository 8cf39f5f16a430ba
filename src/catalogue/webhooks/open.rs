//! An owner names a system of theirs that is to hear of what happens.

use entity::{
    catalogue::webhook_endpoint::{self as endpoint, State},
    ids::{PersonId, SellerId, WebhookEndpointId, WebhookSecretId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{KINDS, secret};
use crate::{
    app::App,
    catalogue::{CatalogueError, Selling},
    checked,
    db::Unit,
    http::{
        input::{Field, Wrong},
        reach::Reach,
    },
};

const LONGEST_URL: usize = 2000;
pub(super) const LONGEST_NOTE: usize = 200;
/// Endpoints of one seller.
const MOST: u64 = 10;

/// Where to send what.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Open {
    /// Without it, the caller's first seller.
    #[schema(value_type = Option<String>)]
    pub seller_id: Field<String>,
    /// An address of https; in demos also of this machine.
    #[schema(value_type = String, example = "https://ban-hang.example.vn/cho-que")]
    pub url: Field<String>,
    /// What it hears of; absent or empty: of everything.
    #[schema(value_type = Option<Vec<String>>, example = json!(["order.placed", "order.paid"]))]
    pub kinds: Field<Vec<Field<String>>>,
    /// For its owner.
    #[schema(value_type = Option<String>)]
    pub note: Field<String>,
}

/// An endpoint that may be opened.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    pub seller: SellerId,
    url: String,
    kinds: String,
    note: String,
}

impl Open {
    pub fn check(&self, app: &App, selling: &Selling) -> Result<NewEndpoint, CatalogueError> {
        let mut wrong = Wrong::default();
        let seller = selling.choose(&mut wrong, "/seller_id", &self.seller_id);
        let url = url(app, &mut wrong, "/url", &self.url);
        let kinds = kinds(&mut wrong, "/kinds", &self.kinds);
        let note = note(&mut wrong, "/note", &self.note);
        checked!(wrong; seller, url, kinds, note);
        selling.must_own(seller)?;
        Ok(NewEndpoint {
            seller,
            url,
            kinds,
            note,
        })
    }
}

/// An address that may be sent to. Whether the name leads inward shows when it is connected to.
pub(super) fn url(app: &App, wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<String> {
    let text = wrong.line(pointer, field, LONGEST_URL)?;
    let reached = Reach::new(app.is_demo()).and_then(|reach| reach.address(&text));
    match reached {
        Ok(url) if url.scheme() == "https" || app.is_demo() => Some(url.to_string()),
        _ => {
            wrong.note(pointer, "webhooks-say-url");
            None
        }
    }
}

/// What it hears of, as it is kept.
pub(super) fn kinds(wrong: &mut Wrong, pointer: &str, field: &Field<Vec<Field<String>>>) -> Option<String> {
    if field.is_missing() {
        return Some(String::new());
    }
    let given = wrong.required(pointer, field)?;
    let mut kinds: Vec<&str> = Vec::new();
    let mut good = true;
    for (place, item) in given.iter().take(100).enumerate() {
        let pointer = format!("{pointer}/{place}");
        let known = wrong
            .required(&pointer, item)
            .map(|text| KINDS.into_iter().find(|kind| kind == text));
        match known {
            Some(Some(kind)) if kinds.contains(&kind) => {}
            Some(Some(kind)) => kinds.push(kind),
            Some(None) => {
                wrong.note(pointer, "webhooks-say-kind");
                good = false;
            }
            None => good = false,
        }
    }
    good.then(|| kinds.join(" "))
}

pub(super) fn note(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<String> {
    if field.given().is_some_and(|text| text.trim().is_empty()) {
        return Some(String::new());
    }
    wrong
        .optional(pointer, field, |wrong, pointer, field| {
            wrong.line(pointer, field, LONGEST_NOTE)
        })
        .map(Option::unwrap_or_default)
}

/// Opens the endpoint, with its first secret.
pub async fn open(
    unit: &mut Unit,
    by: PersonId,
    new: NewEndpoint,
) -> Result<(endpoint::Model, WebhookSecretId), CatalogueError> {
    // Two that open the last one at once take turns here.
    unit.take_numbers(&format!("webhook endpoints {}", new.seller), 0)
        .await?;
    let there = endpoint::Entity::find()
        .filter(endpoint::Column::SellerId.eq(new.seller))
        .count(&*unit)
        .await?;
    if there >= MOST {
        return Err(CatalogueError::TooManyEndpoints);
    }
    let id = unit.id::<WebhookEndpointId>();
    let row = endpoint::ActiveModel {
        id: Set(id),
        seller_id: Set(new.seller),
        url: Set(new.url),
        kinds: Set(new.kinds),
        note: Set(new.note),
        state: Set(State::On),
        disabled_reason: Set(None),
        failing_since: Set(None),
        last_delivered_at: Set(None),
        made_by: Set(by),
        created_at: Set(unit.now()),
        updated_at: Set(unit.now()),
    };
    endpoint::Entity::insert(row).exec_without_returning(&*unit).await?;
    let secret = secret::rotate(unit, id).await?;
    let row = endpoint::Entity::find_by_id(id).one(&*unit).await?;
    Ok((row.ok_or(CatalogueError::NoSuchThing)?, secret))
}
