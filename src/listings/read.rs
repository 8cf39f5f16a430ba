//! What is on sale, as pages and the API show it. Nothing here writes.

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
use super::search::{Dimension, star};
use super::stock;
use crate::{
    catalogue::{
        category,
        read::{certificates_on, photos_of_products},
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
    pub product_id: ProductId,
    pub gtin: Gtin,
    pub gtin_kind: product::GtinKind,
    pub category: String,
    pub motif: &'static str,
    pub seller_id: SellerId,
    pub seller_slug: Slug,
    pub seller_name: String,
    pub commune_code: CommuneCode,
    /// With its kind in front: `Xã Tân Cương`.
    pub commune_name: &'static str,
    pub photo: Option<PhotoView>,
    /// The exchange it was pulled from; `None`: ours.
    pub origin: Option<String>,
    pub published_at: Option<Timestamp>,
    pub updated_at: Timestamp,
}

/// A page of a search.
#[derive(Clone, Debug)]
pub struct Found {
    pub cards: Vec<Card>,
    pub next: Option<Cursor>,
    /// How many match in all.
    pub total: u64,
    pub facets: Option<Facets>,
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
            commune_name: places::commune(&self.commune_code).map_or("", |commune| &commune.full_name),
            photo,
            origin: None,
            id: self.id,
            slug: self.slug,
            title: self.title,
            price: self.price,
            unit: self.unit,
            stock_mode: self.stock_mode,
            state: self.state,
            product_id: self.product_id,
            gtin: self.gtin,
            gtin_kind: self.gtin_kind,
            category: self.category,
            seller_id: self.seller_id,
            seller_slug: self.seller_slug,
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

/// The live listings that `filter` asks for: three queries, and three more for the facets.
pub async fn search(db: &impl ConnectionTrait, filter: &Filter, today: Day) -> Result<Found, DbErr> {
    let total = filter.select(today, None).count(db).await?;
    let mut rows = rows(db, filter.page(filter.select(today, None)), filter.rank(), today).await?;
    let fits = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    let more = rows.len() > fits;
    rows.truncate(fits);
    let next = rows.last().filter(|_| more).map(|row| row.cursor(filter.sort));
    let facets = if filter.facets {
        Some(facets(db, filter, today).await?)
    } else {
        None
    };
    Ok(Found {
        cards: with_photos(db, rows).await?,
        next,
        total,
        facets,
    })
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
    let Some(listing) = find.one(db).await? else {
        return Ok(None);
    };
    let product = product::Entity::find_by_id(listing.product_id).one(db).await?;
    let seller = seller::Entity::find_by_id(listing.seller_id).one(db).await?;
    let (Some(product), Some(seller)) = (product, seller) else {
        return Ok(None);
    };
    let certificates = certificates_on(db, today, &[product.id], &[seller.id]).await?;
    let photos = photos_of_products(db, &[product.id])
        .await?
        .remove(&product.id)
        .unwrap_or_default();
    let left = left(db, &listing, today).await?;
    let lots = match listing.pool_id {
        Some(pool) => lots_on_sale(db, pool, listing.factor, listing.unit, today).await?,
        None => Vec::new(),
    };
    Ok(Some(Detail {
        in_stock: stock::in_stock(listing.stock_mode, left),
        star: certificates.iter().filter_map(crate::catalogue::badge::star).max(),
        listing,
        product,
        seller,
        certificates,
        lots,
        photos,
        left,
    }))
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
    batch_id: BatchId,
    gtin: Gtin,
    lot: Lot,
    harvested_on: Day,
    expires_on: Option<Day>,
    available: i64,
}

async fn lots_on_sale(
    db: &impl ConnectionTrait,
    pool: PoolId,
    factor: Thousandths,
    unit: Unit,
    today: Day,
) -> Result<Vec<LotOnSale>, DbErr> {
    let of_batch = pool_lot::Entity::belongs_to(batch::Entity)
        .from(pool_lot::Column::BatchId)
        .to(batch::Column::Id)
        .into();
    let rows = pool_lot::Entity::find()
        .select_only()
        .column(pool_lot::Column::BatchId)
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
        .filter(pool_lot::Column::PoolId.eq(pool))
        .filter(Expr::cust(format!("not {}", stock::held_back("batch", today))))
        .order_by_asc(batch::Column::HarvestedOn)
        .order_by_asc(batch::Column::Lot)
        .into_model::<LotRow>()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter(|row| row.available > 0)
        .map(|row| LotOnSale {
            batch_id: row.batch_id,
            gtin: row.gtin,
            lot: row.lot,
            harvested_on: row.harvested_on,
            expires_on: row.expires_on,
            left: stock::left(Thousandths(row.available), factor, unit),
        })
        .collect())
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
