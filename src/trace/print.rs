//! What a batch's stickers say, and setting them off the async threads.

use digital_link::{DigitalLink, Serial};
use entity::{
    catalogue,
    trace::{batch, plot, roll, roll_code},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{
    TraceError,
    events::batch_uri,
    labels::{self, Fact, Format, LabelData, LabelError, Sticker, Template, serials::Printing},
    read::BatchView,
};
use crate::{media::print::in_turn, places};

/// Stickers as a file.
pub async fn set(template: Template, format: Format, data: LabelData) -> Result<Vec<u8>, TraceError> {
    Ok(in_turn(move || labels::file(template, format, &data))
        .await
        .map_err(LabelError::from)??)
}

/// The public name of one unit of a batch.
#[must_use]
pub fn serial_uri(resolver: &str, batch: &batch::Model, serial: &str) -> String {
    Serial::parse(serial).map_or_else(
        |_| batch_uri(resolver, &batch.gtin, &batch.lot),
        |serial| DigitalLink::for_lot_serial(*batch.gtin, &batch.lot, &serial).uri(resolver),
    )
}

/// `count` stickers that are alike and name the batch.
pub fn alike(resolver: &str, batch: &batch::Model, count: usize) -> Vec<Sticker> {
    vec![Sticker::plain(batch_uri(resolver, &batch.gtin, &batch.lot)); count]
}

/// One sticker for each serial.
pub fn one_by_one(resolver: &str, batch: &batch::Model, printing: Vec<Printing>) -> Vec<Sticker> {
    let sticker = |printing: Printing| Sticker {
        link: serial_uri(resolver, batch, &printing.serial.serial),
        own: vec![("Số", printing.serial.serial)],
        scratch: printing.hidden.map(|hidden| hidden.to_string()),
    };
    printing.into_iter().map(sticker).collect()
}

/// What `stickers` of a batch say.
pub async fn of_batch(
    db: &impl ConnectionTrait,
    resolver: &str,
    view: &BatchView,
    stickers: Vec<Sticker>,
) -> Result<LabelData, TraceError> {
    let batch = &view.batch;
    let product = catalogue::product::Entity::find_by_id(batch.product_id)
        .one(db)
        .await?
        .ok_or(TraceError::NoSuchThing)?;
    let seller = catalogue::seller::Entity::find_by_id(batch.seller_id)
        .one(db)
        .await?
        .ok_or(TraceError::NoSuchThing)?;
    let plots = plot::Entity::find()
        .filter(plot::Column::Id.is_in(view.plots.iter().copied()))
        .all(db)
        .await?;
    // Where it grew, when that is one commune; else where the producer is.
    let grown = plots
        .first()
        .map(|plot| &plot.commune_code)
        .filter(|code| plots.iter().all(|plot| plot.commune_code == **code));
    let place = places::commune(grown.unwrap_or(&seller.commune_code))
        .map(places::Commune::address)
        .unwrap_or_default();
    let fact = |name, value: String| Fact {
        name,
        value,
        always: true,
    };
    let mut facts = vec![
        fact("Lô", batch.lot.to_string()),
        fact("NSX", batch.packed_on.unwrap_or(batch.harvested_on).to_string()),
    ];
    facts.extend(batch.expires_on.map(|day| fact("HSD", day.to_string())));
    facts.push(fact("Mã", batch.short_code.to_string()));
    Ok(LabelData {
        title: product.name,
        producer: seller.name,
        place,
        facts,
        stickers,
        short_link: Some(format!("{resolver}/t/{}", batch.short_code)),
        margin: None,
    })
}

/// What the stickers of a roll say: where they are used and which they are, and of no product.
pub fn of_roll(resolver: &str, roll: &roll::Model, codes: Vec<roll_code::Model>) -> LabelData {
    let sticker = |code: roll_code::Model| Sticker {
        link: format!("{resolver}/t/{}", code.code),
        own: vec![
            ("Số", running(&roll.commune_code, code.number)),
            ("Mã", code.code.to_string()),
        ],
        scratch: None,
    };
    LabelData {
        title: "Tem truy xuất nguồn gốc".to_owned(),
        producer: places::commune(&roll.commune_code)
            .map(places::Commune::address)
            .unwrap_or_default(),
        place: String::new(),
        facts: Vec::new(),
        stickers: codes.into_iter().map(sticker).collect(),
        short_link: None,
        margin: None,
    }
}

/// A running number as stickers have it: `05503-000431`.
#[must_use]
pub fn running(commune: &entity::CommuneCode, number: i32) -> String {
    format!("{commune}-{number:06}")
}
