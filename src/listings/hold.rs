//! Stock somebody has reserved: held, then released or issued.
//!
//! Stock moves by `UPDATE … WHERE enough`, never by reading first and writing then, and the tables' CHECKs stand behind
//! that. The update of the pool is also its lock: which lots the goods come from is settled while nobody else can move
//! them. Pre-orders, which are rows of listings, come before pools and each in the order of their keys, so that two units
//! never wait crosswise.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
};

use entity::{
    Day, Lot, Quantity, Thousandths,
    frame::change::{Cause, Subject},
    ids::{BatchId, ListingId, PoolId, StockHoldId},
    listings::{
        listing::{self, StockMode},
        pool, pool_lot,
        stock_hold::{self, State},
    },
    trace::batch,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    Statement, Value,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

use super::{
    pools::{SOLD, Why, note_move},
    stock,
};
use crate::db::{SubjectId, Unit};

/// What one holder wants of one listing.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'l> {
    /// An id of a room above, by which the hold is released or issued.
    pub holder: Uuid,
    pub listing: &'l listing::Model,
    /// In the listing's unit, above zero.
    pub quantity: Thousandths,
}

/// A listing that has less than was wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    pub holder: Uuid,
    /// What could still be had, in the listing's unit.
    pub left: Quantity,
}

#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// In the order in which they were wanted.
    #[error("{} listings have less than was wanted", .0.len())]
    Short(Vec<Short>),
    #[error(transparent)]
    Internal(#[from] DbErr),
}

