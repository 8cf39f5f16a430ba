//! What is on sale, as pages and the API show it. Nothing here writes.

use std::{borrow::Cow, collections::HashMap};

use entity::{
    CommuneCode, Day, Dong, Gtin, Lot, Quantity, Slug, Thousandths, Timestamp, Unit,
    catalogue::{certificate, product, seller},
    ids::{BatchId, ListingId, PoolId, ProductId, SellerId},
    listings::{listing, listing::StockMode, pool_lot},
    trace::batch,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};

pub use super::search::{Cursor, Filter, NotACursor, Sort};
use super::{
    remote::{self, Theirs},
    search::{Dimension, Keys, star},
    stock,
};
use crate::{
    catalogue::{
        category,
        read::{by_id, certificates_on, photos_of_products},
    },
    media::read::PhotoView,
    places,
};

/// A listing as lists show it.
#[derive(Clone, Debug)]
pub struct Card {
    pub id: ListingId,
    pub slug: Slug,
    pub title: String,
    pub price: Dong,
    pub unit: Unit,
    pub stock_mode: StockMode,
    pub state: listing::State,
    /// What is left in the listing's unit; `None` where nothing is counted.
    pub left: Option<Quantity>,
    pub in_stock: bool,
    /// The OCOP stars it holds today.
    pub star: Option<u8>,
    /// `None`: it is made elsewhere.
    pub product_id: Option<ProductId>,
    /// Only a global one: a restricted number means nothing elsewhere.
    pub gtin: Option<Gtin>,
    pub category: String,
    pub motif: &'static str,
    /// `None`: they sell on another exchange.
    pub seller_id: Option<SellerId>,
    pub seller_slug: Option<Slug>,
    pub seller_name: String,
    pub commune_code: CommuneCode,
    /// With its kind in front: `Xã Tân Cương`.
    pub commune_name: Cow<'static, str>,
    pub photo: Option<PhotoView>,
    /// Where it was pulled from; `None`: it is ours.
    pub origin: Option<Origin>,
    pub published_at: Option<Timestamp>,
    pub updated_at: Timestamp,
}

/// The exchange that a listing was pulled from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The id that it gave itself.
    pub exchange: String,
    pub name: String,
    /// The listing's page there.
    pub url: String,
    /// The address of its first photograph there; our pages show no pictures of others.
    pub photo: Option<String>,
}

/// A page of a search.
#[derive(Clone, Debug)]
pub struct Found {
    pub cards: Vec<Card>,
    pub next: Option<Cursor>,
    /// How many match in all.
    pub total: u64,
    pub facets: Option<Facets>,
    /// The first moment at which the page is wrong though nothing changed.
    pub valid_until: Timestamp,
}

/// How many listings match in each category, commune and star, each counted without its own filter.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    pub categories: Vec<(String, u64)>,
    pub communes: Vec<(CommuneCode, u64)>,
    pub stars: Vec<(u8, u64)>,
}

#[derive(FromQueryResult)]
struct Row {
    id: ListingId,
    slug: Slug,
    title: String,
    price: Dong,
    unit: Unit,
    stock_mode: StockMode,
    state: listing::State,
    factor: Thousandths,
    published_at: Option<Timestamp>,
    updated_at: Timestamp,
    product_id: ProductId,
    gtin: Gtin,
    gtin_kind: product::GtinKind,
    category: String,
    seller_id: SellerId,
    seller_slug: Slug,
    seller_name: String,
    commune_code: CommuneCode,
    sellable: Option<i64>,
    star: Option<i32>,
    rank: i64,
}

impl Row {
    fn cursor(&self, sort: Sort) -> Cursor {
        let key = match sort {
            Sort::Best | Sort::Newest => self.published_at.map_or(0, |at| at.0),
            Sort::Cheapest | Sort::Dearest => self.price.0,
        };
        Cursor::new(self.rank, key, self.id)
    }

