//! What a recall reaches. Nothing here writes: the preview, the recall itself, the spreadsheet and the drill all ask here.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::{
    catalogue::{product, seller},
    ids::{BatchId, EventId, ListingId, OrderId, PoolId, SellerId, StallId},
    listings::{listing, pool_lot, stock_hold},
    market::{sale, sale_line, stall},
    orders::{group, line, order},
    recall::{recall::Scope, thing::Direction},
    trace::{batch, event},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    listings::freeze::drawing_on,
    trace::graph::{self, Reach},
};

/// Things one recall follows at most; beyond that it says that it was cut off.
pub const MOST: usize = 20_000;
/// Values in one statement.
const TOGETHER: usize = 500;

/// A batch of this exchange that is affected.
#[derive(Clone, Debug)]
pub struct Batch {
    pub batch: batch::Model,
    /// Its name in the graph.
    pub epc: String,
    pub direction: Direction,
}

/// What lies up and down from a thing.
#[derive(Clone, Debug, Default)]
pub struct Things {
    pub batches: Vec<Batch>,
    /// What is no batch of this exchange.
    pub foreign: Vec<(String, Direction)>,
    /// The events by which the walk went.
    pub events: Vec<EventId>,
    pub truncated: bool,
}

impl Things {
    #[must_use]
    pub fn ids(&self) -> Vec<BatchId> {
        self.batches.iter().map(|one| one.batch.id).collect()
    }
}

/// What is affected by things.
#[derive(Clone, Debug, Default)]
pub struct Affected {
    pub listings: Vec<listing::Model>,
    pub sold: Vec<Sold>,
    pub orders: Vec<Order>,
    pub stalls: Vec<StallId>,
}

/// Goods of an affected batch that somebody ordered.
#[derive(Clone, Debug)]
pub struct Sold {
    pub hold: stock_hold::Model,
    pub line: line::Model,
}

/// An order with affected goods, and whose it is.
#[derive(Clone, Debug)]
pub struct Order {
    pub order: order::Model,
    pub group: group::Model,
    /// Some of its affected goods have left the seller.
    pub left: bool,
}

impl Affected {
    /// How many orders have goods that have left, and how many only such as have not.
    #[must_use]
    pub fn orders_left(&self) -> (usize, usize) {
        let left = self.orders.iter().filter(|order| order.left).count();
        (left, self.orders.len() - left)
    }
}

/// What the thing `root` (a key of the graph) reaches within `scope`.
pub async fn things(db: &impl ConnectionTrait, root: &str, scope: Scope) -> Result<Things, DbErr> {
    let from = [root.to_owned()];
    let none = Reach::default();
    let (up, down) = match scope {
        Scope::Batch => (none.clone(), none),
        Scope::Downstream => (none, graph::forward(db, &from, MOST).await?),
        Scope::UpstreamAndDownstream => (
            graph::backward(db, &from, MOST).await?,
            graph::forward(db, &from, MOST).await?,
        ),
    };
    let mut placed: Vec<(String, Direction)> = vec![(root.to_owned(), Direction::Root)];
    let mut seen: HashSet<&str> = HashSet::from([root]);
    for (reach, direction) in [(&up, Direction::Upstream), (&down, Direction::Downstream)] {
        for epc in &reach.epcs {
            if seen.insert(epc) {
                placed.push((epc.clone(), direction));
            }
        }
    }
    let keys: Vec<&str> = placed.iter().map(|(epc, _)| epc.as_str()).collect();
    let mut ours = ours(db, &keys).await?;
    let events: BTreeSet<EventId> = up.events.iter().chain(&down.events).copied().collect();
    let mut things = Things {
        events: events.into_iter().collect(),
        truncated: up.truncated || down.truncated,
        ..Things::default()
    };
    for (epc, direction) in placed {
        match ours.remove(&epc) {
            Some(batch) => things.batches.push(Batch { batch, epc, direction }),
            None => things.foreign.push((epc, direction)),
        }
    }
    Ok(things)
}

