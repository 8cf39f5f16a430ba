//! What the index knows of a listing, read from the database. Nothing here writes.

use std::collections::HashMap;

use entity::{
    CommuneCode, Day, Dong, Gtin, Quantity, Slug, Thousandths, Timestamp, Unit,
    catalogue::{certificate, closure, product, seller},
    ids::{ListingId, PoolId, ProductId, SellerId},
    listings::{
        listing::{self, StockMode},
        pool_lot, remote_listing,
    },
    trace::batch,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use crate::{
    catalogue::{badge, category, read::certificates_on},
    http::language::Language,
    listings::{
        remote::{Details, RemoteCertificate},
        stock,
    },
    places,
};

/// A listing as it is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub id: ListingId,
    pub title: String,
    pub brand: String,
    /// Names of its category and the group of it.
    pub categories: String,
    pub seller_name: String,
    /// `None`: they sell on another exchange.
    pub seller: Option<(SellerId, Slug)>,
    /// Commune and province.
    pub place: String,
    pub description: String,
    pub gtin: String,
    pub unit: Option<Unit>,
    /// What one unit holds, as its seller declares it.
    pub contains: Option<Quantity>,
    pub category: String,
    pub commune: Option<CommuneCode>,
    pub star: u8,
    pub seller_kind: Option<seller::Kind>,
    pub in_stock: bool,
    /// Kinds of certificates that hold and that an officer checked.
    pub certificates: Vec<certificate::Kind>,
    /// The exchange it was pulled from; `None`: ours.
    pub exchange: Option<String>,
    pub price: Dong,
    pub published_at: Timestamp,
    /// Until when a listing of another exchange vouches for itself.
    pub fresh_until: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: ListingId,
    title: String,
    price: Dong,
    unit: Unit,
    stock_mode: StockMode,
    factor: Thousandths,
    contains: Option<Thousandths>,
    contains_unit: Option<Unit>,
    min_quantity: Option<Thousandths>,
    published_at: Option<Timestamp>,
    product_id: ProductId,
    seller_id: SellerId,
    category: String,
    brand: Option<String>,
    description: String,
    gtin: Gtin,
    seller_slug: Slug,
    seller_name: String,
    kind: seller::Kind,
    commune_code: CommuneCode,
    sellable: Option<i64>,
}

/// Those of our own listings `ids` that may be shown in lists.
pub async fn own(db: &impl ConnectionTrait, ids: &[ListingId], today: Day) -> Result<Vec<Document>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let select = listing::Entity::find().filter(listing::Column::Id.is_in(some.iter().copied()));
        found.extend(read_own(db, select, today).await?);
    }
    Ok(found)
}

/// Ids in one statement: well below what either database takes.
const AT_ONCE: usize = 1000;

/// The next `limit` of our own listings after `after`, by id; the id of the last one looked at, for the next call.
pub async fn own_after(
    db: &impl ConnectionTrait,
    after: Option<ListingId>,
    limit: u64,
    today: Day,
) -> Result<(Vec<Document>, Option<ListingId>), DbErr> {
    let mut select = listing::Entity::find().order_by_asc(listing::Column::Id).limit(limit);
    if let Some(after) = after {
        select = select.filter(listing::Column::Id.gt(after));
    }
    let documents = read_own(db, select, today).await?;
    let last = documents.last().map(|document| document.id);
    Ok((documents, last))
}

