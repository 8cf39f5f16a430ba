//! Units whose sale is told by an event: a shop's till, or whoever else captures, says `retail_selling` of the sticker's
//! Digital Link (CBV 2.0, section 7.1). Whoever scans the sticker later hears that it was sold, and when.

use std::collections::HashMap;

use digital_link::DigitalLink;
use entity::{
    Gtin, Timestamp,
    ids::SellerId,
    trace::{batch, unit_serial},
};
use epcis::{BizStep, Disposition};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, Query},
};

use crate::{db::Unit, trace::events::Recorded};

/// Units in one statement.
const UNITS: usize = 200;

/// Marks the units that `told` says were sold, and takes back what it declares to be wrong. Only whose goods they are is
/// believed, and the first time told stands.
pub async fn mark_sold(unit: &Unit, seller: Option<SellerId>, told: &[Recorded]) -> Result<(), DbErr> {
    let Some(seller) = seller else { return Ok(()) };
    // The units of one time and one way in one statement.
    let mut by_time: HashMap<(Timestamp, bool), Vec<(Gtin, String)>> = HashMap::new();
    for event in told.iter().filter(|event| tells_of_a_sale(event)) {
        let named = event.epcs.iter().filter(|(role, _)| *role == "epc");
        let units = named.filter_map(|(_, epc)| serial_named(epc));
        by_time
            .entry((event.event_time, event.declares_error))
            .or_default()
            .extend(units);
    }
    for ((at, wrong), units) in by_time {
        for units in units.chunks(UNITS) {
            let (to, was) = if wrong {
                (None, unit_serial::Column::SoldAt.eq(at))
            } else {
                (Some(at), unit_serial::Column::SoldAt.is_null())
            };
            unit_serial::Entity::update_many()
                .col_expr(unit_serial::Column::SoldAt, Expr::value(to))
                .filter(was)
                .filter(any_of(units))
                .filter(unit_serial::Column::BatchId.in_subquery(batches_of(seller)))
                .exec(unit)
                .await?;
        }
    }
    Ok(())
}

fn tells_of_a_sale(event: &Recorded) -> bool {
    event.biz_step.as_deref() == Some(BizStep::RetailSelling.as_str())
        || event.disposition.as_deref() == Some(Disposition::RetailSold.as_str())
}

fn serial_named(epc: &str) -> Option<(Gtin, String)> {
    let link = DigitalLink::parse(epc).ok()?;
    Some((Gtin(link.gtin()?), link.serial()?.as_str().to_owned()))
}

fn any_of(units: &[(Gtin, String)]) -> Condition {
    units.iter().fold(Condition::any(), |any, (gtin, serial)| {
        any.add(
            Condition::all()
                .add(unit_serial::Column::Gtin.eq(gtin.clone()))
                .add(unit_serial::Column::Serial.eq(serial.clone())),
        )
    })
}

fn batches_of(seller: SellerId) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(batch::Column::Id)
        .from(batch::Entity)
        .and_where(batch::Column::SellerId.eq(seller))
        .to_owned()
}
