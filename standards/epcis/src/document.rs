//! The envelope events travel in.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::Event;
use crate::part::Extensions;
use crate::time::Time;

/// The JSON-LD context of the standard, which gives the bare words their meaning.
pub const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

/// Serialises as the one word that `type` may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum DocumentType {
    #[serde(rename = "EPCISDocument")]
    EpcisDocument,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    event_list: Vec<Event>,
    #[serde(flatten)]
    extensions: Extensions,
}

/// An EPCIS document: events with a context, ready to be captured (EPCIS 2.0, 10).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EpcisDocument {
    #[serde(rename = "@context")]
    pub context: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(rename = "type")]
    kind: DocumentType,
    /// `2.0`.
    pub schema_version: String,
    pub creation_date: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver: Option<String>,
    /// Master data as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epcis_header: Option<Value>,
    epcis_body: Body,
    #[serde(flatten)]
    pub extensions: Extensions,
}

impl EpcisDocument {
    /// A document of these events. `namespaces` are the prefixes their extensions use, with what each stands for.
    #[must_use]
    pub fn new(creation_date: Time, namespaces: &[(&str, &str)], events: Vec<Event>) -> Self {
        Self {
            context: context(namespaces),
            id: None,
            kind: DocumentType::EpcisDocument,
            schema_version: "2.0".to_owned(),
            creation_date,
            instance_identifier: None,
            sender: None,
            receiver: None,
            epcis_header: None,
            epcis_body: Body {
                event_list: events,
                extensions: Extensions::new(),
            },
            extensions: Extensions::new(),
        }
    }

    /// The events, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.epcis_body.event_list
    }

    /// The events, taken out.
    #[must_use]
    pub fn into_events(self) -> Vec<Event> {
        self.epcis_body.event_list
    }
}

/// An `@context`: the standard's own, then one object for each prefix. An event that stands alone needs one too.
#[must_use]
pub fn context(namespaces: &[(&str, &str)]) -> Value {
    let own = namespaces
        .iter()
        .map(|&(prefix, uri)| serde_json::json!({ prefix: uri }));
    std::iter::once(Value::from(CONTEXT)).chain(own).collect()
}
