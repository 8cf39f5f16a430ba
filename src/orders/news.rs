//! Whoever has to know of a change of an order is told of it.

use entity::{
    Dong,
    orders::{
        order::{self, Side},
        return_request,
    },
};

use super::OrdersError;
use crate::db::Unit;

/// What happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    Paid,
    Confirmed,
    Packed,
    Shipped,
    Delivered(Side),
    Cancelled(Side),
    Expired,
    /// A part of it was given up.
    Shortened,
    Weighed,
    /// What was asked for on top came.
    FurtherPaid,
    Proposed,
    /// The buyer agreed, or did not.
    ProposalAnswered(bool),
    /// By whom, and where the return stands.
    Return(Side, return_request::State),
    Reviewed,
    GivenBack(Dong, String),
}

/// Tells of `news` of `order`.
#[expect(clippy::unused_async, reason = "those who are told come with the messages")]
pub async fn tell(unit: &mut Unit, order: &order::Model, news: News) -> Result<(), OrdersError> {
    let _ = (unit, order, news);
    Ok(())
}
