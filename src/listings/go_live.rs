//! A seller wants a listing on sale: it goes live at once, or waits for an officer where the province reviews listings.

use entity::{
    frame::change::{Cause, Subject},
    ids::{ListingId, SellerId},
    listings::{
        listing::{self, State, StockMode},
        review::State as ReviewState,
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};

use super::{
    ListingsError,
    hold::{lock_listing, tell_pool},
    lifecycle::{self, Event},
    moderation, review,
};
use crate::{
    catalogue::{Selling, may_go_live},
    config::Policy,
    db::Unit,
};

/// What keeps `seller` from selling yet; empty when nothing does.
pub(super) async fn blocked_by(
    db: &impl ConnectionTrait,
    policy: Policy,
    seller: SellerId,
) -> Result<Vec<&'static str>, DbErr> {
    Ok(may_go_live(db, policy, seller).await?.blocked_by())
}

/// How a seller's wish to sell is put where `policy` holds.
pub(super) const fn wish(policy: Policy) -> Event {
    if policy.review_listings {
        Event::Submit
    } else {
        Event::Publish
    }
}

/// The caller's listing `id`, which nobody else changes until this unit ends.
pub(super) async fn own(unit: &Unit, selling: &Selling, id: ListingId) -> Result<listing::Model, ListingsError> {
    lock_listing(unit, id).await?;
    let found = listing::Entity::find_by_id(id).one(unit).await?;
    found
        .filter(|listing| selling.acts_for(listing.seller_id))
        .ok_or(ListingsError::NoSuchListing)
}

/// Puts the caller's listing `id` on sale, or before an officer. What is there already stays there.
pub async fn go_live(unit: &mut Unit, selling: &Selling, policy: Policy, id: ListingId) -> Result<(), ListingsError> {
    let listing = own(unit, selling, id).await?;
    enter(unit, &listing, policy, wish(policy)).await
}

/// Lets `event`, which leads towards being sold, happen to `listing`; the caller has locked it.
pub(super) async fn enter(
    unit: &mut Unit,
    listing: &listing::Model,
    policy: Policy,
    event: Event,
) -> Result<(), ListingsError> {
    let state = lifecycle::next(listing.state, event)?;
    if state == listing.state {
        return Ok(());
    }
    let blocked = blocked_by(&*unit, policy, listing.seller_id).await?;
    if !blocked.is_empty() {
        return Err(ListingsError::SellerBlocked(blocked));
    }
    if is_over(listing, unit.now().day()) {
        return Err(ListingsError::PreorderOver);
    }
    if moderation::forbids(&*unit, listing.product_id, listing.seller_id).await? {
        lifecycle::next(State::TakenDown, event)?;
    }
    let mut row = listing::ActiveModel {
        id: Set(listing.id),
        state: Set(state),
        updated_at: Set(unit.now()),
        ..Default::default()
    };
    if state == State::Live {
        row.published_at = Set(Some(unit.now()));
    }
    row.update(&*unit).await?;
    if state == State::Review {
        return Ok(review::submit(unit, listing.id).await?);
    }
    if event == Event::Publish {
        review::end(unit, listing.id, ReviewState::Withdrawn).await?;
    }
    unit.changed(Subject::Listing, listing.id, Cause::Edited).await?;
    if let Some(pool) = listing.pool_id {
        tell_pool(unit, pool).await?;
    }
    Ok(())
}

/// Whether it is a pre-order whose harvest lies behind us.
#[must_use]
pub fn is_over(listing: &listing::Model, today: entity::Day) -> bool {
    listing.stock_mode == StockMode::Preorder && listing.harvest_on.is_some_and(|day| day < today)
}
