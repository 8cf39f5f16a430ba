//! What clients send, read into events: JSON-LD or XML, a document or one event.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header,
};
use epcis::{Event, Namespaces};
use serde_json::Value;

use super::{EpcisError, capture::Fault, headers::CAPTURE_EVENTS};
use crate::{
    app::sha256,
    http::{body::unreadable, input::Wrong, language::Message, problem::Problem},
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
}

/// A fault of the document as a whole.
fn whole(pointer: &str, fault: impl Into<String>) -> EpcisError {
    let message = Message::new("epcis-say-fault").with("fault", fault.into());
    EpcisError::Document(Wrong::one(pointer, message))
}

impl Sent {
    /// Reads a document. What is wrong with single events is in its faults; a document that is none is refused here.
    pub fn document(&self) -> Result<Incoming, Problem> {
        if self.xml {
            return Err(EpcisError::Type.into());
        }
        let value: Value = serde_json::from_slice(&self.bytes)
            .map_err(|error| unreadable(&error).of_type("epcisException:ValidationException"))?;
        Ok(read(&value)?)
    }

    /// Reads one event.
    pub fn event(&self) -> Result<Incoming, Problem> {
        if self.xml {
            return Err(EpcisError::Type.into());
        }
        let value: Value = serde_json::from_slice(&self.bytes)
            .map_err(|error| unreadable(&error).of_type("epcisException:ValidationException"))?;
        let mut incoming = Incoming {
            single: true,
            ..Incoming::default()
        };
        incoming.take(0, &value, &Arc::new(Namespaces::standard()));
        Ok(incoming)
    }
}

fn read(value: &Value) -> Result<Incoming, EpcisError> {
    let path = match value["type"].as_str() {
        Some("EPCISDocument") => "/epcisBody/eventList",
        Some("EPCISQueryDocument") => "/epcisBody/queryResults/resultsBody/eventList",
        _ => return Err(whole("/type", "the type is EPCISDocument or EPCISQueryDocument")),
    };
    let Some(events) = value.pointer(path).and_then(Value::as_array) else {
        return Err(whole(path, "a list of events is missing"));
    };
    if value.get("@context").is_none() {
        return Err(whole("/@context", "the context is missing"));
    }
    if events.len() > CAPTURE_EVENTS {
        return Err(EpcisError::TooLarge);
    }
    let namespaces = Arc::new(Namespaces::of_context(&value["@context"]));
    let mut incoming = Incoming {
        path: path.to_owned(),
        ..Incoming::default()
    };
    for (index, event) in events.iter().enumerate() {
        incoming.take(index, event, &namespaces);
    }
    Ok(incoming)
}

impl Incoming {
    fn take(&mut self, index: usize, value: &Value, namespaces: &Arc<Namespaces>) {
        let read = serde_json::from_value::<Event>(value.clone())
            .map_err(|error| error.to_string())
            .and_then(|event| match event.check() {
                Ok(()) => Ok(event),
                Err(violation) => Err(violation.to_string()),
            });
        match read {
            Ok(event) => self.events.push((index, event, Arc::clone(namespaces))),
            Err(fault) => {
                let pointer = if self.single {
                    String::new()
                } else {
                    format!("{}/{index}", self.path)
                };
                self.faults.push(Fault {
                    pointer,
                    message: Message::new("epcis-say-fault").with("fault", fault),
                    index: Some(index),
                    exists: false,
                });
            }
        }
    }
}
