//! What an OCOP dossier says of the product. Its state and deadlines are the dossier's.

use sea_orm::entity::prelude::*;

use crate::ids::{DossierId, ProductId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ocop_application")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub dossier_id: DossierId,
    pub product_id: ProductId,
    /// The product set, 1 to 26, by which it is judged.
    pub set_no: i32,
    /// What the applicant gives themselves, in hundredths of a point.
    pub self_score: Option<i32>,
    pub story: String,
}

crate::plain_table!();