/// Holds all that is `wanted`, or nothing of it, and tells by holder which lots the goods come from.
///
/// Of a pool, lots come first whose last day is nearest, and stock of no lot last; what lies in lots that are held back
/// is not there. A pre-order is held against its cap. What is made to order is never short and holds nothing.
pub async fn hold(unit: &mut Unit, wanted: &[Wanted<'_>]) -> Result<HashMap<Uuid, Vec<HeldLot>>, HoldError> {
    let mut in_turn: Vec<_> = wanted.iter().enumerate().collect();
    in_turn.sort_by_key(|(_, want)| (want.listing.pool_id, want.listing.id));
    let mut taking = Taking::default();
    let mut pools: BTreeMap<PoolId, Vec<Turn<'_>>> = BTreeMap::new();
    for turn in in_turn {
        match (turn.1.listing.stock_mode, turn.1.listing.pool_id) {
            (StockMode::Stock, Some(pool)) => pools.entry(pool).or_default().push(turn),
            (StockMode::Preorder, _) => taking.of_cap(unit, turn).await?,
            // A CHECK keeps a listing of stock from being without a pool.
            (StockMode::OnDemand, _) | (StockMode::Stock, None) => {}
        }
    }
    taking.of_pools(unit, &pools).await?;
    taking.allot(unit, &pools).await?;
    if taking.short.is_empty() {
        return Ok(taking.write(unit).await?);
    }
    taking.undo(unit).await?;
    let mut short = Vec::new();
    for turns in taking.short {
        tell_short(unit, &turns, &mut short).await?;
    }
    short.sort_by_key(|(place, _)| *place);
    Err(HoldError::Short(short.into_iter().map(|(_, short)| short).collect()))
}

/// Puts what `holders` still hold back on sale.
pub async fn release(unit: &mut Unit, holders: &[Uuid]) -> Result<(), DbErr> {
    close(unit, holders, State::Released).await?.tell(unit).await
}

/// Takes what `holders` still hold out of the stock: it leaves the seller's hands.
pub async fn issue(unit: &mut Unit, holders: &[Uuid]) -> Result<(), DbErr> {
    // What may be sold stays the same, so there is nothing to tell the public.
    close(unit, holders, State::Issued).await.map(|_| ())
}

/// Keeps the listing `id` from being edited, reviewed or ordered beyond a limit by anybody else until this unit ends.
/// Listings are locked before pools, and several in the order of their keys.
pub async fn lock_listing(unit: &Unit, id: ListingId) -> Result<(), DbErr> {
    listing::Entity::update_many()
        .col_expr(listing::Column::Promised, plus(listing::Column::Promised, 0))
        .filter(listing::Column::Id.eq(id))
        .exec(unit)
        .await
        .map(|_| ())
}

/// Tells of every live listing that draws on `pool`.
pub(super) async fn tell_pool(unit: &mut Unit, pool: PoolId) -> Result<(), DbErr> {
    let moved = Moved {
        pools: BTreeSet::from([pool]),
        ..Moved::default()
    };
    moved.tell(unit).await
}

/// What a unit moved, so that each listing is told of once.
#[derive(Debug, Default)]
struct Moved {
    pools: BTreeSet<PoolId>,
    preorders: BTreeSet<ListingId>,
}

impl Moved {
    /// Appends to the change log every live listing of which more or less may be sold now.
    async fn tell(self, unit: &mut Unit) -> Result<(), DbErr> {
        let mut listings = self.preorders;
        if !self.pools.is_empty() {
            let drawing: Vec<ListingId> = listing::Entity::find()
                .select_only()
                .column(listing::Column::Id)
                .filter(listing::Column::PoolId.is_in(self.pools))
                .filter(listing::Column::State.eq(listing::State::Live))
                .into_tuple()
                .all(&*unit)
                .await?;
            listings.extend(drawing);
        }
        let listings = listings.into_iter().map(SubjectId::from).collect::<Vec<_>>();
        unit.changed_all(Subject::Listing, listings, Cause::Stock).await
    }
}

/// How much of the pool's unit `quantity` of a listing takes; a part of a thousandth takes a whole one.
fn in_pool(quantity: Thousandths, factor: Thousandths) -> Option<i64> {
    let scaled = i128::from(quantity.0) * i128::from(factor.0);
    i64::try_from((scaled + 999) / 1000).ok()
}

/// What one holder wants, and its place among all that is wanted.
type Turn<'w> = (usize, &'w Wanted<'w>);

/// What a hold takes on its way: of caps and pools first, so that they are locked; then of lots.
#[derive(Default)]
struct Taking<'w> {
    /// Pre-orders and how much of their caps.
    caps: Vec<(ListingId, i64)>,
    /// Pools, and how much of each.
    pools: BTreeMap<PoolId, (i64, Taken)>,
    lots: BTreeMap<BatchId, i64>,
    rows: Vec<stock_hold::ActiveModel>,
    told: HashMap<Uuid, Vec<HeldLot>>,
    /// Those that share a pool or a cap which has less than they want together.
    short: Vec<Vec<Turn<'w>>>,
}

impl<'w> Taking<'w> {
    async fn of_cap(&mut self, unit: &Unit, turn: Turn<'w>) -> Result<(), DbErr> {
        let want = turn.1;
        let amount = want.quantity.0;
        let taken = listing::Entity::update_many()
            .col_expr(listing::Column::Promised, plus(listing::Column::Promised, amount))
            .filter(listing::Column::Id.eq(want.listing.id))
            .filter(plus(listing::Column::Promised, amount).lte(Expr::col(listing::Column::Cap)))
            .exec(unit)
            .await?;
        if taken.rows_affected == 0 {
            self.short.push(vec![turn]);
            return Ok(());
        }
        self.caps.push((want.listing.id, amount));
        self.rows.push(row(unit, want, None, Part { lot: None, amount }));
        Ok(())
    }

    /// Takes of each of `pools` what is wanted of it together.
    async fn of_pools(&mut self, unit: &Unit, pools: &BTreeMap<PoolId, Vec<Turn<'w>>>) -> Result<(), DbErr> {
        let mut totals: Vec<(PoolId, i64)> = Vec::with_capacity(pools.len());
        for (id, turns) in pools {
            let total = turns.iter().try_fold(0_i64, |sum, (_, want)| {
                sum.checked_add(in_pool(want.quantity, want.listing.factor)?)
            });
            match total {
                Some(total) => totals.push((*id, total)),
                None => self.short.push(turns.clone()),
            }
        }
        let taken = take_of_pools(unit, &totals).await?;
        for (id, total) in totals {
            match taken.iter().find(|row| row.id == id) {
                Some(row) => {
                    self.pools.insert(id, (total, row.clone()));
                }
                None => self.short.push(pools.get(&id).cloned().unwrap_or_default()),
            }
        }
        Ok(())
    }