    fn card(self, photo: Option<PhotoView>) -> Card {
        let left = self
            .sellable
            .map(|sellable| stock::left(Thousandths(sellable), self.factor, self.unit));
        Card {
            in_stock: stock::in_stock(self.stock_mode, left),
            left,
            star: self.star.and_then(|star| u8::try_from(star).ok()),
            motif: category::motif(&self.category),
            commune_name: places::commune(&self.commune_code)
                .map_or("", |commune| &commune.full_name)
                .into(),
            photo,
            origin: None,
            id: self.id,
            slug: self.slug,
            title: self.title,
            price: self.price,
            unit: self.unit,
            stock_mode: self.stock_mode,
            state: self.state,
            product_id: Some(self.product_id),
            gtin: (self.gtin_kind == product::GtinKind::Global).then_some(self.gtin),
            category: self.category,
            seller_id: Some(self.seller_id),
            seller_slug: Some(self.seller_slug),
            seller_name: self.seller_name,
            commune_code: self.commune_code,
            published_at: self.published_at,
            updated_at: self.updated_at,
        }
    }
}

/// The columns of a card around `select`.
async fn rows(
    db: &impl ConnectionTrait,
    select: Select<listing::Entity>,
    rank: Expr,
    today: Day,
) -> Result<Vec<Row>, DbErr> {
    select
        .select_only()
        .columns([
            listing::Column::Id,
            listing::Column::Slug,
            listing::Column::Title,
            listing::Column::Price,
            listing::Column::Unit,
            listing::Column::StockMode,
            listing::Column::State,
            listing::Column::Factor,
            listing::Column::PublishedAt,
            listing::Column::UpdatedAt,
            listing::Column::ProductId,
            listing::Column::SellerId,
        ])
        .columns([
            product::Column::Gtin,
            product::Column::GtinKind,
            product::Column::Category,
        ])
        .column_as(seller::Column::Slug, "seller_slug")
        .column_as(seller::Column::Name, "seller_name")
        .column(seller::Column::CommuneCode)
        .expr_as(stock::sellable(today), "sellable")
        .expr_as(star(today), "star")
        .expr_as(rank.cast_as("bigint"), "rank")
        .join(JoinType::InnerJoin, to_product())
        .join(JoinType::InnerJoin, to_seller())
        .into_model::<Row>()
        .all(db)
        .await
}

fn to_product() -> sea_orm::RelationDef {
    listing::Entity::belongs_to(product::Entity)
        .from(listing::Column::ProductId)
        .to(product::Column::Id)
        .into()
}

fn to_seller() -> sea_orm::RelationDef {
    listing::Entity::belongs_to(seller::Entity)
        .from(listing::Column::SellerId)
        .to(seller::Column::Id)
        .into()
}

/// Gives each row the first photograph of its product.
async fn with_photos(db: &impl ConnectionTrait, rows: Vec<Row>) -> Result<Vec<Card>, DbErr> {
    let products: Vec<_> = rows.iter().map(|row| row.product_id).collect();
    let photos = photos_of_products(db, &products).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let photo = photos.get(&row.product_id).and_then(|photos| photos.first()).cloned();
            row.card(photo)
        })
        .collect())
}

