//! From JSON text to a document, event by event.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::checker::{Checker, MOST_VIOLATIONS};
use super::violation::{Problem, Violation};
use super::{Input, Limits, Reading, rules};
use crate::document::{EpcisDocument, EpcisQueryDocument};
use crate::event::Event;
use crate::namespaces::Namespaces;

pub(super) fn read(text: &[u8], limits: &Limits) -> Result<Reading, Vec<Violation>> {
    let whole = |problem| {
        vec![Violation {
            pointer: String::new(),
            problem,
        }]
    };
    if text.len() > limits.bytes {
        return Err(whole(Problem::TooLarge(limits.bytes)));
    }
    if is_deeper(text, limits.depth) {
        return Err(whole(Problem::TooDeep(limits.depth)));
    }
    let text = text.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(text);
    let mut found = Found::new(limits.events);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let level = Level {
        found: &mut found,
        place: Place::Root,
    };
    let root = level
        .deserialize(&mut deserializer)
        .and_then(|root| deserializer.end().map(|()| root));
    match root {
        Ok(root) => found.finish(root),
        Err(_) if found.too_many => Err(whole(Problem::TooMany(limits.events))),
        Err(error) => Err(whole(Problem::NotJson(error.to_string()))),
    }
}

/// Whether a text nests deeper than that. Only brackets are looked at, so a text that is no JSON passes.
fn is_deeper(text: &[u8], most: usize) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for &byte in text {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > most {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// An event that keeps the rules, if its prefixes turn out to be declared.
struct Kept {
    index: usize,
    event: Event,
    /// Prefixes that its own context does not declare, with the place of each.
    prefixes: Vec<(String, String)>,
}

/// What was found in the text so far.
struct Found {
    kept: Vec<Kept>,
    refused: Vec<usize>,
    violations: Vec<Violation>,
    /// What is wrong with the frame of the document.
    frame: Vec<Violation>,
    most_events: usize,
    too_many: bool,
}

impl Found {
    fn new(most_events: usize) -> Self {
        Self {
            kept: Vec::new(),
            refused: Vec::new(),
            violations: Vec::new(),
            frame: Vec::new(),
            most_events,
            too_many: false,
        }
    }

    fn note(&mut self, violations: Vec<Violation>) {
        let room = MOST_VIOLATIONS - self.violations.len().min(MOST_VIOLATIONS);
        self.violations.extend(violations.into_iter().take(room));
    }

    /// Checks an event of the list and keeps it or says why not.
    fn event(&mut self, list: &str, index: usize, value: Value) {
        let pointer = format!("{list}/{index}");
        let mut checker = Checker::at_pointer(pointer.clone());
        rules::event(&mut checker, &value, false);
        let prefixes = unresolved(&mut checker, &value);
        if checker.found > 0 {
            self.refused.push(index);
            self.note(checker.violations);
            return;
        }
        match serde_json::from_value(value) {
            Ok(event) => self.kept.push(Kept { index, event, prefixes }),
            Err(error) => {
                self.refused.push(index);
                self.note(vec![Violation {
                    pointer,
                    problem: Problem::Unreadable(error.to_string()),
                }]);
            }
        }
    }

    fn finish(mut self, root: Value) -> Result<Reading, Vec<Violation>> {
        let mut checker = Checker::default();
        let kind = root.get("type").and_then(Value::as_str);
        let is_query = kind == Some("EPCISQueryDocument");
        if !is_query && kind != Some("EPCISDocument") {
            return single(root);
        }
        if is_query {
            rules::query_document(&mut checker, &root);
        } else {
            rules::document(&mut checker, &root);
        }
        if !root.get("epcisBody").is_some_and(Value::is_object) {
            checker.wrong_at("epcisBody", Problem::Wanted("an object"));
        } else if root.pointer(list_of(is_query)).is_none() {
            checker.wrong_at("epcisBody", Problem::Missing);
        }
        let context = root.get("@context").unwrap_or(&Value::Null);
        let namespaces = Namespaces::of_context(context);
        if is_closed(context) {
            checker.undeclared(&namespaces);
            self.refuse_undeclared(&namespaces);
        }
        self.frame.append(&mut checker.violations);
        if !self.frame.is_empty() {
            self.frame.append(&mut self.violations);
            self.frame.truncate(MOST_VIOLATIONS);
            return Err(self.frame);
        }
        let events = self.kept.into_iter().map(|kept| kept.event).collect();
        let input = if is_query {
            serde_json::from_value::<EpcisQueryDocument>(root)
                .map(|document| Input::QueryDocument(document.with_events(events)))
        } else {
            serde_json::from_value::<EpcisDocument>(root).map(|document| Input::Document(document.with_events(events)))
        };
        let input = input.map_err(|error| {
            vec![Violation {
                pointer: String::new(),
                problem: Problem::Unreadable(error.to_string()),
            }]
        })?;
        Ok(Reading {
            input,
            namespaces,
            refused: self.refused,
            violations: self.violations,
        })
    }

    /// The context may stand after the events, so only now is it known what their prefixes stand for.
    fn refuse_undeclared(&mut self, namespaces: &Namespaces) {
        let mut refused = Vec::new();
        let mut violations = Vec::new();
        self.kept.retain_mut(|kept| {
            let mut checker = Checker::default();
            checker.prefixes = std::mem::take(&mut kept.prefixes);
            checker.undeclared(namespaces);
            if checker.found > 0 {
                refused.push(kept.index);
                violations.append(&mut checker.violations);
            }
            checker.found == 0
        });
        if !refused.is_empty() {
            self.refused.append(&mut refused);
            self.refused.sort_unstable();
            self.note(violations);
        }
    }
}

/// The events of an XML document, kept and checked as those of JSON are.
pub(crate) struct XmlEvents {
    found: Found,
    next: usize,
}

impl XmlEvents {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            found: Found::new(limits.events),
            next: 0,
        }
    }

    /// An event in its JSON form. `conflict` is a prefix that it declares with two meanings.
    pub(crate) fn push(&mut self, is_query: bool, event: Value, conflict: Option<String>) -> Result<(), Problem> {
        if self.next >= self.found.most_events {
            return Err(Problem::TooMany(self.found.most_events));
        }
        let index = self.next;
        self.next += 1;
        if let Some(prefix) = conflict {
            self.found.refused.push(index);
            self.found.note(vec![Violation {
                pointer: format!("{}/{index}", list_of(is_query)),
                problem: Problem::Unexpected(prefix, "one meaning of a prefix in an event"),
            }]);
        } else {
            self.found.event(list_of(is_query), index, event);
        }
        Ok(())
    }

    /// The document with this frame.
    pub(crate) fn finish(self, root: Value) -> Result<Reading, Vec<Violation>> {
        self.found.finish(root)
    }
}

