//! The change log: one row each time what the public sees of a subject changes. `seq` is given after the commit by the
//! sequencer, so a reader that has seen number n has seen every number below it.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::ChangeId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChangeId,
    pub subject: Subject,
    pub subject_id: Uuid,
    pub cause: Cause,
    pub recorded_at: Timestamp,
    /// Given once, by the sequencer; never by the writer.
    pub seq: Option<i64>,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Subject {
    #[sea_orm(string_value = "listing")]
    Listing,
    #[sea_orm(string_value = "product")]
    Product,
    #[sea_orm(string_value = "seller")]
    Seller,
    #[sea_orm(string_value = "certificate")]
    Certificate,
    #[sea_orm(string_value = "batch")]
    Batch,
}

/// Why a change was written. Only bursts of [`Cause::Stock`] may be told as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Cause {
    #[sea_orm(string_value = "made")]
    Made,
    #[sea_orm(string_value = "edited")]
    Edited,
    #[sea_orm(string_value = "stock")]
    Stock,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
    #[sea_orm(string_value = "ended")]
    Ended,
}

crate::plain_table!();
