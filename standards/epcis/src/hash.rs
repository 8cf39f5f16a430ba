//! The event hash of CBV 2.0, section 8.9: one identifier for an event, however it is written.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::epc;
use crate::event::{Event, EventCore};
use crate::namespaces::{MASTER_DATA, Namespaces};
use crate::part::{Extensions, Quantity};
use crate::time::Time;
use crate::vocabulary::{BizStep, BizTransactionType, Disposition, ErrorReason, PartyType, Term, Vocabulary};

/// SHA-256 over an event's pre-hash string; written `ni:///sha-256;{hex}?ver=CBV2.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventHash([u8; 32]);

/// A text that is no event hash of CBV 2.0 with SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not ni:///sha-256;{{64 hexadecimal digits}}?ver=CBV2.0")]
pub struct NotEventHash(pub String);

impl EventHash {
    /// The digest.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for EventHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ni:///sha-256;")?;
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("?ver=CBV2.0")
    }
}

impl FromStr for EventHash {
    type Err = NotEventHash;

    fn from_str(text: &str) -> Result<Self, NotEventHash> {
        let wrong = || NotEventHash(text.to_owned());
        let hex = text
            .strip_prefix("ni:///sha-256;")
            .and_then(|rest| rest.strip_suffix("?ver=CBV2.0"))
            .filter(|hex| hex.len() == 64 && hex.bytes().all(|c| c.is_ascii_hexdigit()))
            .ok_or_else(wrong)?;
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Self(digest))
    }
}

/// The hash of an event. `namespaces` are those of the document the event came in; its own `@context` is added.
#[must_use]
pub fn hash(event: &Event, namespaces: &Namespaces) -> EventHash {
    EventHash(Sha256::digest(prehash_string(event, namespaces)).into())
}

/// What is hashed: the fields in canonical order without separators. Only for finding out why two hashes differ.
///
/// Event id, record time, certification and error declaration are no part of it. Where
/// implementations read the standard differently, this follows its table of the canonical order, and puts the type of a
/// transaction, source or destination before it, as all of them do.
#[must_use]
pub fn prehash_string(event: &Event, namespaces: &Namespaces) -> String {
    let own = event
        .core()
        .context
        .as_ref()
        .map(|context| namespaces.clone().with(context));
    let writer = Writer {
        namespaces: own.as_ref().unwrap_or(namespaces),
    };
    writer.event(event)
}

const COMPONENT: &str = "https://ref.gs1.org/cbv/Comp-";
const GS1: &str = "https://gs1.org/voc/";

/// URNs of the vocabulary's earlier editions, and what has taken their place.
const URNS: [(&str, &str); 5] = [
    (BizStep::URN, BizStep::URI),
    (Disposition::URN, Disposition::URI),
    (BizTransactionType::URN, BizTransactionType::URI),
    (PartyType::URN, PartyType::URI),
    (ErrorReason::URN, ErrorReason::URI),
];

/// The fields of sensor metadata, in canonical order.
const METADATA: [&str; 8] = [
    "time",
    "startTime",
    "endTime",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
];

/// The fields of a sensor report, in canonical order.
const REPORT: [&str; 23] = [
    "type",
    "exception",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "time",
    "microorganism",
    "chemicalSubstance",
    "value",
    "component",
    "stringValue",
    "booleanValue",
    "hexBinaryValue",
    "uriValue",
    "minValue",
    "maxValue",
    "meanValue",
    "sDev",
    "percRank",
    "percValue",
    "uom",
    "coordinateReferenceSystem",
];

/// Writes fields the canonical way. Every method adds to `out`; lists are sorted by their written form.
struct Writer<'a> {
    namespaces: &'a Namespaces,
}

