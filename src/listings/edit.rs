//! A seller changes a listing, takes it off sale and brings it back.
//!
//! Stock and withdrawal count at once. The terms of a listing that is on sale wait for an officer where the province
//! reviews listings; until then it sells as it was.

use entity::{
    Day, Quantity,
    catalogue::product,
    frame::change::{Cause, Subject},
    ids::{BatchId, ListingId},
    listings::{
        listing::{self, State, StockMode},
        pool, pool_lot,
        review::State as ReviewState,
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    ListingsError,
    go_live::{enter, own, wish},
    hold::tell_pool,
    lifecycle::{self, Event},
    offer::{Terms, TermsEdit, TermsInput},
    pools::{self, CORRECTED, Why},
    publish::{capped, put_terms, put_tiers},
    read::tiers_of,
    review,
    stock_source::{coming_day, lots},
};
use crate::{
    catalogue::Selling,
    checked,
    config::Policy,
    db::Unit,
    http::input::{Field, QuantityInput, Wrong},
};

/// The fields to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct EditListing {
    #[serde(flatten)]
    pub terms: TermsInput,
    /// Another day of the harvest; only of a pre-order.
    #[schema(value_type = Option<String>, format = Date)]
    pub harvest_on: Field<String>,
    /// The most that may be ordered before the harvest; only of a pre-order.
    #[schema(value_type = Option<QuantityInput>)]
    pub cap: Field<QuantityInput>,
    /// What may be sold from now on; only for stock of no particular lot.
    #[schema(value_type = Option<QuantityInput>)]
    pub stock: Field<QuantityInput>,
    /// Batches that come into its stock as well, with all they hold.
    #[schema(value_type = Option<Vec<String>>)]
    pub lots: Field<Vec<Field<String>>>,
    /// `live` or `withdrawn`.
    #[schema(value_type = Option<String>)]
    pub state: Field<String>,
}

/// Whether a seller wants a listing on sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sale {
    On,
    Off,
}

/// What a listing says of itself, changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    terms: TermsEdit,
    harvest_on: Option<Day>,
    cap: Option<Quantity>,
}

/// Checked changes.
#[derive(Clone, Debug, Default)]
pub struct ListingEdit {
    proposal: Proposal,
    stock: Option<Quantity>,
    lots: Option<Vec<BatchId>>,
    sale: Option<Sale>,
}

impl ListingEdit {
    /// Takes it off sale.
    #[must_use]
    pub fn withdraw() -> Self {
        Self {
            sale: Some(Sale::Off),
            ..Self::default()
        }
    }

    /// The terms alone.
    #[must_use]
    pub fn into_proposal(self) -> Proposal {
        self.proposal
    }
}

impl EditListing {
    pub fn check(&self, today: Day) -> Result<ListingEdit, Wrong> {
        let mut wrong = Wrong::default();
        let terms = self.terms.read(&mut wrong);
        let harvest_on = wrong.optional("/harvest_on", &self.harvest_on, |wrong, pointer, field| {
            coming_day(wrong, pointer, field, today)
        });
        let cap = wrong.optional("/cap", &self.cap, Wrong::quantity);
        let stock = wrong.optional("/stock", &self.stock, Wrong::quantity);
        let lots = wrong.optional("/lots", &self.lots, |wrong, _, field| lots(wrong, field));
        let sale = wrong.optional("/state", &self.state, |wrong, pointer, field| {
            match wrong.required(pointer, field).map(String::as_str) {
                Some("live") => Some(Sale::On),
                Some("withdrawn") => Some(Sale::Off),
                Some(_) => {
                    wrong.note(pointer, "wrong-listing-state");
                    None
                }
                None => None,
            }
        });
        checked!(wrong; terms, harvest_on, cap, stock, lots, sale);
        Ok(ListingEdit {
            proposal: Proposal { terms, harvest_on, cap },
            stock,
            lots,
            sale,
        })
    }
}

impl Proposal {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// In the shape of the request, so that it can be read again when an officer has approved it.
    #[must_use]
    pub fn told(&self) -> Value {
        let mut told = self.terms.told();
        if let Some(day) = self.harvest_on {
            told.insert("harvest_on".to_owned(), json!(day.iso()));
        }
        if let Some(cap) = self.cap {
            let cap = json!({"value": cap.amount.to_string(), "unit": cap.unit.code()});
            told.insert("cap".to_owned(), cap);
        }
        Value::Object(told)
    }
}

/// Changes the listing `id` of the caller's.
pub async fn edit(
    unit: &mut Unit,
    selling: &Selling,
    policy: Policy,
    id: ListingId,
    edit: ListingEdit,
) -> Result<(), ListingsError> {
    let mut listing = own(unit, selling, id).await?;
    let was_live = listing.state == State::Live;
    if edit.sale == Some(Sale::Off) {
        withdraw(unit, &mut listing).await?;
    }
    if let Some(left) = edit.stock {
        set_stock(unit, &listing, left).await?;
    }
    if let Some(lots) = edit.lots {
        add_lots(unit, &listing, &lots).await?;
    }
    if !edit.proposal.is_empty() {
        if listing.state == State::Live && policy.review_listings {
            merged(unit, &listing, &edit.proposal).await?;
            review::propose(unit, id, &edit.proposal.told()).await?;
        } else {
            apply(unit, &listing, edit.proposal).await?;
            if listing.state == State::Review {
                // What the officer was looking at is not what it says any more.
                review::submit(unit, id).await?;
            }
            if listing.state == State::Live {
                unit.changed(Subject::Listing, id, Cause::Edited).await?;
            }
        }
    }
    if was_live && listing.state != State::Live {
        unit.changed(Subject::Listing, id, Cause::Withdrawn).await?;
        if let Some(pool) = listing.pool_id {
            tell_pool(unit, pool).await?;
        }
    }
    if edit.sale == Some(Sale::On) {
        // The terms may have just changed: a pre-order's new day counts.
        let listing = own(unit, selling, id).await?;
        enter(unit, &listing, policy, wish(policy)).await?;
    }
    Ok(())
}

