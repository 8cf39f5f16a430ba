//! An officer lets a listing, or an edit of one, go on sale, or sends it back.

use entity::{
    catalogue::product,
    frame::change::{Cause, Subject},
    ids::{ListingId, ReviewId},
    listings::{
        listing,
        review::{self, State},
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::PRODUCT;
use crate::{
    catalogue::{CatalogueError, edit_product::EditProduct},
    checked,
    config::Policy,
    db::Unit,
    http::input::{Field, Wrong},
    identity::Officer,
    listings::{
        ListingsError,
        edit::{EditListing, apply},
        edit_product::apply_edit,
        go_live::enter,
        hold::{lock_listing, tell_pool},
        lifecycle::{self, Event, Illegal},
    },
};

/// What an officer says.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Decide {
    /// `approve` or `return`.
    #[schema(value_type = String, example = "approve")]
    pub decision: Field<String>,
    /// What is to be put right; needed to send back.
    #[schema(value_type = Option<String>, max_length = 500)]
    pub reason: Field<String>,
    /// What the officer looked at. Given, the decision is refused when its seller has changed it since.
    #[schema(value_type = Option<String>)]
    pub review_id: Field<String>,
}

/// A checked decision.
#[derive(Clone, Debug)]
pub struct Decision {
    approve: bool,
    reason: Option<String>,
    review: Option<ReviewId>,
}

impl Decide {
    pub fn check(&self) -> Result<Decision, Wrong> {
        let mut wrong = Wrong::default();
        let approve = match wrong.required("/decision", &self.decision).map(String::as_str) {
            Some("approve") => Some(true),
            Some("return") => Some(false),
            Some(_) => {
                wrong.note("/decision", "wrong-decision");
                None
            }
            None => None,
        };
        let reason = if approve == Some(false) {
            wrong.line("/reason", &self.reason, 500).map(Some)
        } else {
            wrong.optional("/reason", &self.reason, |wrong, pointer, field| {
                wrong.line(pointer, field, 500)
            })
        };
        let review = wrong.optional("/review_id", &self.review_id, |wrong, pointer, field| {
            wrong.code(pointer, field, "wrong-id")
        });
        checked!(wrong; approve, reason, review);
        Ok(Decision {
            approve,
            reason,
            review,
        })
    }
}

/// Decides what waits of the listing `id`.
pub async fn decide(
    unit: &mut Unit,
    officer: &Officer,
    policy: Policy,
    id: ListingId,
    decision: Decision,
) -> Result<(), ListingsError> {
    lock_listing(unit, id).await?;
    let listing = listing::Entity::find_by_id(id)
        .one(&*unit)
        .await?
        .ok_or(ListingsError::NoSuchListing)?;
    let pending = review::Entity::find()
        .filter(review::Column::ListingId.eq(id))
        .filter(review::Column::State.eq(State::Pending))
        .one(&*unit)
        .await?;
    let looked_at = |pending: &review::Model| decision.review.is_none_or(|review| review == pending.id);
    let pending = match pending {
        Some(pending) if looked_at(&pending) => pending,
        None if decision.review.is_none() => return Err(ListingsError::NoReview),
        _ => return Err(ListingsError::ReviewMoved),
    };
    if let Some(reason) = &decision.reason {
        unit.because(reason);
    }
    let row = review::ActiveModel {
        id: Set(pending.id),
        state: Set(if decision.approve {
            State::Approved
        } else {
            State::Returned
        }),
        decided_by: Set(Some(officer.person())),
        decided_at: Set(Some(unit.now())),
        reason: Set(decision.reason),
        ..Default::default()
    };
    row.update(&*unit).await?;
    match (pending.proposed, decision.approve) {
        (None, true) => enter(unit, &listing, policy, Event::Approve).await,
        (None, false) => send_back(unit, &listing).await,
        (Some(proposed), true) => take_over(unit, &listing, &proposed).await,
        // It sells as it was.
        (Some(_), false) => Ok(()),
    }
}

async fn send_back(unit: &Unit, listing: &listing::Model) -> Result<(), ListingsError> {
    let row = listing::ActiveModel {
        id: Set(listing.id),
        state: Set(lifecycle::next(listing.state, Event::Return)?),
        updated_at: Set(unit.now()),
        ..Default::default()
    };
    row.update(unit).await?;
    Ok(())
}

/// What was right when it was proposed and is wrong now.
fn stale(error: ListingsError) -> ListingsError {
    match error {
        ListingsError::Wrong(wrong) | ListingsError::Product(CatalogueError::Wrong(wrong)) => {
            ListingsError::Stale(wrong)
        }
        other => other,
    }
}

/// The edit takes effect, if it still fits.
async fn take_over(unit: &mut Unit, listing: &listing::Model, proposed: &str) -> Result<(), ListingsError> {
    // An edit waits only of a listing on sale; one that was taken down meanwhile stays as it is.
    if listing.state != listing::State::Live {
        let (from, event) = (listing.state, Event::Approve);
        return Err(Illegal { from, event }.into());
    }
    let unreadable = |error: serde_json::Error| DbErr::Type(error.to_string());
    let mut told: Map<String, Value> = serde_json::from_str(proposed).map_err(unreadable)?;
    let product = told.remove(PRODUCT);
    if !told.is_empty() {
        let read: EditListing = serde_json::from_value(Value::Object(told)).map_err(unreadable)?;
        let edit = read.check(unit.now().day()).map_err(ListingsError::Stale)?;
        apply(unit, listing, edit.into_proposal()).await.map_err(stale)?;
    }
    if let Some(product) = product {
        let read: EditProduct = serde_json::from_value(product).map_err(unreadable)?;
        let before = product::Entity::find_by_id(listing.product_id).one(&*unit).await?;
        let before = before.ok_or(ListingsError::NoSuchListing)?;
        let edit = read.check(&before).map_err(ListingsError::Stale)?;
        // The province's own numbers were refused when it was proposed.
        apply_edit(unit, None, before.id, edit).await.map_err(stale)?;
    }
    unit.changed(Subject::Listing, listing.id, Cause::Edited).await?;
    if let Some(pool) = listing.pool_id {
        tell_pool(unit, pool).await?;
    }
    Ok(())
}
