//! What sellers have set of delivery. Nothing here writes.

use std::collections::HashMap;

use entity::{
    ids::SellerId,
    orders::{delivery_zone, farm_time, order::Delivery, pickup_point},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, QueryFilter, QueryOrder};

/// What a seller has set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub zones: Vec<delivery_zone::Model>,
    pub points: Vec<pickup_point::Model>,
    pub times: Vec<farm_time::Model>,
}

impl Settings {
    /// Those of each of `sellers` who has set anything.
    pub async fn read(db: &impl ConnectionTrait, sellers: &[SellerId]) -> Result<HashMap<SellerId, Self>, DbErr> {
        let mut found: HashMap<SellerId, Self> = HashMap::new();
        let zones = delivery_zone::Entity::find()
            .filter(delivery_zone::Column::SellerId.is_in(sellers.iter().copied()))
            .order_by_asc(delivery_zone::Column::Position)
            .all(db)
            .await?;
        for row in zones {
            found.entry(row.seller_id).or_default().zones.push(row);
        }
        let points = pickup_point::Entity::find()
            .filter(pickup_point::Column::SellerId.is_in(sellers.iter().copied()))
            .order_by_asc(pickup_point::Column::Position)
            .all(db)
            .await?;
        for row in points {
            found.entry(row.seller_id).or_default().points.push(row);
        }
        let times = farm_time::Entity::find()
            .filter(farm_time::Column::SellerId.is_in(sellers.iter().copied()))
            .order_by_asc(farm_time::Column::Weekday)
            .order_by_asc(farm_time::Column::Opens)
            .all(db)
            .await?;
        for row in times {
            found.entry(row.seller_id).or_default().times.push(row);
        }
        Ok(found)
    }

    fn nothing(&self) -> bool {
        self.zones.is_empty() && self.points.is_empty() && self.times.is_empty()
    }

    /// Whether goods are handed over in this way.
    #[must_use]
    pub fn offers(&self, delivery: Delivery) -> bool {
        self.nothing()
            || match delivery {
                Delivery::Ship => !self.zones.is_empty(),
                Delivery::Pickup => !self.points.is_empty(),
                Delivery::Farm => !self.times.is_empty(),
            }
    }

    /// The ways in which goods are handed over.
    pub fn modes(&self) -> impl Iterator<Item = Delivery> {
        Delivery::iter().filter(|delivery| self.offers(*delivery))
    }
}
