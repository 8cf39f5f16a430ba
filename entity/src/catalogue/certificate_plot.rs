//! The plots that a geographical indication covers. They are a later room's; here each is an id and the name it had.

use sea_orm::entity::prelude::*;

use crate::ids::CertificateId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_plot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub certificate_id: CertificateId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub plot_id: Uuid,
    pub name: String,
}

crate::plain_table!();
