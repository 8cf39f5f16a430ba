//! A seller opens a cycle, changes it, or takes it back.

use entity::{
    Day, Timestamp,
    frame::change::{Cause, Subject},
    ids::{ListingId, OrderCycleId, SellerId},
    listings::listing,
    orders::{
        cycle, cycle_listing,
        order::{self, Delivery},
    },
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, Iterable, PaginatorTrait,
    QueryFilter,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    checked,
    db::{SubjectId, Unit},
    http::{
        body::day,
        input::{Field, Wrong},
        language::Message,
    },
    orders::OrdersError,
};

const MOST_LISTINGS: usize = 200;

/// Days in which orders are taken for one day of hand-over. A change leaves out what stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CycleInput {
    #[schema(value_type = String, max_length = 120, example = "Rau cuối tuần")]
    pub name: Field<String>,
    #[schema(value_type = String, example = "2026-11-23T06:00:00+07:00")]
    pub opens_at: Field<String>,
    /// From then on nothing is ordered nor changed. Later than it opens, and not over yet.
    #[schema(value_type = String, example = "2026-11-26T20:00:00+07:00")]
    pub closes_at: Field<String>,
    /// Not before the day on which it closes.
    #[schema(value_type = String, example = "2026-11-28")]
    pub hand_over_on: Field<String>,
    /// `ship`, `pickup`, `farm`: at least one of them.
    #[schema(value_type = Vec<String>)]
    pub modes: Field<Vec<Field<String>>>,
    /// Listings of this seller, which are sold only while one of their cycles is open.
    #[schema(value_type = Vec<String>, max_items = 200)]
    pub listing_ids: Field<Vec<Field<String>>>,
    /// Shown to buyers.
    #[schema(value_type = Option<String>, max_length = 500)]
    pub note: Field<String>,
}

/// A checked change of a cycle; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    name: Option<String>,
    opens_at: Option<Timestamp>,
    closes_at: Option<Timestamp>,
    hand_over_on: Option<Day>,
    modes: Option<Vec<Delivery>>,
    listings: Option<Vec<ListingId>>,
    note: Option<String>,
}

impl CycleInput {
    /// A new cycle gives everything but a note.
    pub fn check(&self, new: bool) -> Result<Changes, Wrong> {
        let mut wrong = Wrong::default();
        if new {
            let missing = [
                ("/name", self.name.is_missing()),
                ("/opens_at", self.opens_at.is_missing()),
                ("/closes_at", self.closes_at.is_missing()),
                ("/hand_over_on", self.hand_over_on.is_missing()),
                ("/modes", self.modes.is_missing()),
                ("/listing_ids", self.listing_ids.is_missing()),
            ];
            for (pointer, _) in missing.into_iter().filter(|(_, missing)| *missing) {
                wrong.note(pointer, "wrong-required");
            }
        }
        let name = wrong.optional("/name", &self.name, |wrong, pointer, field| {
            wrong.line(pointer, field, 120)
        });
        let opens_at = wrong.optional("/opens_at", &self.opens_at, moment);
        let closes_at = wrong.optional("/closes_at", &self.closes_at, moment);
        let hand_over_on = wrong.optional("/hand_over_on", &self.hand_over_on, day);
        let modes = wrong.optional("/modes", &self.modes, modes);
        let listings = wrong.optional("/listing_ids", &self.listing_ids, listings);
        let note = wrong.optional("/note", &self.note, |wrong, pointer, field| {
            wrong.prose(pointer, field, 500)
        });
        checked!(wrong; name, opens_at, closes_at, hand_over_on, modes, listings, note);
        Ok(Changes {
            name,
            opens_at,
            closes_at,
            hand_over_on,
            modes,
            listings,
            note,
        })
    }
}

fn moment(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<Timestamp> {
    let text = wrong.required(pointer, field)?.trim();
    let read = text
        .parse::<Timestamp>()
        .ok()
        .filter(|at| (0..=Timestamp::MAX.0).contains(&at.0));
    if read.is_none() {
        wrong.note(pointer, "wrong-moment");
    }
    read
}

fn modes(wrong: &mut Wrong, pointer: &str, field: &Field<Vec<Field<String>>>) -> Option<Vec<Delivery>> {
    let given = wrong.required(pointer, field)?;
    if given.is_empty() {
        wrong.note(pointer, "wrong-required");
        return None;
    }
    let read: Vec<_> = given
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let at = format!("{pointer}/{place}");
            let code = wrong.required(&at, field)?;
            let found = Delivery::iter().find(|delivery| delivery.code() == code);
            if found.is_none() {
                wrong.note(at, "wrong-delivery");
            }
            found
        })
        .collect();
    read.into_iter().collect()
}

