//! A seller's ways of delivery over HTTP.

use axum::{Json, extract::State};
use entity::{catalogue::seller, ids::SellerId};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Settings,
    update::{SetDelivery, set_delivery},
};
use crate::{
    app::App,
    catalogue::Selling,
    http::{
        body::{Body, Id},
        problem::Problem,
    },
    places,
};

/// How goods of a seller reach their buyers.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryWire {
    zones: Vec<ZoneWire>,
    pickup_points: Vec<PointWire>,
    farm_times: Vec<TimeWire>,
    /// `ship`, `pickup`, `farm`: every one where nothing is set.
    modes: Vec<&'static str>,
}

/// Places that are delivered to for one fee.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneWire {
    id: String,
    name: String,
    /// Codes of provinces and communes; empty is everywhere.
    places: Vec<String>,
    /// đồng
    fee: i64,
    /// What the fee carries.
    included_grams: i64,
    /// For each kilogram begun beyond that, in đồng.
    fee_per_kg: i64,
    /// Goods for so much, in đồng, are carried for nothing.
    free_from: Option<i64>,
}

/// Where goods may be fetched.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PointWire {
    id: String,
    name: String,
    commune_code: String,
    /// As an address ends: `Xã Tân Cương, Thái Nguyên`.
    commune: String,
    street: String,
    /// When it is open, in the seller's words.
    opening: String,
}

/// Hours of a weekday at which goods are fetched from the farm.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeWire {
    id: String,
    /// 1 (Monday) to 7 (Sunday).
    weekday: i32,
    from: String,
    to: String,
    closes_hours_before: i32,
    /// Orders that one such time has room for.
    capacity: i64,
}

impl From<&entity::orders::pickup_point::Model> for PointWire {
    fn from(row: &entity::orders::pickup_point::Model) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.clone(),
            commune_code: row.commune_code.to_string(),
            commune: places::commune(&row.commune_code).map_or_else(String::new, places::Commune::address),
            street: row.street.clone(),
            opening: row.opening.clone(),
        }
    }
}

impl From<Settings> for DeliveryWire {
    fn from(settings: Settings) -> Self {
        Self {
            modes: settings.modes().map(entity::orders::order::Delivery::code).collect(),
            zones: settings
                .zones
                .into_iter()
                .map(|row| ZoneWire {
                    id: row.id.to_string(),
                    name: row.name,
                    places: row.places.split_whitespace().map(str::to_owned).collect(),
                    fee: row.fee.0,
                    included_grams: row.included_grams,
                    fee_per_kg: row.fee_per_kg.0,
                    free_from: row.free_from.map(|from| from.0),
                })
                .collect(),
            pickup_points: settings.points.iter().map(PointWire::from).collect(),
            farm_times: settings
                .times
                .into_iter()
                .map(|row| TimeWire {
                    id: row.id.to_string(),
                    weekday: row.weekday,
                    from: row.opens,
                    to: row.closes,
                    closes_hours_before: row.closes_hours_before,
                    capacity: row.capacity,
                })
                .collect(),
        }
    }
}

async fn shown(db: &impl ConnectionTrait, seller: SellerId) -> Result<Json<DeliveryWire>, Problem> {
    let settings = Settings::read(db, &[seller]).await?.remove(&seller);
    Ok(Json(settings.unwrap_or_default().into()))
}

/// How a seller's goods reach their buyers, and for how much.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/delivery", tag = "orders", params(("id" = String, Path)),
    responses((status = OK, body = DeliveryWire)))]
pub async fn get_delivery(State(app): State<App>, Id(seller): Id<SellerId>) -> Result<Json<DeliveryWire>, Problem> {
    if seller::Entity::find_by_id(seller).one(app.db().read()).await?.is_none() {
        return Err(Problem::not_found());
    }
    shown(app.db().read(), seller).await
}

/// Says how goods of a seller of the caller's reach their buyers. Orders keep the fee they were placed with. Sending the
/// same twice changes nothing the second time.
#[utoipa::path(put, path = "/api/v1/sellers/{id}/delivery", tag = "orders", request_body = SetDelivery,
    params(("id" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = DeliveryWire)))]
pub async fn put_delivery(
    State(app): State<App>,
    selling: Selling,
    Id(seller): Id<SellerId>,
    Body { value, .. }: Body<SetDelivery>,
) -> Result<Json<DeliveryWire>, Problem> {
    if !selling.acts_for(seller) {
        return Err(Problem::not_found());
    }
    let new = value.check()?;
    app.write(selling.actor(), move |unit| {
        let new = new.clone();
        Box::pin(async move { set_delivery(unit, seller, new).await })
    })
    .await?;
    shown(app.db().read(), seller).await
}
