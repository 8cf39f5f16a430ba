//! What is wrong, and where.

use std::fmt;

use thiserror::Error;

/// A rule that a document breaks, with the place where it does.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct Violation {
    /// A JSON Pointer (RFC 6901), such as `/epcisBody/eventList/3/bizStep`; empty for the whole document.
    pub pointer: String,
    /// What is wrong there.
    pub problem: Problem,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            self.problem.fmt(f)
        } else {
            write!(f, "{}: {}", self.pointer, self.problem)
        }
    }
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    #[error("not JSON: {0}")]
    NotJson(String),
    #[error("not XML: {0}")]
    NotXml(String),
    #[error("larger than {0} bytes")]
    TooLarge(usize),
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    #[error("more than {0} events")]
    TooMany(usize),
    #[error("{0} is wanted")]
    Wanted(&'static str),
    #[error("{0:?} is not a URI (RFC 3986)")]
    NotUri(String),
    #[error("{0:?} is not a date and time with a zone (RFC 3339)")]
    NotTime(String),
    #[error("{0:?} is not a zone offset from -14:00 to +14:00")]
    NotOffset(String),
    #[error("{word:?} is not a {vocabulary} of the Core Business Vocabulary")]
    UnknownWord {
        /// What the word should have been.
        vocabulary: &'static str,
        /// The word.
        word: String,
    },
    #[error("{0:?} is not what stands here: {1}")]
    Unexpected(String, &'static str),
    #[error("missing or empty")]
    Missing,
    #[error("there is no such field here")]
    UnknownField,
    #[error("the key {0:?} has no namespace")]
    NoNamespace(String),
    #[error("the prefix {0:?} is declared in no @context")]
    UndeclaredPrefix(String),
    #[error("it stands here twice")]
    Repeated,
    #[error("ilmd describes objects when they are made: the action must be ADD")]
    IlmdWithoutAdd,
    #[error("{0:?} is not a unit of UN/ECE Recommendation 20")]
    Unit(String),
    #[error("{0} pieces cannot be counted: a quantity without a unit is a whole number")]
    FractionOfPiece(String),
    #[error("{0}")]
    Unreadable(String),
}
