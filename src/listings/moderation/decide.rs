//! A seller appeals against a takedown, once; another officer than the one who took it down decides.

use entity::{
    frame::change::{Cause, Subject as Changed},
    ids::{ListingId, PersonId, TakedownId},
    listings::{
        listing::{self, State as ListingState},
        takedown::{self, State},
        takedown_listing,
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ModerationError, take_down::lock};
use crate::{
    catalogue::Selling,
    checked,
    db::{SubjectId, Unit},
    http::input::{Field, Wrong},
    listings::{hold::tell_pool, is_over, lifecycle},
};

const LONGEST: usize = 2000;

/// Why a seller finds a takedown wrong.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Appeal {
    #[schema(value_type = String, max_length = 2000)]
    pub text: Field<String>,
}

impl Appeal {
    pub fn check(&self) -> Result<String, Wrong> {
        let mut wrong = Wrong::default();
        let text = wrong
            .required("/text", &self.text)
            .and_then(|_| wrong.prose("/text", &self.text, LONGEST));
        if text.as_deref() == Some("") {
            wrong.note("/text", "wrong-required");
        }
        checked!(wrong; text);
        Ok(text)
    }
}

/// What an officer decides.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Decide {
    /// `uphold` or `restore`.
    #[schema(value_type = String, example = "restore")]
    pub outcome: Field<String>,
    #[schema(value_type = String, max_length = 2000)]
    pub reason: Field<String>,
}

/// A checked decision.
#[derive(Clone, Debug)]
pub struct Decision {
    restore: bool,
    reason: String,
}

impl Decide {
    pub fn check(&self) -> Result<Decision, Wrong> {
        let mut wrong = Wrong::default();
        let restore = match wrong.required("/outcome", &self.outcome).map(String::as_str) {
            Some("restore") => Some(true),
            Some("uphold") => Some(false),
            Some(_) => {
                wrong.note("/outcome", "wrong-takedown-outcome");
                None
            }
            None => None,
        };
        let reason = wrong
            .required("/reason", &self.reason)
            .and_then(|_| wrong.prose("/reason", &self.reason, LONGEST));
        if reason.as_deref() == Some("") {
            wrong.note("/reason", "wrong-required");
        }
        checked!(wrong; restore, reason);
        Ok(Decision { restore, reason })
    }
}

/// The takedown `id`, which nobody else moves until this unit ends.
async fn locked(unit: &Unit, id: TakedownId) -> Result<takedown::Model, ModerationError> {
    let found = takedown::Entity::find_by_id(id)
        .one(unit)
        .await?
        .ok_or(ModerationError::NoSuchThing)?;
    lock(unit, found.seller_id).await?;
    takedown::Entity::find_by_id(id)
        .one(unit)
        .await?
        .ok_or(ModerationError::NoSuchThing)
}

/// Appeals against the takedown `id` of something of the caller's.
pub async fn appeal(unit: &mut Unit, selling: &Selling, id: TakedownId, text: String) -> Result<(), ModerationError> {
    let found = locked(unit, id).await?;
    if !selling.acts_for(found.seller_id) {
        return Err(ModerationError::NoSuchThing);
    }
    match found.state {
        State::Standing => {}
        State::Appealed => return Err(ModerationError::AppealedAlready),
        State::Upheld | State::Restored => return Err(ModerationError::DecidedAlready),
    }
    let row = takedown::ActiveModel {
        id: Set(id),
        state: Set(State::Appealed),
        appeal: Set(Some(text)),
        appealed_by: Set(Some(selling.person())),
        appealed_at: Set(Some(unit.now())),
        ..Default::default()
    };
    row.update(&*unit).await?;
    Ok(())
}

/// Upholds the takedown `id`, or brings back what it took. A takedown that was a mistake can be taken back without an
/// appeal, too; nothing is upheld that nobody questioned.
pub async fn decide(
    unit: &mut Unit,
    officer: PersonId,
    id: TakedownId,
    decision: Decision,
) -> Result<(), ModerationError> {
    let found = locked(unit, id).await?;
    match (found.state, decision.restore) {
        (State::Upheld | State::Restored, _) => return Err(ModerationError::DecidedAlready),
        _ if found.officer_id == officer => return Err(ModerationError::SameOfficer),
        (State::Standing, false) => return Err(ModerationError::NoAppeal),
        (State::Standing | State::Appealed, _) => {}
    }
    unit.because(&decision.reason);
    let row = takedown::ActiveModel {
        id: Set(id),
        state: Set(if decision.restore {
            State::Restored
        } else {
            State::Upheld
        }),
        decision: Set(Some(decision.reason)),
        decided_by: Set(Some(officer)),
        decided_at: Set(Some(unit.now())),
        ..Default::default()
    };
    row.update(&*unit).await?;
    if decision.restore {
        restore(unit, id).await?;
    }
    Ok(())
}

/// Brings back what the takedown `id` covers and no other one does.
async fn restore(unit: &mut Unit, id: TakedownId) -> Result<(), ModerationError> {
    let rows = takedown_listing::Entity::find()
        .filter(takedown_listing::Column::TakedownId.eq(id))
        .all(&*unit)
        .await?;
    let mut back: Vec<ListingId> = Vec::new();
    for row in rows {
        let others = takedown_listing::Entity::find()
            .inner_join_takedown()
            .filter(takedown_listing::Column::ListingId.eq(row.listing_id))
            .filter(takedown::Column::State.ne(State::Restored))
            .count(&*unit)
            .await?;
        let found = listing::Entity::find_by_id(row.listing_id).one(&*unit).await?;
        let Some(listing) = found.filter(|listing| others == 0 && listing.state == ListingState::TakenDown) else {
            continue;
        };
        // What was on sale is on sale again; the rest is its seller's to put there.
        let state = match lifecycle::next(listing.state, lifecycle::Event::Restore) {
            Ok(state) if row.was == ListingState::Live && !is_over(&listing, unit.now().day()) => {
                lifecycle::next(state, lifecycle::Event::Publish).unwrap_or(state)
            }
            Ok(state) => state,
            Err(_) => continue,
        };
        let change = listing::ActiveModel {
            id: Set(listing.id),
            state: Set(state),
            updated_at: Set(unit.now()),
            ..Default::default()
        };
        change.update(&*unit).await?;
        if let (ListingState::Live, Some(pool)) = (state, listing.pool_id) {
            tell_pool(unit, pool).await?;
        }
        back.push(listing.id);
    }
    unit.changed_all(Changed::Listing, back.into_iter().map(SubjectId::from), Cause::Edited)
        .await?;
    Ok(())
}

/// A takedown's rows beside the takedown itself.
trait WithTakedown {
    fn inner_join_takedown(self) -> Self;
}

impl WithTakedown for sea_orm::Select<takedown_listing::Entity> {
    fn inner_join_takedown(self) -> Self {
        use sea_orm::QuerySelect as _;
        let to = takedown_listing::Entity::belongs_to(takedown::Entity)
            .from(takedown_listing::Column::TakedownId)
            .to(takedown::Column::Id)
            .into();
        self.join(sea_orm::JoinType::InnerJoin, to)
    }
}
