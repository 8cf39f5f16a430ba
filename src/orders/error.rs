//! What this room refuses.

use super::lifecycle::Illegal;
use crate::{
    catalogue::CatalogueError,
    http::{
        input::Wrong,
        problem::{Kind, Problem},
    },
    listings::hold::HoldError,
    payments::PaymentsError,
    vault::Sealed,
};

#[derive(Debug, thiserror::Error)]
pub enum OrdersError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    /// Lines that cannot be had as they were asked for. Nothing is held and nothing is written.
    #[error("{} lines fell short", .0.0.len())]
    FellShort(Wrong),
    #[error("there is no such order")]
    NoSuchOrder,
    #[error("only its seller may do that")]
    NotTheSeller,
    #[error("its money is not the seller's to confirm")]
    NotByHand,
    #[error(transparent)]
    Illegal(#[from] Illegal),
    #[error("only its buyer may do that")]
    NotTheBuyer,
    #[error("somebody ordered in the cycle")]
    CycleHasOrders,
    /// Its cycle is closed, it is packed, or it was given up.
    #[error("the order can no longer be changed")]
    NotEditable,
    /// Money for it has come, and the change would ask for other money.
    #[error("the order is paid already")]
    PaidAlready,
    #[error("the order changed at the same moment")]
    Overtaken,
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Payments(#[from] PaymentsError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl OrdersError {
    /// All that is wrong with the fields and lines, for a form.
    #[must_use]
    pub fn wrong(&self) -> Option<&Wrong> {
        match self {
            Self::Wrong(wrong) | Self::FellShort(wrong) => Some(wrong),
            _ => None,
        }
    }
}

impl From<Sealed> for OrdersError {
    fn from(error: Sealed) -> Self {
        Self::Payments(error.into())
    }
}

impl From<OrdersError> for Problem {
    fn from(error: OrdersError) -> Self {
        match error {
            OrdersError::Wrong(wrong) => wrong.into(),
            OrdersError::FellShort(wrong) => {
                Self::new(Kind::Conflict, "fell-short", "orders-say-fell-short").with_fields(wrong)
            }
            OrdersError::NoSuchOrder => Self::not_found(),
            OrdersError::NotTheSeller => Self::new(Kind::Forbidden, "not-the-seller", "orders-say-not-the-seller"),
            OrdersError::NotByHand => Self::new(Kind::Conflict, "not-by-hand", "orders-say-not-by-hand"),
            OrdersError::Illegal(Illegal::Unpaid) => Self::new(Kind::Conflict, "unpaid", "orders-say-unpaid"),
            OrdersError::Illegal(Illegal::MoneyCame) => {
                Self::new(Kind::Conflict, "money-came", "orders-say-money-came")
            }
            OrdersError::Illegal(Illegal::State { .. } | Illegal::Fulfilment { .. }) => {
                Self::new(Kind::Conflict, "order-state", "orders-say-not-now")
            }
            OrdersError::NotTheBuyer => Self::new(Kind::Forbidden, "not-the-buyer", "orders-say-not-the-buyer"),
            OrdersError::CycleHasOrders => Self::new(Kind::Conflict, "cycle-has-orders", "orders-say-cycle-has-orders"),
            OrdersError::NotEditable => Self::new(Kind::Conflict, "order-not-editable", "orders-say-not-editable"),
            OrdersError::PaidAlready => Self::new(Kind::Conflict, "order-paid", "orders-say-paid-already"),
            OrdersError::Overtaken => Self::new(Kind::Conflict, "overtaken", "orders-say-overtaken").retry_after(1),
            OrdersError::Catalogue(error) => error.into(),
            OrdersError::Payments(error) => error.into(),
            OrdersError::Internal(error) => error.into(),
        }
    }
}

/// What a hold of one holder's goods fell short of is told by its caller, who knows the lines.
pub(super) fn internal(error: HoldError) -> OrdersError {
    match error {
        HoldError::Internal(error) => error.into(),
        HoldError::Short(_) => OrdersError::Overtaken,
    }
}
