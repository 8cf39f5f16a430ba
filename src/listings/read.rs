//! What is on sale, as pages and the API show it. Nothing here writes.

use std::{borrow::Cow, collections::HashMap};

use entity::{
    CommuneCode, Day, Dong, Gtin, Lot, Quantity, Slug, Thousandths, Timestamp, Unit,
    catalogue::{certificate, product, seller},
    ids::{BatchId, ListingId, PoolId, ProductId, SellerId, StockMoveId},
    listings::{listing, listing::StockMode, pool, pool_lot, price_tier, remote_exchange, stock_move},
    trace::batch,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};

use super::{
    offer::{Pack, Terms, Tier, UnitPrice, by_weight, unit_price},
    remote, stock,
};
use crate::{
    catalogue::{
        category,
        read::{Closure, by_id, certificates_on, closed_on, closures_on, photos_of_products},
    },
    http::list::Paging,
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
    /// What a kilogram, a litre or a piece costs, where that is known.
    pub unit_price: Option<UnitPrice>,
    /// What one unit holds, as its seller declares it.
    pub contains: Option<Quantity>,
    /// It is charged by weight: the price is that of a piece of mean weight.
    pub estimate: bool,
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

impl Card {
    /// The price by which packs are compared, where it is not the price itself.
    #[must_use]
    pub fn compared(&self) -> Option<UnitPrice> {
        self.unit_price.filter(|price| price.unit != self.unit)
    }
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
    contains: Option<Thousandths>,
    contains_unit: Option<Unit>,
    min_quantity: Option<Thousandths>,
    weight_price: Option<Dong>,
    weight_unit: Option<Unit>,
    piece_min: Option<Thousandths>,
    piece_max: Option<Thousandths>,
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
}

impl Row {
    fn card(self, photo: Option<PhotoView>) -> Card {
        let left = self
            .sellable
            .map(|sellable| stock::left(Thousandths(sellable), self.factor, self.unit));
        let pack = Pack::declared(self.unit, self.contains, self.contains_unit);
        let by_weight = by_weight(self.weight_price, self.weight_unit, self.piece_min, self.piece_max);
        Card {
            in_stock: stock::in_stock(self.stock_mode, left, self.min_quantity),
            unit_price: unit_price(self.price, &pack, by_weight.as_ref()),
            contains: pack.contains,
            estimate: by_weight.is_some(),
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
async fn rows(db: &impl ConnectionTrait, select: Select<listing::Entity>, today: Day) -> Result<Vec<Row>, DbErr> {
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
            listing::Column::Contains,
            listing::Column::ContainsUnit,
            listing::Column::MinQuantity,
            listing::Column::WeightPrice,
            listing::Column::WeightUnit,
            listing::Column::PieceMin,
            listing::Column::PieceMax,
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

/// What lists show: what is on sale, of sellers who are not closed.
#[must_use]
pub fn on_lists(today: Day) -> Condition {
    Condition::all()
        .add(listing::Column::State.eq(listing::State::Live))
        .add(closed_on("listing.seller_id", today).not())
}

/// SQL for the OCOP stars that the product of the `listing` in scope holds on `day`; null without any.
fn star(day: Day) -> Expr {
    let day = day.iso();
    Expr::cust(format!(
        "(select max(c.star) from certificate c where c.product_id = listing.product_id and c.kind = 'ocop' \
         and c.granted_on <= '{day}' and c.ends_on > '{day}' and c.revoked_on is null)"
    ))
}

/// The cards of those of `ids` that lists may show now, ours and other exchanges', in that order; and the first moment at
/// which one of them may no longer be shown though nothing changed.
#[expect(clippy::implicit_hasher, reason = "there is one such table")]
pub async fn cards_of(
    db: &impl ConnectionTrait,
    ids: &[ListingId],
    theirs: &HashMap<String, remote_exchange::Model>,
    now: Timestamp,
) -> Result<(Vec<Card>, Timestamp), DbErr> {
    let today = now.day();
    let mut until = today.plus_days(1).start();
    if ids.is_empty() {
        return Ok((Vec::new(), until));
    }
    let select = listing::Entity::find()
        .filter(listing::Column::Id.is_in(ids.iter().copied()))
        .filter(on_lists(today));
    let mut found = by_id(cards(db, select, today).await?, |card| card.id);
    if found.len() < ids.len() && !theirs.is_empty() {
        let missing: Vec<ListingId> = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
        for (card, fresh_until) in remote::cards(db, &missing, theirs, now).await? {
            until = std::cmp::min(until, fresh_until);
            found.insert(card.id, card);
        }
    }
    Ok((ids.iter().filter_map(|id| found.remove(id)).collect(), until))
}

/// What `seller` has on sale, the newest first, beginning below `before`.
pub async fn live_of_seller(
    db: &impl ConnectionTrait,
    seller: SellerId,
    before: Option<ListingId>,
    limit: u64,
    today: Day,
) -> Result<Vec<Card>, DbErr> {
    let mut page = listing::Entity::find()
        .filter(listing::Column::SellerId.eq(seller))
        .filter(on_lists(today))
        .order_by_desc(listing::Column::Id)
        .limit(limit);
    if let Some(before) = before {
        page = page.filter(listing::Column::Id.lt(before));
    }
    cards(db, page, today).await
}

/// What `sellers` have listed, on sale or not, the newest first, beginning below `before`; and how many there are in all.
pub async fn of_sellers(
    db: &impl ConnectionTrait,
    sellers: &[SellerId],
    before: Option<ListingId>,
    limit: u64,
    today: Day,
) -> Result<(Vec<Card>, u64), DbErr> {
    let theirs = listing::Entity::find().filter(listing::Column::SellerId.is_in(sellers.iter().copied()));
    let total = theirs.clone().count(db).await?;
    let mut page = theirs.order_by_desc(listing::Column::Id).limit(limit);
    if let Some(before) = before {
        page = page.filter(listing::Column::Id.lt(before));
    }
    Ok((cards(db, page, today).await?, total))
}

/// Cards of the listings that `select` finds, in its order and whatever their state; for lists of one's own.
pub async fn cards(db: &impl ConnectionTrait, select: Select<listing::Entity>, today: Day) -> Result<Vec<Card>, DbErr> {
    let rows = rows(db, select, today).await?;
    let sellers: Vec<_> = rows.iter().map(|row| row.seller_id).collect();
    let closed = closures_on(db, today, &sellers).await?;
    let mut cards = with_photos(db, rows).await?;
    for card in &mut cards {
        card.in_stock &= !card.seller_id.is_some_and(|seller| closed.contains_key(&seller));
    }
    Ok(cards)
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
    /// The lots one may be given a part of, the nearest last day first, as they are sold.
    pub lots: Vec<LotOnSale>,
    pub photos: Vec<PhotoView>,
    pub left: Option<Quantity>,
    /// Never while its seller is closed.
    pub in_stock: bool,
    /// The closure of its seller that is in effect.
    pub closed: Option<Closure>,
    pub star: Option<u8>,
    pub terms: Terms,
    /// The other listings on sale that draw on the same stock, the smallest pack first.
    pub siblings: Vec<Sibling>,
}

/// Another pack of the same stock.
#[derive(Clone, Debug)]
pub struct Sibling {
    pub id: ListingId,
    pub slug: Slug,
    pub pack: Pack,
    /// How much of the pool's unit one takes.
    pub factor: Thousandths,
    pub price: Dong,
    pub unit_price: Option<UnitPrice>,
    pub left: Option<Quantity>,
    pub in_stock: bool,
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

/// The listings with these ids, each with what is around it; in no order, and without those that do not exist. Nine
/// queries, however many listings.
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
    let closed = closures_on(db, today, &seller_ids).await?;
    let photos = photos_of_products(db, &product_ids).await?;
    let lots = lots_of_pools(db, listings.iter().filter_map(|listing| listing.pool_id), today).await?;
    let packs = packs_of_pools(db, listings.iter().filter_map(|listing| listing.pool_id), today).await?;
    let ids: Vec<_> = listings.iter().map(|listing| listing.id).collect();
    let mut tiers = tiers_of(db, &ids).await?;
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
        let packs = listing.pool_id.and_then(|pool| packs.get(&pool)).into_iter().flatten();
        let terms = Terms::of(&listing, tiers.remove(&listing.id).unwrap_or_default());
        Some(Detail {
            in_stock: stock::in_stock(listing.stock_mode, left, listing.min_quantity)
                && !closed.contains_key(&seller.id),
            closed: closed.get(&seller.id).cloned(),
            siblings: packs.filter(|pack| pack.id != listing.id).cloned().collect(),
            terms,
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

/// What may be sold of each of `listings` on `today`, in its unit; `None` where nothing is counted.
pub async fn left_of(
    db: &impl ConnectionTrait,
    listings: &[&listing::Model],
    today: Day,
) -> Result<HashMap<ListingId, Option<Quantity>>, DbErr> {
    let sellable: HashMap<ListingId, Option<i64>> = listing::Entity::find()
        .select_only()
        .column(listing::Column::Id)
        .expr_as(stock::sellable(today), "sellable")
        .filter(listing::Column::Id.is_in(listings.iter().map(|listing| listing.id)))
        .into_tuple::<(ListingId, Option<i64>)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    Ok(listings
        .iter()
        .map(|listing| {
            let sellable = sellable.get(&listing.id).copied().flatten();
            let left = sellable.map(|sellable| stock::left(Thousandths(sellable), listing.factor, listing.unit));
            (listing.id, left)
        })
        .collect())
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

/// What each pool has of lots that may be sold, in the order in which they are.
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
        // The databases disagree on where nulls stand.
        .order_by_asc(Expr::cust("coalesce(batch.expires_on, '9999-12-31')"))
        .order_by_asc(batch::Column::HarvestedOn)
        .order_by_asc(pool_lot::Column::BatchId)
        .into_model::<LotRow>()
        .all(db)
        .await?;
    let mut lots: HashMap<PoolId, Vec<LotRow>> = HashMap::new();
    for row in rows.into_iter().filter(|row| row.available > 0) {
        lots.entry(row.pool_id).or_default().push(row);
    }
    Ok(lots)
}

#[derive(FromQueryResult)]
struct PackRow {
    id: ListingId,
    slug: Slug,
    pool_id: PoolId,
    price: Dong,
    unit: Unit,
    factor: Thousandths,
    contains: Option<Thousandths>,
    contains_unit: Option<Unit>,
    min_quantity: Option<Thousandths>,
    weight_price: Option<Dong>,
    weight_unit: Option<Unit>,
    piece_min: Option<Thousandths>,
    piece_max: Option<Thousandths>,
    sellable: Option<i64>,
}

impl PackRow {
    fn sibling(self) -> Sibling {
        let left = self
            .sellable
            .map(|sellable| stock::left(Thousandths(sellable), self.factor, self.unit));
        let pack = Pack::declared(self.unit, self.contains, self.contains_unit);
        let by_weight = by_weight(self.weight_price, self.weight_unit, self.piece_min, self.piece_max);
        Sibling {
            in_stock: stock::in_stock(StockMode::Stock, left, self.min_quantity),
            unit_price: unit_price(self.price, &pack, by_weight.as_ref()),
            id: self.id,
            slug: self.slug,
            pack,
            factor: self.factor,
            price: self.price,
            left,
        }
    }
}

/// What is on sale of each pool, the smallest pack first.
async fn packs_of_pools(
    db: &impl ConnectionTrait,
    pools: impl Iterator<Item = PoolId>,
    today: Day,
) -> Result<HashMap<PoolId, Vec<Sibling>>, DbErr> {
    let pools: Vec<_> = pools.collect();
    if pools.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = listing::Entity::find()
        .select_only()
        .columns([
            listing::Column::Id,
            listing::Column::Slug,
            listing::Column::PoolId,
            listing::Column::Price,
            listing::Column::Unit,
            listing::Column::Factor,
            listing::Column::Contains,
            listing::Column::ContainsUnit,
            listing::Column::MinQuantity,
            listing::Column::WeightPrice,
            listing::Column::WeightUnit,
            listing::Column::PieceMin,
            listing::Column::PieceMax,
        ])
        .expr_as(stock::sellable(today), "sellable")
        .filter(listing::Column::PoolId.is_in(pools))
        .filter(listing::Column::State.eq(listing::State::Live))
        .order_by_asc(listing::Column::Factor)
        .order_by_asc(listing::Column::Id)
        .into_model::<PackRow>()
        .all(db)
        .await?;
    let mut packs: HashMap<PoolId, Vec<Sibling>> = HashMap::new();
    for row in rows {
        packs.entry(row.pool_id).or_default().push(row.sibling());
    }
    Ok(packs)
}

/// The lower prices of each of `listings`, the smallest quantity first.
pub async fn tiers_of(
    db: &impl ConnectionTrait,
    listings: &[ListingId],
) -> Result<HashMap<ListingId, Vec<Tier>>, DbErr> {
    let rows = price_tier::Entity::find()
        .filter(price_tier::Column::ListingId.is_in(listings.iter().copied()))
        .order_by_asc(price_tier::Column::ListingId)
        .order_by_asc(price_tier::Column::FromQuantity)
        .all(db)
        .await?;
    let mut tiers: HashMap<ListingId, Vec<Tier>> = HashMap::new();
    for row in rows {
        let (from, price) = (row.from_quantity, row.price);
        tiers.entry(row.listing_id).or_default().push(Tier { from, price });
    }
    Ok(tiers)
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

/// The stock that a listing draws on.
#[derive(Clone, Debug)]
pub struct StockView {
    pub pool: pool::Model,
    /// The nearest last day first, as they are sold; those that may not be sold too.
    pub lots: Vec<StockLot>,
}

/// A lot of a stock, whether it may be sold or not.
#[derive(Clone, Debug, FromQueryResult)]
pub struct StockLot {
    pub batch_id: BatchId,
    pub lot: Lot,
    pub harvested_on: Day,
    pub expires_on: Option<Day>,
    available: i64,
    held_back: i64,
}

impl StockLot {
    /// What lies there and is promised to nobody, in the pool's unit.
    #[must_use]
    pub const fn available(&self) -> Thousandths {
        Thousandths(self.available)
    }

    /// Whether an officer holds it or its last day has passed.
    #[must_use]
    pub const fn held_back(&self) -> bool {
        self.held_back != 0
    }
}

/// The stock of the listing `id`, if it is one of `sellers`' and counts any.
pub async fn stock_of(
    db: &impl ConnectionTrait,
    id: ListingId,
    sellers: &[SellerId],
    today: Day,
) -> Result<Option<StockView>, DbErr> {
    let listing = listing::Entity::find_by_id(id)
        .filter(listing::Column::SellerId.is_in(sellers.iter().copied()))
        .one(db)
        .await?;
    let Some(pool) = listing.and_then(|listing| listing.pool_id) else {
        return Ok(None);
    };
    let Some(pool) = pool::Entity::find_by_id(pool).one(db).await? else {
        return Ok(None);
    };
    let of_batch = pool_lot::Entity::belongs_to(batch::Entity)
        .from(pool_lot::Column::BatchId)
        .to(batch::Column::Id)
        .into();
    let held_back = format!(
        "cast(case when {} then 1 else 0 end as bigint)",
        stock::held_back("batch", today)
    );
    let lots = pool_lot::Entity::find()
        .select_only()
        .column(pool_lot::Column::BatchId)
        .columns([batch::Column::Lot, batch::Column::HarvestedOn, batch::Column::ExpiresOn])
        .expr_as(
            Expr::cust("stock_pool_lot.received - stock_pool_lot.issued - stock_pool_lot.held"),
            "available",
        )
        .expr_as(Expr::cust(held_back), "held_back")
        .join(JoinType::InnerJoin, of_batch)
        .filter(pool_lot::Column::PoolId.eq(pool.id))
        .order_by_asc(Expr::cust("coalesce(batch.expires_on, '9999-12-31')"))
        .order_by_asc(batch::Column::HarvestedOn)
        .order_by_asc(pool_lot::Column::BatchId)
        .into_model::<StockLot>()
        .all(db)
        .await?;
    Ok(Some(StockView { pool, lots }))
}

/// The moves of `pool`, the newest first, a page at a time; one more than fits.
pub async fn moves_of(
    db: &impl ConnectionTrait,
    pool: PoolId,
    paging: Paging,
) -> Result<Vec<stock_move::Model>, DbErr> {
    let mut query = stock_move::Entity::find()
        .filter(stock_move::Column::PoolId.eq(pool))
        .order_by_desc(stock_move::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(stock_move::Column::Id.lt(StockMoveId(before)));
    }
    query.all(db).await
}