/// The prefixes that an event uses and its own context does not declare.
fn unresolved(checker: &mut Checker, event: &Value) -> Vec<(String, String)> {
    let mut prefixes = std::mem::take(&mut checker.prefixes);
    if let Some(context) = event.get("@context") {
        if !is_closed(context) {
            return Vec::new();
        }
        let own = Namespaces::of_context(context);
        prefixes.retain(|(_, prefix)| own.get(prefix).is_none());
    }
    prefixes
}

/// Whether a context says all there is to say: no other document has to be fetched to know its prefixes.
fn is_closed(context: &Value) -> bool {
    let known = |part: &Value| part.as_str().is_none_or(|uri| uri.contains("epcis-context.jsonld"));
    match context {
        Value::Array(parts) => parts.iter().all(known),
        one => known(one),
    }
}

fn single(root: Value) -> Result<Reading, Vec<Violation>> {
    let mut checker = Checker::default();
    rules::event(&mut checker, &root, true);
    let context = root.get("@context").unwrap_or(&Value::Null);
    let namespaces = Namespaces::of_context(context);
    if is_closed(context) {
        checker.undeclared(&namespaces);
    }
    if checker.found > 0 {
        return Err(checker.violations);
    }
    let event = serde_json::from_value(root).map_err(|error| {
        vec![Violation {
            pointer: String::new(),
            problem: Problem::Unreadable(error.to_string()),
        }]
    })?;
    Ok(Reading {
        input: Input::Event(Box::new(event)),
        namespaces,
        refused: Vec::new(),
        violations: Vec::new(),
    })
}

fn list_of(is_query: bool) -> &'static str {
    if is_query {
        "/epcisBody/queryResults/resultsBody/eventList"
    } else {
        "/epcisBody/eventList"
    }
}

/// Where in a document the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Body,
    Results,
    ResultsBody,
}

impl Place {
    fn into_field(self, key: &str) -> Option<Self> {
        match (self, key) {
            (Self::Root, "epcisBody") => Some(Self::Body),
            (Self::Body, "queryResults") => Some(Self::Results),
            (Self::Results, "resultsBody") => Some(Self::ResultsBody),
            _ => None,
        }
    }

    fn list(self, key: &str) -> Option<&'static str> {
        match (self, key) {
            (Self::Body, "eventList") => Some(list_of(false)),
            (Self::ResultsBody, "eventList") => Some(list_of(true)),
            _ => None,
        }
    }
}

/// Reads a value at a place; an event list inside it becomes an empty one, its events being kept apart.
struct Level<'a> {
    found: &'a mut Found,
    place: Place,
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = if let Some(list) = self.place.list(&key) {
                let events = Events {
                    found: &mut *self.found,
                    list,
                };
                map.next_value_seed(events)?
            } else if let Some(place) = self.place.into_field(&key) {
                let level = Level {
                    found: &mut *self.found,
                    place,
                };
                map.next_value_seed(level)?
            } else {
                map.next_value()?
            };
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

/// Reads the events of a list.
struct Events<'a> {
    found: &'a mut Found,
    list: &'static str,
}

impl<'de> DeserializeSeed<'de> for Events<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Events<'_> {
    /// Something that is no list stands where the list should.
    fn no_list(self) -> Value {
        self.found.frame.push(Violation {
            pointer: self.list.to_owned(),
            problem: Problem::Wanted("a list"),
        });
        Value::Array(Vec::new())
    }
}

impl<'de> Visitor<'de> for Events<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut index = 0;
        while let Some(value) = seq.next_element::<Value>()? {
            if index >= self.found.most_events {
                self.found.too_many = true;
                return Err(serde::de::Error::custom("too many events"));
            }
            self.found.event(self.list, index, value);
            index += 1;
        }
        Ok(Value::Array(Vec::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<String, Value>()?.is_some() {}
        Ok(self.no_list())
    }

    fn visit_str<E>(self, _: &str) -> Result<Value, E> {
        Ok(self.no_list())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(self.no_list())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
        Ok(self.no_list())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(self.no_list())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(self.no_list())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(self.no_list())
    }
}
