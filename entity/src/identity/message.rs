//! Something that somebody is told: a person, who finds it in their list, or a guest, by short message only. What it says
//! is kept as the id of a text and what goes into it, and said in a language when it is read or sent.

use sea_orm::entity::prelude::*;

use crate::{
    Phone, Timestamp,
    ids::{MessageId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub person_id: Option<PersonId>,
    /// A guest's, and nobody else's.
    pub phone: Option<Phone>,
    pub about: About,
    pub text_id: String,
    /// JSON: the arguments of the text.
    pub arguments: String,
    /// A path of this exchange.
    pub link: Option<String>,
    /// The language at hand when it was told: `vi` or `en`. What the person chose goes before it.
    pub language: Option<String>,
    /// SHA-256 (hex) of whom and what: equal for equal messages.
    pub digest: String,
    pub made_at: Timestamp,
    /// When it was decided by which channels it goes.
    pub planned_at: Option<Timestamp>,
    pub read_at: Option<Timestamp>,
}

/// What a message is about; people choose channels by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum About {
    #[sea_orm(string_value = "orders")]
    Orders,
    #[sea_orm(string_value = "money")]
    Money,
    #[sea_orm(string_value = "reminders")]
    Reminders,
}

impl About {
    /// The word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Money => "money",
            Self::Reminders => "reminders",
        }
    }
}

crate::plain_table!();
