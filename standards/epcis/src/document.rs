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

    pub(crate) fn with_events(mut self, events: Vec<Event>) -> Self {
        self.epcis_body.event_list = events;
        self
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum QueryDocumentType {
    #[serde(rename = "EPCISQueryDocument")]
    EpcisQueryDocument,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryBody {
    query_results: QueryResults,
    #[serde(flatten)]
    extensions: Extensions,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryResults {
    query_name: String,
    #[serde(rename = "subscriptionID", skip_serializing_if = "Option::is_none")]
    subscription_id: Option<String>,
    results_body: Body,
    #[serde(flatten)]
    extensions: Extensions,
}

/// What a query has found (EPCIS 2.0, 8.2.5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EpcisQueryDocument {
    #[serde(rename = "@context")]
    pub context: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(rename = "type")]
    kind: QueryDocumentType,
    /// `2.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_date: Option<Time>,
    epcis_body: QueryBody,
    #[serde(flatten)]
    pub extensions: Extensions,
}

impl EpcisQueryDocument {
    /// The events that a query of this name has found. `context` is an `@context` that declares the prefixes they use.
    #[must_use]
    pub fn new(creation_date: Time, context: Value, query_name: impl Into<String>, events: Vec<Event>) -> Self {
        Self {
            context,
            id: None,
            kind: QueryDocumentType::EpcisQueryDocument,
            schema_version: Some("2.0".to_owned()),
            creation_date: Some(creation_date),
            epcis_body: QueryBody {
                query_results: QueryResults {
                    query_name: query_name.into(),
                    subscription_id: None,
                    results_body: Body {
                        event_list: events,
                        extensions: Extensions::new(),
                    },
                    extensions: Extensions::new(),
                },
                extensions: Extensions::new(),
            },
            extensions: Extensions::new(),
        }
    }

    /// The same, sent for a subscription.
    #[must_use]
    pub fn for_subscription(mut self, id: impl Into<String>) -> Self {
        self.epcis_body.query_results.subscription_id = Some(id.into());
        self
    }

    /// The name of the query.
    #[must_use]
    pub fn query_name(&self) -> &str {
        &self.epcis_body.query_results.query_name
    }

    /// The subscription that the answer was sent for.
    #[must_use]
    pub fn subscription_id(&self) -> Option<&str> {
        self.epcis_body.query_results.subscription_id.as_deref()
    }

    /// The events, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.epcis_body.query_results.results_body.event_list
    }

    /// The events, taken out.
    #[must_use]
    pub fn into_events(self) -> Vec<Event> {
        self.epcis_body.query_results.results_body.event_list
    }

    pub(crate) fn with_events(mut self, events: Vec<Event>) -> Self {
        self.epcis_body.query_results.results_body.event_list = events;
        self
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
