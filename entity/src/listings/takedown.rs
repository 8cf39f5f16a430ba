//! An officer takes a listing, or all listings of a product or of a seller, off sale. Kept for good.

use sea_orm::entity::prelude::*;

pub use super::report::{Reason, Subject};
use crate::{
    Timestamp,
    ids::{PersonId, SellerId, TakedownId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "takedown")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TakedownId,
    pub subject: Subject,
    pub subject_id: Uuid,
    pub seller_id: SellerId,
    pub reason_code: Reason,
    /// What the seller and the public are told.
    pub reason: String,
    pub legal_basis: Option<String>,
    pub officer_id: PersonId,
    pub state: State,
    pub taken_down_at: Timestamp,
    pub appeal: Option<String>,
    pub appealed_by: Option<PersonId>,
    pub appealed_at: Option<Timestamp>,
    /// Why it was upheld or restored.
    pub decision: Option<String>,
    /// Never the officer who took it down.
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "standing")]
    Standing,
    #[sea_orm(string_value = "appealed")]
    Appealed,
    /// It stays, and there is no other appeal.
    #[sea_orm(string_value = "upheld")]
    Upheld,
    #[sea_orm(string_value = "restored")]
    Restored,
}

impl State {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Appealed => "appealed",
            Self::Upheld => "upheld",
            Self::Restored => "restored",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Standing, Self::Appealed, Self::Upheld, Self::Restored]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

crate::plain_table!();
