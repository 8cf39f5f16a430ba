//! A seller changes the price or the stock of a listing, or takes it off sale and brings it back.

use entity::{
    Dong, Quantity, Thousandths,
    frame::change::{Cause, Subject},
    ids::ListingId,
    listings::{
        listing::{self, State},
        pool, pool_lot,
    },
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ListingsError,
    lifecycle::{self, Event},
    publish::{note_move, receive},
};
use crate::{
    catalogue::Selling,
    checked,
    db::Unit,
    http::input::{Field, QuantityInput, Wrong},
};

/// The fields to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct EditListing {
    /// Đồng for one unit.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 9_999_999_999_999_i64)]
    pub price: Field<i64>,
    /// What is left from now on; only for stock of no particular lot.
    #[schema(value_type = Option<QuantityInput>)]
    pub stock: Field<QuantityInput>,
    /// `live` or `withdrawn`.
    #[schema(value_type = Option<String>)]
    pub state: Field<String>,
}

/// Checked changes.
#[derive(Clone, Debug, Default)]
pub struct ListingEdit {
    price: Option<Dong>,
    stock: Option<Quantity>,
    event: Option<Event>,
}

impl ListingEdit {
    /// Takes it off sale.
    #[must_use]
    pub fn withdraw() -> Self {
        Self {
            event: Some(Event::Withdraw),
            ..Self::default()
        }
    }
}

impl EditListing {
    pub fn check(&self) -> Result<ListingEdit, Wrong> {
        let mut wrong = Wrong::default();
        let price = wrong.optional("/price", &self.price, Wrong::dong);
        let stock = wrong.optional("/stock", &self.stock, Wrong::quantity);
        let event = wrong.optional("/state", &self.state, |wrong, pointer, field| {
            match wrong.required(pointer, field).map(String::as_str) {
                Some("live") => Some(Event::Publish),
                Some("withdrawn") => Some(Event::Withdraw),
                Some(_) => {
                    wrong.note(pointer, "wrong-listing-state");
                    None
                }
                None => None,
            }
        });
        checked!(wrong; price, stock, event);
        Ok(ListingEdit { price, stock, event })
    }
}

/// Changes the listing `id` of the caller's.
pub async fn edit(unit: &mut Unit, selling: &Selling, id: ListingId, edit: ListingEdit) -> Result<(), ListingsError> {
    let found = listing::Entity::find_by_id(id).one(&*unit).await?;
    let before = found
        .filter(|listing| selling.acts_for(listing.seller_id))
        .ok_or(ListingsError::NoSuchListing)?;
    let mut row = listing::ActiveModel {
        id: Set(id),
        updated_at: Set(unit.now()),
        ..Default::default()
    };
    let mut cause = Cause::Edited;
    if let Some(price) = edit.price {
        row.price = Set(price);
    }
    if let Some(event) = edit.event {
        let state = lifecycle::next(before.state, event)?;
        row.state = Set(state);
        if state == State::Live && before.state != State::Live {
            row.published_at = Set(Some(unit.now()));
        }
        if state == State::Withdrawn {
            cause = Cause::Withdrawn;
        }
    }
    if let Some(left) = edit.stock {
        set_stock(unit, &before, left).await?;
        if edit.price.is_none() && edit.event.is_none() {
            cause = Cause::Stock;
        }
    }
    row.update(&*unit).await?;
    unit.changed(Subject::Listing, id, cause).await?;
    Ok(())
}

/// Makes `left` what may be sold from the listing's pool. What is promised to buyers stays promised.
async fn set_stock(unit: &mut Unit, listing: &listing::Model, left: Quantity) -> Result<(), ListingsError> {
    let by_lot = || ListingsError::from(Wrong::one("/stock", "wrong-stock-by-lot"));
    let id = listing.pool_id.ok_or_else(by_lot)?;
    // Nobody else moves this pool until we are done; the row is read after that.
    pool::Entity::update_many()
        .col_expr(pool::Column::Received, Expr::col(pool::Column::Received).add(0_i64))
        .filter(pool::Column::Id.eq(id))
        .exec(&*unit)
        .await?;
    let pool = pool::Entity::find_by_id(id).one(&*unit).await?.ok_or_else(by_lot)?;
    if pool_lot::Entity::find()
        .filter(pool_lot::Column::PoolId.eq(id))
        .count(&*unit)
        .await?
        > 0
    {
        return Err(by_lot());
    }
    let wanted = left
        .convert(pool.unit)
        .ok_or_else(|| Wrong::one("/stock/unit", "wrong-unit-mismatch"))?
        .amount;
    let delta = wanted.0 - pool.left().0;
    if delta > 0 {
        receive(unit, id, None, Thousandths(delta)).await?;
    } else if delta < 0 {
        let taken = pool::Entity::update_many()
            .col_expr(pool::Column::Issued, Expr::col(pool::Column::Issued).add(-delta))
            .filter(pool::Column::Id.eq(id))
            .filter(
                Expr::col(pool::Column::Received)
                    .sub(Expr::col(pool::Column::Issued))
                    .sub(Expr::col(pool::Column::Held))
                    .gte(-delta),
            )
            .exec(&*unit)
            .await?;
        if taken.rows_affected != 1 {
            return Err(ListingsError::NotEnough);
        }
        note_move(unit, id, None, Thousandths(delta), "corrected").await?;
    }
    Ok(())
}
