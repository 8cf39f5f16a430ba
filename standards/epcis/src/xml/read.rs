//! From elements to the JSON of the same document.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value, json};

use super::fields::{DISPOSITION, Form, NUMBERS, form, report_words};
use super::tree::{self, Element, is_own};
use crate::document::CONTEXT;
use crate::namespaces::Namespaces;
use crate::read::{Limits, Problem, Reading, Violation, XmlEvents};

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
    let text = std::str::from_utf8(text).map_err(|error| whole(Problem::NotXml(error.to_string())))?;
    let mut events = XmlEvents::new(limits);
    let root = tree::read(text, limits, is_of_list, |open, element| {
        if is_wrapper(&element) {
            return Ok(());
        }
        let mut scope = Scope::of(open);
        let is_query = open.first().is_some_and(|root| root.local() == "EPCISQueryDocument");
        let value = scope.event(&element);
        events.push(is_query, value, scope.conflict)
    })
    .map_err(whole)?;
    let is_query = match root.local() {
        "EPCISDocument" => false,
        "EPCISQueryDocument" => true,
        other => {
            let wanted = "EPCISDocument or EPCISQueryDocument";
            return Err(whole(Problem::Unexpected(other.to_owned(), wanted)));
        }
    };
    events.finish(document(&root, is_query))
}

/// Whether what stands inside these elements is an event of a list; EPCIS 1.2 wraps some in extension points.
fn is_of_list(open: &[Element]) -> bool {
    let mut outwards = open.iter().rev().skip_while(|element| is_wrapper(element));
    outwards.next().is_some_and(|element| element.name == "EventList")
}

fn is_wrapper(element: &Element) -> bool {
    matches!(element.name.as_str(), "extension" | "baseExtension")
}

/// The frame of a document, its events aside.
fn document(root: &Element, is_query: bool) -> Value {
    let mut scope = Scope::default();
    scope.enter(root);
    let mut fields = Map::new();
    fields.insert(
        "type".to_owned(),
        if is_query {
            "EPCISQueryDocument"
        } else {
            "EPCISDocument"
        }
        .into(),
    );
    fields.insert("@context".to_owned(), scope.context(true));
    for (name, value) in &root.attributes {
        match name.as_str() {
            "schemaVersion" => {
                // A document of EPCIS 1.2 becomes one of 2.0.
                let version = if value.starts_with("1.") { "2.0" } else { value };
                fields.insert(name.clone(), version.into());
            }
            "creationDate" => drop(fields.insert(name.clone(), value.as_str().into())),
            _ => {}
        }
    }
    if let Some(header) = root.child("EPCISHeader") {
        read_header(header, &mut fields);
    }
    let body = root.child("EPCISBody");
    let list = |parent: Option<&Element>| {
        let list = parent.and_then(|parent| parent.child("EventList"));
        list.map_or_else(|| json!({}), |_| json!({ "eventList": [] }))
    };
    if is_query {
        let results = body.and_then(|body| body.child("QueryResults"));
        let text = |name: &str| Some(results?.child(name)?.text().to_owned());
        let mut answer = json!({ "resultsBody": list(results.and_then(|results| results.child("resultsBody"))) });
        for name in ["queryName", "subscriptionID"] {
            if let Some(text) = text(name) {
                answer[name] = text.into();
            }
        }
        fields.insert("epcisBody".to_owned(), json!({ "queryResults": answer }));
    } else {
        fields.insert("epcisBody".to_owned(), list(body));
    }
    for child in root.children.iter().filter(|child| child.name.contains(':')) {
        scope.extension(&mut fields, child);
    }
    Value::Object(fields)
}

/// Sender, receiver and number of the business document header, and master data.
fn read_header(header: &Element, fields: &mut Map<String, Value>) {
    if let Some(business) = header.child("StandardBusinessDocumentHeader") {
        let parts = [
            ("sender", ["Sender", "Identifier"]),
            ("receiver", ["Receiver", "Identifier"]),
            ("instanceIdentifier", ["DocumentIdentification", "InstanceIdentifier"]),
        ];
        for (field, [outer, inner]) in parts {
            if let Some(element) = business.child(outer).and_then(|outer| outer.child(inner)) {
                fields.insert(field.to_owned(), element.text().into());
            }
        }
    }
    let data = header.child("EPCISMasterData");
    let data = data.or_else(|| header.child("extension")?.child("EPCISMasterData"));
    let Some(data) = data else { return };
    let mut master = Map::new();
    if let Some(list) = data.child("VocabularyList") {
        let vocabularies: Vec<Value> = list.children.iter().map(vocabulary).collect();
        master.insert("vocabularyList".to_owned(), vocabularies.into());
    }
    fields.insert("epcisHeader".to_owned(), json!({ "epcisMasterData": master }));
}

fn vocabulary(element: &Element) -> Value {
    let mut vocabulary = json!({});
    if let Some(kind) = element.attribute("type") {
        vocabulary["type"] = kind.into();
    }
    if let Some(list) = element.child("VocabularyElementList") {
        vocabulary["vocabularyElementList"] = list.children.iter().map(vocabulary_element).collect();
    }
    vocabulary
}