    /// Settles which lots the goods come from: the pools are ours now, so nobody else moves their lots.
    async fn allot(&mut self, unit: &Unit, pools: &BTreeMap<PoolId, Vec<Turn<'w>>>) -> Result<(), DbErr> {
        let ids: Vec<PoolId> = self.pools.keys().copied().collect();
        let mut lots = lots(unit, &ids, unit.now().day()).await?;
        for (id, (total, taken)) in &self.pools {
            let of_pool = lots.remove(id).unwrap_or_default();
            let turns = pools.get(id).map_or(&[][..], Vec::as_slice);
            let Some(parts) = share_among(of_pool, total + taken.left_over, turns) else {
                // Enough in all, but not without lots that are held back.
                self.short.push(turns.to_vec());
                continue;
            };
            for (want, part, lot) in parts {
                if let Some((batch, lot)) = part.lot.zip(lot) {
                    *self.lots.entry(batch).or_default() += part.amount;
                    self.told.entry(want.holder).or_default().push(HeldLot {
                        holder_id: want.holder,
                        batch_id: batch,
                        lot,
                        amount: Thousandths(part.amount),
                        unit: taken.unit,
                        // A lot that is held back is not taken from.
                        recalled: 0,
                    });
                }
                self.rows.push(row(unit, want, Some(*id), part));
            }
        }
        Ok(())
    }

    async fn write(self, unit: &mut Unit) -> Result<HashMap<Uuid, Vec<HeldLot>>, DbErr> {
        take_of_lots(unit, &self.lots).await?;
        if !self.rows.is_empty() {
            unit.later(&stock_hold::Entity::insert_many(self.rows));
        }
        let drawing = self.pools.values().flat_map(|(_, taken)| taken.drawing());
        let preorders = self.caps.into_iter().map(|(listing, _)| listing);
        let moved: BTreeSet<ListingId> = drawing.chain(preorders).collect();
        let moved = moved.into_iter().map(SubjectId::from).collect::<Vec<_>>();
        unit.changed_all(Subject::Listing, moved, Cause::Stock).await?;
        Ok(self.told)
    }

    /// Puts back what was taken; lots were not touched yet.
    async fn undo(&self, unit: &Unit) -> Result<(), DbErr> {
        for (id, amount) in &self.caps {
            listing::Entity::update_many()
                .col_expr(listing::Column::Promised, plus(listing::Column::Promised, -amount))
                .filter(listing::Column::Id.eq(*id))
                .exec(unit)
                .await?;
        }
        for (id, (total, ..)) in &self.pools {
            pool::Entity::update_many()
                .col_expr(pool::Column::Held, plus(pool::Column::Held, -total))
                .filter(pool::Column::Id.eq(*id))
                .exec(unit)
                .await?;
        }
        Ok(())
    }
}

/// A pool of which something was taken, and what is left of it then.
#[derive(Clone, Debug, FromQueryResult)]
struct Taken {
    id: PoolId,
    left_over: i64,
    unit: entity::Unit,
    /// The ids of the live listings that draw on it, with blanks between them.
    drawn_on_by: Option<String>,
}

impl Taken {
    fn drawing(&self) -> impl Iterator<Item = ListingId> {
        let ids = self.drawn_on_by.as_deref().unwrap_or("").split_whitespace();
        ids.filter_map(|id| Uuid::parse_str(id).ok()).map(ListingId)
    }
}

