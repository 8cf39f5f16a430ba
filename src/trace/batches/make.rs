//! What every new batch needs, however it comes to be: a free lot, its rows, and the fact for whoever keeps stock.

use entity::{
    Day, Gtin, Lot, Quantity,
    catalogue::product,
    ids::{BatchId, PlotId},
    trace::{batch, batch_input, batch_plot},
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::{
    db::{Unit, is_duplicate},
    trace::TraceError,
};

/// The topic under which a batch is left that others were made of, for the room that keeps stock.
pub const USED: &str = "trace.used";

/// A lot of the day: `261121-01`, `261121-02`…
pub(super) async fn free_lot(unit: &mut Unit, product: &product::Model, day: Day) -> Result<Lot, TraceError> {
    loop {
        let number = unit.next_number(&format!("lot-{}-{}", product.id, day.iso())).await?;
        let lot: Lot = format!("{}-{number:02}", day.yymmdd())
            .parse()
            .map_err(|_| TraceError::LotTaken)?;
        // The seller may have written the same lot by hand.
        if find_lot(unit, &product.gtin, &lot).await?.is_none() {
            return Ok(lot);
        }
    }
}

pub(super) async fn find_lot(unit: &Unit, gtin: &Gtin, lot: &Lot) -> Result<Option<batch::Model>, TraceError> {
    let same = batch::Entity::find()
        .filter(batch::Column::Gtin.eq(gtin.clone()))
        .filter(batch::Column::Lot.eq(lot.clone()));
    Ok(same.one(unit).await?)
}

/// Writes the batch, where it grew and what went into it.
pub(super) async fn insert(
    unit: &mut Unit,
    made: &batch::Model,
    plots: &[PlotId],
    inputs: &[(BatchId, Quantity)],
) -> Result<(), TraceError> {
    // Asked first, because on PostgreSQL a broken uniqueness ends the transaction without saying which rule it was.
    if find_lot(unit, &made.gtin, &made.lot).await?.is_some() {
        return Err(TraceError::LotTaken);
    }
    match batch::Entity::insert(made.clone().into_active_model())
        .exec_without_returning(unit)
        .await
    {
        Ok(_) => {}
        Err(error) if is_duplicate(&error) => return Err(TraceError::LotTaken),
        Err(error) => return Err(error.into()),
    }
    for plot in plots {
        let row = batch_plot::Model {
            batch_id: made.id,
            plot_id: *plot,
        };
        batch_plot::Entity::insert(row.into_active_model())
            .exec_without_returning(&*unit)
            .await?;
    }
    for (input, quantity) in inputs {
        let row = batch_input::Model {
            batch_id: made.id,
            input_id: *input,
            quantity: quantity.amount,
            unit: quantity.unit,
        };
        batch_input::Entity::insert(row.into_active_model())
            .exec_without_returning(&*unit)
            .await?;
        // Where the input is on sale, so much less of it is.
        unit.leave(USED, input.to_string()).await?;
    }
    Ok(())
}
