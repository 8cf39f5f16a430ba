//! Photographs of the paper itself. For its seller and for officers; no page shows them.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{CertificateId, PhotoId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub certificate_id: CertificateId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub photo_id: PhotoId,
    pub added_at: Timestamp,
}

crate::plain_table!();