/// Takes of each of `pools` so much if it has so much, and tells of which it did.
async fn take_of_pools(unit: &Unit, pools: &[(PoolId, i64)]) -> Result<Vec<Taken>, DbErr> {
    if pools.is_empty() {
        return Ok(Vec::new());
    }
    let amounts = Amounts::of(pools.iter().map(|(id, amount)| (id.0, *amount)));
    // An update locks its rows in an order of its own, and then two units could wait crosswise: where others write
    // meanwhile, they are locked in the order of their keys first.
    let (locked, ids, list) = if unit.writes_alone() {
        (String::new(), amounts.places.clone(), "group_concat(hex(l.id), ' ')")
    } else {
        let select = format!(
            "with locked as materialized (select id from stock_pool where id in ({}) order by id for update) ",
            amounts.places
        );
        (
            select,
            "select id from locked".to_owned(),
            "string_agg(cast(l.id as text), ' ')",
        )
    };
    let sql = format!(
        "{locked}update stock_pool set held = held + case id{0} end \
         where id in ({ids}) and received - issued - held >= case id{0} end \
         returning id, received - issued - held as left_over, unit, \
         (select {list} from listing l where l.pool_id = stock_pool.id and l.state = 'live') as drawn_on_by",
        amounts.cases
    );
    let statement = Statement::from_sql_and_values(unit.get_database_backend(), sql, amounts.values);
    Taken::find_by_statement(statement).all(unit).await
}

/// An amount for each of several rows, as one statement carries them.
struct Amounts {
    /// ` when $1 then cast($2 as bigint) …`
    cases: String,
    /// `$1, $3 …`
    places: String,
    values: Vec<Value>,
}

impl Amounts {
    fn of(rows: impl Iterator<Item = (Uuid, i64)>) -> Self {
        let (mut cases, mut places, mut values) = (String::new(), Vec::new(), Vec::new());
        for (number, (id, amount)) in rows.enumerate() {
            let (key, much) = (2 * number + 1, 2 * number + 2);
            let _ = write!(cases, " when ${key} then cast(${much} as bigint)");
            places.push(format!("${key}"));
            values.extend([Value::from(id), Value::from(amount)]);
        }
        Self {
            cases,
            places: places.join(", "),
            values,
        }
    }
}

/// Tells which of `turns`, which share a pool or a cap, come too late when each takes what it wants in turn.
async fn tell_short(unit: &Unit, turns: &[Turn<'_>], short: &mut Vec<(usize, Short)>) -> Result<(), DbErr> {
    let Some((_, first)) = turns.first() else {
        return Ok(());
    };
    let sellable: Option<Option<i64>> = listing::Entity::find_by_id(first.listing.id)
        .select_only()
        .expr_as(stock::sellable(unit.now().day()), "sellable")
        .into_tuple()
        .one(unit)
        .await?;
    let mut left = std::cmp::max(sellable.flatten().unwrap_or(0), 0);
    for (place, want) in turns {
        match in_pool(want.quantity, want.listing.factor).filter(|amount| *amount <= left) {
            Some(amount) => left -= amount,
            None => short.push((
                *place,
                Short {
                    holder: want.holder,
                    left: stock::left(Thousandths(left), want.listing.factor, want.listing.unit),
                },
            )),
        }
    }
    Ok(())
}

fn plus(column: impl ColumnTrait, amount: i64) -> SimpleExpr {
    Expr::col(column).add(amount)
}

/// So much of one lot, or of stock of no lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    lot: Option<BatchId>,
    amount: i64,
}

fn row(unit: &Unit, want: &Wanted<'_>, pool: Option<PoolId>, part: Part) -> stock_hold::ActiveModel {
    stock_hold::ActiveModel {
        id: Set(unit.id::<StockHoldId>()),
        holder_id: Set(want.holder),
        listing_id: Set(want.listing.id),
        pool_id: Set(pool),
        batch_id: Set(part.lot),
        amount: Set(Thousandths(part.amount)),
        state: Set(State::Held),
        created_at: Set(unit.now()),
        closed_at: Set(None),
    }
}

/// A lot of a pool and what is left of it.
#[derive(Clone, Debug, FromQueryResult)]
struct LotLeft {
    pool_id: PoolId,
    batch_id: BatchId,
    lot: Lot,
    available: i64,
    /// 1: it may not be sold now.
    held_back: i64,
}

