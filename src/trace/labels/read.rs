//! What is known of single stickers.

use entity::{
    Gtin, Lot, ShortCode, Timestamp,
    ids::BatchId,
    trace::{batch, roll, roll_code, unit_serial},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

/// A unit with a name of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialView {
    pub batch: BatchId,
    pub serial: String,
    /// Counted from 1 within the batch.
    pub number: i32,
    pub printed_at: Timestamp,
    pub sold_at: Option<Timestamp>,
    /// When what stands under the scratch layer was told for the first time.
    pub used_at: Option<Timestamp>,
    /// Whether there is a scratch layer.
    pub scratch: bool,
}

impl From<unit_serial::Model> for SerialView {
    fn from(row: unit_serial::Model) -> Self {
        Self {
            batch: row.batch_id,
            serial: row.serial,
            number: row.number,
            printed_at: row.printed_at,
            sold_at: row.sold_at,
            used_at: row.used_at,
            scratch: row.scratch_hash.is_some(),
        }
    }
}

/// The unit that `serial` names; `None`: it was never printed.
pub async fn serial_of(
    db: &impl ConnectionTrait,
    gtin: &Gtin,
    lot: &Lot,
    serial: &str,
) -> Result<Option<SerialView>, DbErr> {
    let row = unit_serial::Entity::find_by_id((gtin.clone(), lot.clone(), serial.to_owned()))
        .one(db)
        .await?;
    Ok(row.map(SerialView::from))
}

/// What a short code names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeView {
    /// It was never given.
    Unknown,
    /// A sticker of a roll that nobody has told the batch of.
    Unbound { roll: roll::Model },
    /// A batch, by its own code or by that of a sticker of a roll.
    Bound(batch::Model),
}

/// What `code` names.
pub async fn code_of(db: &impl ConnectionTrait, code: &ShortCode) -> Result<CodeView, DbErr> {
    let of_batch = batch::Entity::find()
        .filter(batch::Column::ShortCode.eq(code.clone()))
        .one(db)
        .await?;
    if let Some(batch) = of_batch {
        return Ok(CodeView::Bound(batch));
    }
    let Some(sticker) = roll_code::Entity::find_by_id(code.clone()).one(db).await? else {
        return Ok(CodeView::Unknown);
    };
    let bound = match sticker.batch_id {
        Some(id) => batch::Entity::find_by_id(id).one(db).await?,
        None => None,
    };
    if let Some(batch) = bound {
        return Ok(CodeView::Bound(batch));
    }
    let roll = roll::Entity::find_by_id(sticker.roll_id).one(db).await?;
    Ok(roll.map_or(CodeView::Unknown, |roll| CodeView::Unbound { roll }))
}

/// How many units of a batch have a sticker of their own, against how many there can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Serial numbers that were printed.
    pub serials: u64,
    /// Stickers of rolls that were told to be stuck on it.
    pub bound: u64,
    /// Units that were made; `None` where the batch is told by weight or volume, of which nobody knows how many packs it fills.
    pub produced: Option<u64>,
}

impl Printed {
    /// How many stickers there are beyond the units; 0 where that cannot be told.
    #[must_use]
    pub fn over(&self) -> u64 {
        self.produced
            .map_or(0, |produced| (self.serials + self.bound).saturating_sub(produced))
    }
}

/// Stickers of `batch` that name one unit each, against its units. Sheets that repeat the batch's own code do not count:
/// they are printed again when a printer jams, and name no unit.
pub async fn printed_against_produced(db: &impl ConnectionTrait, batch: &batch::Model) -> Result<Printed, DbErr> {
    let serials = unit_serial::Entity::find()
        .filter(unit_serial::Column::BatchId.eq(batch.id))
        .count(db)
        .await?;
    let bound = roll_code::Entity::find()
        .filter(roll_code::Column::BatchId.eq(batch.id))
        .count(db)
        .await?;
    let produced = match batch.unit.base() {
        Some(_) => None,
        // A part of a box is a box that was opened.
        None => u64::try_from(batch.quantity.0).ok().map(|amount| amount.div_ceil(1000)),
    };
    Ok(Printed {
        serials,
        bound,
        produced,
    })
}