async fn read_own(
    db: &impl ConnectionTrait,
    select: Select<listing::Entity>,
    today: Day,
) -> Result<Vec<Document>, DbErr> {
    let to_product = listing::Entity::belongs_to(product::Entity)
        .from(listing::Column::ProductId)
        .to(product::Column::Id)
        .into();
    let to_seller = listing::Entity::belongs_to(seller::Entity)
        .from(listing::Column::SellerId)
        .to(seller::Column::Id)
        .into();
    let rows: Vec<Row> = select
        .select_only()
        .columns([
            listing::Column::Id,
            listing::Column::Title,
            listing::Column::Price,
            listing::Column::Unit,
            listing::Column::StockMode,
            listing::Column::Factor,
            listing::Column::Contains,
            listing::Column::ContainsUnit,
            listing::Column::MinQuantity,
            listing::Column::PublishedAt,
            listing::Column::ProductId,
            listing::Column::SellerId,
        ])
        .columns([
            product::Column::Category,
            product::Column::Brand,
            product::Column::Description,
            product::Column::Gtin,
        ])
        .column_as(seller::Column::Slug, "seller_slug")
        .column_as(seller::Column::Name, "seller_name")
        .columns([seller::Column::Kind, seller::Column::CommuneCode])
        .expr_as(stock::sellable(today), "sellable")
        .join(JoinType::InnerJoin, to_product)
        .join(JoinType::InnerJoin, to_seller)
        .filter(crate::listings::read::on_lists(today))
        .into_model::<Row>()
        .all(db)
        .await?;
    let products: Vec<_> = rows.iter().map(|row| row.product_id).collect();
    let mut sellers: Vec<_> = rows.iter().map(|row| row.seller_id).collect();
    sellers.sort_unstable_by_key(|id| id.0);
    sellers.dedup();
    let held = Held::read(db, today, &products, &sellers).await?;
    Ok(rows.into_iter().map(|row| row.document(&held)).collect())
}

/// The certificates that hold, by what they cover.
#[derive(Default)]
struct Held {
    of_product: HashMap<ProductId, Vec<certificate::Model>>,
    of_seller: HashMap<SellerId, Vec<certificate::Model>>,
}

impl Held {
    async fn read(
        db: &impl ConnectionTrait,
        today: Day,
        products: &[ProductId],
        sellers: &[SellerId],
    ) -> Result<Self, DbErr> {
        let mut held = Self::default();
        if products.is_empty() {
            return Ok(held);
        }
        for row in certificates_on(db, today, products, sellers).await? {
            match row.product_id {
                Some(product) => held.of_product.entry(product).or_default().push(row),
                None => held.of_seller.entry(row.seller_id).or_default().push(row),
            }
        }
        Ok(held)
    }

    fn on(&self, product: ProductId, seller: SellerId) -> impl Iterator<Item = &certificate::Model> {
        let of_product = self.of_product.get(&product).into_iter().flatten();
        of_product.chain(self.of_seller.get(&seller).into_iter().flatten())
    }
}

impl Row {
    fn document(self, held: &Held) -> Document {
        let left = self
            .sellable
            .map(|sellable| stock::left(Thousandths(sellable), self.factor, self.unit));
        let mut certificates: Vec<certificate::Kind> = Vec::new();
        let mut star = 0;
        for row in held.on(self.product_id, self.seller_id) {
            if row.product_id.is_some() {
                star = star.max(badge::star(row).unwrap_or(0));
            }
            if row.verified && !certificates.contains(&row.kind) {
                certificates.push(row.kind);
            }
        }
        Document {
            id: self.id,
            brand: self.brand.unwrap_or_default(),
            categories: category_names(&self.category),
            place: places::commune(&self.commune_code)
                .map(places::Commune::address)
                .unwrap_or_default(),
            seller: Some((self.seller_id, self.seller_slug)),
            gtin: self.gtin.to_string(),
            unit: Some(self.unit),
            contains: self
                .contains
                .zip(self.contains_unit)
                .map(|(amount, unit)| Quantity::new(amount, unit)),
            star,
            seller_kind: Some(self.kind),
            in_stock: stock::in_stock(self.stock_mode, left, self.min_quantity),
            certificates,
            exchange: None,
            published_at: self.published_at.unwrap_or(Timestamp(0)),
            fresh_until: Timestamp::MAX,
            title: self.title,
            seller_name: self.seller_name,
            description: self.description,
            category: self.category,
            commune: Some(self.commune_code),
            price: self.price,
        }
    }
}

/// The names of the category `id` and of its group, in Vietnamese.
fn category_names(id: &str) -> String {
    let leaf = category::category(id);
    let group = leaf
        .and_then(|leaf| leaf.parent.as_deref())
        .and_then(category::category);
    let names: Vec<&str> = [leaf, group]
        .into_iter()
        .flatten()
        .map(|category| category.name(Language::Vietnamese))
        .collect();
    names.join(", ")
}