/// The live listings that `filter` asks for, ours and those of other exchanges in one order: four queries, three more for
/// the facets, and as many again once there are other exchanges.
pub async fn search(db: &impl ConnectionTrait, filter: &Filter, now: Timestamp) -> Result<Found, DbErr> {
    let today = now.day();
    let theirs = if filter.is_own_only() {
        None
    } else {
        Theirs::at(db, now).await?
    };
    let keys = Keys::own();
    let mut total = filter.select(today, None).count(db).await?;
    let ours = rows(
        db,
        filter.page(filter.select(today, None), &keys),
        filter.rank(&keys),
        today,
    )
    .await?;
    let mut places: Vec<_> = ours
        .into_iter()
        .map(|row| (row.cursor(filter.sort), Place::Own(Box::new(row))))
        .collect();
    let mut facets = if filter.facets {
        Some(facets(db, filter, today).await?)
    } else {
        None
    };
    if let Some(theirs) = &theirs {
        total += theirs.count(db, filter).await?;
        let page = theirs.page(db, filter).await?;
        places.extend(
            page.into_iter()
                .map(|row| (row.cursor(filter.sort), Place::Theirs(Box::new(row)))),
        );
        // Each half is in order and one longer than the page, so the first of both together are the page.
        places.sort_by(|(a, _), (b, _)| filter.sort.compare(a, b));
        if let Some(facets) = &mut facets {
            theirs.add_facets(db, filter, facets).await?;
        }
    }
    let fits = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    let more = places.len() > fits;
    places.truncate(fits);
    let next = places.last().filter(|_| more).map(|(cursor, _)| *cursor);
    let mut found = Found {
        cards: Vec::with_capacity(places.len()),
        next,
        total,
        facets,
        valid_until: today.plus_days(1).start(),
    };
    let products: Vec<_> = places.iter().filter_map(|(_, place)| place.product()).collect();
    let photos = photos_of_products(db, &products).await?;
    for (_, place) in places {
        match place {
            Place::Own(row) => {
                let photo = photos.get(&row.product_id).and_then(|photos| photos.first()).cloned();
                found.cards.push(row.card(photo));
            }
            Place::Theirs(row) => {
                if let Some((card, until)) = theirs.as_ref().and_then(|theirs| theirs.card(*row)) {
                    found.valid_until = std::cmp::min(found.valid_until, until);
                    found.cards.push(card);
                }
            }
        }
    }
    Ok(found)
}

/// A place in a list.
enum Place {
    Own(Box<Row>),
    Theirs(Box<remote::Row>),
}

impl Place {
    fn product(&self) -> Option<ProductId> {
        match self {
            Self::Own(row) => Some(row.product_id),
            Self::Theirs(_) => None,
        }
    }
}

/// Cards of the listings that `select` finds, in its order and whatever their state; for lists of one's own.
pub async fn cards(db: &impl ConnectionTrait, select: Select<listing::Entity>, today: Day) -> Result<Vec<Card>, DbErr> {
    let rows = rows(db, select, Expr::value(0), today).await?;
    with_photos(db, rows).await
}

async fn facets(db: &impl ConnectionTrait, filter: &Filter, today: Day) -> Result<Facets, DbErr> {
    let count = || Expr::col((listing::Entity, listing::Column::Id)).count();
    let categories: Vec<(String, i64)> = filter
        .select(today, Some(Dimension::Category))
        .select_only()
        .column(product::Column::Category)
        .expr_as(count(), "number")
        .join(JoinType::InnerJoin, to_product())
        .group_by(product::Column::Category)
        .into_tuple()
        .all(db)
        .await?;
    let communes: Vec<(CommuneCode, i64)> = filter
        .select(today, Some(Dimension::Commune))
        .select_only()
        .column(seller::Column::CommuneCode)
        .expr_as(count(), "number")
        .join(JoinType::InnerJoin, to_seller())
        .group_by(seller::Column::CommuneCode)
        .into_tuple()
        .all(db)
        .await?;
    let stars: Vec<(i32, i64)> = filter
        .select(today, Some(Dimension::Star))
        .select_only()
        .expr_as(star(today), "star")
        .expr_as(count(), "number")
        .filter(star(today).is_not_null())
        .group_by(star(today))
        .into_tuple()
        .all(db)
        .await?;
    let number = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(Facets {
        categories: categories.into_iter().map(|(id, count)| (id, number(count))).collect(),
        communes: communes
            .into_iter()
            .map(|(code, count)| (code, number(count)))
            .collect(),
        stars: stars
            .into_iter()
            .filter_map(|(star, count)| Some((u8::try_from(star).ok()?, number(count))))
            .collect(),
    })
}

/// How a listing is named in an address.
#[derive(Clone, Debug)]
pub enum SlugOrId {
    Id(ListingId),
    Slug(Slug),
}

impl std::str::FromStr for SlugOrId {
    type Err = entity::codes::NotA;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A slug may look like an id; no slug this program makes does.
        text.parse().map(Self::Id).or_else(|_| text.parse().map(Self::Slug))
    }
}

