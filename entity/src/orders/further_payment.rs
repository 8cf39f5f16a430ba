//! What the buyer of an order that is paid already is asked for on top.

use sea_orm::entity::prelude::*;

use crate::{
    Dong, Timestamp,
    ids::{OrderId, PaymentId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "further_payment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub why: Why,
    /// The edit, or the line that was weighed.
    pub subject_id: Uuid,
    pub amount: Dong,
    pub state: State,
    pub created_at: Timestamp,
}

/// What for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Why {
    #[sea_orm(string_value = "edit")]
    Edit,
    #[sea_orm(string_value = "weight")]
    Weight,
}

impl Why {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Weight => "weight",
        }
    }
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "asked")]
    Asked,
    #[sea_orm(string_value = "paid")]
    Paid,
    /// Not paid in time, or its order was given up.
    #[sea_orm(string_value = "lapsed")]
    Lapsed,
}

impl State {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Paid => "paid",
            Self::Lapsed => "lapsed",
        }
    }
}

crate::plain_table!();
