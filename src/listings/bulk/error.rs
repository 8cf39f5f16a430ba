//! What taking in a file refuses.

use crate::{
    catalogue::CatalogueError,
    http::{
        input::Wrong,
        language::Message,
        problem::{Kind, Problem},
    },
    listings::ListingsError,
};

#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    #[error(transparent)]
    Wrong(#[from] Wrong),
    #[error("there is no such import")]
    NoSuchImport,
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("the workbook could not be written: {0}")]
    Unwritten(#[from] rust_xlsxwriter::XlsxError),
    #[error("a row could not be kept: {0}")]
    Row(#[from] serde_json::Error),
    #[error("the work was broken off: {0}")]
    Broken(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Listings(#[from] ListingsError),
    #[error(transparent)]
    Internal(#[from] sea_orm::DbErr),
}

impl From<BulkError> for Problem {
    fn from(error: BulkError) -> Self {
        match error {
            BulkError::Wrong(wrong) => wrong.into(),
            BulkError::NoSuchImport => Self::not_found(),
            BulkError::Unreadable(Unreadable::Bomb) => Self::new(Kind::TooLarge, "too-large", "problem-import-bomb")
                .with_fields(Wrong::one("/file", "problem-import-bomb")),
            BulkError::Unreadable(unreadable) => Wrong::one("/file", unreadable.message()).into(),
            BulkError::Unwritten(error) => Self::internal(&error),
            BulkError::Row(error) => Self::internal(&error),
            BulkError::Broken(error) => Self::internal(&error),
            BulkError::Catalogue(error) => error.into(),
            BulkError::Listings(error) => error.into(),
            BulkError::Internal(error) => error.into(),
        }
    }
}

/// Why a file as a whole cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the file is empty")]
    Empty,
    #[error("the file is neither CSV in UTF-8 nor a workbook")]
    OtherEncoding,
    #[error("the file is a workbook of before 2007")]
    OldWorkbook,
    #[error("the workbook is locked with a password")]
    Locked,
    #[error("the file is a zip file without a workbook in it")]
    NotAWorkbook,
    #[error("the workbook is damaged")]
    Damaged,
    /// Unpacked it would be too large for any honest file of its size.
    #[error("the workbook is too large when it is unpacked")]
    Bomb,
    #[error("no row names the columns")]
    NoHeader,
    #[error("the column {0} is there twice")]
    Twice(String),
    #[error("there is no row below the columns' names")]
    NoRows,
    #[error("there are more than {0} rows")]
    TooManyRows(usize),
    #[error("there are more than {0} columns")]
    TooManyColumns(usize),
}

impl Unreadable {
    /// What a person is told.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Empty => "wrong-import-empty".into(),
            Self::OtherEncoding => "wrong-import-encoding".into(),
            Self::OldWorkbook => "wrong-import-old-workbook".into(),
            Self::Locked => "wrong-import-locked".into(),
            Self::NotAWorkbook => "wrong-import-not-a-workbook".into(),
            Self::Damaged => "wrong-import-damaged".into(),
            Self::Bomb => "problem-import-bomb".into(),
            Self::NoHeader => "wrong-import-no-header".into(),
            Self::Twice(column) => Message::new("wrong-import-column-twice").with("column", column.as_str()),
            Self::NoRows => "wrong-import-no-rows".into(),
            Self::TooManyRows(most) => Message::new("wrong-import-too-many-rows").with("max", *most),
            Self::TooManyColumns(most) => Message::new("wrong-import-too-many-columns").with("max", *most),
        }
    }
}