/// Those of other exchanges' listings `ids` that are on sale; whether anybody vouches for them is asked when they are
/// looked for.
pub async fn theirs(db: &impl ConnectionTrait, ids: &[ListingId], today: Day) -> Result<Vec<Document>, DbErr> {
    let mut found = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let select = remote_listing::Entity::find().filter(remote_listing::Column::Id.is_in(some.iter().copied()));
        found.extend(read_theirs(db, select, today).await?);
    }
    Ok(found)
}

/// As [`own_after`], of other exchanges' listings.
pub async fn theirs_after(
    db: &impl ConnectionTrait,
    after: Option<ListingId>,
    limit: u64,
    today: Day,
) -> Result<(Vec<Document>, Option<ListingId>), DbErr> {
    let mut select = remote_listing::Entity::find()
        .order_by_asc(remote_listing::Column::Id)
        .limit(limit);
    if let Some(after) = after {
        select = select.filter(remote_listing::Column::Id.gt(after));
    }
    let documents = read_theirs(db, select, today).await?;
    let last = documents.last().map(|document| document.id);
    Ok((documents, last))
}

async fn read_theirs(
    db: &impl ConnectionTrait,
    select: Select<remote_listing::Entity>,
    today: Day,
) -> Result<Vec<Document>, DbErr> {
    let live = remote_listing::Column::State.eq(remote_listing::State::Live);
    let rows = select.filter(live).all(db).await?;
    Ok(rows.into_iter().map(|row| their_document(row, today)).collect())
}

fn their_document(row: remote_listing::Model, today: Day) -> Document {
    let details: Details = serde_json::from_str(&row.details).unwrap_or_default();
    let star = row
        .star_until
        .filter(|until| *until > today)
        .and(row.star)
        .and_then(|star| u8::try_from(star).ok())
        .unwrap_or(0);
    let certificates = details
        .certificates
        .iter()
        .filter(|row| row.verified && row.holds_on(today))
        .filter_map(RemoteCertificate::known_kind)
        .collect();
    Document {
        id: row.id,
        brand: String::new(),
        categories: category_names(&row.category),
        place: match places::commune(&row.commune_code) {
            Some(commune) => commune.address(),
            None => format!("{}, {}", row.commune_name, details.province_name),
        },
        seller: None,
        gtin: row.gtin.map(|gtin| gtin.to_string()).unwrap_or_default(),
        unit: Some(row.unit),
        contains: None,
        star,
        seller_kind: None,
        in_stock: row.in_stock,
        certificates,
        exchange: Some(row.exchange_id),
        published_at: row.published_at,
        fresh_until: row.fresh_until,
        title: row.title,
        seller_name: row.seller_name,
        description: details.description,
        category: row.category,
        commune: Some(row.commune_code),
        price: row.price,
    }
}

/// Our listings that a change of one of these products, sellers, certificates or batches shows on.
pub async fn touched_by(db: &impl ConnectionTrait, touched: &Touched) -> Result<Vec<ListingId>, DbErr> {
    let mut products: Vec<ProductId> = touched.products.clone();
    let mut sellers: Vec<SellerId> = touched.sellers.clone();
    for some in touched.certificates.chunks(AT_ONCE) {
        let rows = certificate::Entity::find()
            .filter(certificate::Column::Id.is_in(some.iter().copied()))
            .all(db)
            .await?;
        for row in rows {
            match row.product_id {
                Some(product) => products.push(product),
                None => sellers.push(row.seller_id),
            }
        }
    }
    let mut pools: Vec<PoolId> = Vec::new();
    for some in touched.batches.chunks(AT_ONCE) {
        let of_batches: Vec<PoolId> = pool_lot::Entity::find()
            .select_only()
            .column(pool_lot::Column::PoolId)
            .filter(pool_lot::Column::BatchId.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        pools.extend(of_batches);
    }
    let mut found = Vec::new();
    for some in products.chunks(AT_ONCE) {
        found.extend(
            where_live(
                db,
                Condition::all().add(listing::Column::ProductId.is_in(some.iter().copied())),
            )
            .await?,
        );
    }
    for some in sellers.chunks(AT_ONCE) {
        found.extend(
            where_live(
                db,
                Condition::all().add(listing::Column::SellerId.is_in(some.iter().copied())),
            )
            .await?,
        );
    }
    for some in pools.chunks(AT_ONCE) {
        found.extend(
            where_live(
                db,
                Condition::all().add(listing::Column::PoolId.is_in(some.iter().copied())),
            )
            .await?,
        );
    }
    Ok(found)
}

/// Subjects of changes that are not listings themselves.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    pub products: Vec<ProductId>,
    pub sellers: Vec<SellerId>,
    pub certificates: Vec<entity::ids::CertificateId>,
    pub batches: Vec<entity::ids::BatchId>,
}