/// A listing with all that is around it.
#[derive(Clone, Debug)]
pub struct Detail {
    /// In whatever state: only `live` is for the public.
    pub listing: listing::Model,
    pub product: product::Model,
    pub seller: seller::Model,
    /// Those that hold today.
    pub certificates: Vec<certificate::Model>,
    /// The lots one may be given a part of, the oldest harvest first.
    pub lots: Vec<LotOnSale>,
    pub photos: Vec<PhotoView>,
    pub left: Option<Quantity>,
    pub in_stock: bool,
    pub star: Option<u8>,
}

/// A lot that a listing draws on.
#[derive(Clone, Debug)]
pub struct LotOnSale {
    pub batch_id: BatchId,
    pub gtin: Gtin,
    pub lot: Lot,
    pub harvested_on: Day,
    pub expires_on: Option<Day>,
    /// In the listing's unit.
    pub left: Quantity,
}

impl LotOnSale {
    /// Where its provenance page is.
    #[must_use]
    pub fn path(&self) -> String {
        digital_link::DigitalLink::for_lot(self.gtin.0, &self.lot.0).path()
    }
}

/// The listing that `which` names, with what is around it.
pub async fn detail(db: &impl ConnectionTrait, which: &SlugOrId, today: Day) -> Result<Option<Detail>, DbErr> {
    let find = match which {
        SlugOrId::Id(id) => listing::Entity::find_by_id(*id),
        SlugOrId::Slug(slug) => listing::Entity::find().filter(listing::Column::Slug.eq(slug.clone())),
    };
    let found = find.one(db).await?;
    Ok(around(db, found.into_iter().collect(), today).await?.pop())
}