fn listings(wrong: &mut Wrong, pointer: &str, field: &Field<Vec<Field<String>>>) -> Option<Vec<ListingId>> {
    let given = wrong.required(pointer, field)?;
    if given.len() > MOST_LISTINGS {
        wrong.note(pointer, Message::new("wrong-too-many").with("max", MOST_LISTINGS));
        return None;
    }
    let read: Vec<_> = given
        .iter()
        .enumerate()
        .map(|(place, field)| wrong.code::<ListingId>(&format!("{pointer}/{place}"), field, "wrong-no-such-listing"))
        .collect();
    let mut read = read.into_iter().collect::<Option<Vec<_>>>()?;
    let mut seen = std::collections::HashSet::new();
    read.retain(|id| seen.insert(*id));
    Some(read)
}

/// Opens a cycle of `seller`, or makes `changes` to the one that is there.
pub async fn set_cycle(
    unit: &mut Unit,
    seller: SellerId,
    before: Option<cycle::Model>,
    changes: Changes,
) -> Result<OrderCycleId, OrdersError> {
    let new = before.is_none();
    let mut row = before.clone().unwrap_or_else(|| cycle::Model {
        id: unit.id(),
        seller_id: seller,
        name: String::new(),
        opens_at: unit.now(),
        closes_at: unit.now(),
        hand_over_on: unit.now().day(),
        ship: false,
        pickup: false,
        farm: false,
        note: String::new(),
        created_at: unit.now(),
        created_by: unit.actor().person(),
    });
    row.name = changes.name.unwrap_or(row.name);
    row.opens_at = changes.opens_at.unwrap_or(row.opens_at);
    row.closes_at = changes.closes_at.unwrap_or(row.closes_at);
    row.hand_over_on = changes.hand_over_on.unwrap_or(row.hand_over_on);
    row.note = changes.note.unwrap_or(row.note);
    if let Some(modes) = changes.modes {
        (row.ship, row.pickup, row.farm) = (
            modes.contains(&Delivery::Ship),
            modes.contains(&Delivery::Pickup),
            modes.contains(&Delivery::Farm),
        );
    }
    let mut wrong = Wrong::default();
    if row.closes_at <= row.opens_at {
        wrong.note("/closes_at", "wrong-cycle-order");
    } else if changes.closes_at.is_some() && row.closes_at <= unit.now() {
        wrong.note("/closes_at", "wrong-past");
    }
    if row.hand_over_on < row.closes_at.day() {
        wrong.note("/hand_over_on", "wrong-cycle-hand-over");
    }
    if let Some(wanted) = &changes.listings {
        let known = listing::Entity::find()
            .filter(listing::Column::Id.is_in(wanted.iter().copied()))
            .filter(listing::Column::SellerId.eq(seller))
            .all(&*unit)
            .await?;
        for (place, id) in wanted.iter().enumerate() {
            if known.iter().all(|row| row.id != *id) {
                wrong.note(format!("/listing_ids/{place}"), "wrong-no-such-listing");
            }
        }
    }
    wrong.result()?;
    let id = row.id;
    if new {
        cycle::Entity::insert(row.into_active_model())
            .exec_without_returning(&*unit)
            .await?;
    } else {
        cycle::Entity::update(row.into_active_model().reset_all())
            .exec(&*unit)
            .await?;
    }
    if let Some(wanted) = changes.listings {
        list_in(unit, id, wanted).await?;
    }
    Ok(id)
}

/// Makes `wanted` what is listed in the cycle. Their pages and lists show it: whoever reads a listing's page learns when it
/// is sold.
async fn list_in(unit: &mut Unit, id: OrderCycleId, wanted: Vec<ListingId>) -> Result<(), OrdersError> {
    let before = cycle_listing::Entity::find()
        .filter(cycle_listing::Column::CycleId.eq(id))
        .all(&*unit)
        .await?;
    cycle_listing::Entity::delete_many()
        .filter(cycle_listing::Column::CycleId.eq(id))
        .exec(&*unit)
        .await?;
    if !wanted.is_empty() {
        let rows = wanted.iter().map(|listing| cycle_listing::ActiveModel {
            cycle_id: Set(id),
            listing_id: Set(*listing),
        });
        cycle_listing::Entity::insert_many(rows)
            .exec_without_returning(&*unit)
            .await?;
    }
    let moved: Vec<SubjectId> = before
        .iter()
        .map(|row| row.listing_id)
        .filter(|listing| !wanted.contains(listing))
        .chain(
            wanted
                .iter()
                .copied()
                .filter(|listing| before.iter().all(|row| row.listing_id != *listing)),
        )
        .map(SubjectId::from)
        .collect();
    unit.changed_all(Subject::Listing, moved, Cause::Edited).await?;
    Ok(())
}

/// Takes a cycle back in which nobody ordered anything.
pub async fn take_back(unit: &mut Unit, id: OrderCycleId) -> Result<(), OrdersError> {
    let ordered = order::Entity::find()
        .filter(order::Column::CycleId.eq(id))
        .count(&*unit)
        .await?;
    if ordered > 0 {
        return Err(OrdersError::CycleHasOrders);
    }
    list_in(unit, id, Vec::new()).await?;
    cycle::Entity::delete_by_id(id).exec(&*unit).await?;
    Ok(())
}
