//! What one buyer wants of one seller. Order, payment and fulfilment are three axes; the payment's is on the payment.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, ShortCode, Timestamp,
    ids::{OrderCycleId, OrderGroupId, OrderId, PaymentId, SellerId},
    payments::payment::Gateway,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_order")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderId,
    /// What people read out on the telephone.
    pub number: ShortCode,
    pub group_id: OrderGroupId,
    pub seller_id: SellerId,
    pub delivery: Delivery,
    pub method: Method,
    pub total: Dong,
    pub state: State,
    pub fulfilment: Fulfilment,
    /// `None` when paid on delivery, or when nothing is left to pay.
    pub payment_id: Option<PaymentId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// In `total`.
    pub delivery_fee: Dong,
    /// Store credit that was spent on it; not in `total`.
    pub credit_used: Dong,
    /// The order cycle it was placed in.
    pub cycle_id: Option<OrderCycleId>,
    /// Of `total`, what was given back since; on an order that was given up, all that had come.
    pub given_back: Dong,
    pub cancelled_by: Option<Side>,
    pub cancelled_at: Option<Timestamp>,
    pub cancel_reason: Option<String>,
    /// What the seller says of the cash; `None`: nothing yet.
    pub cash: Option<Cash>,
    /// When its last goods came to the buyer.
    pub delivered_at: Option<Timestamp>,
    /// When the buyer said that they came.
    pub received_at: Option<Timestamp>,
    /// When its money became the seller's.
    pub earned_at: Option<Timestamp>,
}

impl Model {
    /// What its lines cost.
    #[must_use]
    pub const fn goods(&self) -> Dong {
        Dong(self.total.0 - self.delivery_fee.0 + self.credit_used.0)
    }
}

/// Who did something to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Side {
    #[sea_orm(string_value = "buyer")]
    Buyer,
    #[sea_orm(string_value = "seller")]
    Seller,
    /// By its rules.
    #[sea_orm(string_value = "exchange")]
    Exchange,
}

impl Side {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Seller => "seller",
            Self::Exchange => "exchange",
        }
    }
}

/// Whether the cash for goods paid on delivery came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Cash {
    #[sea_orm(string_value = "came")]
    Came,
    #[sea_orm(string_value = "missing")]
    Missing,
}

impl Cash {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::Missing => "missing",
        }
    }
}

/// How it reaches the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Delivery {
    #[sea_orm(string_value = "ship")]
    Ship,
    #[sea_orm(string_value = "pickup")]
    Pickup,
    #[sea_orm(string_value = "farm")]
    Farm,
}

impl Delivery {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ship => "ship",
            Self::Pickup => "pickup",
            Self::Farm => "farm",
        }
    }
}

/// How it is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Method {
    #[sea_orm(string_value = "vietqr")]
    Vietqr,
    /// On delivery.
    #[sea_orm(string_value = "cod")]
    Cod,
    #[sea_orm(string_value = "vnpay")]
    Vnpay,
    #[sea_orm(string_value = "momo")]
    Momo,
    #[sea_orm(string_value = "zalopay")]
    Zalopay,
}

impl Method {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vietqr => "vietqr",
            Self::Cod => "cod",
            Self::Vnpay => "vnpay",
            Self::Momo => "momo",
            Self::Zalopay => "zalopay",
        }
    }

    /// The gateway that takes the money, if one does.
    #[must_use]
    pub const fn gateway(self) -> Option<Gateway> {
        match self {
            Self::Vietqr | Self::Cod => None,
            Self::Vnpay => Some(Gateway::Vnpay),
            Self::Momo => Some(Gateway::Momo),
            Self::Zalopay => Some(Gateway::Zalopay),
        }
    }
}

/// Where it stands; changes only through `orders::lifecycle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "placed")]
    Placed,
    /// The seller will do it.
    #[sea_orm(string_value = "confirmed")]
    Confirmed,
    #[sea_orm(string_value = "completed")]
    Completed,
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
    /// Not paid in time.
    #[sea_orm(string_value = "expired")]
    Expired,
}

impl State {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Confirmed => "confirmed",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// Where the goods are; changes only through `orders::lifecycle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Fulfilment {
    #[sea_orm(string_value = "waiting")]
    Waiting,
    #[sea_orm(string_value = "packed")]
    Packed,
    #[sea_orm(string_value = "shipped")]
    Shipped,
    #[sea_orm(string_value = "delivered")]
    Delivered,
}

impl Fulfilment {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Packed => "packed",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
        }
    }
}

crate::plain_table!();