/// The listings with these ids, each with what is around it; in no order, and without those that do not exist. Six queries,
/// however many listings.
pub async fn details(db: &impl ConnectionTrait, ids: &[ListingId], today: Day) -> Result<Vec<Detail>, DbErr> {
    let listings = listing::Entity::find()
        .filter(listing::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    around(db, listings, today).await
}

async fn around(db: &impl ConnectionTrait, listings: Vec<listing::Model>, today: Day) -> Result<Vec<Detail>, DbErr> {
    if listings.is_empty() {
        return Ok(Vec::new());
    }
    let ids = listings.iter().map(|listing| listing.id);
    let product_ids: Vec<_> = listings.iter().map(|listing| listing.product_id).collect();
    let seller_ids: Vec<_> = listings.iter().map(|listing| listing.seller_id).collect();
    let sellable: HashMap<ListingId, Option<i64>> = listing::Entity::find()
        .select_only()
        .column(listing::Column::Id)
        .expr_as(stock::sellable(today), "sellable")
        .filter(listing::Column::Id.is_in(ids))
        .into_tuple::<(ListingId, Option<i64>)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let products = product::Entity::find()
        .filter(product::Column::Id.is_in(product_ids.iter().copied()))
        .all(db)
        .await?;
    let sellers = seller::Entity::find()
        .filter(seller::Column::Id.is_in(seller_ids.iter().copied()))
        .all(db)
        .await?;
    let (products, sellers) = (by_id(products, |row| row.id), by_id(sellers, |row| row.id));
    let certificates = certificates_on(db, today, &product_ids, &seller_ids).await?;
    let mut of_product: HashMap<ProductId, Vec<&certificate::Model>> = HashMap::new();
    let mut of_seller: HashMap<SellerId, Vec<&certificate::Model>> = HashMap::new();
    for row in &certificates {
        match row.product_id {
            Some(product) => of_product.entry(product).or_default().push(row),
            None => of_seller.entry(row.seller_id).or_default().push(row),
        }
    }
    let photos = photos_of_products(db, &product_ids).await?;
    let lots = lots_of_pools(db, listings.iter().filter_map(|listing| listing.pool_id), today).await?;
    let details = listings.into_iter().filter_map(|listing| {
        let product = products.get(&listing.product_id)?.clone();
        let seller = sellers.get(&listing.seller_id)?.clone();
        let left = sellable
            .get(&listing.id)
            .copied()
            .flatten()
            .map(|sellable| stock::left(Thousandths(sellable), listing.factor, listing.unit));
        let mut certificates: Vec<certificate::Model> = [of_product.get(&product.id), of_seller.get(&seller.id)]
            .into_iter()
            .flatten()
            .flatten()
            .map(|row| (*row).clone())
            .collect();
        certificates.sort_by_key(|row| (row.kind.code(), std::cmp::Reverse(row.star), row.id));
        let lots = listing.pool_id.and_then(|pool| lots.get(&pool)).into_iter().flatten();
        Some(Detail {
            in_stock: stock::in_stock(listing.stock_mode, left),
            star: certificates.iter().filter_map(crate::catalogue::badge::star).max(),
            lots: lots.map(|lot| lot.on_sale(listing.factor, listing.unit)).collect(),
            photos: photos.get(&product.id).cloned().unwrap_or_default(),
            listing,
            product,
            seller,
            certificates,
            left,
        })
    });
    Ok(details.collect())
}

/// What may be sold of `listing` on `today`; `None` where nothing is counted.
pub async fn left(db: &impl ConnectionTrait, listing: &listing::Model, today: Day) -> Result<Option<Quantity>, DbErr> {
    let sellable: Option<Option<i64>> = listing::Entity::find_by_id(listing.id)
        .select_only()
        .expr_as(stock::sellable(today), "sellable")
        .into_tuple()
        .one(db)
        .await?;
    Ok(sellable
        .flatten()
        .map(|sellable| stock::left(Thousandths(sellable), listing.factor, listing.unit)))
}

#[derive(FromQueryResult)]
struct LotRow {
    pool_id: PoolId,
    batch_id: BatchId,
    gtin: Gtin,
    lot: Lot,
    harvested_on: Day,
    expires_on: Option<Day>,
    available: i64,
}

impl LotRow {
    fn on_sale(&self, factor: Thousandths, unit: Unit) -> LotOnSale {
        LotOnSale {
            batch_id: self.batch_id,
            gtin: self.gtin.clone(),
            lot: self.lot.clone(),
            harvested_on: self.harvested_on,
            expires_on: self.expires_on,
            left: stock::left(Thousandths(self.available), factor, unit),
        }
    }
}

/// What each pool has of lots that may be sold, the oldest harvest first.
async fn lots_of_pools(
    db: &impl ConnectionTrait,
    pools: impl Iterator<Item = PoolId>,
    today: Day,
) -> Result<HashMap<PoolId, Vec<LotRow>>, DbErr> {
    let of_batch = pool_lot::Entity::belongs_to(batch::Entity)
        .from(pool_lot::Column::BatchId)
        .to(batch::Column::Id)
        .into();
    let rows = pool_lot::Entity::find()
        .select_only()
        .columns([pool_lot::Column::PoolId, pool_lot::Column::BatchId])
        .columns([
            batch::Column::Gtin,
            batch::Column::Lot,
            batch::Column::HarvestedOn,
            batch::Column::ExpiresOn,
        ])
        .expr_as(
            Expr::cust("stock_pool_lot.received - stock_pool_lot.issued - stock_pool_lot.held"),
            "available",
        )
        .join(JoinType::InnerJoin, of_batch)
        .filter(pool_lot::Column::PoolId.is_in(pools))
        .filter(Expr::cust(format!("not {}", stock::held_back("batch", today))))
        .order_by_asc(batch::Column::HarvestedOn)
        .order_by_asc(batch::Column::Lot)
        .into_model::<LotRow>()
        .all(db)
        .await?;
    let mut lots: HashMap<PoolId, Vec<LotRow>> = HashMap::new();
    for row in rows.into_iter().filter(|row| row.available > 0) {
        lots.entry(row.pool_id).or_default().push(row);
    }
    Ok(lots)
}

/// The live listings of `product`, the cheapest first.
pub async fn live_of_product(
    db: &impl ConnectionTrait,
    product: ProductId,
    limit: u64,
) -> Result<Vec<listing::Model>, DbErr> {
    listing::Entity::find()
        .filter(listing::Column::ProductId.eq(product))
        .filter(listing::Column::State.eq(listing::State::Live))
        .order_by_asc(listing::Column::Price)
        .order_by_asc(listing::Column::Id)
        .limit(limit)
        .all(db)
        .await
}
