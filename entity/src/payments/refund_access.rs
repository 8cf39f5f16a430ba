//! Who was shown the whole number of the account that a refund goes to.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PersonId, RefundAccessId, RefundId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refund_access")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefundAccessId,
    pub refund_id: RefundId,
    pub person_id: Option<PersonId>,
    pub at: Timestamp,
}

crate::plain_table!();
