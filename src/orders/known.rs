//! What a checkout has to know of what is wanted: read in one go, before the unit, and looked at again within it.

use std::collections::HashMap;

use entity::{
    Dong, Timestamp,
    catalogue::seller,
    ids::{ListingId, PersonId, SellerId},
    listings::listing,
    orders::{cycle, order::Method},
    payments::account,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, Statement, Value};

use super::{checkout::Asked, credit, cycles, delivery::Settings};
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
        let ids: Vec<_> = asked.lines.iter().map(|(id, _)| *id).collect();
        let listings: HashMap<ListingId, listing::Model> = listing::Entity::find()
            .filter(listing::Column::Id.is_in(ids.iter().copied()))
            .all(db)
            .await?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
        let mut seller_ids: Vec<SellerId> = listings.values().map(|row| row.seller_id).collect();
        seller_ids.sort_unstable();
        seller_ids.dedup();
        let sellers = seller::Entity::find()
            .filter(seller::Column::Id.is_in(seller_ids.iter().copied()))
            .all(db)
            .await?;
        let accounts = if asked.method == Some(Method::Cod) {
            HashMap::new()
        } else {
            accounts(db, money, &seller_ids).await?
        };
        Ok(Self {
            now,
            tiers: tiers_of(db, &ids).await?,
            sellers: sellers.into_iter().map(|row| (row.id, row)).collect(),
            closed: closures_on(db, now.day(), &seller_ids).await?,
            settings: Settings::read(db, &seller_ids).await?,
            cycles: cycles::read::of_listings(db, &ids).await?,
            accounts,
            person,
            credit: match person.filter(|_| asked.use_credit) {
                Some(person) => credit::balances(db, person, &seller_ids).await?,
                None => HashMap::new(),
            },
            listings,
        })
    }

    /// Whether what was read before the unit still holds within it: no listing was edited, taken off sale or put into a
    /// cycle, and no seller closed. What only a conditional write can settle (stock, credit, room at the farm) is not asked.
    pub async fn still_holds(&self, unit: &Unit) -> Result<bool, DbErr> {
        // A cycle may close or be moved at any moment: then everything is read again.
        if !self.cycles.is_empty() || self.now.day() != unit.now().day() {
            return Ok(false);
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

async fn accounts(
    db: &impl ConnectionTrait,
    money: Money,
    sellers: &[SellerId],
) -> Result<HashMap<SellerId, account::Model>, DbErr> {
    Ok(match money {
        Money::Direct => payments::accounts_of_sellers(db, sellers).await?,
        Money::Held => match payments::held_account(db).await? {
            Some(held) => sellers.iter().map(|seller| (*seller, held.clone())).collect(),
            None => HashMap::new(),
        },
    })
}
