//! A key with which this exchange signs what it tells others (Ed25519).

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "federation_key")]
pub struct Model {
    /// The JWK thumbprint (RFC 7638), which is also its `kid`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// 32 bytes, base64url.
    pub public_key: String,
    /// The private half, sealed by the vault.
    pub sealed: String,
    pub made_at: Timestamp,
}

crate::plain_table!();
