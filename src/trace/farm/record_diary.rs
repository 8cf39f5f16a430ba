//! A line of the farm diary. Lines are often written without signal and sent later, several at once, perhaps twice: a
//! draft's own id makes it be recorded once.

use entity::{
    Quantity, Timestamp,
    frame::change::{Cause, Subject},
    ids::{BatchId, DiaryEntryId, EventId, PersonId, PlotId, SellerId},
    trace::{batch, batch_plot, diary_entry, diary_entry::Activity, event, plot},
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    interval::{Spraying, pre_harvest_interval},
    read::cycle_on,
};
use crate::{
    catalogue::Selling,
    checked,
    db::Unit,
    http::{
        body::moment,
        input::{Field, QuantityInput, Wrong},
    },
    trace::{
        TraceError,
        events::{self, DiaryFacts, batch_uri},
        holds::put_hold,
        keep_event::keep_event,
    },
};

/// A line of the diary. It is about a plot, a batch, or both.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct RecordDiary {
    /// The draft's own UUID; a line that comes twice under one id is recorded once.
    #[schema(value_type = Option<String>, example = "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10")]
    pub id: Field<String>,
    #[schema(value_type = Option<String>)]
    pub plot_id: Field<String>,
    #[schema(value_type = Option<String>)]
    pub batch_id: Field<String>,
    /// `sowing`, `fertilising`, `spraying`, `watering`, `weeding`, `harvest`, `processing`, `packing`.
    #[schema(value_type = String, example = "spraying")]
    pub activity: Field<String>,
    /// A moment (RFC 3339) or a day (`2026-11-21`); when absent, now.
    #[schema(value_type = Option<String>, example = "2026-11-21T06:30:00+07:00")]
    pub happened_at: Field<String>,
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub note: Field<String>,
    /// What was put on: fertiliser or plant protection product.
    #[schema(value_type = Option<String>, max_length = 160)]
    pub input_name: Field<String>,
    /// Days that must pass before harvest (thời gian cách ly).
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 365)]
    pub interval_days: Field<i64>,
    /// How much: of the fertiliser or product put on, or of the harvest.
    #[schema(value_type = Option<QuantityInput>)]
    pub quantity: Field<QuantityInput>,
    /// The line that this one is to be read instead of. Both stay to be seen, and the event of the first is declared an
    /// error (EPCIS 2.0, 7.4.1.4).
    #[schema(value_type = Option<String>)]
    pub correction_of: Field<String>,
}

/// A checked line.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Where in the request it stood, for refusals that only the database can tell.
    place: String,
    id: Option<DiaryEntryId>,
    plot: Option<PlotId>,
    batch: Option<BatchId>,
    activity: Activity,
    happened_at: Option<Timestamp>,
    note: String,
    input_name: Option<String>,
    interval_days: Option<i32>,
    quantity: Option<Quantity>,
    correction_of: Option<DiaryEntryId>,
}

impl RecordDiary {
    /// Checks the line that stands at `place` (a JSON Pointer; empty when the body is one line).
    pub fn check(&self, place: &str, now: Timestamp) -> Result<NewEntry, Wrong> {
        let mut wrong = Wrong::default();
        let at = |field: &str| format!("{place}/{field}");
        let id = wrong.optional(&at("id"), &self.id, |w, p, f| w.code::<DiaryEntryId>(p, f, "wrong-id"));
        let plot = wrong.optional(&at("plot_id"), &self.plot_id, |w, p, f| {
            w.code::<PlotId>(p, f, "wrong-no-such-plot")
        });
        let batch = wrong.optional(&at("batch_id"), &self.batch_id, |w, p, f| {
            w.code::<BatchId>(p, f, "wrong-no-such-batch")
        });
        if plot == Some(None) && batch == Some(None) {
            wrong.note(at("plot_id"), "wrong-plot-or-batch");
        }
        let activity = wrong
            .required(&at("activity"), &self.activity)
            .and_then(|code| Activity::from_code(code));
        if activity.is_none() && wrong.at(&at("activity")).is_none() {
            wrong.note(at("activity"), "wrong-activity");
        }
        let happened_at = wrong.optional(&at("happened_at"), &self.happened_at, |w, p, f| moment(w, p, f, now));
        let note = wrong.prose(&at("note"), &self.note, 2000);
        let input_name = wrong.optional(&at("input_name"), &self.input_name, |w, p, f| w.line(p, f, 160));
        let interval_days = wrong.optional(&at("interval_days"), &self.interval_days, |w, p, f| {
            w.integer(p, f, 0..=365).and_then(|days| i32::try_from(days).ok())
        });
        let quantity = wrong.optional(&at("quantity"), &self.quantity, Wrong::quantity);
        let correction_of = wrong.optional(&at("correction_of"), &self.correction_of, |w, p, f| {
            w.code::<DiaryEntryId>(p, f, "wrong-no-such-entry")
        });
        checked!(wrong; id, plot, batch, activity, happened_at, note, input_name, interval_days, quantity, correction_of);
        Ok(NewEntry {
            place: place.to_owned(),
            id,
            plot,
            batch,
            activity,
            happened_at,
            note,
            input_name,
            interval_days,
            quantity,
            correction_of,
        })
    }
}