/// The lots of each of `pools`, the nearest last day first; those that keep for ever last.
async fn lots(unit: &Unit, pools: &[PoolId], today: Day) -> Result<HashMap<PoolId, Vec<LotLeft>>, DbErr> {
    if pools.is_empty() {
        return Ok(HashMap::new());
    }
    let places: Vec<_> = (1..=pools.len()).map(|number| format!("${number}")).collect();
    let sql = format!(
        "select l.pool_id, l.batch_id, b.lot, l.received - l.issued - l.held as available, \
         cast(case when {} then 1 else 0 end as bigint) as held_back \
         from stock_pool_lot l join batch b on b.id = l.batch_id where l.pool_id in ({}) \
         order by coalesce(b.expires_on, '9999-12-31'), b.harvested_on, l.batch_id",
        stock::held_back("b", today),
        places.join(", ")
    );
    let values = pools.iter().map(|id| Value::from(id.0));
    let statement = Statement::from_sql_and_values(unit.get_database_backend(), sql, values);
    let mut found: HashMap<PoolId, Vec<LotLeft>> = HashMap::new();
    for row in LotLeft::find_by_statement(statement).all(unit).await? {
        found.entry(row.pool_id).or_default().push(row);
    }
    Ok(found)
}

/// Shares `lots` and the rest of the `whole`, which lies in no lot, among `turns`, each after the other (pure). `None` when
/// that is less than they want.
fn share_among<'w>(
    mut lots: Vec<LotLeft>,
    whole: i64,
    turns: &[Turn<'w>],
) -> Option<Vec<(&'w Wanted<'w>, Part, Option<Lot>)>> {
    let mut loose = whole - lots.iter().map(|lot| lot.available).sum::<i64>();
    let mut parts = Vec::new();
    for (_, want) in turns {
        for part in share_out(&mut lots, &mut loose, in_pool(want.quantity, want.listing.factor)?)? {
            let lot = lots
                .iter()
                .find(|lot| Some(lot.batch_id) == part.lot)
                .map(|lot| lot.lot.clone());
            parts.push((*want, part, lot));
        }
    }
    Some(parts)
}

/// Takes `amount` of `lots` in their order, and of `loose` stock what they do not have (pure).
fn share_out(lots: &mut [LotLeft], loose: &mut i64, amount: i64) -> Option<Vec<Part>> {
    let mut missing = amount;
    let mut parts = Vec::new();
    for lot in lots.iter_mut().filter(|lot| lot.held_back == 0 && lot.available > 0) {
        let take = std::cmp::min(missing, lot.available);
        if take > 0 {
            parts.push(Part {
                lot: Some(lot.batch_id),
                amount: take,
            });
            lot.available -= take;
            missing -= take;
        }
    }
    if missing > 0 && missing <= *loose {
        parts.push(Part {
            lot: None,
            amount: missing,
        });
        *loose -= missing;
        missing = 0;
    }
    (missing == 0).then_some(parts)
}

/// Takes of all `lots` at once.
async fn take_of_lots(unit: &Unit, lots: &BTreeMap<BatchId, i64>) -> Result<(), DbErr> {
    if lots.is_empty() {
        return Ok(());
    }
    let amounts = Amounts::of(lots.iter().map(|(batch, amount)| (batch.0, *amount)));
    let sql = format!(
        "update stock_pool_lot set held = held + case batch_id{0} end \
         where batch_id in ({1}) and received - issued - held >= case batch_id{0} end",
        amounts.cases, amounts.places
    );
    let statement = Statement::from_sql_and_values(unit.get_database_backend(), sql, amounts.values);
    // Nobody moves a lot without its pool, and those are ours until the unit ends.
    if usize::try_from(unit.execute_raw(statement).await?.rows_affected()) == Ok(lots.len()) {
        Ok(())
    } else {
        Err(DbErr::RecordNotUpdated)
    }
}

