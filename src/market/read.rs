//! What others ask of markets, stalls and sales. Nothing here writes.

use std::{collections::HashMap, fmt, str::FromStr};

use entity::{
    Day, Slug, Timestamp,
    ids::{MarketId, PersonId, SaleId, StallId},
    market::{market, sale, sale_line, stall},
    payments::{account, payment},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::ExprTrait as _,
};
use uuid::Uuid;

use crate::{catalogue::read::by_id, http::list::Paging};

/// The markets, those of the first wave first.
pub async fn all_markets(db: &impl ConnectionTrait, limit: Option<u64>) -> Result<Vec<market::Model>, DbErr> {
    market::Entity::find()
        .order_by_desc(market::Column::FirstWave)
        .order_by_asc(market::Column::Name)
        .order_by_asc(market::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// Markets by id; one row more than fits.
pub(super) async fn markets(db: &impl ConnectionTrait, paging: Paging) -> Result<Vec<market::Model>, DbErr> {
    let mut query = market::Entity::find()
        .order_by_asc(market::Column::Id)
        .limit(paging.limit + 1);
    if let Some(after) = paging.after {
        query = query.filter(market::Column::Id.gt(MarketId(after)));
    }
    query.all(db).await
}

/// The market with this id or slug.
pub(super) async fn market(db: &impl ConnectionTrait, name: &str) -> Result<Option<market::Model>, DbErr> {
    let named = match (name.parse::<MarketId>(), name.parse::<Slug>()) {
        (Ok(id), _) => market::Column::Id.eq(id),
        (Err(_), Ok(slug)) => market::Column::Slug.eq(slug),
        (Err(_), Err(_)) => return Ok(None),
    };
    market::Entity::find().filter(named).one(db).await
}

/// How many stalls each of `markets` has.
pub async fn stall_counts(db: &impl ConnectionTrait, markets: &[MarketId]) -> Result<HashMap<MarketId, i64>, DbErr> {
    let rows: Vec<(MarketId, i64)> = stall::Entity::find()
        .select_only()
        .column(stall::Column::MarketId)
        .column_as(stall::Column::Id.count(), "stalls")
        .filter(stall::Column::MarketId.is_in(markets.iter().copied()))
        .group_by(stall::Column::MarketId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// A stall with where it is and where its money goes.
#[derive(Clone, Debug)]
pub struct StallView {
    pub stall: stall::Model,
    pub market: market::Model,
    pub account: Option<account::Model>,
}

/// Which stalls a list shows.
#[derive(Clone, Debug, Default)]
pub struct StallFilter {
    pub keeper: Option<PersonId>,
    pub market: Option<MarketId>,
}

/// Stalls by id; one row more than fits.
pub(super) async fn stalls(
    db: &impl ConnectionTrait,
    filter: &StallFilter,
    paging: Paging,
) -> Result<Vec<StallView>, DbErr> {
    let mut query = stall::Entity::find()
        .order_by_asc(stall::Column::Id)
        .limit(paging.limit + 1);
    if let Some(keeper) = filter.keeper {
        query = query.filter(stall::Column::PersonId.eq(keeper));
    }
    if let Some(market) = filter.market {
        query = query.filter(stall::Column::MarketId.eq(market));
    }
    if let Some(after) = paging.after {
        query = query.filter(stall::Column::Id.gt(StallId(after)));
    }
    views(db, query.all(db).await?).await
}

pub(super) async fn stall(db: &impl ConnectionTrait, id: StallId) -> Result<Option<StallView>, DbErr> {
    let found = stall::Entity::find_by_id(id).all(db).await?;
    Ok(views(db, found).await?.pop())
}

/// The stall of a market with `code` painted on it.
pub(super) async fn stall_by_code(
    db: &impl ConnectionTrait,
    market: MarketId,
    code: &str,
) -> Result<Option<StallView>, DbErr> {
    let found = stall::Entity::find()
        .filter(stall::Column::MarketId.eq(market))
        .filter(stall::Column::Code.eq(code))
        .all(db)
        .await?;
    Ok(views(db, found).await?.pop())
}

/// Every stall of a market, in the order of their codes.
pub(super) async fn stalls_of(db: &impl ConnectionTrait, market: MarketId) -> Result<Vec<stall::Model>, DbErr> {
    stall::Entity::find()
        .filter(stall::Column::MarketId.eq(market))
        .order_by_asc(stall::Column::Code)
        .all(db)
        .await
}

async fn views(db: &impl ConnectionTrait, stalls: Vec<stall::Model>) -> Result<Vec<StallView>, DbErr> {
    let markets = market::Entity::find()
        .filter(market::Column::Id.is_in(stalls.iter().map(|stall| stall.market_id)))
        .all(db)
        .await?;
    let accounts = account::Entity::find()
        .filter(account::Column::Id.is_in(stalls.iter().filter_map(|stall| stall.account_id)))
        .all(db)
        .await?;
    let (markets, accounts) = (by_id(markets, |row| row.id), by_id(accounts, |row| row.id));
    Ok(stalls
        .into_iter()
        .filter_map(|stall| {
            Some(StallView {
                market: markets.get(&stall.market_id)?.clone(),
                account: stall.account_id.and_then(|id| accounts.get(&id).cloned()),
                stall,
            })
        })
        .collect())
}

/// A sale with what it was made of and how its payment stands.
#[derive(Clone, Debug)]
pub struct SaleView {
    pub sale: sale::Model,
    pub lines: Vec<sale_line::Model>,
    pub payment: payment::Model,
    pub account: account::Model,
}

/// The last sale of a page: the next one begins behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    happened_at: Timestamp,
    id: SaleId,
}

impl Cursor {
    #[must_use]
    pub const fn of(sale: &sale::Model) -> Self {
        Self {
            happened_at: sale.happened_at,
            id: sale.id,
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.happened_at.0, self.id)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (happened_at, id) = text.split_once('.').ok_or(())?;
        Ok(Self {
            happened_at: Timestamp(happened_at.parse().map_err(|_| ())?),
            id: SaleId(id.parse::<Uuid>().map_err(|_| ())?),
        })
    }
}

/// Sales of a stall, newest first; one row more than fits.
pub(super) async fn sales(
    db: &impl ConnectionTrait,
    stall: StallId,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<SaleView>, DbErr> {
    let mut query = newest_first(stall).limit(limit + 1);
    if let Some(Cursor { happened_at, id }) = after {
        let earlier = sale::Column::HappenedAt.lt(happened_at);
        let beside = sale::Column::HappenedAt.eq(happened_at).and(sale::Column::Id.lt(id));
        query = query.filter(Condition::any().add(earlier).add(beside));
    }
    sale_views(db, query.all(db).await?).await
}

/// All sales of a stall on a day in Vietnam, newest first.
pub(super) async fn sales_of_day(db: &impl ConnectionTrait, stall: StallId, day: Day) -> Result<Vec<SaleView>, DbErr> {
    let query = newest_first(stall)
        .filter(sale::Column::HappenedAt.gte(day.start()))
        .filter(sale::Column::HappenedAt.lt(day.plus_days(1).start()));
    sale_views(db, query.all(db).await?).await
}

/// The sales of a stall that moved since `since`, in the order in which they did.
pub(super) async fn moved_since(
    db: &impl ConnectionTrait,
    stall: StallId,
    since: Timestamp,
) -> Result<Vec<SaleView>, DbErr> {
    let rows = sale::Entity::find()
        .filter(sale::Column::StallId.eq(stall))
        .filter(sale::Column::ChangedAt.gte(since))
        .order_by_asc(sale::Column::ChangedAt)
        .order_by_asc(sale::Column::Id)
        .all(db)
        .await?;
    sale_views(db, rows).await
}

pub(super) async fn sale(db: &impl ConnectionTrait, stall: StallId, id: SaleId) -> Result<Option<SaleView>, DbErr> {
    let found = sale::Entity::find_by_id(id)
        .filter(sale::Column::StallId.eq(stall))
        .all(db)
        .await?;
    Ok(sale_views(db, found).await?.pop())
}

fn newest_first(stall: StallId) -> sea_orm::Select<sale::Entity> {
    sale::Entity::find()
        .filter(sale::Column::StallId.eq(stall))
        .order_by_desc(sale::Column::HappenedAt)
        .order_by_desc(sale::Column::Id)
}

async fn sale_views(db: &impl ConnectionTrait, sales: Vec<sale::Model>) -> Result<Vec<SaleView>, DbErr> {
    // In parts that both databases take as arguments of one statement.
    const AT_ONCE: usize = 1000;
    let mut views = Vec::with_capacity(sales.len());
    for sales in sales.chunks(AT_ONCE) {
        let payments = payment::Entity::find()
            .filter(payment::Column::Id.is_in(sales.iter().map(|sale| sale.payment_id)))
            .all(db)
            .await?;
        let accounts = account::Entity::find()
            .filter(account::Column::Id.is_in(payments.iter().map(|payment| payment.account_id)))
            .all(db)
            .await?;
        let rows = sale_line::Entity::find()
            .filter(sale_line::Column::SaleId.is_in(sales.iter().map(|sale| sale.id)))
            .order_by_asc(sale_line::Column::Position)
            .all(db)
            .await?;
        let mut lines: HashMap<SaleId, Vec<sale_line::Model>> = HashMap::new();
        for line in rows {
            lines.entry(line.sale_id).or_default().push(line);
        }
        let (payments, accounts) = (by_id(payments, |row| row.id), by_id(accounts, |row| row.id));
        views.extend(sales.iter().filter_map(|sale| {
            let payment = payments.get(&sale.payment_id)?.clone();
            Some(SaleView {
                lines: lines.remove(&sale.id).unwrap_or_default(),
                account: accounts.get(&payment.account_id)?.clone(),
                payment,
                sale: sale.clone(),
            })
        }));
    }
    Ok(views)
}
