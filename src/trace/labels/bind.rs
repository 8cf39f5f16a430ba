//! Somebody tells which batch some stickers of a roll are stuck on, often without signal and later sent, perhaps twice.
//!
//! What is stuck is stuck: a sticker that was told to be on one batch and is now told to be on another is not refused with
//! all the others of its range. It stays where it was told first, and both tellings are kept and shown, until whoever sells
//! both says which was wrong (ADR 0030).

use entity::{
    ShortCode, Timestamp,
    ids::{BatchId, RollBindingId},
    trace::{batch, roll_binding, roll_code},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{Expr, SimpleExpr},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::over::hold_when_over;
use crate::{
    catalogue::Selling,
    checked,
    db::Unit,
    http::{
        body::moment,
        input::{Field, Wrong},
    },
    trace::TraceError,
};

/// Stickers of one roll, and the batch they are stuck on.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct BindRoll {
    /// The draft's own UUID; what comes twice under one id is recorded once.
    #[schema(value_type = Option<String>, example = "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10")]
    pub id: Field<String>,
    #[schema(value_type = String)]
    pub batch_id: Field<String>,
    /// The code of the first sticker; all up to that of `to_code` are meant.
    #[schema(value_type = String, example = "7KQ2M9XPA")]
    pub from_code: Field<String>,
    /// The code of the last sticker; when absent, one sticker is meant.
    #[schema(value_type = Option<String>)]
    pub to_code: Field<String>,
    /// A moment (RFC 3339) or a day (`2026-11-21`); when absent, now.
    #[schema(value_type = Option<String>)]
    pub happened_at: Field<String>,
    /// What was told before of these stickers was wrong: those on another batch of the caller's come over to this one.
    #[schema(value_type = Option<bool>)]
    pub corrects: Field<bool>,
}

/// A checked binding.
#[derive(Clone, Debug)]
pub struct NewBinding {
    /// Where in the request it stood, for refusals that only the database can tell.
    place: String,
    id: Option<RollBindingId>,
    batch: BatchId,
    from: ShortCode,
    to: ShortCode,
    happened_at: Option<Timestamp>,
    corrects: bool,
}

impl BindRoll {
    /// Checks what stands at `place` (a JSON Pointer; empty when the body is one draft).
    pub fn check(&self, place: &str, now: Timestamp) -> Result<NewBinding, Wrong> {
        let mut wrong = Wrong::default();
        let at = |field: &str| format!("{place}/{field}");
        let id = wrong.optional(&at("id"), &self.id, |w, p, f| w.code::<RollBindingId>(p, f, "wrong-id"));
        let batch = wrong.code::<BatchId>(&at("batch_id"), &self.batch_id, "wrong-no-such-batch");
        let from = wrong.code::<ShortCode>(&at("from_code"), &self.from_code, "wrong-sticker-slip");
        let to = wrong.optional(&at("to_code"), &self.to_code, |w, p, f| {
            w.code::<ShortCode>(p, f, "wrong-sticker-slip")
        });
        let happened_at = wrong.optional(&at("happened_at"), &self.happened_at, |w, p, f| moment(w, p, f, now));
        let corrects = self.corrects.given().copied().unwrap_or(false);
        checked!(wrong; id, batch, from, to, happened_at);
        Ok(NewBinding {
            place: place.to_owned(),
            id,
            batch,
            to: to.unwrap_or_else(|| from.clone()),
            from,
            happened_at,
            corrects,
        })
    }
}

