//! A buyer scratches a sticker and asks whether what stands there is right. The first who tells it marks the unit as used;
//! whoever comes later hears when that was.

use digital_link::DigitalLink;
use entity::{Gtin, Lot, ShortCode, trace::unit_serial};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use super::serials::scratch_hash;
use crate::{
    app::App,
    checked,
    db::Unit,
    http::{
        address::Address,
        input::{Field, Wrong},
        problem::Problem,
    },
    identity::limits::{Limit, note_failure, refuse_when_over},
    trace::TraceError,
};

/// Hidden codes told wrongly of one unit, and from one address. With 27 to the eighth codes an hour's ten guesses find one
/// once in three million years.
const OF_A_UNIT: Limit = Limit::new("scratch of", 10, 60);
const FROM: Limit = Limit::new("scratch from", 30, 60);

/// What stands on a sticker and under its scratch layer.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CheckSerial {
    /// What the sticker's code holds: a GS1 Digital Link with lot and serial.
    #[schema(value_type = String, example = "https://id.example.vn/01/08938505974019/10/CHE-2211/21/00001-BCDFGHJKLMN")]
    pub uri: Field<String>,
    /// What stands under the scratch layer.
    #[schema(value_type = String, example = "7KQ2M9XPA")]
    pub code: Field<String>,
}

/// The same, read.
#[derive(Clone, Debug)]
pub struct Told {
    gtin: Gtin,
    lot: Lot,
    serial: String,
    code: ShortCode,
}

impl CheckSerial {
    pub fn check(&self) -> Result<Told, Wrong> {
        let mut wrong = Wrong::default();
        let named = wrong.required("/uri", &self.uri).and_then(|uri| {
            let uri = uri.trim();
            let link = if uri.starts_with('/') {
                DigitalLink::parse_path(uri)
            } else {
                DigitalLink::parse(uri)
            };
            let link = link.ok()?;
            Some((Gtin(link.gtin()?), Lot(link.lot()?), link.serial()?.as_str().to_owned()))
        });
        if named.is_none() && wrong.at("/uri").is_none() {
            wrong.note("/uri", "wrong-serial-link");
        }
        // A slip of the pen is told by the check character: it is no guess.
        let code = wrong.code::<ShortCode>("/code", &self.code, "wrong-scratch-slip");
        checked!(wrong; named, code);
        let (gtin, lot, serial) = named;
        Ok(Told {
            gtin,
            lot,
            serial,
            code,
        })
    }
}

/// Refuses unless the code is the unit's. What is told wrongly counts, so that nobody tries them all.
pub async fn believe(app: &App, address: Address, told: &Told) -> Result<(), Problem> {
    let known = unit_serial::Entity::find_by_id((told.gtin.clone(), told.lot.clone(), told.serial.clone()))
        .one(app.db().read())
        .await?;
    let known = known.ok_or_else(|| Wrong::one("/uri", "wrong-no-such-serial"))?;
    let hash = known
        .scratch_hash
        .ok_or_else(|| Wrong::one("/uri", "wrong-no-scratch"))?;
    let unit = format!("{} {} {}", told.gtin, told.lot, told.serial);
    let mut limits = vec![(OF_A_UNIT, unit)];
    limits.extend(address.0.map(|address| (FROM, address.to_string())));
    refuse_when_over(app, &limits).await?;
    let right = scratch_hash(
        app.vault(),
        told.gtin.as_str(),
        told.lot.as_str(),
        &told.serial,
        &told.code,
    );
    if hash != right {
        note_failure(app, limits).await?;
        return Err(Wrong::one("/code", "wrong-scratch").into());
    }
    Ok(())
}

/// Marks the unit as used, unless it was; and whether this was the first time.
pub async fn use_up(unit: &Unit, told: &Told) -> Result<(unit_serial::Model, bool), TraceError> {
    let named = Condition::all()
        .add(unit_serial::Column::Gtin.eq(told.gtin.clone()))
        .add(unit_serial::Column::Lot.eq(told.lot.clone()))
        .add(unit_serial::Column::Serial.eq(told.serial.clone()));
    let marked = unit_serial::Entity::update_many()
        .col_expr(unit_serial::Column::UsedAt, Expr::value(unit.now()))
        .filter(named)
        .filter(unit_serial::Column::UsedAt.is_null())
        .exec(unit)
        .await?;
    let row = unit_serial::Entity::find_by_id((told.gtin.clone(), told.lot.clone(), told.serial.clone()))
        .one(unit)
        .await?
        .ok_or(TraceError::NoSuchThing)?;
    Ok((row, marked.rows_affected == 1))
}
