//! A seller says how goods reach their buyers.

use std::collections::{HashMap, HashSet};

use entity::{
    CommuneCode, Dong,
    catalogue::seller,
    ids::{DeliveryZoneId, FarmTimeId, PickupPointId, SellerId},
    orders::{delivery_zone, farm_time, pickup_point},
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Settings;
use crate::{
    catalogue::commune,
    checked,
    db::Unit,
    http::{
        input::{Field, Wrong},
        language::Message,
    },
    orders::OrdersError,
    places,
};

/// Items of each of the three lists.
const MOST: usize = 50;
/// Codes of one zone.
const MOST_PLACES: usize = 500;
/// A fee, in đồng: more than any parcel within the country costs.
const MOST_FEE: i64 = 10_000_000;
const MOST_GRAMS: i64 = 100_000_000;

/// How goods of a seller reach their buyers. What is left out is taken away; with all three lists empty every way is open
/// and costs nothing.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SetDelivery {
    #[schema(value_type = Vec<ZoneInput>, max_items = 50)]
    pub zones: Field<Vec<Field<ZoneInput>>>,
    #[schema(value_type = Vec<PointInput>, max_items = 50)]
    pub pickup_points: Field<Vec<Field<PointInput>>>,
    #[schema(value_type = Vec<TimeInput>, max_items = 50)]
    pub farm_times: Field<Vec<Field<TimeInput>>>,
}

/// Places that are delivered to for one fee.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ZoneInput {
    /// That of a zone there already; without it the zone of the same name is meant.
    #[schema(value_type = Option<String>)]
    pub id: Field<String>,
    #[schema(value_type = String, max_length = 80)]
    pub name: Field<String>,
    /// Codes of provinces (two digits) and communes (five); empty is everywhere. A place stands in one zone.
    #[schema(value_type = Vec<String>, max_items = 500)]
    pub places: Field<Vec<Field<String>>>,
    /// đồng
    #[schema(value_type = i64, minimum = 0)]
    pub fee: Field<i64>,
    /// What the fee carries, in grams; 0 when it is absent.
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub included_grams: Field<i64>,
    /// For each kilogram begun beyond that, in đồng; 0 when it is absent.
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub fee_per_kg: Field<i64>,
    /// Goods for so much, in đồng, are carried for nothing.
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub free_from: Field<i64>,
}

/// Where goods may be fetched.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct PointInput {
    #[schema(value_type = Option<String>)]
    pub id: Field<String>,
    #[schema(value_type = String, max_length = 80)]
    pub name: Field<String>,
    #[schema(value_type = String, example = "05503")]
    pub commune_code: Field<String>,
    #[schema(value_type = Option<String>, max_length = 200)]
    pub street: Field<String>,
    /// When it is open, in the seller's words.
    #[schema(value_type = Option<String>, max_length = 200, example = "Sáng thứ bảy, 6 đến 9 giờ")]
    pub opening: Field<String>,
}

/// Hours of a weekday at which goods are fetched from the farm.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct TimeInput {
    #[schema(value_type = Option<String>)]
    pub id: Field<String>,
    /// 1 (Monday) to 7 (Sunday).
    #[schema(value_type = i64, minimum = 1, maximum = 7)]
    pub weekday: Field<i64>,
    #[schema(value_type = String, example = "07:00")]
    pub from: Field<String>,
    #[schema(value_type = String, example = "10:00")]
    pub to: Field<String>,
    /// Hours before it begins in which nobody may choose it any more; 0 when it is absent.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 336)]
    pub closes_hours_before: Field<i64>,
    /// Orders that one such time has room for.
    #[schema(value_type = i64, minimum = 1)]
    pub capacity: Field<i64>,
}

/// Checked settings; an id is one that the seller gave, and may be none of theirs.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    zones: Vec<(Option<DeliveryZoneId>, Zone)>,
    points: Vec<(Option<PickupPointId>, Point)>,
    times: Vec<(Option<FarmTimeId>, Time)>,
}

#[derive(Clone, Debug)]
struct Zone {
    name: String,
    places: Vec<String>,
    fee: Dong,
    included_grams: i64,
    fee_per_kg: Dong,
    free_from: Option<Dong>,
}

