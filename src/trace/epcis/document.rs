//! What clients send, read into events: JSON-LD or XML, a document or one event.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header,
};
use epcis::{
    Event, Namespaces,
    read::{Input, Limits, Reading, Violation},
};

use super::{
    EpcisError,
    capture::Fault,
    headers::{CAPTURE_BYTES, CAPTURE_EVENTS},
};
use crate::{
    app::sha256,
    http::{input::Wrong, language::Message, problem::Problem},
};

/// A body as it came, with what it says to be.
#[derive(Debug)]
pub struct Sent {
    pub bytes: Bytes,
    pub xml: bool,
    /// By which an idempotency key knows it again.
    pub digest: String,
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        let xml = match kind.as_str() {
            "application/json" => false,
            "application/xml" | "text/xml" => true,
            other if other.ends_with("+json") => false,
            _ => return Err(EpcisError::Type.into()),
        };
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                EpcisError::TooLarge.into()
            } else {
                crate::http::body::unread(&rejection)
            }
        })?;
        let digest = sha256(&bytes);
        Ok(Self { bytes, xml, digest })
    }
}

/// Events that were sent, each with its place and what its prefixes stand for.
#[derive(Debug, Default)]
pub struct Incoming {
    pub events: Vec<(usize, Event, Arc<Namespaces>)>,
    /// What is wrong with the others, or with the document.
    pub faults: Vec<Fault>,
    /// JSON Pointer to the list of events.
    pub path: String,
    /// It is one event and not a document.
    pub single: bool,
    /// What its header says of places and things.
    pub header: Option<serde_json::Value>,
}

/// More than a document of ours may be: `GS1-EPCIS-Capture-Limit`.
const LIMITS: Limits = Limits {
    bytes: CAPTURE_BYTES,
    depth: 64,
    events: CAPTURE_EVENTS,
};

/// What breaks a rule, with its place.
fn fault(violation: &Violation, path: &str) -> Fault {
    let index = violation.pointer.strip_prefix(path).and_then(|rest| {
        let rest = rest.strip_prefix('/').filter(|_| !path.is_empty())?;
        rest.split('/').next()?.parse().ok()
    });
    Fault {
        pointer: violation.pointer.clone(),
        message: Message::new("epcis-say-fault").with("fault", violation.problem.to_string()),
        index,
        exists: false,
    }
}

/// A document that is none.
fn unreadable(violations: &[Violation]) -> EpcisError {
    let large = |violation: &Violation| {
        matches!(
            violation.problem,
            epcis::read::Problem::TooLarge(_) | epcis::read::Problem::TooMany(_)
        )
    };
    if violations.iter().any(large) {
        return EpcisError::TooLarge;
    }
    let mut wrong = Wrong::default();
    for violation in violations {
        let fault = fault(violation, "");
        wrong.note(fault.pointer, fault.message);
    }
    EpcisError::Document(wrong)
}

impl Sent {
    /// Reads a document. What is wrong with single events is in its faults; a document that is none is refused here.
    pub fn document(&self) -> Result<Incoming, EpcisError> {
        let reading = self.read()?;
        let path = match &reading.input {
            Input::Document(_) => "/epcisBody/eventList",
            Input::QueryDocument(_) => "/epcisBody/queryResults/resultsBody/eventList",
            Input::Event(_) => {
                let message = Message::new("epcis-say-fault").with("fault", "the type is EPCISDocument");
                return Err(EpcisError::Document(Wrong::one("/type", message)));
            }
        };
        Ok(Incoming::of(reading, path))
    }

    /// Reads one event.
    pub fn event(&self) -> Result<Incoming, EpcisError> {
        let reading = self.read()?;
        if let Input::Event(_) = &reading.input {
            Ok(Incoming {
                single: true,
                ..Incoming::of(reading, "")
            })
        } else {
            let message = Message::new("epcis-say-fault").with("fault", "one event is wanted, not a document");
            Err(EpcisError::Document(Wrong::one("/type", message)))
        }
    }

    fn read(&self) -> Result<Reading, EpcisError> {
        if self.xml {
            epcis::xml::read_xml(&self.bytes, &LIMITS)
        } else {
            epcis::read::read_json(&self.bytes, &LIMITS)
        }
        .map_err(|violations| unreadable(&violations))
    }
}

impl Incoming {
    fn of(reading: Reading, path: &str) -> Self {
        let mut faults: Vec<Fault> = reading
            .violations
            .iter()
            .map(|violation| fault(violation, path))
            .collect();
        // Of very many violations not all are told, but every event that was refused is.
        for refused in &reading.refused {
            if faults.iter().all(|fault| fault.index != Some(*refused)) && !path.is_empty() {
                faults.push(Fault {
                    pointer: format!("{path}/{refused}"),
                    message: Message::new("epcis-say-fault").with("fault", "it breaks a rule"),
                    index: Some(*refused),
                    exists: false,
                });
            }
        }
        let header = match &reading.input {
            Input::Document(document) => document.epcis_header.clone(),
            _ => None,
        };
        let namespaces = Arc::new(reading.namespaces);
        let places = (0..).filter(|place| !reading.refused.contains(place));
        Self {
            events: places
                .zip(reading.input.into_events())
                .map(|(place, event)| (place, event, Arc::clone(&namespaces)))
                .collect(),
            faults,
            path: path.to_owned(),
            single: false,
            header,
        }
    }
}
