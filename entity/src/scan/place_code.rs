//! The number (GLN) of a place that a code may lead to. It never becomes another place's.

use sea_orm::entity::prelude::*;

use crate::{Gln, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "place_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub gln: Gln,
    pub kind: Kind,
    /// The market or seller.
    pub subject_id: Uuid,
    pub created_at: Timestamp,
}

/// What stands at the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// A market; its stalls are its extensions, AI (254).
    #[sea_orm(string_value = "market")]
    Market,
    /// Where a seller makes or packs.
    #[sea_orm(string_value = "seller")]
    Seller,
}

crate::plain_table!();
