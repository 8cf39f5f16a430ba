//! A row of a file of listings.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::ImportId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listing_import_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// As the file counts its lines, beginning with 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i32,
    pub verdict: Verdict,
    /// What stands in its cells: a JSON array.
    pub cells: String,
    /// What is wrong with it: a JSON array, only of a refused row.
    pub faults: Option<String>,
    pub written_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Verdict {
    #[sea_orm(string_value = "new")]
    New,
    #[sea_orm(string_value = "changed")]
    Changed,
    #[sea_orm(string_value = "same")]
    Same,
    #[sea_orm(string_value = "refused")]
    Refused,
}

crate::plain_table!();
