//! A message on its way by one channel: tried until it is there, or not worth it any more.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{MessageDeliveryId, MessageId, PushSubscriptionId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageDeliveryId,
    pub message_id: MessageId,
    pub channel: Channel,
    /// Of a push alone.
    pub subscription_id: Option<PushSubscriptionId>,
    pub state: State,
    /// Counted when an attempt begins.
    pub attempts: i32,
    pub due_at: Timestamp,
    /// Who tries it now.
    pub claim: Option<String>,
    /// Until when nobody else does, on the machine's clock.
    pub claimed_until: Timestamp,
    pub last_error: Option<String>,
    pub ended_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Channel {
    #[sea_orm(string_value = "sms")]
    Sms,
    #[sea_orm(string_value = "zalo")]
    Zalo,
    #[sea_orm(string_value = "email")]
    Email,
    #[sea_orm(string_value = "push")]
    Push,
}

impl Channel {
    pub const ALL: [Self; 4] = [Self::Sms, Self::Zalo, Self::Email, Self::Push];

    /// The word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Zalo => "zalo",
            Self::Email => "email",
            Self::Push => "push",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "waiting")]
    Waiting,
    #[sea_orm(string_value = "sent")]
    Sent,
    /// Refused for good, or tried for too long.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// Nobody is there to get it any more.
    #[sea_orm(string_value = "dropped")]
    Dropped,
}

crate::plain_table!();
