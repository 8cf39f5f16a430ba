//! A seller puts a product on sale.

use entity::{
    Dong, Quantity, Thousandths, Unit as Measure,
    catalogue::{product, seller},
    frame::change::{Cause, Subject},
    ids::{BatchId, ListingId, PoolId, ProductId, StockMoveId},
    listings::{
        listing::{self, State, StockMode},
        pool, pool_lot, stock_move,
    },
    text,
    trace::batch,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ListingsError, lifecycle,
    stock_source::{Fields, PreorderInput, StockSource, factor},
};
use crate::{
    catalogue::{Selling, category::category},
    checked,
    db::Unit,
    http::{
        input::{Field, QuantityInput, Wrong},
        language::Language,
    },
    places,
};

/// What a new listing needs. Of `stock`, `lots`, `on_demand` and `preorder` exactly one is given.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Publish {
    #[schema(value_type = String)]
    pub product_id: Field<String>,
    /// Đồng for one unit.
    #[schema(value_type = i64, minimum = 1, maximum = 9_999_999_999_999_i64, example = 350_000)]
    pub price: Field<i64>,
    /// A unit's code.
    #[schema(value_type = String, example = "kg")]
    pub unit: Field<String>,
    /// So much, of no particular lot.
    #[schema(value_type = Option<QuantityInput>)]
    pub stock: Field<QuantityInput>,
    /// All that these batches hold.
    #[schema(value_type = Option<Vec<String>>)]
    pub lots: Field<Vec<Field<String>>>,
    /// Made when ordered.
    #[schema(value_type = Option<bool>)]
    pub on_demand: Field<bool>,
    #[schema(value_type = Option<PreorderInput>)]
    pub preorder: Field<PreorderInput>,
}

/// A checked listing.
#[derive(Clone, Debug)]
pub struct NewListing {
    product: ProductId,
    price: Dong,
    unit: Measure,
    source: StockSource,
}

impl Publish {
    pub fn check(&self, today: entity::Day) -> Result<NewListing, Wrong> {
        let mut wrong = Wrong::default();
        let product = wrong.code::<ProductId>("/product_id", &self.product_id, "wrong-no-such-product");
        let price = wrong.dong("/price", &self.price);
        let unit = wrong.code::<Measure>("/unit", &self.unit, "wrong-unit");
        let fields = Fields {
            stock: &self.stock,
            lots: &self.lots,
            on_demand: &self.on_demand,
            preorder: &self.preorder,
        };
        let source = fields.check(&mut wrong, today);
        checked!(wrong; product, price, unit, source);
        Ok(NewListing {
            product,
            price,
            unit,
            source,
        })
    }
}

/// Writes the listing and the stock it draws on; it is live at once.
pub async fn publish(unit: &mut Unit, selling: &Selling, new: NewListing) -> Result<ListingId, ListingsError> {
    let found = product::Entity::find_by_id(new.product).one(&*unit).await?;
    let product = found
        .filter(|product| selling.acts_for(product.seller_id))
        .ok_or_else(|| Wrong::one("/product_id", "wrong-no-such-product"))?;
    let drawn = draw(unit, &product, &new).await?;
    let id: ListingId = unit.id();
    let row = listing::ActiveModel {
        id: Set(id),
        slug: Set(text::slug(&product.name, &id.0.simple().to_string()[26..])),
        product_id: Set(product.id),
        seller_id: Set(product.seller_id),
        title: Set(product.name.clone()),
        price: Set(new.price),
        unit: Set(new.unit),
        stock_mode: Set(drawn.mode),
        pool_id: Set(drawn.pool),
        factor: Set(drawn.factor),
        harvest_on: Set(drawn.harvest_on),
        cap: Set(drawn.cap),
        promised: Set(Thousandths::ZERO),
        state: Set(lifecycle::next(State::Draft, lifecycle::Event::Publish)?),
        search_text: Set(search_text(unit, &product).await?),
        created_at: Set(unit.now()),
        updated_at: Set(unit.now()),
        published_at: Set(Some(unit.now())),
    };
    listing::Entity::insert(row).exec_without_returning(&*unit).await?;
    unit.changed(Subject::Listing, id, Cause::Made).await?;
    Ok(id)
}

/// What a search finds the listing by, without tones.
pub(super) async fn search_text(unit: &Unit, product: &product::Model) -> Result<String, ListingsError> {
    let seller = seller::Entity::find_by_id(product.seller_id).one(unit).await?;
    let place = seller.as_ref().and_then(|seller| places::commune(&seller.commune_code));
    let leaf = category(&product.category);
    let group = leaf.and_then(|leaf| leaf.parent.as_deref()).and_then(category);
    let words = [
        Some(product.name.as_str()),
        product.brand.as_deref(),
        seller.as_ref().map(|seller| seller.name.as_str()),
        leaf.map(|category| category.name(Language::Vietnamese)),
        group.map(|category| category.name(Language::Vietnamese)),
    ];
    let mut text: Vec<String> = words.into_iter().flatten().map(text::fold).collect();
    text.extend(place.map(|commune| text::fold(&commune.address())));
    Ok(text.join(" "))
}

/// How a listing's stock stands in its row.
struct Drawn {
    mode: StockMode,
    pool: Option<PoolId>,
    factor: Thousandths,
    harvest_on: Option<entity::Day>,
    cap: Option<Thousandths>,
}

