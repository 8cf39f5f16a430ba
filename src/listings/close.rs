//! A pre-order ends with the day of its harvest: from the next day on nobody can order it (the stock's SQL and the
//! checkout see to that by the date alone), and this duty takes it off sale, so that whoever follows the change log learns.

use std::{sync::Arc, time::Duration};

use entity::{
    Day,
    frame::change::{Cause, Subject},
    ids::ListingId,
    listings::{listing, review::State as ReviewState},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::{
    ListingsError,
    go_live::is_over,
    hold::lock_listing,
    lifecycle::{self, Event},
    review,
};
use crate::{app::App, db::Unit, jobs::Recurring};

/// Pre-orders closed in one go.
const AT_ONCE: u64 = 200;

/// Looks for them every ten seconds.
#[must_use]
pub fn duty() -> Recurring {
    Recurring {
        name: "listings.close",
        every: Duration::from_secs(10),
        run: Arc::new(|app| {
            Box::pin(async move {
                while close_due(&app).await.map_err(|error| error.to_string())? > 0 {}
                Ok(())
            })
        }),
    }
}

/// Takes off sale the pre-orders whose harvest lies behind the exchange's clock, and returns how many.
pub async fn close_due(app: &App) -> Result<usize, ListingsError> {
    let today = app.today();
    let due: Vec<ListingId> = listing::Entity::find()
        .select_only()
        .column(listing::Column::Id)
        // Word for word what the index on `harvest_on` says, so that both databases see that it serves.
        .filter(Expr::cust("stock_mode = 'preorder' and state = 'live'"))
        .filter(listing::Column::HarvestOn.lt(today))
        .order_by_asc(listing::Column::HarvestOn)
        .limit(AT_ONCE)
        .into_tuple()
        .all(app.db().read())
        .await?;
    app.write_each(&due, move |unit, id| Box::pin(close(unit, id, today)))
        .await
}

async fn close(unit: &mut Unit, id: ListingId, today: Day) -> Result<(), ListingsError> {
    lock_listing(unit, id).await?;
    let Some(listing) = listing::Entity::find_by_id(id).one(&*unit).await? else {
        return Ok(());
    };
    // Its seller may have moved the day, or taken it off sale, in the meantime.
    let Ok(state) = lifecycle::next(listing.state, Event::Close) else {
        return Ok(());
    };
    if !is_over(&listing, today) {
        return Ok(());
    }
    listing::Entity::update_many()
        .col_expr(listing::Column::State, Expr::value(state))
        .col_expr(listing::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(listing::Column::Id.eq(id))
        .exec(&*unit)
        .await?;
    review::end(unit, id, ReviewState::Withdrawn).await?;
    unit.changed(Subject::Listing, id, Cause::Ended).await?;
    Ok(())
}
