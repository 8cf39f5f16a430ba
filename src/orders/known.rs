//! What a checkout has to know of what is wanted: read in one go, before the unit, and looked at again within it.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use entity::{
    Day, Dong, Timestamp,
    catalogue::seller,
    ids::{ListingId, PersonId, SellerId},
    listings::listing,
    orders::{cycle, order::Method},
    payments::account,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, IdenStatic, Iterable, QueryResult, Statement, Value};

use super::{checkout::Asked, credit, cycles, delivery::Settings, place::money_of};
use crate::{
    catalogue::read::{Closure, closures_on},
    config::Money,
    db::Unit,
    listings::{offer::Tier, read::tiers_of},
    payments,
};

/// What is known of all that is wanted, as it was at one moment.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub now: Timestamp,
    pub listings: HashMap<ListingId, listing::Model>,
    pub tiers: HashMap<ListingId, Vec<Tier>>,
    pub sellers: HashMap<SellerId, seller::Model>,
    pub closed: HashMap<SellerId, Closure>,
    /// Of those who have set anything.
    pub settings: HashMap<SellerId, Settings>,
    /// The cycles of each listing that is in any, the earliest first.
    pub cycles: HashMap<ListingId, Vec<cycle::Model>>,
    /// Where each seller's buyers pay.
    pub accounts: HashMap<SellerId, account::Model>,
    /// Those whose own systems hear of what happens.
    pub heard: HashSet<SellerId>,
    /// Who pays by credit, and what they have at each seller's.
    pub person: Option<PersonId>,
    pub credit: HashMap<SellerId, Dong>,
}

impl Known {
    /// Reads it with `db`. Where `money` is held, every seller's buyers pay into one account.
    pub async fn read(
        db: &impl ConnectionTrait,
        now: Timestamp,
        money: Money,
        asked: &Asked,
        person: Option<PersonId>,
    ) -> Result<Self, DbErr> {
        let money = money_of(money, asked.method);
        let ids: Vec<_> = asked.lines.iter().map(|(id, _)| *id).collect();
        let mut known = Self {
            now,
            listings: HashMap::new(),
            tiers: HashMap::new(),
            sellers: HashMap::new(),
            closed: HashMap::new(),
            settings: HashMap::new(),
            cycles: HashMap::new(),
            accounts: HashMap::new(),
            heard: HashSet::new(),
            person,
            credit: HashMap::new(),
        };
        let mut more = 0;
        for row in rows(db, &ids, now.day()).await? {
            more |= row.more;
            if row.more & HEARD != 0 {
                known.heard.insert(row.seller.id);
            }
            if let Some(account) = row.account.filter(|_| money == Money::Direct) {
                known.accounts.insert(row.seller.id, account);
            }
            known.sellers.insert(row.seller.id, row.seller);
            known.listings.insert(row.listing.id, row.listing);
        }
        let sellers: Vec<SellerId> = known.sellers.keys().copied().collect();
        if more & TIERS != 0 {
            known.tiers = tiers_of(db, &ids).await?;
        }
        if more & CLOSED != 0 {
            known.closed = closures_on(db, now.day(), &sellers).await?;
        }
        if more & DELIVERY != 0 {
            known.settings = Settings::read(db, &sellers).await?;
        }
        if more & CYCLES != 0 {
            known.cycles = cycles::read::of_listings(db, &ids).await?;
        }
        if money == Money::Held
            && asked.method != Some(Method::Cod)
            && let Some(held) = payments::held_account(db).await?
        {
            known.accounts = sellers.iter().map(|seller| (*seller, held.clone())).collect();
        }
        if let Some(person) = person.filter(|_| asked.use_credit) {
            known.credit = credit::balances(db, person, &sellers).await?;
        }
        Ok(known)
    }