/// Writes the line and its event. A draft recorded before is given back as it stands.
pub async fn record_diary(
    unit: &mut Unit,
    resolver: &str,
    selling: &Selling,
    new: NewEntry,
) -> Result<diary_entry::Model, TraceError> {
    if let Some(id) = new.id
        && let Some(known) = diary_entry::Entity::find_by_id(id).one(&*unit).await?
    {
        let same = selling.acts_for(known.seller_id)
            && known.activity == new.activity
            && known.plot_id == new.plot
            && known.batch_id == new.batch
            && known.note == new.note;
        return if same {
            Ok(known)
        } else {
            Err(TraceError::DraftChanged {
                pointer: format!("{}/id", new.place),
            })
        };
    }
    let (seller, batch) = whose(unit, selling, &new).await?;
    let corrected = corrected(unit, seller, &new).await?;
    let batch_uri = batch.map(|batch| batch_uri(resolver, &batch.gtin, &batch.lot));
    let happened_at = new.happened_at.unwrap_or(unit.now());
    let event_id: EventId = unit.id();
    let cycle = match new.plot {
        Some(plot) => cycle_on(unit, plot, happened_at.day()).await?,
        None => None,
    };
    let corrects = corrected.as_ref().map(|line| events::name(line.event_id));
    let facts = DiaryFacts {
        activity: new.activity,
        happened_at,
        plot: new.plot,
        batch: batch_uri.as_deref(),
        note: &new.note,
        input_name: new.input_name.as_deref(),
        interval_days: new.interval_days,
        amount: new.quantity,
        corrects: corrects.as_deref(),
    };
    keep_event(unit, seller, events::diary(event_id, &facts)).await?;
    if let Some(line) = &corrected {
        declare_wrong(unit, resolver, line, event_id).await?;
    }
    let made = diary_entry::Model {
        id: new.id.unwrap_or_else(|| unit.id()),
        seller_id: seller,
        plot_id: new.plot,
        batch_id: new.batch,
        activity: new.activity,
        happened_at,
        recorded_at: unit.now(),
        recorded_by: recorder(unit, selling),
        note: new.note,
        input_name: new.input_name,
        interval_days: new.interval_days,
        event_id,
        cycle_id: cycle.map(|cycle| cycle.id),
        quantity: new.quantity.map(|quantity| quantity.amount),
        unit: new.quantity.map(|quantity| quantity.unit),
        correction_of: new.correction_of,
    };
    diary_entry::Entity::insert(made.clone().into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    let harvested = harvested_from(unit, &made).await?;
    hold_early_harvests(unit, &made, &harvested).await?;
    for batch in harvested
        .iter()
        .map(|batch| batch.id)
        .chain(made.batch_id.filter(|id| harvested.iter().all(|batch| batch.id != *id)))
    {
        // The scan pages of these batches show the line.
        unit.changed(Subject::Batch, batch, Cause::Edited).await?;
    }
    Ok(made)
}

/// Declares the event of `line` wrong: the same event once more, with the declaration and what is to be read instead
/// (EPCIS 2.0, 7.4.1.4). The first telling stays.
async fn declare_wrong(
    unit: &mut Unit,
    resolver: &str,
    line: &diary_entry::Model,
    instead: EventId,
) -> Result<(), TraceError> {
    let told = event::Entity::find_by_id(line.event_id).one(&*unit).await?;
    // What was erased is not declared anything.
    let Some(told) = told else { return Ok(()) };
    let declaration = unit.id();
    if let Some(declared) = events::declared_wrong(declaration, &told, resolver, unit.now(), instead) {
        keep_event(unit, line.seller_id, declared).await?;
    }
    Ok(())
}

/// The line that `new` corrects: one of the same seller's.
async fn corrected(unit: &Unit, seller: SellerId, new: &NewEntry) -> Result<Option<diary_entry::Model>, TraceError> {
    let Some(id) = new.correction_of else {
        return Ok(None);
    };
    let line = diary_entry::Entity::find_by_id(id)
        .filter(diary_entry::Column::SellerId.eq(seller))
        .one(unit)
        .await?;
    let pointer = || format!("{}/correction_of", new.place);
    line.map(Some)
        .ok_or_else(|| Wrong::one(pointer(), "wrong-no-such-entry").into())
}

fn recorder(unit: &Unit, selling: &Selling) -> PersonId {
    unit.actor().person().unwrap_or_else(|| selling.person())
}

/// The batches that were harvested from the line's plot.
async fn harvested_from(unit: &Unit, made: &diary_entry::Model) -> Result<Vec<batch::Model>, TraceError> {
    let Some(plot) = made.plot_id else {
        return Ok(Vec::new());
    };
    let rows = batch_plot::Entity::find()
        .filter(batch_plot::Column::PlotId.eq(plot))
        .all(unit)
        .await?;
    let ids = rows.into_iter().map(|row| row.batch_id);
    Ok(batch::Entity::find()
        .filter(batch::Column::Id.is_in(ids))
        .order_by_asc(batch::Column::Id)
        .all(unit)
        .await?)
}

/// A spraying that is told late may show that a harvest told earlier was too early.
async fn hold_early_harvests(
    unit: &mut Unit,
    made: &diary_entry::Model,
    harvested: &[batch::Model],
) -> Result<(), TraceError> {
    if made.activity != Activity::Spraying {
        return Ok(());
    }
    for batch in harvested {
        if let Some(hold) = pre_harvest_interval(batch.harvested_on, &[Spraying::of(made)]) {
            put_hold(unit, batch.id, hold).await?;
        }
    }
    Ok(())
}

/// Whose diary it is: that of the plot's or batch's seller, for whom the caller must act. What is not theirs is not there.
async fn whose(unit: &Unit, selling: &Selling, new: &NewEntry) -> Result<(SellerId, Option<batch::Model>), TraceError> {
    let mut wrong = Wrong::default();
    let mut sellers = Vec::new();
    if let Some(id) = new.plot {
        match plot::Entity::find_by_id(id)
            .one(unit)
            .await?
            .filter(|plot| selling.acts_for(plot.seller_id))
        {
            Some(plot) => sellers.push(plot.seller_id),
            None => wrong.note(format!("{}/plot_id", new.place), "wrong-no-such-plot"),
        }
    }
    let mut found = None;
    if let Some(id) = new.batch {
        match batch::Entity::find_by_id(id)
            .one(unit)
            .await?
            .filter(|batch| selling.acts_for(batch.seller_id))
        {
            Some(batch) => {
                sellers.push(batch.seller_id);
                found = Some(batch);
            }
            None => wrong.note(format!("{}/batch_id", new.place), "wrong-no-such-batch"),
        }
    }
    if sellers.windows(2).any(|pair| pair[0] != pair[1]) {
        wrong.note(format!("{}/batch_id", new.place), "wrong-no-such-batch");
    }
    wrong.result()?;
    sellers
        .first()
        .map(|seller| (*seller, found))
        .ok_or(TraceError::NoSuchThing)
}
