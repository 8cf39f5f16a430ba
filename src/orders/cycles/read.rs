//! Order cycles. Nothing here writes.

use std::collections::HashMap;

use entity::{
    Timestamp,
    ids::{ListingId, OrderCycleId, SellerId},
    orders::{cycle, cycle_listing},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::http::{language::Message, list::Paging};

/// The cycles of each of `listings` that is in any, the one that opens first first.
pub(in crate::orders) async fn of_listings(
    db: &impl ConnectionTrait,
    listings: &[ListingId],
) -> Result<HashMap<ListingId, Vec<cycle::Model>>, DbErr> {
    let links = cycle_listing::Entity::find()
        .filter(cycle_listing::Column::ListingId.is_in(listings.iter().copied()))
        .all(db)
        .await?;
    if links.is_empty() {
        return Ok(HashMap::new());
    }
    let cycles = cycle::Entity::find()
        .filter(cycle::Column::Id.is_in(links.iter().map(|link| link.cycle_id)))
        .order_by_asc(cycle::Column::OpensAt)
        .order_by_asc(cycle::Column::Id)
        .all(db)
        .await?;
    let mut found: HashMap<ListingId, Vec<cycle::Model>> = HashMap::new();
    for cycle in cycles {
        for link in links.iter().filter(|link| link.cycle_id == cycle.id) {
            found.entry(link.listing_id).or_default().push(cycle.clone());
        }
    }
    Ok(found)
}

/// Where a listing stands with its cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::orders) enum Standing<'c> {
    /// It is in none and sold at any time.
    Free,
    Open(&'c cycle::Model),
    /// None is open; this one opens next.
    Opens(&'c cycle::Model),
    /// All of them are over.
    Over,
}

/// Where a listing of `cycles` stands at `now` (pure). Of several that are open the one that closes first counts.
pub(in crate::orders) fn standing(cycles: &[cycle::Model], now: Timestamp) -> Standing<'_> {
    if cycles.is_empty() {
        return Standing::Free;
    }
    let open = cycles
        .iter()
        .filter(|cycle| cycle.opens_at <= now && now < cycle.closes_at)
        .min_by_key(|cycle| (cycle.closes_at, cycle.id));
    let next = cycles
        .iter()
        .filter(|cycle| cycle.opens_at > now)
        .min_by_key(|cycle| (cycle.opens_at, cycle.id));
    match (open, next) {
        (Some(open), _) => Standing::Open(open),
        (None, Some(next)) => Standing::Opens(next),
        (None, None) => Standing::Over,
    }
}

impl<'c> Standing<'c> {
    pub(in crate::orders) const fn open(self) -> Option<&'c cycle::Model> {
        match self {
            Self::Open(cycle) => Some(cycle),
            Self::Free | Self::Opens(_) | Self::Over => None,
        }
    }

    /// Why it cannot be ordered now.
    pub(in crate::orders) fn refusal(self) -> Option<Message> {
        match self {
            Self::Free | Self::Open(_) => None,
            Self::Opens(cycle) => Some(
                Message::new("orders-say-cycle-opens")
                    .with("cycle", cycle.name.clone())
                    .with("at", cycle.opens_at.to_string()),
            ),
            Self::Over => Some(Message::new("orders-say-cycle-over")),
        }
    }
}

/// The cycle `id`.
pub(in crate::orders) async fn cycle(
    db: &impl ConnectionTrait,
    id: OrderCycleId,
) -> Result<Option<cycle::Model>, DbErr> {
    cycle::Entity::find_by_id(id).one(db).await
}

/// A cycle and what is listed in it.
pub(super) type View = (cycle::Model, Vec<ListingId>);

/// The cycle `id` of `seller`.
pub(super) async fn one(db: &impl ConnectionTrait, seller: SellerId, id: OrderCycleId) -> Result<Option<View>, DbErr> {
    let row = cycle::Entity::find_by_id(id)
        .filter(cycle::Column::SellerId.eq(seller))
        .one(db)
        .await?;
    Ok(with_listings(db, row.into_iter().collect()).await?.pop())
}

/// The cycles of `seller`, newest first, a page at a time; one more than fits.
pub(super) async fn of_seller(db: &impl ConnectionTrait, seller: SellerId, paging: Paging) -> Result<Vec<View>, DbErr> {
    let mut query = cycle::Entity::find()
        .filter(cycle::Column::SellerId.eq(seller))
        .order_by_desc(cycle::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(cycle::Column::Id.lt(OrderCycleId(before)));
    }
    with_listings(db, query.all(db).await?).await
}

async fn with_listings(db: &impl ConnectionTrait, rows: Vec<cycle::Model>) -> Result<Vec<View>, DbErr> {
    let links = cycle_listing::Entity::find()
        .filter(cycle_listing::Column::CycleId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(cycle_listing::Column::ListingId)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let of = links.iter().filter(|link| link.cycle_id == row.id);
            let listings = of.map(|link| link.listing_id).collect();
            (row, listings)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use entity::{Day, ids::SellerId};
    use uuid::Uuid;

    use super::*;

    fn cycle(number: u128, opens: i64, closes: i64) -> cycle::Model {
        cycle::Model {
            id: OrderCycleId(Uuid::from_u128(number)),
            seller_id: SellerId(Uuid::nil()),
            name: "Đợt rau".to_owned(),
            opens_at: Timestamp(opens),
            closes_at: Timestamp(closes),
            hand_over_on: Day::from_iso("2026-11-28").expect("a day"),
            ship: true,
            pickup: false,
            farm: false,
            note: String::new(),
            created_at: Timestamp(0),
            created_by: None,
        }
    }

    #[test]
    fn a_listing_is_sold_while_one_of_its_cycles_is_open() {
        let cycles = [cycle(1, 10, 20), cycle(2, 30, 40), cycle(3, 35, 37)];
        let at = |now: i64| match standing(&cycles, Timestamp(now)) {
            Standing::Free => 0,
            Standing::Open(cycle) => i64::try_from(cycle.id.0.as_u128()).unwrap_or(0),
            Standing::Opens(cycle) => -i64::try_from(cycle.id.0.as_u128()).unwrap_or(0),
            Standing::Over => -99,
        };
        assert_eq!(
            [9, 10, 19, 20, 30, 36, 37, 39, 40].map(at),
            [-1, 1, 1, -2, 2, 3, 2, 2, -99]
        );
        assert_eq!(standing(&[], Timestamp(0)), Standing::Free);
        assert!(standing(&cycles, Timestamp(9)).refusal().is_some());
        assert!(standing(&cycles, Timestamp(10)).refusal().is_none());
    }
}
