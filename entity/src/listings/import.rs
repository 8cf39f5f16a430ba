//! A file of listings: what reading it found, and how far it is written.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{ImportId, PersonId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listing_import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    /// Whose import it is; with the command line, somebody who sells for the seller.
    pub person_id: PersonId,
    /// For whom rows are that name no seller.
    pub seller_id: SellerId,
    pub by_command: bool,
    pub file_name: String,
    pub format: Format,
    pub state: State,
    /// The words above the columns, as they came: a JSON array.
    pub header: String,
    /// Those of them that mean nothing here: a JSON array.
    pub ignored: String,
    /// Rows that make a listing.
    pub made: i32,
    /// Rows that change one.
    pub changed: i32,
    /// Rows that say what is so already.
    pub same: i32,
    pub refused: i32,
    /// How many of the first two are written.
    pub done: i32,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Format {
    #[sea_orm(string_value = "csv")]
    Csv,
    #[sea_orm(string_value = "xlsx")]
    Xlsx,
}

impl Format {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// Read and checked; nothing is written.
    #[sea_orm(string_value = "ready")]
    Ready,
    #[sea_orm(string_value = "applying")]
    Applying,
    #[sea_orm(string_value = "done")]
    Done,
    /// Its person sells for that seller no longer; the rest stays unwritten.
    #[sea_orm(string_value = "stopped")]
    Stopped,
}

impl State {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Applying => "applying",
            Self::Done => "done",
            Self::Stopped => "stopped",
        }
    }
}

crate::plain_table!();