impl Touched {
    pub fn is_empty(&self) -> bool {
        self.products.is_empty() && self.sellers.is_empty() && self.certificates.is_empty() && self.batches.is_empty()
    }
}

async fn where_live(db: &impl ConnectionTrait, wanted: Condition) -> Result<Vec<ListingId>, DbErr> {
    listing::Entity::find()
        .select_only()
        .column(listing::Column::Id)
        .filter(listing::Column::State.eq(listing::State::Live))
        .filter(wanted)
        .into_tuple()
        .all(db)
        .await
}

/// Listings, ours and others', that are another on one of two days than on the other though nothing was written: a
/// certificate begins or ends between them, a seller closes or opens, or a batch passes its last day.
pub async fn differing(db: &impl ConnectionTrait, one: Day, other: Day) -> Result<Vec<ListingId>, DbErr> {
    let (early, late) = (one.min(other), one.max(other));
    // What begins or ends on a day is different from that day on: above the early day, up to the late one.
    let between = |column: certificate::Column| Condition::all().add(column.gt(early)).add(column.lte(late));
    let rows = certificate::Entity::find()
        .filter(
            Condition::any()
                .add(between(certificate::Column::GrantedOn))
                .add(between(certificate::Column::EndsOn)),
        )
        .all(db)
        .await?;
    let batches: Vec<entity::ids::BatchId> = batch::Entity::find()
        .select_only()
        .column(batch::Column::Id)
        // A last day is still a day of sale.
        .filter(batch::Column::ExpiresOn.gte(early))
        .filter(batch::Column::ExpiresOn.lt(late))
        .into_tuple()
        .all(db)
        .await?;
    let closures = closure::Entity::find()
        .filter(
            Condition::any()
                .add(
                    Condition::all()
                        .add(closure::Column::FromOn.gt(early))
                        .add(closure::Column::FromOn.lte(late)),
                )
                .add(
                    Condition::all()
                        .add(closure::Column::UntilOn.gte(early))
                        .add(closure::Column::UntilOn.lt(late)),
                ),
        )
        .all(db)
        .await?;
    let mut touched = Touched {
        batches,
        sellers: closures.into_iter().map(|row| row.seller_id).collect(),
        ..Touched::default()
    };
    for row in rows {
        match row.product_id {
            Some(product) => touched.products.push(product),
            None => touched.sellers.push(row.seller_id),
        }
    }
    let mut found = touched_by(db, &touched).await?;
    let harvested = Condition::all()
        .add(listing::Column::HarvestOn.gte(early))
        .add(listing::Column::HarvestOn.lt(late));
    found.extend(where_live(db, harvested).await?);
    // Other exchanges tell all certificates in one text; there are few listings with stars.
    let remote: Vec<ListingId> = remote_listing::Entity::find()
        .select_only()
        .column(remote_listing::Column::Id)
        .filter(remote_listing::Column::State.eq(remote_listing::State::Live))
        .filter(
            Condition::any()
                .add(remote_listing::Column::StarUntil.is_not_null())
                .add(remote_listing::Column::Details.not_like("%\"certificates\":[]%")),
        )
        .into_tuple()
        .all(db)
        .await?;
    found.extend(remote);
    Ok(found)
}
