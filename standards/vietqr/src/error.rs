//! What is wrong with a payload, in which tag, and where.

use thiserror::Error;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    #[error("the payload is empty")]
    Empty,
    #[error("the character {0:?} cannot stand in a payload")]
    Character(char),
    #[error("a tag of two digits is expected here")]
    Tag,
    #[error("a length from 01 to 99 is expected here")]
    Length,
    #[error("the value is cut off")]
    Truncated,
    #[error("the tag occurs twice")]
    Duplicate,
    #[error("the payload must begin with it")]
    NotFirst,
    #[error("something follows the checksum")]
    Trailing,
    #[error("the tag is missing")]
    Missing,
    #[error("{found:?} is not supported, {expected} is")]
    Unsupported {
        /// What the payload says.
        found: String,
        /// What would be understood.
        expected: &'static str,
    },
    #[error("a bank's BIN has six digits")]
    Bin,
    #[error("an account has 1 to 19 letters and digits")]
    Account,
    #[error("an amount is a whole number of đồng from 1 to 9999999999999")]
    Amount,
    #[error("the memo has {0} characters after folding, at most 25 are passed on")]
    MemoTooLong(usize),
    #[error("the checksum does not match")]
    Checksum,
}

/// A refusal: what is wrong, in which tag, and at which byte of the payload.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{fault}", place(.tag.as_deref(), .offset.as_ref().copied()))]
pub struct Error {
    fault: Fault,
    tag: Option<String>,
    offset: Option<usize>,
}

fn place(tag: Option<&str>, offset: Option<usize>) -> String {
    match (tag, offset) {
        (Some(tag), Some(offset)) => format!("tag {tag} at byte {offset}: "),
        (Some(tag), None) => format!("tag {tag}: "),
        (None, Some(offset)) => format!("at byte {offset}: "),
        (None, None) => String::new(),
    }
}

impl Error {
    pub(crate) fn new(fault: Fault, tag: &str, offset: impl Into<Option<usize>>) -> Self {
        Self {
            fault,
            tag: (!tag.is_empty()).then(|| tag.to_owned()),
            offset: offset.into(),
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// The tag it concerns, nested tags joined by points: `38.01.00` is the BIN.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The byte at which the offending part begins; `None` when there is no payload yet.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// A short name that stays the same between releases, for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.fault {
            Fault::Empty => "empty",
            Fault::Character(_) => "bad_character",
            Fault::Tag => "bad_tag",
            Fault::Length => "bad_length",
            Fault::Truncated => "truncated",
            Fault::Duplicate => "duplicate_tag",
            Fault::NotFirst => "not_first",
            Fault::Trailing => "trailing_data",
            Fault::Missing => "missing_tag",
            Fault::Unsupported { .. } => "unsupported",
            Fault::Bin => "bad_bin",
            Fault::Account => "bad_account",
            Fault::Amount => "bad_amount",
            Fault::MemoTooLong(_) => "memo_too_long",
            Fault::Checksum => "bad_checksum",
        }
    }
}
