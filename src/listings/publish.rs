//! A seller offers a product: as a draft, or for sale.

use entity::{
    Quantity, Thousandths, Unit as Measure,
    catalogue::{product, seller},
    frame::change::{Cause, Subject},
    ids::{ListingId, PoolId, ProductId},
    listings::{
        listing::{self, State, StockMode},
        pool, price_tier,
    },
    text,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ListingsError,
    go_live::{blocked_by, wish},
    hold::tell_pool,
    lifecycle, moderation,
    offer::{Terms, TermsInput},
    pools, review,
    stock_source::{Fields, PreorderInput, StockSource},
};
use crate::{
    catalogue::{Selling, category::category},
    checked,
    config::Policy,
    db::Unit,
    http::{
        input::{Field, QuantityInput, Wrong},
        language::Language,
    },
    places,
};

/// What a new listing needs. Of `stock`, `lots`, `on_demand`, `preorder` and `shares_stock_with` exactly one is given.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Publish {
    #[schema(value_type = String)]
    pub product_id: Field<String>,
    #[serde(flatten)]
    pub terms: TermsInput,
    /// A unit's code.
    #[schema(value_type = String, example = "kg")]
    pub unit: Field<String>,
    /// So much, of no particular lot; told in the listing's unit or in what one of it holds.
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
    /// Another listing of the same product: both draw on one stock, so that packs of two sizes never sell it twice.
    #[schema(value_type = Option<String>)]
    pub shares_stock_with: Field<String>,
    /// `live` (the default) or `draft`. Where the province reviews listings, one that wants to be live waits in `review`.
    #[schema(value_type = Option<String>)]
    pub state: Field<String>,
}

/// A checked listing.
#[derive(Clone, Debug)]
pub struct NewListing {
    product: ProductId,
    terms: Terms,
    source: StockSource,
    draft: bool,
}

impl Publish {
    pub fn check(&self, today: entity::Day) -> Result<NewListing, Wrong> {
        let mut wrong = Wrong::default();
        let product = wrong.code::<ProductId>("/product_id", &self.product_id, "wrong-no-such-product");
        let terms = self.terms.read(&mut wrong);
        if terms.as_ref().is_some_and(|terms| !terms.has_price()) {
            wrong.note("/price", "wrong-required");
        }
        let unit = wrong.code::<Measure>("/unit", &self.unit, "wrong-unit");
        let fields = Fields {
            stock: &self.stock,
            lots: &self.lots,
            on_demand: &self.on_demand,
            preorder: &self.preorder,
            shares_stock_with: &self.shares_stock_with,
        };
        let source = fields.check(&mut wrong, today);
        let draft = wrong.optional("/state", &self.state, |wrong, pointer, field| {
            let word = wrong.required(pointer, field)?;
            if !matches!(word.as_str(), "draft" | "live") {
                wrong.note(pointer, "wrong-new-listing-state");
                return None;
            }
            Some(word == "draft")
        });
        let terms = terms.zip(unit).map(|(terms, unit)| terms.new_terms(&mut wrong, unit));
        checked!(wrong; product, terms, source, draft);
        // What did not convert has been noted; this is only to have it out of its option.
        let terms = terms.ok_or_else(|| Wrong::one("/unit", "wrong-unit-mismatch"))?;
        Ok(NewListing {
            product,
            terms,
            source,
            draft: draft.unwrap_or(false),
        })
    }
}

impl NewListing {
    /// What its terms have against each other, for whoever wants to know before anything is written.
    #[must_use]
    pub fn faults(&self) -> Wrong {
        let mode = match self.source {
            StockSource::OnDemand => StockMode::OnDemand,
            StockSource::Preorder { .. } => StockMode::Preorder,
            StockSource::Stock(_) | StockSource::Lots(_) | StockSource::Shared(_) => StockMode::Stock,
        };
        let mut wrong = Wrong::default();
        self.terms.check(&mut wrong, mode, None);
        wrong
    }
}

/// Writes the listing and the stock it draws on. Whoever may not sell yet gets a draft.
pub async fn publish(
    unit: &mut Unit,
    selling: &Selling,
    policy: Policy,
    new: NewListing,
) -> Result<ListingId, ListingsError> {
    let found = product::Entity::find_by_id(new.product).one(&*unit).await?;
    let product = found
        .filter(|product| selling.acts_for(product.seller_id))
        .ok_or_else(|| Wrong::one("/product_id", "wrong-no-such-product"))?;
    if moderation::forbids(&*unit, product.id, product.seller_id).await? {
        // What an officer took down does not come back as another listing.
        lifecycle::next(State::TakenDown, lifecycle::Event::Publish)?;
    }
    let drawn = draw(unit, &product, &new).await?;
    let mut wrong = Wrong::default();
    new.terms
        .check(&mut wrong, drawn.mode, drawn.pool.as_ref().map(|pool| pool.unit));
    wrong.result()?;
    let blocked = blocked_by(&*unit, policy, product.seller_id).await?;
    let state = if new.draft || !blocked.is_empty() {
        State::Draft
    } else {
        lifecycle::next(State::Draft, wish(policy))?
    };
    let id: ListingId = unit.id();
    let mut row = listing::ActiveModel {
        id: Set(id),
        slug: Set(text::slug(&product.name, &id.0.simple().to_string()[26..])),
        product_id: Set(product.id),
        seller_id: Set(product.seller_id),
        title: Set(product.name.clone()),
        stock_mode: Set(drawn.mode),
        pool_id: Set(drawn.pool.as_ref().map(|pool| pool.id)),
        harvest_on: Set(drawn.harvest_on),
        cap: Set(drawn.cap),
        promised: Set(Thousandths::ZERO),
        unit: Set(new.terms.unit),
        state: Set(state),
        search_text: Set(search_text(unit, &product).await?),
        created_at: Set(unit.now()),
        updated_at: Set(unit.now()),
        published_at: Set((state == State::Live).then(|| unit.now())),
        ..Default::default()
    };
    put_terms(&mut row, &new.terms, drawn.pool.as_ref());
    listing::Entity::insert(row).exec_without_returning(&*unit).await?;
    put_tiers(unit, id, &new.terms).await?;
    match state {
        State::Live => {
            unit.changed(Subject::Listing, id, Cause::Made).await?;
            if let (StockSource::Shared(_), Some(pool)) = (&new.source, drawn.pool) {
                // The other packs of this stock show this one from now on.
                tell_pool(unit, pool.id).await?;
            }
        }
        State::Review => review::submit(unit, id).await?,
        State::Draft | State::Withdrawn | State::TakenDown => {}
    }
    Ok(id)
}