async fn withdraw(unit: &mut Unit, listing: &mut listing::Model) -> Result<(), ListingsError> {
    listing.state = lifecycle::next(listing.state, Event::Withdraw)?;
    let row = listing::ActiveModel {
        id: Set(listing.id),
        state: Set(listing.state),
        updated_at: Set(unit.now()),
        ..Default::default()
    };
    row.update(&*unit).await?;
    review::end(unit, listing.id, ReviewState::Withdrawn).await?;
    Ok(())
}

/// Makes `left` what may be sold from the listing's pool. What is promised to buyers stays promised.
async fn set_stock(unit: &mut Unit, listing: &listing::Model, left: Quantity) -> Result<(), ListingsError> {
    let by_lot = || ListingsError::from(Wrong::one("/stock", "wrong-stock-by-lot"));
    let id = listing.pool_id.ok_or_else(by_lot)?;
    let pool = pools::locked(unit, id).await?.ok_or_else(by_lot)?;
    if pool_lot::Entity::find()
        .filter(pool_lot::Column::PoolId.eq(id))
        .count(&*unit)
        .await?
        > 0
    {
        return Err(by_lot());
    }
    let wanted = super::offer::Pack::of(listing)
        .convert(left, pool.unit)
        .ok_or_else(|| Wrong::one("/stock/unit", "wrong-unit-mismatch"))?
        .amount;
    pools::set_left(unit, &pool, None, wanted, Why::plain(CORRECTED)).await?;
    tell_pool(unit, id).await?;
    Ok(())
}

/// Puts `lots` into the listing's stock; those that lie in it already stay as they are.
async fn add_lots(unit: &mut Unit, listing: &listing::Model, lots: &[BatchId]) -> Result<(), ListingsError> {
    let refused = || ListingsError::from(Wrong::one("/lots", "wrong-no-stock"));
    let id = listing.pool_id.ok_or_else(refused)?;
    let pool = pools::locked(unit, id).await?.ok_or_else(refused)?;
    let product = product::Entity::find_by_id(listing.product_id)
        .one(&*unit)
        .await?
        .ok_or_else(refused)?;
    pools::of_lots(unit, &product, lots, Some(pool)).await?;
    tell_pool(unit, id).await?;
    Ok(())
}

/// What `proposal` makes of a listing.
struct Merged {
    terms: Terms,
    pool: Option<pool::Model>,
    harvest_on: Option<Day>,
    cap: Option<entity::Thousandths>,
}

/// Lays `proposal` over `listing`, or says what does not fit.
async fn merged(unit: &Unit, listing: &listing::Model, proposal: &Proposal) -> Result<Merged, ListingsError> {
    let pool = match listing.pool_id {
        Some(id) => pool::Entity::find_by_id(id).one(unit).await?,
        None => None,
    };
    let tiers = tiers_of(unit, &[listing.id])
        .await?
        .remove(&listing.id)
        .unwrap_or_default();
    let mut wrong = Wrong::default();
    let terms = proposal.terms.clone().over(&mut wrong, Terms::of(listing, tiers));
    if listing.stock_mode != StockMode::Preorder {
        if proposal.harvest_on.is_some() {
            wrong.note("/harvest_on", "wrong-not-preorder");
        }
        if proposal.cap.is_some() {
            wrong.note("/cap", "wrong-not-preorder");
        }
    }
    if let Some(terms) = &terms {
        terms.check(&mut wrong, listing.stock_mode, pool.as_ref().map(|pool| pool.unit));
    }
    checked!(wrong; terms);
    let cap = match proposal.cap {
        Some(cap) => Some(capped(listing.unit, cap, "/cap")?),
        None => listing.cap,
    };
    if cap.is_some_and(|cap| cap < listing.promised) {
        return Err(Wrong::one("/cap", "wrong-stock-promised").into());
    }
    Ok(Merged {
        terms,
        pool,
        harvest_on: proposal.harvest_on.or(listing.harvest_on),
        cap,
    })
}

/// Makes `listing`, which the caller has locked, what `proposal` says.
pub(super) async fn apply(unit: &mut Unit, listing: &listing::Model, proposal: Proposal) -> Result<(), ListingsError> {
    let merged = merged(unit, listing, &proposal).await?;
    let mut row = listing::ActiveModel {
        id: Set(listing.id),
        harvest_on: Set(merged.harvest_on),
        cap: Set(merged.cap),
        updated_at: Set(unit.now()),
        ..Default::default()
    };
    put_terms(&mut row, &merged.terms, merged.pool.as_ref());
    row.update(&*unit).await?;
    put_tiers(unit, listing.id, &merged.terms).await?;
    Ok(())
}