fn vocabulary_element(element: &Element) -> Value {
    let mut value = json!({});
    if let Some(id) = element.attribute("id") {
        value["id"] = id.into();
    }
    let attributes: Vec<Value> = element
        .children
        .iter()
        .filter(|child| child.name == "attribute")
        .map(|attribute| {
            let value = Scope::default().content(attribute, Map::new());
            json!({ "id": attribute.attribute("id"), "attribute": value })
        })
        .collect();
    if !attributes.is_empty() {
        value["attributes"] = attributes.into();
    }
    if let Some(children) = element.child("children") {
        value["children"] = children.children.iter().map(Element::text).collect();
    }
    value
}

/// The prefixes in force, and those that an event declares itself.
#[derive(Default)]
struct Scope {
    outer: BTreeMap<String, String>,
    own: BTreeMap<String, String>,
    /// A prefix that an event declares twice with different meanings.
    conflict: Option<String>,
}

impl Scope {
    /// The scope inside these open elements.
    fn of(open: &[Element]) -> Self {
        let mut scope = Self::default();
        for element in open {
            scope.outer.extend(element.declared.iter().cloned());
        }
        scope
    }

    fn enter(&mut self, element: &Element) {
        for (prefix, uri) in &element.declared {
            let known = self.own.get(prefix).or_else(|| self.outer.get(prefix));
            if self.own.get(prefix).is_some_and(|known| known != uri) {
                self.conflict = Some(prefix.clone());
            }
            if known != Some(uri) {
                self.own.insert(prefix.clone(), uri.clone());
            }
        }
    }

    /// An `@context` of the prefixes declared here; `framed` with the standard's own before them.
    fn context(&self, framed: bool) -> Value {
        let standard = Namespaces::standard();
        let declared = self.own.iter().filter(|(prefix, uri)| {
            let known = standard.get(prefix).map(|uri| uri.trim_end_matches(':'));
            !prefix.is_empty() && !is_own(uri) && known != Some(uri.trim_end_matches(':'))
        });
        let declared = declared.map(|(prefix, uri)| json!({ prefix.as_str(): uri }));
        if framed {
            std::iter::once(Value::from(CONTEXT)).chain(declared).collect()
        } else {
            declared.collect()
        }
    }

    /// What a prefix or, for none, the default stands for.
    fn uri(&self, prefix: &str) -> Option<&str> {
        self.own
            .get(prefix)
            .or_else(|| self.outer.get(prefix))
            .map(String::as_str)
    }

    /// The name of an element or attribute as a key of JSON.
    fn key(&mut self, name: &str) -> String {
        match name.split_once(':') {
            Some((prefix, local)) if self.uri(prefix).is_some_and(is_own) => local.to_owned(),
            Some(_) => name.to_owned(),
            // An element without a prefix in somebody's default namespace gets one.
            None => match self.uri("").filter(|uri| !is_own(uri)).map(str::to_owned) {
                Some(uri) => {
                    self.own.insert("default".to_owned(), uri);
                    format!("default:{name}")
                }
                None => name.to_owned(),
            },
        }
    }

    fn event(&mut self, element: &Element) -> Value {
        self.enter(element);
        let mut fields = Map::new();
        let kind = self.key(&element.name);
        fields.insert("type".to_owned(), kind.into());
        self.fields(&mut fields, element);
        let context = self.context(false);
        if context.as_array().is_some_and(|parts| !parts.is_empty()) {
            fields.insert("@context".to_owned(), context);
        }
        Value::Object(fields)
    }

    fn fields(&mut self, fields: &mut Map<String, Value>, element: &Element) {
        for child in &element.children {
            if is_wrapper(child) {
                self.fields(fields, child);
                continue;
            }
            let name = self.key(&child.name);
            match form(&name) {
                Some(Form::Texts) => insert(fields, name, child.text().into()),
                Some(form) => {
                    let value = self.field(form, child);
                    fields.insert(name, value);
                }
                None => self.extension(fields, child),
            }
        }
    }

    fn field(&mut self, form: Form, element: &Element) -> Value {
        let texts = |name: &str| {
            let items = element.children.iter().filter(|child| child.local() == name);
            items.map(|item| Value::from(item.text())).collect::<Vec<_>>()
        };
        match form {
            Form::Text | Form::Texts => element.text().into(),
            Form::Word(urn, uri) => word(element.text(), urn, uri),
            Form::List(item) => texts(item).into(),
            Form::Typed(item, urn, uri) => element
                .children
                .iter()
                .map(|child| {
                    let mut value = json!({ item: child.text() });
                    if let Some(kind) = child.attribute("type") {
                        value["type"] = word(kind, urn, uri);
                    }
                    value
                })
                .collect(),
            Form::Quantities => element.children.iter().map(quantity).collect(),
            Form::Persistent => {
                let mut value = Map::new();
                for child in &element.children {
                    let term = word(child.text(), DISPOSITION.0, DISPOSITION.1);
                    let list = value.entry(child.local().to_owned()).or_insert_with(|| json!([]));
                    if let Value::Array(list) = list {
                        list.push(term);
                    }
                }
                value.into()
            }
            Form::Place => {
                let mut value = Map::new();
                for child in &element.children {
                    if child.name == "id" {
                        value.insert("id".to_owned(), child.text().into());
                    } else if is_wrapper(child) {
                        self.fields(&mut value, child);
                    } else {
                        self.extension(&mut value, child);
                    }
                }
                value.into()
            }
            Form::Declaration | Form::Extensions => {
                let mut value = Map::new();
                if form == Form::Declaration {
                    self.fields(&mut value, element);
                } else {
                    for child in &element.children {
                        self.extension(&mut value, child);
                    }
                }
                value.into()
            }
            Form::Sensors => element
                .children
                .iter()
                .map(|child| self.sensor_element(child))
                .collect(),
        }
    }