async fn draw(unit: &mut Unit, product: &product::Model, new: &NewListing) -> Result<Drawn, ListingsError> {
    let unlimited = Drawn {
        mode: StockMode::OnDemand,
        pool: None,
        factor: Thousandths(1000),
        harvest_on: None,
        cap: None,
    };
    let (pool, pool_unit) = match &new.source {
        StockSource::OnDemand => return Ok(unlimited),
        StockSource::Preorder { harvest_on, cap } => {
            let cap = cap
                .convert(new.unit)
                .ok_or_else(|| Wrong::one("/preorder/cap/unit", "wrong-unit-mismatch"))?;
            return Ok(Drawn {
                mode: StockMode::Preorder,
                harvest_on: Some(*harvest_on),
                cap: Some(cap.amount),
                ..unlimited
            });
        }
        StockSource::Stock(quantity) => loose(unit, product, *quantity).await?,
        StockSource::Lots(lots) => of_lots(unit, product, lots).await?,
    };
    let factor = factor(new.unit, pool_unit).ok_or_else(|| Wrong::one("/unit", "wrong-unit-mismatch"))?;
    Ok(Drawn {
        mode: StockMode::Stock,
        pool: Some(pool),
        factor,
        ..unlimited
    })
}

/// A new pool that holds `quantity` of no particular lot.
async fn loose(
    unit: &mut Unit,
    product: &product::Model,
    quantity: Quantity,
) -> Result<(PoolId, Measure), ListingsError> {
    // A product sold by weight keeps its own unit; what does not convert into it is its own kind of stock.
    let kept = quantity.convert(product.unit).unwrap_or(quantity);
    let pool = open_pool(unit, product, kept.unit).await?;
    receive(unit, pool, None, kept.amount).await?;
    Ok((pool, kept.unit))
}

/// The pool that `lots` lie in; those that lie in none yet go there now, with all they hold.
async fn of_lots(
    unit: &mut Unit,
    product: &product::Model,
    lots: &[BatchId],
) -> Result<(PoolId, Measure), ListingsError> {
    let found = batch::Entity::find()
        .filter(batch::Column::Id.is_in(lots.iter().copied()))
        .all(&*unit)
        .await?;
    let mut wrong = Wrong::default();
    for (place, id) in lots.iter().enumerate() {
        if !found
            .iter()
            .any(|batch| batch.id == *id && batch.product_id == product.id)
        {
            wrong.note(format!("/lots/{place}"), "wrong-no-such-batch");
        }
    }
    wrong.result()?;
    let placed = pool_lot::Entity::find()
        .filter(pool_lot::Column::BatchId.is_in(lots.iter().copied()))
        .order_by_asc(pool_lot::Column::PoolId)
        .all(&*unit)
        .await?;
    let pool = match placed.first() {
        None => None,
        Some(first) if placed.iter().all(|row| row.pool_id == first.pool_id) => {
            pool::Entity::find_by_id(first.pool_id).one(&*unit).await?
        }
        Some(_) => return Err(Wrong::one("/lots", "wrong-lots-apart").into()),
    };
    let (id, kept_in) = match pool {
        Some(pool) => (pool.id, pool.unit),
        None => (open_pool(unit, product, product.unit).await?, product.unit),
    };
    for (place, lot) in lots.iter().enumerate() {
        if placed.iter().any(|row| row.batch_id == *lot) {
            continue;
        }
        let Some(batch) = found.iter().find(|batch| batch.id == *lot) else {
            continue;
        };
        let held = Quantity::new(batch.quantity, batch.unit)
            .convert(kept_in)
            .ok_or_else(|| Wrong::one(format!("/lots/{place}"), "wrong-unit-mismatch"))?;
        let row = pool_lot::ActiveModel {
            pool_id: Set(id),
            batch_id: Set(*lot),
            received: Set(held.amount),
            issued: Set(Thousandths::ZERO),
            held: Set(Thousandths::ZERO),
        };
        pool_lot::Entity::insert(row).exec_without_returning(&*unit).await?;
        receive(unit, id, Some(*lot), held.amount).await?;
    }
    Ok((id, kept_in))
}

async fn open_pool(unit: &Unit, product: &product::Model, kept_in: Measure) -> Result<PoolId, ListingsError> {
    let id: PoolId = unit.id();
    let row = pool::ActiveModel {
        id: Set(id),
        seller_id: Set(product.seller_id),
        product_id: Set(product.id),
        unit: Set(kept_in),
        received: Set(Thousandths::ZERO),
        issued: Set(Thousandths::ZERO),
        held: Set(Thousandths::ZERO),
    };
    pool::Entity::insert(row).exec_without_returning(unit).await?;
    Ok(id)
}

/// Adds to a pool and writes down why.
pub(super) async fn receive(unit: &Unit, pool: PoolId, lot: Option<BatchId>, amount: Thousandths) -> Result<(), DbErr> {
    pool::Entity::update_many()
        .col_expr(pool::Column::Received, Expr::col(pool::Column::Received).add(amount.0))
        .filter(pool::Column::Id.eq(pool))
        .exec(unit)
        .await?;
    note_move(unit, pool, lot, amount, "listed").await
}

/// Writes down why a pool's stock changed.
pub(super) async fn note_move(
    unit: &Unit,
    pool: PoolId,
    lot: Option<BatchId>,
    delta: Thousandths,
    reason: &str,
) -> Result<(), DbErr> {
    let row = stock_move::ActiveModel {
        id: Set(unit.id::<StockMoveId>()),
        pool_id: Set(pool),
        batch_id: Set(lot),
        delta: Set(delta),
        reason: Set(reason.to_owned()),
        recorded_at: Set(unit.now()),
        recorded_by: Set(unit.actor().person()),
    };
    stock_move::Entity::insert(row).exec_without_returning(unit).await?;
    Ok(())
}
