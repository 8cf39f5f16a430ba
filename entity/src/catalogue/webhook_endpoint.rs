//! Where a seller's own system hears of what happens.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PersonId, SellerId, WebhookEndpointId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_endpoint")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookEndpointId,
    pub seller_id: SellerId,
    pub url: String,
    /// What it hears of, with spaces between; empty: of everything.
    pub kinds: String,
    pub note: String,
    pub state: State,
    pub disabled_reason: Option<Reason>,
    /// Since when nothing has arrived.
    pub failing_since: Option<Timestamp>,
    pub last_delivered_at: Option<Timestamp>,
    pub made_by: PersonId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "on")]
    On,
    /// Its owner switched it off.
    #[sea_orm(string_value = "off")]
    Off,
    /// The program switched it off.
    #[sea_orm(string_value = "disabled")]
    Disabled,
}

impl State {
    /// The word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Disabled => "disabled",
        }
    }
}

/// Why the program switched it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Reason {
    /// For days nothing arrived.
    #[sea_orm(string_value = "gave_up")]
    GaveUp,
    /// It said itself that it is gone (410).
    #[sea_orm(string_value = "gone")]
    Gone,
}

impl Reason {
    /// The word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::GaveUp => "gave_up",
            Self::Gone => "gone",
        }
    }
}

crate::plain_table!();
