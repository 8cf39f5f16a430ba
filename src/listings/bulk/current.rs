//! Listings as a file knows them: each with its product, its seller, its code and what is left of it. Nothing here writes.

use std::collections::{HashMap, HashSet};

use entity::{
    Day, Gtin, Quantity, Slug, Thousandths, Unit,
    catalogue::{product, seller},
    ids::{ListingId, PoolId, ProductId, SellerId},
    listings::{
        listing::{self, StockMode},
        pool_lot, sku,
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::columns::Row;
use crate::{
    catalogue::read::by_id,
    listings::{offer::Tier, read::tiers_of, stock},
};

/// Ids in one statement; SQLite takes 32,766 values.
const TOGETHER: usize = 2000;

/// A listing that is there.
#[derive(Clone, Debug)]
pub struct Current {
    pub listing: listing::Model,
    pub product: product::Model,
    pub seller_slug: Slug,
    pub sku: Option<String>,
    /// `None` where nothing is counted.
    pub left: Option<Quantity>,
    pub tiers: Vec<Tier>,
    /// Its stock lies in lots, so that nobody can say how much it is.
    pub by_lot: bool,
}

impl Current {
    /// Of a pre-order.
    #[must_use]
    pub fn cap(&self) -> Option<Quantity> {
        self.listing.cap.map(|cap| Quantity::new(cap, self.listing.unit))
    }
}

/// Whose listings a file of them holds.
#[derive(Clone, Debug)]
pub enum Whose {
    Everybody,
    Sellers(Vec<SellerId>),
}

/// The next `limit` listings after `after`, in the order of their ids.
pub async fn page(
    db: &impl ConnectionTrait,
    whose: &Whose,
    after: Option<ListingId>,
    limit: u64,
    today: Day,
) -> Result<Vec<Current>, DbErr> {
    let mut find = listing::Entity::find().order_by_asc(listing::Column::Id).limit(limit);
    if let Whose::Sellers(sellers) = whose {
        find = find.filter(listing::Column::SellerId.is_in(sellers.iter().copied()));
    }
    if let Some(after) = after {
        find = find.filter(listing::Column::Id.gt(after));
    }
    around(db, find.all(db).await?, today).await
}

/// `listings` with what is around them, in their order.
async fn around(db: &impl ConnectionTrait, listings: Vec<listing::Model>, today: Day) -> Result<Vec<Current>, DbErr> {
    let (mut products, mut sellers, mut codes) = (HashMap::new(), HashMap::new(), HashMap::new());
    let (mut sellable, mut lots, mut tiers) = (HashMap::new(), HashSet::new(), HashMap::new());
    for some in listings.chunks(TOGETHER) {
        let ids = || some.iter().map(|listing| listing.id);
        let found = product::Entity::find()
            .filter(product::Column::Id.is_in(some.iter().map(|listing| listing.product_id)))
            .all(db)
            .await?;
        products.extend(by_id(found, |row| row.id));
        let unknown: HashSet<SellerId> = some
            .iter()
            .map(|listing| listing.seller_id)
            .filter(|id| !sellers.contains_key(id))
            .collect();
        let found = seller::Entity::find()
            .filter(seller::Column::Id.is_in(unknown))
            .all(db)
            .await?;
        sellers.extend(found.into_iter().map(|row| (row.id, row.slug)));
        let found = sku::Entity::find()
            .filter(sku::Column::ListingId.is_in(ids()))
            .all(db)
            .await?;
        codes.extend(found.into_iter().map(|row| (row.listing_id, row.code)));
        tiers.extend(tiers_of(db, &ids().collect::<Vec<_>>()).await?);
        sellable.extend(
            listing::Entity::find()
                .select_only()
                .column(listing::Column::Id)
                .expr_as(stock::sellable(today), "sellable")
                .filter(listing::Column::Id.is_in(ids()))
                .into_tuple::<(ListingId, Option<i64>)>()
                .all(db)
                .await?,
        );
        lots.extend(
            pool_lot::Entity::find()
                .select_only()
                .column(pool_lot::Column::PoolId)
                .filter(pool_lot::Column::PoolId.is_in(some.iter().filter_map(|listing| listing.pool_id)))
                .into_tuple::<PoolId>()
                .all(db)
                .await?,
        );
    }
    let current = listings.into_iter().filter_map(|listing| {
        let left = sellable
            .get(&listing.id)
            .copied()
            .flatten()
            .map(|amount| stock::left(Thousandths(amount), listing.factor, listing.unit));
        Some(Current {
            product: products.get(&listing.product_id)?.clone(),
            seller_slug: sellers.get(&listing.seller_id)?.clone(),
            sku: codes.get(&listing.id).cloned(),
            tiers: tiers.remove(&listing.id).unwrap_or_default(),
            by_lot: listing.pool_id.is_some_and(|pool| lots.contains(&pool)),
            left,
            listing,
        })
    });
    Ok(current.collect())
}

/// What is known that rows of a file may be about.
#[derive(Debug)]
pub struct Known {
    /// Those the file may write for, by slug and by id.
    sellers: HashMap<String, SellerId>,
    /// For rows that name none.
    pub seller: SellerId,
    listings: HashMap<ListingId, Current>,
    by_code: HashMap<(SellerId, String), ListingId>,
    gtins: HashMap<Gtin, ProductId>,
    by_title: HashMap<(SellerId, String, Unit), ListingId>,
}

impl Known {
    /// Reads what `rows` may be about, of the listings of `sellers` and no others.
    pub async fn load(
        db: &impl ConnectionTrait,
        sellers: &[SellerId],
        seller: SellerId,
        rows: &[&Row],
        today: Day,
    ) -> Result<Self, DbErr> {
        let names = seller::Entity::find()
            .filter(seller::Column::Id.is_in(sellers.iter().copied()))
            .all(db)
            .await?;
        let mut known = Self {
            sellers: names
                .into_iter()
                .flat_map(|row| [(row.slug.to_string(), row.id), (row.id.to_string(), row.id)])
                .collect(),
            seller,
            listings: HashMap::new(),
            by_code: HashMap::new(),
            gtins: HashMap::new(),
            by_title: HashMap::new(),
        };
        let codes: Vec<&str> = rows.iter().filter_map(|row| row.sku.as_deref()).collect();
        for some in codes.chunks(TOGETHER) {
            let found = sku::Entity::find()
                .filter(sku::Column::SellerId.is_in(sellers.iter().copied()))
                .filter(sku::Column::Code.is_in(some.iter().copied()))
                .all(db)
                .await?;
            known
                .by_code
                .extend(found.into_iter().map(|row| ((row.seller_id, row.code), row.listing_id)));
        }
        let ids: HashSet<ListingId> = rows
            .iter()
            .filter_map(|row| row.id)
            .chain(known.by_code.values().copied())
            .collect();
        let ids: Vec<ListingId> = ids.into_iter().collect();
        for some in ids.chunks(TOGETHER) {
            let found = listing::Entity::find()
                .filter(listing::Column::Id.is_in(some.iter().copied()))
                .filter(listing::Column::SellerId.is_in(sellers.iter().copied()))
                .all(db)
                .await?;
            let found = around(db, found, today).await?;
            known
                .listings
                .extend(found.into_iter().map(|row| (row.listing.id, row)));
        }
        let gtins: Vec<Gtin> = rows
            .iter()
            .filter_map(|row| digital_link::Gtin::parse(row.gtin.as_deref()?).ok().map(Gtin))
            .collect();
        for some in gtins.chunks(TOGETHER) {
            let found = product::Entity::find()
                .select_only()
                .columns([product::Column::Gtin, product::Column::Id])
                .filter(product::Column::Gtin.is_in(some.iter().cloned()))
                .into_tuple::<(Gtin, ProductId)>()
                .all(db)
                .await?;
            known.gtins.extend(found);
        }
        let titles: Vec<&str> = rows
            .iter()
            .filter(|row| row.id.is_none() && row.sku.is_none())
            .filter_map(|row| row.name.as_deref())
            .collect();
        for some in titles.chunks(TOGETHER) {
            let found = listing::Entity::find()
                .filter(listing::Column::SellerId.is_in(sellers.iter().copied()))
                .filter(listing::Column::Title.is_in(some.iter().copied()))
                .all(db)
                .await?;
            known.by_title.extend(
                found
                    .into_iter()
                    .map(|row| ((row.seller_id, row.title, row.unit), row.id)),
            );
        }
        Ok(known)
    }

    /// The seller that a row names, or the file's own; `None`: not one of the caller's.
    #[must_use]
    pub fn seller_of(&self, row: &Row) -> Option<SellerId> {
        match &row.seller {
            Some(name) => self.sellers.get(name.as_str()).copied(),
            None => Some(self.seller),
        }
    }

    #[must_use]
    pub fn listing(&self, id: ListingId) -> Option<&Current> {
        self.listings.get(&id)
    }

    #[must_use]
    pub fn coded(&self, seller: SellerId, code: &str) -> Option<&Current> {
        let id = self.by_code.get(&(seller, code.to_owned()))?;
        self.listings.get(id)
    }

    /// The product that has this number, whoever's it is.
    #[must_use]
    pub fn owner_of(&self, gtin: &Gtin) -> Option<ProductId> {
        self.gtins.get(gtin).copied()
    }

    #[must_use]
    pub fn titled(&self, seller: SellerId, title: &str, unit: Unit) -> Option<ListingId> {
        self.by_title.get(&(seller, title.to_owned(), unit)).copied()
    }
}

/// Whether a listing's stock is a number that a seller may set.
#[must_use]
pub fn is_counted(current: &Current) -> bool {
    current.listing.stock_mode == StockMode::Stock && !current.by_lot
}