#[derive(Clone, Debug)]
struct Point {
    name: String,
    commune_code: CommuneCode,
    street: String,
    opening: String,
}

#[derive(Clone, Debug)]
struct Time {
    weekday: i32,
    opens: String,
    closes: String,
    closes_hours_before: i32,
    capacity: i64,
}

impl SetDelivery {
    pub fn check(&self) -> Result<NewDelivery, Wrong> {
        let mut wrong = Wrong::default();
        let zones = each(&mut wrong, "/zones", &self.zones, zone);
        let pickup_points = each(&mut wrong, "/pickup_points", &self.pickup_points, point);
        let farm_times = each(&mut wrong, "/farm_times", &self.farm_times, time);
        if let Some(zones) = &zones {
            check_places(&mut wrong, zones);
        }
        checked!(wrong; zones, pickup_points, farm_times);
        Ok(NewDelivery {
            zones,
            points: pickup_points,
            times: farm_times,
        })
    }
}

/// Reads a list; absent it is empty.
fn each<T, U>(
    wrong: &mut Wrong,
    pointer: &str,
    field: &Field<Vec<Field<T>>>,
    read: impl Fn(&mut Wrong, &str, &T) -> Option<U>,
) -> Option<Vec<U>> {
    if field.is_missing() {
        return Some(Vec::new());
    }
    let given = wrong.required(pointer, field)?;
    if given.len() > MOST {
        wrong.note(pointer, Message::new("wrong-too-many").with("max", MOST));
        return None;
    }
    let read: Vec<_> = given
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let at = format!("{pointer}/{place}");
            let item = wrong.required(&at, field)?;
            read(wrong, &at, item)
        })
        .collect();
    read.into_iter().collect()
}

#[expect(clippy::option_option, reason = "refused, or not given, or given: three things")]
fn id<I: std::str::FromStr>(wrong: &mut Wrong, at: &str, field: &Field<String>) -> Option<Option<I>> {
    wrong.optional(&format!("{at}/id"), field, |wrong, pointer, field| {
        wrong.code::<I>(pointer, field, "wrong-id")
    })
}

fn number(wrong: &mut Wrong, pointer: &str, field: &Field<i64>, most: i64) -> Option<i64> {
    wrong
        .optional(pointer, field, |wrong, pointer, field| {
            wrong.integer(pointer, field, 0..=most)
        })
        .map(Option::unwrap_or_default)
}

fn zone(wrong: &mut Wrong, at: &str, given: &ZoneInput) -> Option<(Option<DeliveryZoneId>, Zone)> {
    let id = id(wrong, at, &given.id);
    let name = wrong.line(&format!("{at}/name"), &given.name, 80);
    let places = codes(wrong, &format!("{at}/places"), &given.places);
    let fee = wrong.integer(&format!("{at}/fee"), &given.fee, 0..=MOST_FEE);
    let included_grams = number(
        wrong,
        &format!("{at}/included_grams"),
        &given.included_grams,
        MOST_GRAMS,
    );
    let fee_per_kg = number(wrong, &format!("{at}/fee_per_kg"), &given.fee_per_kg, MOST_FEE);
    let free_from = wrong.optional(&format!("{at}/free_from"), &given.free_from, Wrong::dong);
    let zone = Zone {
        name: name?,
        places: places?,
        fee: Dong(fee?),
        included_grams: included_grams?,
        fee_per_kg: Dong(fee_per_kg?),
        free_from: free_from?,
    };
    Some((id?, zone))
}

fn codes(wrong: &mut Wrong, pointer: &str, field: &Field<Vec<Field<String>>>) -> Option<Vec<String>> {
    let given = wrong.required(pointer, field)?;
    if given.len() > MOST_PLACES {
        wrong.note(pointer, Message::new("wrong-too-many").with("max", MOST_PLACES));
        return None;
    }
    let read: Vec<_> = given
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let at = format!("{pointer}/{place}");
            let code = wrong.required(&at, field)?.trim();
            let known = places::provinces().iter().any(|province| province.code == code)
                || code
                    .parse::<CommuneCode>()
                    .is_ok_and(|code| places::commune(&code).is_some());
            if !known {
                wrong.note(at, "wrong-zone-place");
            }
            known.then(|| code.to_owned())
        })
        .collect();
    read.into_iter().collect()
}