impl Writer<'_> {
    fn event(&self, event: &Event) -> String {
        let mut out = String::with_capacity(1024);
        let core = event.core();
        self.field(&mut out, "eventType", event.kind());
        put(&mut out, "eventTime", &core.event_time.utc_milliseconds());
        put(&mut out, "eventTimeZoneOffset", core.event_time_zone_offset.as_str());
        self.things(&mut out, event);
        if let Some(step) = &core.biz_step {
            self.term(&mut out, "bizStep", step);
        }
        if let Some(disposition) = &core.disposition {
            self.term(&mut out, "disposition", disposition);
        }
        let persistent = match event {
            Event::ObjectEvent(event) => event.persistent_disposition.as_ref(),
            Event::TransformationEvent(event) => event.persistent_disposition.as_ref(),
            _ => None,
        };
        if let Some(persistent) = persistent {
            out.push_str("persistentDisposition");
            for (name, list) in [("set", &persistent.set), ("unset", &persistent.unset)] {
                let one = |term| {
                    let mut item = String::new();
                    self.term(&mut item, name, term);
                    item
                };
                sorted(&mut out, "", list.iter().flatten().map(one));
            }
        }
        for (name, place) in [("readPoint", &core.read_point), ("bizLocation", &core.biz_location)] {
            if let Some(place) = place {
                out.push_str(name);
                self.field(&mut out, "id", &place.id);
                self.extensions(&mut out, &place.extensions);
            }
        }
        self.typed_lists(&mut out, core);
        let sensed = core.sensor_element_list.iter().flatten();
        sorted(
            &mut out,
            "sensorElementList",
            sensed.map(|element| self.sensor_element(element)),
        );
        let ilmd = match event {
            Event::ObjectEvent(event) => event.ilmd.as_ref(),
            Event::TransformationEvent(event) => event.ilmd.as_ref(),
            _ => None,
        };
        if let Some(ilmd) = ilmd.filter(|ilmd| !ilmd.is_empty()) {
            out.push_str("ilmd");
            self.extensions(&mut out, ilmd);
        }
        self.extensions(&mut out, event.extensions());
        out
    }

    /// What the event is about, from `epcList` to `transformationID`.
    fn things(&self, out: &mut String, event: &Event) {
        match event {
            Event::ObjectEvent(event) => {
                self.epcs(out, "epcList", event.epc_list.as_deref());
                self.quantities(out, "quantityList", event.quantity_list.as_deref());
                put(out, "action", event.action.as_str());
            }
            Event::AggregationEvent(event) => {
                if let Some(parent) = &event.parent_id {
                    self.field(out, "parentID", parent);
                }
                self.epcs(out, "childEPCs", event.child_epcs.as_deref());
                self.quantities(out, "childQuantityList", event.child_quantity_list.as_deref());
                put(out, "action", event.action.as_str());
            }
            Event::AssociationEvent(event) => {
                self.field(out, "parentID", &event.parent_id);
                self.epcs(out, "childEPCs", event.child_epcs.as_deref());
                self.quantities(out, "childQuantityList", event.child_quantity_list.as_deref());
                put(out, "action", event.action.as_str());
            }
            Event::TransactionEvent(event) => {
                if let Some(parent) = &event.parent_id {
                    self.field(out, "parentID", parent);
                }
                self.epcs(out, "epcList", event.epc_list.as_deref());
                self.quantities(out, "quantityList", event.quantity_list.as_deref());
                put(out, "action", event.action.as_str());
            }
            Event::TransformationEvent(event) => {
                self.epcs(out, "inputEPCList", event.input_epc_list.as_deref());
                self.quantities(out, "inputQuantityList", event.input_quantity_list.as_deref());
                self.epcs(out, "outputEPCList", event.output_epc_list.as_deref());
                self.quantities(out, "outputQuantityList", event.output_quantity_list.as_deref());
                if let Some(id) = &event.transformation_id {
                    self.field(out, "transformationID", id);
                }
            }
            Event::Extended(_) => {}
        }
    }

    /// Transactions, sources and destinations, each with its type before it.
    fn typed_lists(&self, out: &mut String, core: &EventCore) {
        let transactions = core.biz_transaction_list.iter().flatten().map(|transaction| {
            let mut item = String::new();
            if let Some(kind) = &transaction.kind {
                self.term(&mut item, "type", kind);
            }
            self.field(&mut item, "bizTransaction", &transaction.biz_transaction);
            item
        });
        sorted(out, "bizTransactionList", transactions);
        let party = |kind: &Term<PartyType>, name: &str, party: &str| {
            let mut item = String::new();
            self.term(&mut item, "type", kind);
            self.field(&mut item, name, party);
            item
        };
        let sources = core.source_list.iter().flatten();
        let sources = sources.map(|source| party(&source.kind, "source", &source.source));
        sorted(out, "sourceList", sources);
        let destinations = core.destination_list.iter().flatten();
        let destinations = destinations.map(|end| party(&end.kind, "destination", &end.destination));
        sorted(out, "destinationList", destinations);
    }

    fn epcs(&self, out: &mut String, name: &str, list: Option<&[String]>) {
        let list = list.unwrap_or_default().iter();
        sorted(out, name, list.map(|epc| self.item("epc", epc)));
    }

    fn quantities(&self, out: &mut String, name: &str, list: Option<&[Quantity]>) {
        let one = |quantity: &Quantity| {
            let mut item = "quantityElement".to_owned();
            self.field(&mut item, "epcClass", &quantity.epc_class);
            if let Some(amount) = &quantity.quantity {
                self.field(&mut item, "quantity", &amount.to_string());
            }
            if let Some(uom) = &quantity.uom {
                put(&mut item, "uom", uom);
            }
            item
        };
        sorted(out, name, list.unwrap_or_default().iter().map(one));
    }

    fn sensor_element(&self, element: &Value) -> String {
        let mut out = "sensorElement".to_owned();
        let Value::Object(element) = element else { return out };
        if let Some(Value::Object(metadata)) = element.get("sensorMetadata") {
            let mut fields = String::new();
            self.sensor_fields(&mut fields, &METADATA, metadata);
            if !fields.is_empty() {
                out.push_str("sensorMetadata");
                out.push_str(&fields);
            }
        }
        if let Some(Value::Array(reports)) = element.get("sensorReport") {
            let one = |report: &Value| {
                let mut item = "sensorReport".to_owned();
                if let Value::Object(report) = report {
                    self.sensor_fields(&mut item, &REPORT, report);
                }
                item
            };
            sorted(&mut out, "", reports.iter().map(one));
        }
        let own = element
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "sensorMetadata" | "sensorReport"));
        self.extension_fields(&mut out, own);
        out
    }

    fn sensor_fields(&self, out: &mut String, order: &[&str], fields: &Map<String, Value>) {
        for &name in order {
            let Some(value) = fields.get(name) else { continue };
            let Some(text) = scalar(value) else { continue };
            let words = match name {
                "type" | "exception" => GS1,
                "component" => COMPONENT,
                "time" | "startTime" | "endTime" => {
                    match text.parse::<Time>() {
                        Ok(time) => put(out, name, &time.utc_milliseconds()),
                        Err(_) => self.field(out, name, &text),
                    }
                    continue;
                }
                _ => {
                    self.field(out, name, &text);
                    continue;
                }
            };
            if text.contains(':') {
                self.field(out, name, &text);
            } else {
                put(out, name, &[words, text.trim()].concat());
            }
        }
        self.extension_fields(out, fields.iter().filter(|(key, _)| !order.contains(&key.as_str())));
    }

    fn extensions(&self, out: &mut String, fields: &Extensions) {
        self.extension_fields(out, fields.iter());
    }

    /// Fields of somebody's own, sorted: `{namespace}local=value`, or what is inside instead of a value.
    fn extension_fields<'b>(&self, out: &mut String, fields: impl Iterator<Item = (&'b String, &'b Value)>) {
        let mut items = Vec::new();
        // Comments say nothing about the event.
        for (key, value) in fields.filter(|(key, _)| !matches!(key.as_str(), "rdfs:comment" | "comment" | "@context")) {
            self.extension(&mut items, key, value);
        }
        sorted(out, "", items.into_iter());
    }

    fn extension(&self, items: &mut Vec<String>, key: &str, value: &Value) {
        if let Value::Array(values) = value {
            for value in values {
                self.extension(items, key, value);
            }
            return;
        }
        let mut item = match self.namespaces.resolve(key) {
            // As its namespace is written in XML, where a hash must be the same.
            Some((MASTER_DATA, local)) => format!("{{{}}}{local}", MASTER_DATA.trim_end_matches(':')),
            Some((uri, local)) => format!("{{{uri}}}{local}"),
            None => key.to_owned(),
        };
        if let Value::Object(fields) = value {
            self.extensions(&mut item, fields);
        } else if let Some(text) = scalar(value).filter(|text| !text.trim().is_empty()) {
            item.push('=');
            item.push_str(&self.canonical(&text));
        }
        items.push(item);
    }

    fn term<V: Vocabulary>(&self, out: &mut String, name: &str, term: &Term<V>) {
        match term {
            Term::Standard(word) => put(out, name, &[V::URI, word.word()].concat()),
            Term::Other(uri) => self.field(out, name, uri),
        }
    }

    fn item(&self, name: &str, value: &str) -> String {
        let mut item = String::with_capacity(64);
        self.field(&mut item, name, value);
        item
    }

    /// A field with a value; nothing when the value is blank.
    fn field(&self, out: &mut String, name: &str, value: &str) {
        let value = self.canonical(value);
        if !value.is_empty() {
            put(out, name, &value);
        }
    }

    fn canonical<'b>(&self, value: &'b str) -> Cow<'b, str> {
        let value = value.trim();
        if let Some(number) = plain_decimal(value) {
            return number;
        }
        if let Some((urn, uri)) = URNS.iter().find(|(urn, _)| value.starts_with(urn)) {
            return Cow::Owned(value.replacen(urn, uri, 1));
        }
        match self.namespaces.expand(value) {
            Some(expanded) => Cow::Owned(epc::canonical(&expanded).into_owned()),
            None => epc::canonical(value),
        }
    }
}

