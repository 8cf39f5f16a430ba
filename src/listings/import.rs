//! Writing what another exchange tells: its listings come, change and go. Only the federation room calls this.

use std::collections::{BTreeMap, HashMap};

use entity::{
    Timestamp,
    frame::change::{Cause, Subject},
    ids::ListingId,
    listings::{
        remote_exchange,
        remote_listing::{ActiveModel, Column, Entity, State},
    },
    text,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, Iterable, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use super::remote::RemoteListing;
use crate::{
    catalogue::category::category,
    db::{SubjectId, Unit},
    http::language::Language,
    places,
};

/// Makes the exchange known, or takes note of its new name and address.
pub async fn keep_exchange(unit: &mut Unit, exchange_id: &str, name: &str, url: &str) -> Result<(), DbErr> {
    let row = remote_exchange::ActiveModel {
        exchange_id: Set(exchange_id.to_owned()),
        name: Set(name.to_owned()),
        url: Set(url.to_owned()),
        // It has told us nothing yet that it could vouch for.
        fresh_until: Set(Timestamp(0)),
    };
    let known = OnConflict::column(remote_exchange::Column::ExchangeId)
        .update_columns([remote_exchange::Column::Name, remote_exchange::Column::Url])
        .to_owned();
    remote_exchange::Entity::insert(row)
        .on_conflict(known)
        .exec_without_returning(&*unit)
        .await?;
    Ok(())
}

/// The exchange vouches until `until` for everything it has told and not taken back.
pub async fn vouch(unit: &mut Unit, exchange_id: &str, until: Timestamp) -> Result<(), DbErr> {
    let Some(before) = remote_exchange::Entity::find_by_id(exchange_id).one(&*unit).await? else {
        return Ok(());
    };
    remote_exchange::Entity::update_many()
        .col_expr(remote_exchange::Column::FreshUntil, Expr::value(until))
        .filter(remote_exchange::Column::ExchangeId.eq(exchange_id))
        .exec(&*unit)
        .await?;
    if before.fresh_until <= unit.now() {
        // What had left the lists as stale may be back: lists depend on any listing, so one change row tells them all.
        let any = SubjectId(unit.id());
        unit.changed_all(Subject::Listing, [any], Cause::Edited).await?;
    }
    Ok(())
}

/// Writes `listings` as the exchange tells them; the last telling of a listing counts. A listing that is known keeps its
/// id and its address.
pub async fn import(
    unit: &mut Unit,
    exchange_id: &str,
    generation: i64,
    listings: Vec<RemoteListing>,
) -> Result<(), DbErr> {
    // One statement cannot write a row twice.
    let listings: BTreeMap<String, RemoteListing> = listings
        .into_iter()
        .map(|listing| (listing.remote_id.clone(), listing))
        .collect();
    if listings.is_empty() {
        return Ok(());
    }
    let known: HashMap<String, _> = Entity::find()
        .filter(Column::ExchangeId.eq(exchange_id))
        .filter(Column::RemoteId.is_in(listings.keys()))
        .all(&*unit)
        .await?
        .into_iter()
        .map(|row| (row.remote_id.clone(), row))
        .collect();
    let (mut made, mut edited, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for (remote_id, listing) in listings {
        let (id, slug) = if let Some(row) = known.get(&remote_id) {
            if row.state == State::Gone || row.digest != listing.digest {
                edited.push(SubjectId::from(row.id));
            }
            (row.id, row.slug.clone())
        } else {
            let id: ListingId = unit.id();
            made.push(SubjectId::from(id));
            // More of the id than our own slugs carry: the two kinds share one name space.
            (id, text::slug(&listing.title, &id.0.simple().to_string()[22..]))
        };
        rows.push(ActiveModel {
            id: Set(id),
            slug: Set(slug),
            exchange_id: Set(exchange_id.to_owned()),
            generation: Set(generation),
            ..row(listing)?
        });
    }
    let again = OnConflict::column(Column::Id)
        .update_columns(Column::iter().filter(|column| !matches!(column, Column::Id | Column::Slug)))
        .to_owned();
    Entity::insert_many(rows)
        .on_conflict(again)
        .exec_without_returning(&*unit)
        .await?;
    unit.changed_all(Subject::Listing, made, Cause::Made).await?;
    unit.changed_all(Subject::Listing, edited, Cause::Edited).await
}

fn row(listing: RemoteListing) -> Result<ActiveModel, DbErr> {
    let search_text = search_text(&listing);
    let (star, star_until) = listing.star.unzip();
    Ok(ActiveModel {
        search_text: Set(search_text),
        details: Set(serde_json::to_string(&listing.details).map_err(|error| DbErr::Type(error.to_string()))?),
        photo_url: Set(listing.details.photos.into_iter().next()),
        remote_id: Set(listing.remote_id),
        title: Set(listing.title),
        price: Set(listing.price),
        unit: Set(listing.unit),
        stock_mode: Set(listing.stock_mode),
        left_amount: Set(listing.left),
        in_stock: Set(listing.in_stock),
        category: Set(listing.category),
        star: Set(star.map(i32::from)),
        star_until: Set(star_until),
        seller_name: Set(listing.seller_name),
        commune_code: Set(listing.commune_code),
        commune_name: Set(listing.commune_name),
        gtin: Set(listing.gtin),
        url: Set(listing.url),
        state: Set(State::Live),
        fresh_until: Set(listing.fresh_until),
        published_at: Set(listing.published_at),
        updated_at: Set(listing.updated_at),
        digest: Set(listing.digest),
        ..Default::default()
    })
}

/// What a search finds it by, without tones: the same words as for a listing of ours.
fn search_text(listing: &RemoteListing) -> String {
    let leaf = category(&listing.category);
    let group = leaf.and_then(|leaf| leaf.parent.as_deref()).and_then(category);
    let address = match places::commune(&listing.commune_code) {
        Some(commune) => commune.address(),
        None => format!("{}, {}", listing.commune_name, listing.details.province_name),
    };
    let words = [
        Some(listing.title.as_str()),
        Some(listing.seller_name.as_str()),
        leaf.map(|category| category.name(Language::Vietnamese)),
        group.map(|category| category.name(Language::Vietnamese)),
        Some(address.as_str()),
    ];
    let text: Vec<String> = words.into_iter().flatten().map(text::fold).collect();
    text.join(" ")
}

/// Takes the listings with these ids off sale. One that is unknown or gone already is no mistake.
pub async fn withdraw_import(unit: &mut Unit, exchange_id: &str, remote_ids: &[String]) -> Result<(), DbErr> {
    let live: Vec<ListingId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ExchangeId.eq(exchange_id))
        .filter(Column::RemoteId.is_in(remote_ids))
        .filter(Column::State.eq(State::Live))
        .into_tuple()
        .all(&*unit)
        .await?;
    withdraw(unit, live).await
}

/// Takes off sale up to `limit` listings that the snapshot `generation` did not have; returns how many they were.
pub async fn withdraw_older(unit: &mut Unit, exchange_id: &str, generation: i64, limit: u64) -> Result<usize, DbErr> {
    let live: Vec<ListingId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ExchangeId.eq(exchange_id))
        .filter(Column::Generation.lt(generation))
        .filter(Column::State.eq(State::Live))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(&*unit)
        .await?;
    let count = live.len();
    withdraw(unit, live).await?;
    Ok(count)
}

async fn withdraw(unit: &mut Unit, ids: Vec<ListingId>) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Gone))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(&*unit)
        .await?;
    unit.changed_all(Subject::Listing, ids.into_iter().map(SubjectId::from), Cause::Withdrawn)
        .await
}
