//! Days on which a seller sells nothing: a holiday, an illness, a harvest elsewhere.

use sea_orm::entity::prelude::*;

use crate::{
    Day, Timestamp,
    ids::{ClosureId, PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seller_closure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClosureId,
    pub seller_id: SellerId,
    pub from_on: Day,
    /// The last day of it.
    pub until_on: Day,
    pub note: String,
    pub told: Told,
    pub created_at: Timestamp,
    pub created_by: PersonId,
}

/// How much of it the change log knows: that it began, and that it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Told {
    #[sea_orm(string_value = "nothing")]
    Nothing,
    #[sea_orm(string_value = "closed")]
    Closed,
    #[sea_orm(string_value = "open")]
    Open,
}

crate::plain_table!();