fn put(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push('=');
    out.push_str(value);
}

/// The name of a list once, then its items in the order of their bytes; nothing for an empty list.
fn sorted(out: &mut String, name: &str, items: impl Iterator<Item = String>) {
    let mut items: Vec<String> = items.collect();
    items.sort_unstable();
    if items.iter().any(|item| !item.is_empty()) {
        out.push_str(name);
    }
    out.extend(items);
}

fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(true) => Some(Cow::Borrowed("true")),
        Value::Bool(false) => Some(Cow::Borrowed("false")),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A decimal number without needless zeros, sign or exponent; `None` for any other text.
fn plain_decimal(text: &str) -> Option<Cow<'_, str>> {
    /// More digits than any measure has; a longer one stays as it is written.
    const MOST: i32 = 400;

    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) || exponent.abs() > MOST {
        return None;
    }
    let all = [whole, fraction].concat();
    let significant = all.trim_start_matches('0');
    if significant.is_empty() {
        return Some(Cow::Borrowed("0"));
    }
    // Where the point stands, counted from the first significant digit.
    let leading = i32::try_from(all.len() - significant.len()).ok()?;
    let point = i32::try_from(whole.len()).ok()? - leading + exponent;
    let significant = significant.trim_end_matches('0');
    let length = i32::try_from(significant.len()).ok()?;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let plain = match usize::try_from(point) {
        Ok(0) | Err(_) => format!("0.{}{significant}", zeros(-point)),
        Ok(_) if point >= length => format!("{significant}{}", zeros(point - length)),
        Ok(point) => {
            let (whole, fraction) = significant.split_at(point);
            format!("{whole}.{fraction}")
        }
    };
    Some(Cow::Owned(if negative { format!("-{plain}") } else { plain }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain() {
        for (text, plain) in [
            ("1.0", "1"),
            ("0.3434000", "0.3434"),
            ("-0", "0"),
            ("+007.50", "7.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e3", "1000"),
            ("1.25E-3", "0.00125"),
            ("120500e-3", "120.5"),
            ("12345678901234567890", "12345678901234567890"),
            ("-12.340", "-12.34"),
        ] {
            assert_eq!(plain_decimal(text).as_deref(), Some(plain), "{text}");
        }
        for other in ["", "-", ".", "1,5", "1e", "e5", "1e9999", "NaN", "1 2", "0x10", "é"] {
            assert_eq!(plain_decimal(other), None, "{other}");
        }
    }

    #[test]
    fn hashes_are_read_as_they_are_written() {
        let hash = EventHash([0xAB; 32]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.to_string().len(), "ni:///sha-256;?ver=CBV2.0".len() + 64);
        for bad in [
            "",
            "ni:///sha-256;ab?ver=CBV2.0",
            &hash.to_string().replace("2.0", "1.2"),
        ] {
            assert!(bad.parse::<EventHash>().is_err(), "{bad}");
        }
    }
}
