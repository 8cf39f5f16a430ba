//! What a batch's stickers say, and setting them off the async threads.

use entity::{catalogue, trace::plot};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{
    TraceError,
    events::batch_uri,
    labels::{self, LabelData, LabelError, Template},
    read::BatchView,
};
use crate::{media::print::in_turn, places};

/// `count` stickers of a batch as a PDF.
pub async fn print(
    db: &impl ConnectionTrait,
    resolver: &str,
    view: &BatchView,
    template: Template,
    count: usize,
) -> Result<Vec<u8>, TraceError> {
    let data = label_data(db, resolver, view, count).await?;
    Ok(in_turn(move || labels::sheet(template, &data))
        .await
        .map_err(LabelError::from)??)
}

async fn label_data(
    db: &impl ConnectionTrait,
    resolver: &str,
    view: &BatchView,
    count: usize,
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
    Ok(LabelData {
        product: product.name,
        producer: seller.name,
        lot: batch.lot.to_string(),
        produced_on: batch.packed_on.unwrap_or(batch.harvested_on).to_string(),
        expires_on: batch.expires_on.map(|day| day.to_string()),
        place,
        short_code: batch.short_code.to_string(),
        quantity: None,
        links: vec![batch_uri(resolver, &batch.gtin, &batch.lot); count],
        short_link: Some(format!("{resolver}/t/{}", batch.short_code)),
    })
}