/// Those of `keys` that are batches of this exchange.
async fn ours(db: &impl ConnectionTrait, keys: &[&str]) -> Result<HashMap<String, batch::Model>, DbErr> {
    let named: Vec<_> = keys.iter().filter_map(|key| graph::batch_of(key)).collect();
    let mut found = HashMap::new();
    for some in named.chunks(TOGETHER) {
        let gtins: BTreeSet<_> = some.iter().map(|(gtin, _)| gtin.clone()).collect();
        let lots: BTreeSet<_> = some.iter().map(|(_, lot)| lot.clone()).collect();
        let rows = batch::Entity::find()
            .filter(batch::Column::Gtin.is_in(gtins))
            .filter(batch::Column::Lot.is_in(lots))
            .all(db)
            .await?;
        // GTIN of the one and lot of the other is neither.
        let wanted: HashSet<_> = some.iter().collect();
        for row in rows {
            if wanted.contains(&(row.gtin.clone(), row.lot.clone())) {
                found.insert(graph::batch_key(&row.gtin, &row.lot), row);
            }
        }
    }
    Ok(found)
}

/// What draws on `batches`, who ordered of them, and which stalls sold or bought of them.
pub async fn affected(db: &impl ConnectionTrait, batches: &[BatchId]) -> Result<Affected, DbErr> {
    let mut affected = Affected::default();
    let mut listings: BTreeMap<ListingId, listing::Model> = BTreeMap::new();
    let mut orders: BTreeMap<OrderId, bool> = BTreeMap::new();
    let mut stalls: BTreeSet<StallId> = BTreeSet::new();
    for some in batches.chunks(TOGETHER) {
        for row in drawing_on(db, some).await? {
            listings.insert(row.id, row);
        }
        for one in sold(db, some).await? {
            let left = orders.entry(one.line.order_id).or_default();
            *left |= one.hold.state == stock_hold::State::Issued;
            affected.sold.push(one);
        }
        stalls.extend(stalls_of(db, some).await?);
    }
    affected.listings = listings.into_values().collect();
    affected.orders = orders_of(db, &orders).await?;
    // Whoever bought of it and keeps a stall sells it on.
    let buyers: BTreeSet<_> = affected
        .orders
        .iter()
        .filter_map(|order| order.group.person_id)
        .collect();
    for some in buyers.into_iter().collect::<Vec<_>>().chunks(TOGETHER) {
        let kept: Vec<StallId> = stall::Entity::find()
            .select_only()
            .column(stall::Column::Id)
            .filter(stall::Column::PersonId.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        stalls.extend(kept);
    }
    affected.stalls = stalls.into_iter().collect();
    Ok(affected)
}

/// Goods of `batches` that somebody ordered and has not given up.
async fn sold(db: &impl ConnectionTrait, batches: &[BatchId]) -> Result<Vec<Sold>, DbErr> {
    // Holds are found by their pool, and a lot lies in one.
    let pools: Vec<PoolId> = pool_lot::Entity::find()
        .select_only()
        .column(pool_lot::Column::PoolId)
        .distinct()
        .filter(pool_lot::Column::BatchId.is_in(batches.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    if pools.is_empty() {
        return Ok(Vec::new());
    }
    let holds = stock_hold::Entity::find()
        .filter(stock_hold::Column::PoolId.is_in(pools))
        .filter(stock_hold::Column::BatchId.is_in(batches.iter().copied()))
        .filter(stock_hold::Column::State.ne(stock_hold::State::Released))
        .order_by_asc(stock_hold::Column::Id)
        .all(db)
        .await?;
    let mut lines = HashMap::new();
    let holders: Vec<_> = holds
        .iter()
        .map(|hold| entity::ids::OrderLineId(hold.holder_id))
        .collect();
    for some in holders.chunks(TOGETHER) {
        let rows = line::Entity::find()
            .filter(line::Column::Id.is_in(some.iter().copied()))
            .all(db)
            .await?;
        lines.extend(rows.into_iter().map(|line| (line.id.0, line)));
    }
    Ok(holds
        .into_iter()
        .filter_map(|hold| {
            let line = lines.get(&hold.holder_id)?.clone();
            Some(Sold { hold, line })
        })
        .collect())
}

async fn orders_of(db: &impl ConnectionTrait, left: &BTreeMap<OrderId, bool>) -> Result<Vec<Order>, DbErr> {
    let ids: Vec<OrderId> = left.keys().copied().collect();
    let mut orders = Vec::new();
    for some in ids.chunks(TOGETHER) {
        let rows = order::Entity::find()
            .filter(order::Column::Id.is_in(some.iter().copied()))
            .order_by_asc(order::Column::Id)
            .all(db)
            .await?;
        let groups: HashMap<_, _> = group::Entity::find()
            .filter(group::Column::Id.is_in(rows.iter().map(|row| row.group_id)))
            .all(db)
            .await?
            .into_iter()
            .map(|group| (group.id, group))
            .collect();
        orders.extend(rows.into_iter().filter_map(|order| {
            Some(Order {
                group: groups.get(&order.group_id)?.clone(),
                left: left.get(&order.id).copied().unwrap_or(false),
                order,
            })
        }));
    }
    Ok(orders)
}

/// The stalls that sold of `batches`.
async fn stalls_of(db: &impl ConnectionTrait, batches: &[BatchId]) -> Result<Vec<StallId>, DbErr> {
    let to_sale = sale_line::Entity::belongs_to(sale::Entity)
        .from(sale_line::Column::SaleId)
        .to(sale::Column::Id)
        .into();
    sale_line::Entity::find()
        .select_only()
        .column(sale::Column::StallId)
        .distinct()
        .join(sea_orm::JoinType::InnerJoin, to_sale)
        .filter(sale_line::Column::BatchId.is_in(batches.iter().copied()))
        .into_tuple()
        .all(db)
        .await
}

/// Others who told of the way of these things: sellers of whom no batch is affected, and how many events each told.
pub async fn partners(db: &impl ConnectionTrait, things: &Things) -> Result<Vec<(String, usize)>, DbErr> {
    let own: HashSet<SellerId> = things.batches.iter().map(|one| one.batch.seller_id).collect();
    let mut told: BTreeMap<SellerId, usize> = BTreeMap::new();
    for some in things.events.chunks(TOGETHER) {
        let tellers: Vec<Option<SellerId>> = event::Entity::find()
            .select_only()
            .column(event::Column::SellerId)
            .filter(event::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        for teller in tellers.into_iter().flatten().filter(|teller| !own.contains(teller)) {
            *told.entry(teller).or_default() += 1;
        }
    }
    let sellers = sellers_of(db, told.keys().copied()).await?;
    Ok(told
        .into_iter()
        .filter_map(|(id, events)| Some((sellers.get(&id)?.name.clone(), events)))
        .collect())
}

/// The sellers `ids`.
pub async fn sellers_of(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = SellerId>,
) -> Result<HashMap<SellerId, seller::Model>, DbErr> {
    let ids: Vec<_> = ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut found = HashMap::new();
    for some in ids.chunks(TOGETHER) {
        let rows = seller::Entity::find()
            .filter(seller::Column::Id.is_in(some.iter().copied()))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

/// The products of `batches`.
pub async fn products_of(
    db: &impl ConnectionTrait,
    batches: &[Batch],
) -> Result<HashMap<entity::ids::ProductId, product::Model>, DbErr> {
    let ids: Vec<_> = batches
        .iter()
        .map(|one| one.batch.product_id)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut found = HashMap::new();
    for some in ids.chunks(TOGETHER) {
        let rows = product::Entity::find()
            .filter(product::Column::Id.is_in(some.iter().copied()))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}