/// Closes what `holders` hold, each row once whoever else tries it.
async fn close(unit: &Unit, holders: &[Uuid], to: State) -> Result<Moved, DbErr> {
    let mut rows = stock_hold::Entity::find()
        .filter(stock_hold::Column::HolderId.is_in(holders.iter().copied()))
        .filter(stock_hold::Column::State.eq(State::Held))
        .all(unit)
        .await?;
    rows.sort_by_key(|row| (row.pool_id, row.listing_id, row.id));
    let mut moved = Moved::default();
    for row in rows {
        let closed = stock_hold::Entity::update_many()
            .col_expr(stock_hold::Column::State, Expr::value(to))
            .col_expr(stock_hold::Column::ClosedAt, Expr::value(unit.now()))
            .filter(stock_hold::Column::Id.eq(row.id))
            .filter(stock_hold::Column::State.eq(State::Held))
            .exec(unit)
            .await?;
        if closed.rows_affected == 0 {
            continue;
        }
        match row.pool_id {
            Some(pool) => {
                leave_pool(unit, pool, &row, to).await?;
                moved.pools.insert(pool);
            }
            None if to == State::Released => {
                listing::Entity::update_many()
                    .col_expr(
                        listing::Column::Promised,
                        plus(listing::Column::Promised, -row.amount.0),
                    )
                    .filter(listing::Column::Id.eq(row.listing_id))
                    .exec(unit)
                    .await?;
                moved.preorders.insert(row.listing_id);
            }
            // What was harvested for somebody still counts against the cap.
            None => {}
        }
    }
    Ok(moved)
}

async fn leave_pool(unit: &Unit, pool: PoolId, row: &stock_hold::Model, to: State) -> Result<(), DbErr> {
    let (amount, issued) = (row.amount.0, if to == State::Issued { row.amount.0 } else { 0 });
    pool::Entity::update_many()
        .col_expr(pool::Column::Held, plus(pool::Column::Held, -amount))
        .col_expr(pool::Column::Issued, plus(pool::Column::Issued, issued))
        .filter(pool::Column::Id.eq(pool))
        .exec(unit)
        .await?;
    if let Some(lot) = row.batch_id {
        pool_lot::Entity::update_many()
            .col_expr(pool_lot::Column::Held, plus(pool_lot::Column::Held, -amount))
            .col_expr(pool_lot::Column::Issued, plus(pool_lot::Column::Issued, issued))
            .filter(pool_lot::Column::PoolId.eq(pool))
            .filter(pool_lot::Column::BatchId.eq(lot))
            .exec(unit)
            .await?;
    }
    if issued > 0 {
        note_move(unit, pool, row.batch_id, Thousandths(-issued), Why::plain(SOLD)).await?;
    }
    Ok(())
}

/// A lot that somebody's goods come from.
#[derive(Clone, Debug, FromQueryResult)]
pub struct HeldLot {
    holder_id: Uuid,
    pub batch_id: BatchId,
    pub lot: Lot,
    /// In the pool's unit.
    pub amount: Thousandths,
    pub unit: entity::Unit,
    /// 1: it is being recalled.
    recalled: i64,
}

impl HeldLot {
    /// Whether the lot is being recalled.
    #[must_use]
    pub const fn is_recalled(&self) -> bool {
        self.recalled != 0
    }
}

/// SQL that is 1 where the lot of the `stock_hold` in scope is being recalled, and 0 elsewhere.
const RECALLED: &str = "cast(case when exists (select 1 from batch_hold h where h.batch_id = stock_hold.batch_id \
    and h.reason = 'recalled' and h.released_at is null) then 1 else 0 end as bigint)";

