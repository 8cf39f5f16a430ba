//! What waits, or waited, for an officer: a listing that wants to go on sale, or an edit of one that is on sale.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{ListingId, PersonId, ReviewId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listing_review")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReviewId,
    pub listing_id: ListingId,
    /// The edit, in the shape of `PATCH /listings/{id}`; `None`: the listing itself.
    pub proposed: Option<String>,
    pub submitted_by: Option<PersonId>,
    pub submitted_at: Timestamp,
    /// One listing has at most one that is pending.
    pub state: State,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<Timestamp>,
    /// Why it was sent back.
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    #[sea_orm(string_value = "pending")]
    Pending,
    #[sea_orm(string_value = "approved")]
    Approved,
    #[sea_orm(string_value = "returned")]
    Returned,
    /// A newer one took its place.
    #[sea_orm(string_value = "replaced")]
    Replaced,
    /// Its listing went off sale before anybody looked.
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
}

impl State {
    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Replaced => "replaced",
            Self::Withdrawn => "withdrawn",
        }
    }
}

crate::plain_table!();
