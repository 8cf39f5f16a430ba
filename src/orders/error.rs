//! What this room refuses.

use super::{edits, lifecycle::Illegal, returns};
use crate::{
    catalogue::CatalogueError,
    http::{
        input::Wrong,
        language::Message,
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
    #[error("only its buyer may do that")]
    NotTheBuyer,
    #[error("only an officer may do that")]
    NotAnOfficer,
    #[error("its money is not the seller's to confirm")]
    NotByHand,
    #[error(transparent)]
    Illegal(#[from] Illegal),
    #[error(transparent)]
    IllegalEdit(#[from] edits::Illegal),
    #[error(transparent)]
    IllegalReturn(#[from] returns::Illegal),
    #[error("the return is decided")]
    ReturnClosed,
    #[error("its seller has proposed something that is not settled")]
    EditOpen,
    #[error("the time to answer is over")]
    EditClosed,
    #[error("it is too late to give its goods back, or too early")]
    ReturnOver,
    #[error("the seller has still time to answer")]
    TooEarly,
    #[error("the line was reviewed")]
    Reviewed,
    #[error("the review was answered")]
    Answered,
    #[error("more than anybody could pay")]
    TooMuch,
    #[error("there is no account to pay into")]
    NoAccount,
    #[error("somebody ordered in the cycle")]
    CycleHasOrders,
    /// Its cycle is closed, it is packed, or it was given up.
    #[error("the order can no longer be changed")]
    NotEditable,
    /// Money for it has come, and the change would ask for other money.
    #[error("the order is paid already")]
    PaidAlready,
    /// What was promised out of it stays promised until an officer has looked, or the order is given up.
    #[error("lot {0} is held")]
    LotHeld(entity::Lot),
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
            OrdersError::NotTheBuyer => Self::new(Kind::Forbidden, "not-the-buyer", "orders-say-not-the-buyer"),
            OrdersError::NotAnOfficer => Self::new(Kind::Forbidden, "not-an-officer", "orders-say-not-an-officer"),
            OrdersError::NotByHand => Self::new(Kind::Conflict, "not-by-hand", "orders-say-not-by-hand"),
            OrdersError::Illegal(Illegal::Unpaid) => Self::new(Kind::Conflict, "unpaid", "orders-say-unpaid"),
            OrdersError::Illegal(Illegal::MoneyCame) => {
                Self::new(Kind::Conflict, "money-came", "orders-say-money-came")
            }
            OrdersError::Illegal(Illegal::NeedsSeller) => {
                Self::new(Kind::Conflict, "needs-seller", "orders-say-needs-seller")
            }
            OrdersError::Illegal(Illegal::GoodsLeft) => {
                Self::new(Kind::Conflict, "goods-left", "orders-say-goods-left")
            }
            OrdersError::Illegal(Illegal::State { .. } | Illegal::Goods { .. }) => {
                Self::new(Kind::Conflict, "order-state", "orders-say-not-now")
            }
            OrdersError::IllegalEdit(_) | OrdersError::EditClosed => {
                Self::new(Kind::Conflict, "edit-closed", "orders-say-edit-closed")
            }
            OrdersError::IllegalReturn(_) | OrdersError::ReturnClosed => {
                Self::new(Kind::Conflict, "return-state", "orders-say-return-state")
            }
            OrdersError::EditOpen => Self::new(Kind::Conflict, "edit-open", "orders-say-edit-open"),
            OrdersError::ReturnOver => Self::new(Kind::Conflict, "return-over", "orders-say-return-over"),
            OrdersError::TooEarly => Self::new(Kind::Conflict, "too-early", "orders-say-too-early"),
            OrdersError::Reviewed => Self::new(Kind::Conflict, "reviewed", "orders-say-reviewed"),
            OrdersError::Answered => Self::new(Kind::Conflict, "answered", "orders-say-answered"),
            OrdersError::TooMuch => Wrong::one("/lines", "wrong-order-amount").into(),
            OrdersError::NoAccount => Self::new(Kind::Conflict, "no-account", "orders-say-no-account"),
            OrdersError::CycleHasOrders => Self::new(Kind::Conflict, "cycle-has-orders", "orders-say-cycle-has-orders"),
            OrdersError::NotEditable => Self::new(Kind::Conflict, "order-not-editable", "orders-say-not-editable"),
            OrdersError::PaidAlready => Self::new(Kind::Conflict, "order-paid", "orders-say-paid-already"),
            OrdersError::LotHeld(lot) => {
                let say = Message::new("orders-say-lot-held").with("lot", lot.to_string());
                Self::new(Kind::Conflict, "lot-held", say)
            }
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