/// Records the binding. A draft recorded before is given back as it stands.
pub async fn bind_roll(unit: &mut Unit, selling: &Selling, new: NewBinding) -> Result<roll_binding::Model, TraceError> {
    let at = |field: &str| format!("{}/{field}", new.place);
    let mut wrong = Wrong::default();
    let batch = batch::Entity::find_by_id(new.batch)
        .one(&*unit)
        .await?
        .filter(|batch| selling.acts_for(batch.seller_id));
    if batch.is_none() {
        wrong.note(at("batch_id"), "wrong-no-such-batch");
    }
    let mut ends = Vec::new();
    for (field, code) in [("from_code", &new.from), ("to_code", &new.to)] {
        match roll_code::Entity::find_by_id(code.clone()).one(&*unit).await? {
            Some(sticker) => ends.push(sticker),
            // One sticker is told of once.
            None if field == "to_code" && new.to == new.from => {}
            None => wrong.note(at(field), "wrong-no-such-sticker"),
        }
    }
    if let [from, to] = &ends[..]
        && from.roll_id != to.roll_id
    {
        wrong.note(at("to_code"), "wrong-other-roll");
    }
    wrong.result()?;
    let ([from, to], Some(batch)) = (&ends[..], batch) else {
        return Err(TraceError::NoSuchThing);
    };
    let (first, last) = (from.number.min(to.number), from.number.max(to.number));
    if let Some(id) = new.id
        && let Some(known) = roll_binding::Entity::find_by_id(id).one(&*unit).await?
    {
        let same = (known.batch_id, known.roll_id, known.first, known.last) == (new.batch, from.roll_id, first, last);
        return if same {
            Ok(known)
        } else {
            Err(TraceError::DraftChanged { pointer: at("id") })
        };
    }
    let range = Condition::all()
        .add(roll_code::Column::RollId.eq(from.roll_id))
        .add(roll_code::Column::Number.between(first, last));
    // Rows are locked by writing to all of them, in one statement: two phones that tell of the same stickers take turns.
    let free: SimpleExpr = roll_code::Column::BatchId.is_null();
    let mut reach = Condition::any().add(free);
    if new.corrects {
        reach = reach.add(roll_code::Column::BatchId.in_subquery(others(selling, new.batch)));
    }
    let happened_at = new.happened_at.unwrap_or(unit.now());
    let bound = roll_code::Entity::update_many()
        .col_expr(roll_code::Column::BatchId, Expr::value(new.batch))
        .col_expr(roll_code::Column::BoundAt, Expr::value(happened_at))
        .filter(range.clone())
        .filter(reach)
        .exec(&*unit)
        .await?;
    let clashes = roll_code::Entity::find()
        .filter(range)
        .filter(roll_code::Column::BatchId.ne(new.batch))
        .all(&*unit)
        .await?;
    let made = roll_binding::Model {
        id: new.id.unwrap_or_else(|| unit.id()),
        roll_id: from.roll_id,
        batch_id: new.batch,
        first,
        last,
        bound: i32::try_from(bound.rows_affected).unwrap_or(i32::MAX),
        clashes: i32::try_from(clashes.len()).unwrap_or(i32::MAX),
        happened_at,
        recorded_at: unit.now(),
        recorded_by: unit.actor().person(),
    };
    let row = roll_binding::ActiveModel {
        id: Set(made.id),
        roll_id: Set(made.roll_id),
        batch_id: Set(made.batch_id),
        first: Set(made.first),
        last: Set(made.last),
        bound: Set(made.bound),
        clashes: Set(made.clashes),
        happened_at: Set(made.happened_at),
        recorded_at: Set(made.recorded_at),
        recorded_by: Set(made.recorded_by),
    };
    roll_binding::Entity::insert(row).exec_without_returning(&*unit).await?;
    hold_when_over(unit, &batch).await?;
    Ok(made)
}

/// The ids of the caller's batches other than `this`.
fn others(selling: &Selling, this: BatchId) -> sea_orm::sea_query::SelectStatement {
    use sea_orm::{QuerySelect as _, QueryTrait as _};
    batch::Entity::find()
        .select_only()
        .column(batch::Column::Id)
        .filter(batch::Column::SellerId.is_in(selling.sellers().iter().copied()))
        .filter(batch::Column::Id.ne(this))
        .into_query()
}
