//! Reading what others send: every rule that a document breaks is named with its place.
//!
//! Events are checked and kept one by one while the text is read, so that a large document is never in memory as a tree.
//! What GS1's JSON schema refuses is refused here, and beyond it: prefixes that nothing declares, fractions of pieces,
//! parents and metadata that the standard wants and a schema cannot ask for.

mod checker;
mod json;
mod rules;
mod violation;
mod words;

use serde_json::Value;

use crate::document::{EpcisDocument, EpcisQueryDocument};
use crate::event::Event;
use crate::namespaces::Namespaces;
use checker::Checker;

pub(crate) use json::XmlEvents;
pub use violation::{Problem, Violation};

/// How much of a document is read before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the text.
    pub bytes: usize,
    /// Objects and lists within each other.
    pub depth: usize,
    /// Events of a document.
    pub events: usize,
}

impl Default for Limits {
    /// 50 MB, 64 levels and 100,000 events.
    fn default() -> Self {
        Self {
            bytes: 50_000_000,
            depth: 64,
            events: 100_000,
        }
    }
}

/// What a text turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Events to be captured.
    Document(EpcisDocument),
    /// The answer to a query.
    QueryDocument(EpcisQueryDocument),
    /// One event with a context of its own.
    Event(Box<Event>),
}

impl Input {
    /// The events, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        match self {
            Self::Document(document) => document.events(),
            Self::QueryDocument(document) => document.events(),
            Self::Event(event) => std::slice::from_ref(event),
        }
    }

    /// The events, taken out.
    #[must_use]
    pub fn into_events(self) -> Vec<Event> {
        match self {
            Self::Document(document) => document.into_events(),
            Self::QueryDocument(document) => document.into_events(),
            Self::Event(event) => vec![*event],
        }
    }
}

/// A document whose frame is right; some of its events may not be.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The document with the events that keep the rules.
    pub input: Input,
    /// What its prefixes stand for.
    pub namespaces: Namespaces,
    /// The positions of events that were left out, counted from 0 in the list as it was sent.
    pub refused: Vec<usize>,
    /// What is wrong with them: at most 50 of all the violations.
    pub violations: Vec<Violation>,
}

impl Reading {
    /// The document when all of it keeps the rules, or what is wrong.
    pub fn whole(self) -> Result<Self, Vec<Violation>> {
        if self.refused.is_empty() {
            Ok(self)
        } else {
            Err(self.violations)
        }
    }
}

/// Reads an `EPCISDocument`, an `EPCISQueryDocument` or a single event from JSON.
///
/// What is wrong with the text or the frame of the document makes it unreadable; what is wrong with single events is
/// told in the [`Reading`], for a capture that proceeds past them.
pub fn read_json(text: &[u8], limits: &Limits) -> Result<Reading, Vec<Violation>> {
    json::read(text, limits)
}

impl Event {
    /// The first rule of the standard or its schema that this event breaks. Prefixes are not looked up.
    pub fn check(&self) -> Result<(), Violation> {
        let value = serde_json::to_value(self).map_err(|error| Violation {
            pointer: String::new(),
            problem: Problem::Unreadable(error.to_string()),
        })?;
        match check_event(&value).into_iter().next() {
            Some(violation) => Err(violation),
            None => Ok(()),
        }
    }
}

fn check_event(value: &Value) -> Vec<Violation> {
    let mut checker = Checker::default();
    rules::event(&mut checker, value, false);
    checker.violations
}