/// Writes `terms` into the columns of a listing that draws on `pool`.
pub(super) fn put_terms(row: &mut listing::ActiveModel, terms: &Terms, pool: Option<&pool::Model>) {
    // That they convert has been checked; what draws on no pool counts its own unit.
    let factor = pool.and_then(|pool| terms.pack().factor(pool.unit));
    row.factor = Set(factor.unwrap_or(Thousandths(1000)));
    row.price = Set(terms.price);
    let (contains, contains_unit) = terms.contains.map(|held| (held.amount, held.unit)).unzip();
    row.contains = Set(contains);
    row.contains_unit = Set(contains_unit);
    row.min_quantity = Set(terms.min);
    row.step = Set(terms.step);
    row.limit_quantity = Set(terms.limit.map(|limit| limit.most));
    row.limit_days = Set(terms.limit.map(|limit| limit.days));
    row.lead_days = Set(terms.lead_days);
    row.weight_price = Set(terms.by_weight.map(|weight| weight.price));
    row.weight_unit = Set(terms.by_weight.map(|weight| weight.unit));
    row.piece_min = Set(terms.by_weight.map(|weight| weight.min));
    row.piece_max = Set(terms.by_weight.map(|weight| weight.max));
}

/// Makes the tiers of the listing `id` those of `terms`.
pub(super) async fn put_tiers(unit: &Unit, id: ListingId, terms: &Terms) -> Result<(), DbErr> {
    price_tier::Entity::delete_many()
        .filter(price_tier::Column::ListingId.eq(id))
        .exec(unit)
        .await?;
    let rows: Vec<_> = terms
        .tiers
        .iter()
        .map(|tier| price_tier::ActiveModel {
            listing_id: Set(id),
            from_quantity: Set(tier.from),
            price: Set(tier.price),
        })
        .collect();
    if !rows.is_empty() {
        price_tier::Entity::insert_many(rows)
            .exec_without_returning(unit)
            .await?;
    }
    Ok(())
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
    pool: Option<pool::Model>,
    harvest_on: Option<entity::Day>,
    cap: Option<Thousandths>,
}

async fn draw(unit: &mut Unit, product: &product::Model, new: &NewListing) -> Result<Drawn, ListingsError> {
    let unlimited = Drawn {
        mode: StockMode::OnDemand,
        pool: None,
        harvest_on: None,
        cap: None,
    };
    let pool = match &new.source {
        StockSource::OnDemand => return Ok(unlimited),
        StockSource::Preorder { harvest_on, cap } => {
            return Ok(Drawn {
                mode: StockMode::Preorder,
                harvest_on: Some(*harvest_on),
                cap: Some(capped(new.terms.unit, *cap, "/preorder/cap")?),
                ..unlimited
            });
        }
        StockSource::Stock(quantity) => pools::loose(unit, product, new.terms.pack(), *quantity).await?,
        StockSource::Lots(lots) => pools::of_lots(unit, product, lots, None).await?,
        StockSource::Shared(with) => shared(unit, product, *with).await?,
    };
    Ok(Drawn {
        mode: StockMode::Stock,
        pool: Some(pool),
        ..unlimited
    })
}

/// The most that may be ordered before the harvest, in the listing's unit.
pub(super) fn capped(unit: Measure, cap: Quantity, pointer: &str) -> Result<Thousandths, Wrong> {
    cap.convert(unit)
        .map(|cap| cap.amount)
        .ok_or_else(|| Wrong::one(format!("{pointer}/unit"), "wrong-unit-mismatch"))
}

/// The pool of another listing of the same product.
async fn shared(unit: &Unit, product: &product::Model, with: ListingId) -> Result<pool::Model, ListingsError> {
    let refused = |message: &'static str| ListingsError::from(Wrong::one("/shares_stock_with", message));
    let other = listing::Entity::find_by_id(with)
        .filter(listing::Column::SellerId.eq(product.seller_id))
        .one(unit)
        .await?
        .ok_or_else(|| refused("wrong-no-such-listing"))?;
    if other.product_id != product.id {
        return Err(refused("wrong-other-product"));
    }
    let id: PoolId = other.pool_id.ok_or_else(|| refused("wrong-no-pool"))?;
    pool::Entity::find_by_id(id)
        .one(unit)
        .await?
        .ok_or_else(|| refused("wrong-no-pool"))
}