/// A place stands in one zone, and one zone at most is everywhere: so nobody has to ask which fee is meant.
fn check_places(wrong: &mut Wrong, zones: &[(Option<DeliveryZoneId>, Zone)]) {
    let (mut seen, mut everywhere) = (HashSet::new(), false);
    for (number, (_, zone)) in zones.iter().enumerate() {
        if zone.places.is_empty() && std::mem::replace(&mut everywhere, true) {
            wrong.note(format!("/zones/{number}/places"), "wrong-zone-twice");
        }
        for (place, code) in zone.places.iter().enumerate() {
            if !seen.insert(code.as_str()) {
                wrong.note(format!("/zones/{number}/places/{place}"), "wrong-zone-twice");
            }
        }
    }
}

fn point(wrong: &mut Wrong, at: &str, given: &PointInput) -> Option<(Option<PickupPointId>, Point)> {
    let id = id(wrong, at, &given.id);
    let name = wrong.line(&format!("{at}/name"), &given.name, 80);
    let commune_code = commune(wrong, &format!("{at}/commune_code"), &given.commune_code);
    let street = wrong.optional(&format!("{at}/street"), &given.street, |wrong, pointer, field| {
        wrong.prose(pointer, field, 200)
    });
    let opening = wrong.optional(&format!("{at}/opening"), &given.opening, |wrong, pointer, field| {
        wrong.prose(pointer, field, 200)
    });
    let point = Point {
        name: name?,
        commune_code: commune_code?,
        street: street?.unwrap_or_default(),
        opening: opening?.unwrap_or_default(),
    };
    Some((id?, point))
}

fn time(wrong: &mut Wrong, at: &str, given: &TimeInput) -> Option<(Option<FarmTimeId>, Time)> {
    let id = id(wrong, at, &given.id);
    let weekday = wrong.integer(&format!("{at}/weekday"), &given.weekday, 1..=7);
    let opens = clock(wrong, &format!("{at}/from"), &given.from);
    let closes = clock(wrong, &format!("{at}/to"), &given.to);
    let before = number(
        wrong,
        &format!("{at}/closes_hours_before"),
        &given.closes_hours_before,
        336,
    );
    let capacity = wrong.integer(&format!("{at}/capacity"), &given.capacity, 1..=100_000);
    let (opens, closes) = (opens?, closes?);
    if closes <= opens {
        wrong.note(format!("{at}/to"), "wrong-hours-order");
        return None;
    }
    let time = Time {
        weekday: i32::try_from(weekday?).ok()?,
        opens,
        closes,
        closes_hours_before: i32::try_from(before?).ok()?,
        capacity: capacity?,
    };
    Some((id?, time))
}

/// `HH:MM`, 00:00 to 23:59.
fn clock(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<String> {
    let text = wrong.required(pointer, field)?.trim();
    let two = |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok());
    let read = text.split_once(':').and_then(|(hours, minutes)| {
        let (hours, minutes): (u32, u32) = (two(hours).flatten()?, two(minutes).flatten()?);
        (hours < 24 && minutes < 60).then(|| text.to_owned())
    });
    if read.is_none() {
        wrong.note(pointer, "wrong-clock");
    }
    read
}

/// Which row each of `given` is: the one whose id it gives, else the one that `same` finds, else a new one (`None`). A row
/// stands for one item only.
fn match_up<I: Copy + Eq + std::hash::Hash, T>(
    wrong: &mut Wrong,
    pointer: &str,
    given: &[(Option<I>, T)],
    rows: &[I],
    same: impl Fn(&T, I) -> bool,
) -> Vec<Option<I>> {
    let mut free: HashSet<I> = rows.iter().copied().collect();
    let mut matched: HashMap<usize, I> = HashMap::new();
    for (place, (id, _)) in given.iter().enumerate() {
        if let Some(id) = id {
            if free.remove(id) {
                matched.insert(place, *id);
            } else {
                wrong.note(format!("{pointer}/{place}/id"), "wrong-no-such-item");
            }
        }
    }
    for (place, (id, item)) in given.iter().enumerate() {
        if id.is_none()
            && let Some(row) = rows.iter().find(|row| free.contains(row) && same(item, **row))
        {
            free.remove(row);
            matched.insert(place, *row);
        }
    }
    (0..given.len()).map(|place| matched.get(&place).copied()).collect()
}

