//! Something that a person did in an office, or for somebody else. Written in the transaction of the deed itself, so that
//! there is no deed without its row; never changed.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    identity::role::Office,
    ids::{ActId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "act")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActId,
    /// Whose hand it was.
    pub person_id: PersonId,
    pub office: Office,
    /// On whose behalf, when it was not for the office itself.
    pub behalf_id: Option<PersonId>,
    /// The request's method, its path as it was asked for, and the route that answered it.
    pub method: String,
    pub path: String,
    pub route: String,
    /// Why, where a reason has to be given.
    pub reason: Option<String>,
    pub at: Timestamp,
}

crate::plain_table!();
