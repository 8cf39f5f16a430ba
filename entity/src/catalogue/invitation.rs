//! A seller asks somebody to work for them. The link carries a secret of which only a hash is kept.

use sea_orm::entity::prelude::*;

use crate::{
    Phone, Timestamp,
    catalogue::staff::StaffRole,
    ids::{InvitationId, PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seller_invitation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    pub seller_id: SellerId,
    /// Whose account may take it.
    pub phone: Phone,
    pub role: StaffRole,
    /// SHA-256 (hex) of the code in the link.
    pub code_hash: String,
    pub created_at: Timestamp,
    pub created_by: PersonId,
    pub expires_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub accepted_by: Option<PersonId>,
    pub revoked_at: Option<Timestamp>,
}

crate::plain_table!();