/// Makes `new` what the seller has set. Sending the same twice changes nothing the second time.
pub async fn set_delivery(unit: &mut Unit, seller: SellerId, new: NewDelivery) -> Result<(), OrdersError> {
    // Two at once would each write what the other is taking away: an update that changes nothing takes the seller's lock.
    seller::Entity::update_many()
        .col_expr(seller::Column::Name, Expr::col(seller::Column::Name))
        .filter(seller::Column::Id.eq(seller))
        .exec(&*unit)
        .await?;
    let before = Settings::read(&*unit, &[seller])
        .await?
        .remove(&seller)
        .unwrap_or_default();
    let mut wrong = Wrong::default();
    let ids: Vec<_> = before.zones.iter().map(|row| row.id).collect();
    let zones = match_up(&mut wrong, "/zones", &new.zones, &ids, |zone, id| {
        before.zones.iter().any(|row| row.id == id && row.name == zone.name)
    });
    let ids: Vec<_> = before.points.iter().map(|row| row.id).collect();
    let points = match_up(&mut wrong, "/pickup_points", &new.points, &ids, |point, id| {
        before.points.iter().any(|row| row.id == id && row.name == point.name)
    });
    let ids: Vec<_> = before.times.iter().map(|row| row.id).collect();
    let times = match_up(&mut wrong, "/farm_times", &new.times, &ids, |time, id| {
        let same = |row: &farm_time::Model| row.id == id && row.weekday == time.weekday && row.opens == time.opens;
        before.times.iter().any(same)
    });
    wrong.result()?;
    let after = Settings {
        zones: new
            .zones
            .into_iter()
            .zip(zones)
            .zip(0..)
            .map(|(((_, zone), id), position)| delivery_zone::Model {
                id: id.unwrap_or_else(|| unit.id()),
                seller_id: seller,
                position,
                name: zone.name,
                places: zone.places.join(" "),
                fee: zone.fee,
                included_grams: zone.included_grams,
                fee_per_kg: zone.fee_per_kg,
                free_from: zone.free_from,
            })
            .collect(),
        points: new
            .points
            .into_iter()
            .zip(points)
            .zip(0..)
            .map(|(((_, point), id), position)| pickup_point::Model {
                id: id.unwrap_or_else(|| unit.id()),
                seller_id: seller,
                position,
                name: point.name,
                commune_code: point.commune_code,
                street: point.street,
                opening: point.opening,
            })
            .collect(),
        times: new
            .times
            .into_iter()
            .zip(times)
            .map(|((_, time), id)| farm_time::Model {
                id: id.unwrap_or_else(|| unit.id()),
                seller_id: seller,
                weekday: time.weekday,
                opens: time.opens,
                closes: time.closes,
                closes_hours_before: time.closes_hours_before,
                capacity: time.capacity,
            })
            .collect(),
    };
    replace::<delivery_zone::Entity, _>(unit, delivery_zone::Column::SellerId, seller, after.zones).await?;
    replace::<pickup_point::Entity, _>(unit, pickup_point::Column::SellerId, seller, after.points).await?;
    replace::<farm_time::Entity, _>(unit, farm_time::Column::SellerId, seller, after.times).await?;
    Ok(())
}

/// Nothing points to these rows, so they may be written anew.
async fn replace<E, M>(unit: &Unit, column: E::Column, seller: SellerId, rows: Vec<M>) -> Result<(), OrdersError>
where
    E: EntityTrait<Model = M>,
    M: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    E::delete_many().filter(column.eq(seller)).exec(unit).await?;
    if !rows.is_empty() {
        let rows: Vec<E::ActiveModel> = rows.into_iter().map(IntoActiveModel::into_active_model).collect();
        E::insert_many(rows).exec_without_returning(unit).await?;
    }
    Ok(())
}