    /// Whether what was read before the unit still holds within it: no listing was edited, taken off sale or put into a
    /// cycle, and no seller closed. What only a conditional write can settle (stock, credit, room at the farm) is not asked.
    pub async fn still_holds(&self, unit: &Unit) -> Result<bool, DbErr> {
        // A cycle may close or be moved at any moment: then everything is read again.
        if !self.cycles.is_empty() || self.now.day() != unit.now().day() {
            return Ok(false);
        }
        if self.listings.is_empty() {
            return Ok(true);
        }
        let places: Vec<_> = (2..self.listings.len() + 2)
            .map(|number| format!("${number}"))
            .collect();
        let sql = format!(
            "select l.id, l.state, l.price, l.updated_at, cast(case when \
             exists (select 1 from seller_closure c where c.seller_id = l.seller_id and c.from_on <= $1 and c.until_on >= $1) \
             or exists (select 1 from order_cycle_listing x where x.listing_id = l.id) then 1 else 0 end as bigint) as barred \
             from listing l where l.id in ({})",
            places.join(", ")
        );
        let values = std::iter::once(Value::from(unit.now().day().iso()))
            .chain(self.listings.keys().map(|id| Value::from(id.0)));
        let statement = Statement::from_sql_and_values(unit.get_database_backend(), sql, values);
        let rows = Glance::find_by_statement(statement).all(unit).await?;
        Ok(rows.len() == self.listings.len()
            && rows.iter().all(|row| {
                self.listings.get(&row.id).is_some_and(|known| {
                    known.state == row.state
                        && known.price == row.price
                        && known.updated_at == row.updated_at
                        && (row.barred == 0 || self.closed.contains_key(&known.seller_id))
                })
            }))
    }
}

/// A listing at a glance.
#[derive(Debug, FromQueryResult)]
struct Glance {
    id: ListingId,
    state: listing::State,
    price: Dong,
    updated_at: Timestamp,
    barred: i64,
}

/// There is more to know of some listing: prices by quantity, a closure, how its seller delivers, order cycles.
const TIERS: i64 = 1;
const CLOSED: i64 = 2;
const DELIVERY: i64 = 4;
const CYCLES: i64 = 8;
/// Somebody's systems hear of what happens.
const HEARD: i64 = 16;

/// A listing, its seller, and where that one's buyers pay.
struct Row {
    listing: listing::Model,
    seller: seller::Model,
    account: Option<account::Model>,
    more: i64,
}

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self {
            listing: listing::Model::from_query_result(row, "l_")?,
            seller: seller::Model::from_query_result(row, "s_")?,
            account: account::Model::from_query_result_optional(row, "a_")?,
            more: row.try_get("", "more")?,
        })
    }
}

/// All that a checkout always has to know, in one statement; most listings have nothing more to read.
static ROWS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, {}, {}, cast(case when exists (select 1 from price_tier x where x.listing_id = l.id) then {TIERS} else 0 end \
         + case when exists (select 1 from seller_closure x where x.seller_id = s.id and x.from_on <= $1 and x.until_on >= $1) \
         then {CLOSED} else 0 end + case when exists (select 1 from delivery_zone x where x.seller_id = s.id) \
         or exists (select 1 from pickup_point x where x.seller_id = s.id) \
         or exists (select 1 from farm_time x where x.seller_id = s.id) then {DELIVERY} else 0 end \
         + case when exists (select 1 from order_cycle_listing x where x.listing_id = l.id) then {CYCLES} else 0 end \
         + case when exists (select 1 from webhook_endpoint x where x.seller_id = s.id and x.state = 'on') \
         then {HEARD} else 0 end as bigint) \
         as more from listing l join seller s on s.id = l.seller_id \
         left join money_account a on a.seller_id = s.id and a.closed_at is null where l.id in ",
        columns("l", listing::Column::iter()),
        columns("s", seller::Column::iter()),
        columns("a", account::Column::iter()),
    )
});

/// The columns of a table, each named after its alias too.
fn columns(table: &str, columns: impl Iterator<Item = impl IdenStatic>) -> String {
    let named = columns.map(|column| format!("{table}.{0} as {table}_{0}", column.as_str()));
    named.collect::<Vec<_>>().join(", ")
}

async fn rows(db: &impl ConnectionTrait, ids: &[ListingId], today: Day) -> Result<Vec<Row>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<_> = (2..ids.len() + 2).map(|number| format!("${number}")).collect();
    let sql = format!("{}({})", *ROWS, places.join(", "));
    let values = std::iter::once(Value::from(today.iso())).chain(ids.iter().map(|id| Value::from(id.0)));
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Row::find_by_statement(statement).all(db).await
}
