//! Numbers that products had before they got their own: stickers that carry them are out there.

use sea_orm::entity::prelude::*;

use crate::{Gtin, Timestamp, ids::ProductId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "former_gtin")]
pub struct Model {
    /// Never given to another product.
    #[sea_orm(primary_key, auto_increment = false)]
    pub gtin: Gtin,
    pub product_id: ProductId,
    pub replaced_at: Timestamp,
}

crate::plain_table!();
