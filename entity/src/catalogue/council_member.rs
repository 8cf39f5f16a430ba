//! Who sits on the council that rates OCOP products, and from when until when.

use sea_orm::entity::prelude::*;

use crate::{Day, Timestamp, ids::PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "council_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    pub from_on: Day,
    /// The last day; none: until further notice.
    pub until_on: Option<Day>,
    /// None: the demo, whose council nobody appointed.
    pub appointed_by: Option<PersonId>,
    pub appointed_at: Timestamp,
}

impl Model {
    /// Whether they sit on the council on `day`.
    #[must_use]
    pub fn sits_on(&self, day: Day) -> bool {
        self.from_on <= day && self.until_on.is_none_or(|until| day <= until)
    }
}

crate::plain_table!();
