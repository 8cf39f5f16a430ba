//! An amount that somebody is asked to pay into one money account. It knows neither order nor sale: those know it.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Timestamp,
    codes::PaymentReference,
    ids::{MoneyAccountId, PaymentId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub struct Model {
    /// Whoever knows it may see amount, status and QR.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentId,
    /// The memo by which a notice finds it.
    pub reference: PaymentReference,
    pub account_id: MoneyAccountId,
    pub purpose: Purpose,
    pub amount: Dong,
    /// What has come so far, by notices or by hand.
    pub received: Dong,
    /// What of it is promised back to the buyer, or given back.
    pub refunded: Dong,
    /// What of it its sellers have earned. Together with `refunded` never more than `received`.
    pub earned: Dong,
    pub status: Status,
    /// Who says that the money came.
    pub confirmed: Option<Confirmed>,
    pub created_at: Timestamp,
    /// When what it pays for is given up.
    pub expires_at: Option<Timestamp>,
    /// When it was first paid in full.
    pub settled_at: Option<Timestamp>,
    /// Through whom it is paid, where it is not by transfer.
    pub gateway: Option<Gateway>,
}

/// Which room is told when it is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    #[sea_orm(string_value = "order")]
    Order,
    #[sea_orm(string_value = "sale")]
    Sale,
    /// Commission that a seller owes for a month.
    #[sea_orm(string_value = "invoice")]
    Invoice,
}

impl Purpose {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Sale => "sale",
            Self::Invoice => "invoice",
        }
    }
}

/// A licensed provider that takes the buyer's money and hands it on to the account of the payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Gateway {
    #[sea_orm(string_value = "vnpay")]
    Vnpay,
    #[sea_orm(string_value = "momo")]
    Momo,
    #[sea_orm(string_value = "zalopay")]
    Zalopay,
}

impl Gateway {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vnpay => "vnpay",
            Self::Momo => "momo",
            Self::Zalopay => "zalopay",
        }
    }
}

/// Where it stands; changes only through `payments::lifecycle`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Status {
    #[sea_orm(string_value = "pending")]
    Pending,
    #[sea_orm(string_value = "paid")]
    Paid,
    /// Some came, not enough.
    #[sea_orm(string_value = "underpaid")]
    Underpaid,
    /// More came than was asked for.
    #[sea_orm(string_value = "overpaid")]
    Overpaid,
    /// Given up before it was paid.
    #[sea_orm(string_value = "expired")]
    Expired,
    #[sea_orm(string_value = "refunded")]
    Refunded,
}

impl Status {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Underpaid => "underpaid",
            Self::Overpaid => "overpaid",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
        }
    }
}

/// Who says that the money came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Confirmed {
    /// A notice.
    #[sea_orm(string_value = "bank")]
    Bank,
    /// The seller; nobody else has seen it.
    #[sea_orm(string_value = "hand")]
    Hand,
}

impl Confirmed {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Hand => "hand",
        }
    }
}

crate::plain_table!();