    fn sensor_element(&mut self, element: &Element) -> Value {
        self.enter(element);
        let mut value = Map::new();
        let mut reports = Vec::new();
        for child in &element.children {
            match child.name.as_str() {
                "sensorMetadata" => {
                    let metadata = self.sensor_fields(child, false);
                    value.insert("sensorMetadata".to_owned(), metadata);
                }
                "sensorReport" => reports.push(self.sensor_fields(child, true)),
                _ => self.extension(&mut value, child),
            }
        }
        if !reports.is_empty() {
            value.insert("sensorReport".to_owned(), reports.into());
        }
        value.into()
    }

    fn sensor_fields(&mut self, element: &Element, report: bool) -> Value {
        self.enter(element);
        let mut value = Map::new();
        for (name, text) in &element.attributes {
            let field = if report && NUMBERS.contains(&name.as_str()) {
                number(text)
            } else if report && name == "booleanValue" {
                boolean(text)
            } else if let Some((prefix, uri)) = report_words(name).filter(|_| report) {
                word(text, prefix, uri)
            } else {
                text.as_str().into()
            };
            value.insert(name.clone(), field);
        }
        for child in &element.children {
            self.extension(&mut value, child);
        }
        value.into()
    }

    /// Adds an element of somebody's own; a second one of the same name makes a list.
    fn extension(&mut self, fields: &mut Map<String, Value>, element: &Element) {
        self.enter(element);
        let key = self.key(&element.name);
        let value = self.value(element);
        insert(fields, key, value);
    }

    /// The value of an element; its attributes become fields that begin with `@`.
    fn value(&mut self, element: &Element) -> Value {
        let attributes = element.attributes.iter().filter(|(name, _)| !name.contains(':'));
        let attributes = attributes.map(|(name, value)| (format!("@{name}"), value.as_str().into()));
        self.content(element, attributes.collect())
    }

    fn content(&mut self, element: &Element, mut fields: Map<String, Value>) -> Value {
        let schema = |name: &str| {
            let mut attributes = element.attributes.iter();
            let named = attributes.find(|(key, _)| key.rsplit_once(':').is_some_and(|(_, local)| local == name));
            named.map(|(_, value)| value.rsplit_once(':').map_or(value.as_str(), |(_, local)| local))
        };
        if schema("nil") == Some("true") {
            return Value::Null;
        }
        for child in &element.children {
            self.extension(&mut fields, child);
        }
        if !fields.is_empty() {
            if element.children.is_empty() {
                fields.insert("#text".to_owned(), element.text().into());
            }
            return fields.into();
        }
        match schema("type") {
            Some("integer" | "int" | "long" | "decimal" | "double" | "float") => number(element.text()),
            Some("boolean") => boolean(element.text()),
            Some("anyType") => json!({}),
            _ if element.text().is_empty() => element.text.trim_matches(['\n', '\r', '\t']).into(),
            _ => element.text.as_str().into(),
        }
    }
}

fn insert(fields: &mut Map<String, Value>, key: String, value: Value) {
    match fields.get_mut(&key) {
        Some(Value::Array(values)) => values.push(value),
        Some(first) => {
            let first = std::mem::take(first);
            fields.insert(key, json!([first, value]));
        }
        None => drop(fields.insert(key, value)),
    }
}

/// A word as it stands in JSON: bare.
fn word(text: &str, short: &str, uri: &str) -> Value {
    let text = text.trim();
    text.strip_prefix(short)
        .or_else(|| text.strip_prefix(uri))
        .unwrap_or(text)
        .into()
}

/// A number, or the text when it is none; the rules will say so.
fn number(text: &str) -> Value {
    let number = text.trim().parse::<Number>().ok();
    let float = || text.trim().parse().ok().and_then(Number::from_f64);
    number.or_else(float).map_or_else(|| text.into(), Value::Number)
}

fn boolean(text: &str) -> Value {
    match text.trim() {
        "true" | "1" => true.into(),
        "false" | "0" => false.into(),
        other => other.into(),
    }
}

fn quantity(element: &Element) -> Value {
    let mut value = Map::new();
    for child in &element.children {
        let field = if child.name == "quantity" {
            number(&child.text)
        } else {
            child.text().into()
        };
        value.insert(child.local().to_owned(), field);
    }
    value.into()
}
