//! A recall is lifted: what it held may be sold again, and what it took off sale comes back. Orders that were given up for
//! it stay given up.

use std::collections::HashSet;

use entity::{
    identity::role::Office,
    ids::{BatchHoldId, BatchId, RecallId, SellerId},
    recall::{recall, recalled_listing, thing},
    trace::batch,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::Expr,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{RecallError, caller::Caller};
use crate::{
    catalogue::tell_staff,
    checked,
    config::Policy,
    db::Unit,
    http::{
        input::{Field, Wrong},
        language::Message,
    },
    identity::messages::{About, Note},
    listings::freeze::thaw,
    trace::{TraceError, release_hold},
};

/// Why a recall is lifted.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct EndRecall {
    /// Everybody reads it beside the recall.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Mẫu kiểm lại đạt.")]
    pub reason: Field<String>,
}

impl EndRecall {
    pub fn check(&self) -> Result<String, Wrong> {
        let mut wrong = Wrong::default();
        let reason = wrong.lines("/reason", &self.reason, 500);
        checked!(wrong; reason);
        Ok(reason)
    }
}

/// Lifts the recall `id`. Of a batch that another recall holds too, that one's hold stays.
pub async fn end(
    unit: &mut Unit,
    caller: &Caller,
    policy: Policy,
    id: RecallId,
    reason: &str,
) -> Result<(), RecallError> {
    let found = recall::Entity::find_by_id(id).one(&*unit).await?;
    let recall = found.ok_or(RecallError::NoSuchRecall)?;
    let office = caller.office().ok_or(RecallError::OfficersOnly)?;
    let ended = recall::Entity::update_many()
        .col_expr(recall::Column::EndedAt, Expr::value(Some(unit.now())))
        .col_expr(recall::Column::EndedBy, Expr::value(Some(caller.person())))
        .col_expr(recall::Column::EndReason, Expr::value(Some(reason)))
        .filter(recall::Column::Id.eq(id))
        .filter(recall::Column::EndedAt.is_null())
        .exec(&*unit)
        .await?;
    if ended.rows_affected == 0 {
        return Err(RecallError::Ended);
    }
    unit.because(reason);
    let batches = release_all(unit, id, office, reason).await?;
    thaw_all(unit, policy, id).await?;
    tell_sellers(unit, &recall, &batches, reason).await
}

/// The other recalls that are in force.
fn others() -> sea_orm::sea_query::SelectStatement {
    recall::Entity::find()
        .select_only()
        .column(recall::Column::Id)
        .filter(recall::Column::EndedAt.is_null())
        .into_query()
}

async fn release_all(unit: &mut Unit, id: RecallId, office: Office, reason: &str) -> Result<Vec<BatchId>, RecallError> {
    let things = thing::Entity::find()
        .filter(thing::Column::RecallId.eq(id))
        .filter(thing::Column::HoldId.is_not_null())
        .all(&*unit)
        .await?;
    // Two recalls in the same words share a hold.
    let shared: HashSet<BatchHoldId> = holds_of(&*unit, &things).await?;
    let mut batches = Vec::new();
    for thing in things {
        batches.extend(thing.batch_id);
        let Some(hold) = thing.hold_id.filter(|hold| !shared.contains(hold)) else {
            continue;
        };
        match release_hold(unit, hold, office, reason).await {
            // An officer let this one go before.
            Ok(_) | Err(TraceError::HoldReleased) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(batches)
}

/// The holds of `things` that other recalls in force have as well.
async fn holds_of(db: &impl ConnectionTrait, things: &[thing::Model]) -> Result<HashSet<BatchHoldId>, DbErr> {
    let mut shared = HashSet::new();
    let holds: Vec<BatchHoldId> = things.iter().filter_map(|thing| thing.hold_id).collect();
    for some in holds.chunks(500) {
        let rows = thing::Entity::find()
            .filter(thing::Column::HoldId.is_in(some.iter().copied()))
            .filter(thing::Column::RecallId.in_subquery(others()))
            .all(db)
            .await?;
        shared.extend(rows.into_iter().filter_map(|row| row.hold_id));
    }
    Ok(shared)
}

async fn thaw_all(unit: &mut Unit, policy: Policy, id: RecallId) -> Result<(), DbErr> {
    let taken_off = recalled_listing::Entity::find()
        .filter(recalled_listing::Column::RecallId.eq(id))
        .filter(recalled_listing::Column::Withdrawn.eq(true))
        .all(&*unit)
        .await?;
    for row in taken_off {
        let again = recalled_listing::Entity::find()
            .filter(recalled_listing::Column::ListingId.eq(row.listing_id))
            .filter(recalled_listing::Column::RecallId.in_subquery(others()))
            .one(&*unit)
            .await?;
        match again {
            None => {
                thaw(unit, policy, row.listing_id).await?;
            }
            // Another recall keeps it off sale: whoever lifts that one puts it back.
            Some(other) => {
                recalled_listing::Entity::update_many()
                    .col_expr(recalled_listing::Column::Withdrawn, Expr::value(true))
                    .filter(recalled_listing::Column::RecallId.eq(other.recall_id))
                    .filter(recalled_listing::Column::ListingId.eq(row.listing_id))
                    .exec(&*unit)
                    .await?;
            }
        }
    }
    Ok(())
}

async fn tell_sellers(
    unit: &mut Unit,
    recall: &recall::Model,
    batches: &[BatchId],
    reason: &str,
) -> Result<(), RecallError> {
    let mut sellers: Vec<SellerId> = Vec::new();
    for some in batches.chunks(500) {
        let found: Vec<SellerId> = batch::Entity::find()
            .select_only()
            .column(batch::Column::SellerId)
            .distinct()
            .filter(batch::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(&*unit)
            .await?;
        sellers.extend(found);
    }
    sellers.sort();
    sellers.dedup();
    for seller in sellers {
        let text = Message::new("recall-tell-ended").with("reason", reason);
        let note = Note::new(About::Orders, text).linked(format!("/thu-hoi/{}", recall.id));
        tell_staff(unit, seller, note).await?;
    }
    Ok(())
}
