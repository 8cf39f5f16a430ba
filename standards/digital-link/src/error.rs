//! What can be wrong, and where.

use thiserror::Error;

use crate::linter::Linter;

/// Why a value of one application identifier is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ValueError {
    #[error("the value is empty")]
    Empty,
    #[error("the value is too short: it has at least {least} characters")]
    TooShort {
        /// The fewest characters that would do.
        least: usize,
    },
    #[error("the value is too long: it has at most {most} characters")]
    TooLong {
        /// The most characters that would do.
        most: usize,
    },
    #[error("the character {0:?} is not allowed here")]
    Character(char),
    #[error("{}", .0.refusal())]
    Rule(Linter),
}

impl ValueError {
    /// A short name that stays the same between releases, for machines.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty_value",
            Self::TooShort { .. } => "too_short",
            Self::TooLong { .. } => "too_long",
            Self::Character(_) => "bad_character",
            Self::Rule(linter) => linter.code(),
        }
    }
}

/// Why a URI is not a GS1 Digital Link URI.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    #[error("the character {0:?} cannot stand in a URI")]
    UriCharacter(char),
    #[error("the scheme is neither http nor https")]
    Scheme,
    #[error("the domain name is missing or malformed")]
    Authority,
    #[error("the path holds no GS1 primary key")]
    NoPrimaryKey,
    #[error("the path does not begin with a GS1 primary key")]
    Stem,
    #[error("a percent sign is not followed by two hexadecimal digits")]
    PercentEncoding,
    #[error("this application identifier does not exist")]
    UnknownIdentifier,
    #[error("this key qualifier does not follow the primary key in this order")]
    QualifierOrder,
    #[error("this application identifier occurs twice")]
    Duplicate,
    #[error("this application identifier is not a data attribute")]
    NotAttribute,
    #[error("this application identifier belongs in the path")]
    BelongsInPath,
    #[error("it cannot stand beside {0}")]
    Excluded(String),
    #[error("it needs one of these beside it: {0}")]
    Missing(String),
    #[error("this segment is not a compressed one")]
    Compression,
    #[error(transparent)]
    Value(#[from] ValueError),
}

/// A refusal: what is wrong, with which application identifier, and where in the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}at byte {offset}: {fault}", .ai.as_ref().map(|ai| format!("({ai}) ")).unwrap_or_default())]
pub struct Error {
    pub(crate) fault: Fault,
    pub(crate) ai: Option<String>,
    pub(crate) offset: usize,
}

impl Error {
    pub(crate) fn new(fault: impl Into<Fault>, ai: Option<&str>, offset: usize) -> Self {
        Self {
            fault: fault.into(),
            ai: ai.map(str::to_owned),
            offset,
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// The application identifier it concerns, as written in the URI.
    #[must_use]
    pub fn ai(&self) -> Option<&str> {
        self.ai.as_deref()
    }

    /// The byte of the input at which the offending part begins.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// A short name that stays the same between releases, for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &self.fault {
            Fault::UriCharacter(_) => "uri_character",
            Fault::Scheme => "scheme",
            Fault::Authority => "authority",
            Fault::NoPrimaryKey => "no_primary_key",
            Fault::Stem => "stem",
            Fault::PercentEncoding => "percent_encoding",
            Fault::UnknownIdentifier => "unknown_ai",
            Fault::QualifierOrder => "qualifier_order",
            Fault::Duplicate => "duplicate_ai",
            Fault::NotAttribute => "not_an_attribute",
            Fault::BelongsInPath => "belongs_in_path",
            Fault::Excluded(_) => "excluded_companion",
            Fault::Missing(_) => "missing_companion",
            Fault::Compression => "compression",
            Fault::Value(error) => error.code(),
        }
    }
}
