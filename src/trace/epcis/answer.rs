//! What is found, as an `EPCISQueryDocument` (EPCIS 2.0, 8.2.9 and 10).

use std::collections::BTreeMap;

use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use entity::Timestamp;
use epcis::{Event, document::CONTEXT};
use serde_json::{Value, json};

use super::{EpcisError, headers::Form, search::Found};

/// The name under which a question without one is answered.
pub const UNNAMED: &str = "SimpleEventQuery";

/// Who asked: the query's name, and the subscription when it is one's.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    pub query: &'a str,
    pub subscription: Option<&'a str>,
}

/// The document as JSON. Prefixes that all events mean alike stand in its context; an event that means another thing by one
/// has a context of its own.
pub fn document(heading: Heading<'_>, now: Timestamp, found: &[Found]) -> Result<Value, EpcisError> {
    let mut shared: BTreeMap<&str, &str> = BTreeMap::new();
    let mut events = Vec::with_capacity(found.len());
    for found in found {
        let mut event = serde_json::to_value(&found.event)?;
        let mut own = Vec::new();
        for (prefix, uri) in found.namespaces.declared() {
            if *shared.entry(prefix).or_insert(uri) != uri {
                own.push(json!({ prefix: uri }));
            }
        }
        if !own.is_empty() {
            event["@context"] = Value::Array(own);
        }
        events.push(event);
    }
    let mut results = json!({"queryName": heading.query, "resultsBody": {"eventList": events}});
    if let Some(id) = heading.subscription {
        results["subscriptionID"] = Value::from(id);
    }
    Ok(json!({
        "@context": context(&shared),
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": now.rfc3339(),
        "epcisBody": {"queryResults": results},
    }))
}

fn context(declared: &BTreeMap<&str, &str>) -> Value {
    let own = declared.iter().map(|(prefix, uri)| json!({ *prefix: uri }));
    std::iter::once(Value::from(CONTEXT)).chain(own).collect()
}

/// The document on its way out, in the form that was asked for.
pub fn respond(form: Form, headers: HeaderMap, document: &Value) -> Result<Response, EpcisError> {
    let body = match form {
        Form::Json | Form::JsonLd => document.to_string(),
        Form::Xml => super::xml::write(document)?,
    };
    Ok((headers, [(header::CONTENT_TYPE, form.media_type())], body).into_response())
}

/// One event that stands alone, with its context.
pub fn event(found: &Found) -> Result<Value, EpcisError> {
    let declared = found.namespaces.declared().collect();
    let event: &Event = &found.event;
    let mut event = serde_json::to_value(event)?;
    event["@context"] = context(&declared);
    Ok(event)
}

/// A list of names (`Collection`).
#[must_use]
pub fn collection(members: &[String]) -> Value {
    json!({"@context": CONTEXT, "type": "Collection", "member": members})
}