/// A lot that goods of `holders` lie in, waiting to leave, and that must not leave: it is held, and nobody has released it.
pub async fn kept_lot(db: &impl ConnectionTrait, holders: &[Uuid]) -> Result<Option<Lot>, DbErr> {
    let of_batch = stock_hold::Entity::belongs_to(batch::Entity)
        .from(stock_hold::Column::BatchId)
        .to(batch::Column::Id)
        .into();
    stock_hold::Entity::find()
        .select_only()
        .column(batch::Column::Lot)
        .join(JoinType::InnerJoin, of_batch)
        .filter(stock_hold::Column::HolderId.is_in(holders.iter().copied()))
        .filter(stock_hold::Column::State.eq(State::Held))
        .filter(Expr::cust(
            "exists (select 1 from batch_hold h where h.batch_id = stock_hold.batch_id and h.released_at is null)",
        ))
        .order_by_asc(stock_hold::Column::Id)
        .into_tuple()
        .one(db)
        .await
}

/// The lots that the goods of each of `holders` come from, released ones left out.
pub async fn lots_of(db: &impl ConnectionTrait, holders: &[Uuid]) -> Result<HashMap<Uuid, Vec<HeldLot>>, DbErr> {
    let of_batch = stock_hold::Entity::belongs_to(batch::Entity)
        .from(stock_hold::Column::BatchId)
        .to(batch::Column::Id)
        .into();
    let of_pool = stock_hold::Entity::belongs_to(pool::Entity)
        .from(stock_hold::Column::PoolId)
        .to(pool::Column::Id)
        .into();
    let rows = stock_hold::Entity::find()
        .select_only()
        .columns([
            stock_hold::Column::HolderId,
            stock_hold::Column::BatchId,
            stock_hold::Column::Amount,
        ])
        .column(batch::Column::Lot)
        .column(pool::Column::Unit)
        .expr_as(Expr::cust(RECALLED), "recalled")
        .join(JoinType::InnerJoin, of_batch)
        .join(JoinType::InnerJoin, of_pool)
        .filter(stock_hold::Column::HolderId.is_in(holders.iter().copied()))
        .filter(stock_hold::Column::State.ne(State::Released))
        .order_by_asc(stock_hold::Column::Id)
        .into_model::<HeldLot>()
        .all(db)
        .await?;
    let mut lots: HashMap<Uuid, Vec<HeldLot>> = HashMap::new();
    for row in rows {
        lots.entry(row.holder_id).or_default().push(row);
    }
    Ok(lots)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(number: u128, available: i64, held_back: bool) -> LotLeft {
        LotLeft {
            pool_id: PoolId(Uuid::nil()),
            lot: number.to_string().parse().expect("a lot"),
            batch_id: BatchId(Uuid::from_u128(number)),
            available,
            held_back: i64::from(held_back),
        }
    }

    fn taken(lots: &[LotLeft], mut loose: i64, amount: i64) -> Option<Vec<(u128, i64)>> {
        let parts = share_out(&mut lots.to_vec(), &mut loose, amount)?;
        Some(
            parts
                .iter()
                .map(|part| (part.lot.map_or(0, |lot| lot.0.as_u128()), part.amount))
                .collect(),
        )
    }

    #[test]
    fn lots_are_taken_in_turn_and_loose_stock_last() {
        let lots = [lot(1, 2, false), lot(2, 5, true), lot(3, 0, false), lot(4, 3, false)];
        assert_eq!(taken(&lots, 4, 1), Some(vec![(1, 1)]));
        assert_eq!(taken(&lots, 4, 5), Some(vec![(1, 2), (4, 3)]));
        assert_eq!(taken(&lots, 4, 9), Some(vec![(1, 2), (4, 3), (0, 4)]));
        assert_eq!(taken(&lots, 4, 10), None, "a lot that is held back is not there");
        assert_eq!(taken(&[], -1, 1), None);
    }

    #[test]
    fn a_part_of_a_thousandth_takes_a_whole_one() {
        assert_eq!(in_pool(Thousandths(1500), Thousandths(1000)), Some(1500));
        assert_eq!(in_pool(Thousandths(1), Thousandths(1)), Some(1));
        assert_eq!(in_pool(Thousandths(2000), Thousandths(5000)), Some(10_000));
        assert_eq!(in_pool(Thousandths::MAX, Thousandths::MAX), None);
    }
}
