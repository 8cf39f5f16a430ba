//! From the JSON of a document to its XML.

use std::fmt::Write as _;

use quick_xml::escape::escape;
use serde_json::{Map, Value};

use super::fields::{DISPOSITION, FIELDS, Form, form, report_words};
use super::{EPCIS, EPCIS_QUERY, SBDH, Unwritable, Words, XSD, XSI};
use crate::namespaces::Namespaces;

type Written = Result<(), Unwritable>;

pub(super) fn document(value: &Value, words: Words) -> Result<String, Unwritable> {
    let mut writer = Writer::new(words);
    header(&mut writer, value)?;
    writer.element("EPCISBody", &[], |writer| {
        writer.events(value.pointer("/epcisBody/eventList"))
    })?;
    let own = [
        "@context",
        "id",
        "type",
        "schemaVersion",
        "creationDate",
        "instanceIdentifier",
        "sender",
        "receiver",
        "epcisHeader",
        "epcisBody",
    ];
    if let Value::Object(fields) = value {
        writer.extensions(fields, &own)?;
    }
    Ok(writer.finish("epcis:EPCISDocument", EPCIS, value))
}

pub(super) fn query_document(value: &Value, words: Words) -> Result<String, Unwritable> {
    let mut writer = Writer::new(words);
    let results = value.pointer("/epcisBody/queryResults").unwrap_or(&Value::Null);
    writer.element("EPCISBody", &[], |writer| {
        writer.element("epcis:QueryResults", &[], |writer| {
            for name in ["queryName", "subscriptionID"] {
                if let Some(text) = results.get(name).and_then(Value::as_str) {
                    writer.leaf(name, &[], text)?;
                }
            }
            writer.element("resultsBody", &[], |writer| {
                writer.events(results.pointer("/resultsBody/eventList"))
            })
        })
    })?;
    Ok(writer.finish("epcis:EPCISQueryDocument", EPCIS_QUERY, value))
}

fn header(writer: &mut Writer, value: &Value) -> Written {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let (sender, receiver, instance) = (text("sender"), text("receiver"), text("instanceIdentifier"));
    let data = value.pointer("/epcisHeader/epcisMasterData");
    let business = sender.or(receiver).or(instance).is_some();
    if !business && data.is_none() {
        return Ok(());
    }
    writer.element("EPCISHeader", &[], |writer| {
        if business {
            writer.element("sbdh:StandardBusinessDocumentHeader", &[], |writer| {
                writer.leaf("sbdh:HeaderVersion", &[], "1.0")?;
                for (name, party) in [("sbdh:Sender", sender), ("sbdh:Receiver", receiver)] {
                    if let Some(party) = party {
                        writer.element(name, &[], |writer| writer.leaf("sbdh:Identifier", &[], party))?;
                    }
                }
                writer.element("sbdh:DocumentIdentification", &[], |writer| {
                    writer.leaf("sbdh:Standard", &[], "EPCglobal")?;
                    writer.leaf("sbdh:TypeVersion", &[], "2.0")?;
                    if let Some(instance) = instance {
                        writer.leaf("sbdh:InstanceIdentifier", &[], instance)?;
                    }
                    writer.leaf("sbdh:Type", &[], "Events")?;
                    writer.leaf(
                        "sbdh:CreationDateAndTime",
                        &[],
                        text("creationDate").unwrap_or_default(),
                    )
                })
            })?;
        }
        match data {
            Some(data) => writer.element("EPCISMasterData", &[], |writer| {
                let Some(vocabularies) = data.get("vocabularyList").and_then(Value::as_array) else {
                    return Ok(());
                };
                writer.element("VocabularyList", &[], |writer| {
                    vocabularies
                        .iter()
                        .try_for_each(|vocabulary| writer.vocabulary(vocabulary))
                })
            }),
            None => Ok(()),
        }
    })
}

/// The body of a document as it grows.
struct Writer {
    out: String,
    words: Words,
    /// Namespaces that got a prefix here, because a field is named by a whole URI.
    made: Vec<String>,
}

impl Writer {
    fn new(words: Words) -> Self {
        Self {
            out: String::new(),
            words,
            made: Vec::new(),
        }
    }

    /// The root element around what was written.
    fn finish(self, root: &str, namespace: &str, value: &Value) -> String {
        let mut head = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns:epcis=\"{namespace}\"");
        let mut declare = |prefix: &str, uri: &str| {
            let _ = write!(head, " xmlns:{prefix}=\"{}\"", escape(uri));
        };
        let uses = |prefix: &str| {
            self.out.contains(&format!("<{prefix}:"))
                || self.out.contains(&format!(" {prefix}:"))
                || self.out.contains(&format!("\"{prefix}:"))
        };
        let namespaces = Namespaces::of_context(value.get("@context").unwrap_or(&Value::Null));
        let written = |prefix: &str| is_name(prefix) && !matches!(prefix, "epcis" | "xsi" | "xsd" | "sbdh" | "xml");
        for (prefix, uri) in namespaces
            .declared()
            .filter(|(prefix, uri)| written(prefix) && !uri.is_empty())
        {
            declare(prefix, uri);
        }
        for prefix in ["cbv", "cbvmda", "gs1", "rdfs", "owl", "dcterms"] {
            let hidden = namespaces.declared().any(|(declared, _)| declared == prefix);
            if let Some(uri) = namespaces.get(prefix).filter(|_| !hidden && uses(prefix)) {
                declare(prefix, uri);
            }
        }
        for (index, uri) in self.made.iter().enumerate() {
            declare(&format!("ns{index}"), uri);
        }
        for (prefix, uri) in [("xsi", XSI), ("xsd", XSD), ("sbdh", SBDH)] {
            if uses(prefix) {
                declare(prefix, uri);
            }
        }
        let version = value.get("schemaVersion").and_then(Value::as_str).unwrap_or("2.0");
        let _ = write!(head, " schemaVersion=\"{}\"", escape(version));
        if let Some(date) = value.get("creationDate").and_then(Value::as_str) {
            let _ = write!(head, " creationDate=\"{}\"", escape(date));
        }
        format!("{head}>{}</{root}>\n", self.out)
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.out, "<{name}");
        for (name, value) in attributes {
            // Attributes lose line breaks that are not written as references.
            let value = escape(legal(value)).replace('\n', "&#10;").replace('\t', "&#9;");
            let _ = write!(self.out, " {name}=\"{value}\"");
        }
    }

    fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        content: impl FnOnce(&mut Self) -> Written,
    ) -> Written {
        self.open(name, attributes);
        self.out.push('>');
        content(self)?;
        let _ = write!(self.out, "</{name}>");
        Ok(())
    }

    fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> Written {
        self.element(name, attributes, |writer| {
            // A carriage return would be read as a line feed.
            let text = escape(legal(text)).replace('\r', "&#13;");
            writer.out.push_str(&text);
            Ok(())
        })
    }

    fn vocabulary(&mut self, vocabulary: &Value) -> Written {
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        self.element("Vocabulary", &[("type", &text(vocabulary, "type"))], |writer| {
            let Some(elements) = vocabulary.get("vocabularyElementList").and_then(Value::as_array) else {
                return Ok(());
            };
            writer.element("VocabularyElementList", &[], |writer| {
                elements.iter().try_for_each(|element| {
                    writer.element("VocabularyElement", &[("id", &text(element, "id"))], |writer| {
                        for attribute in element
                            .get("attributes")
                            .and_then(Value::as_array)
                            .into_iter()
                            .flatten()
                        {
                            let value = attribute.get("attribute").unwrap_or(&Value::Null);
                            writer.value("attribute", &[("id", &text(attribute, "id"))], value)?;
                        }
                        let Some(children) = element.get("children").and_then(Value::as_array) else {
                            return Ok(());
                        };
                        writer.element("children", &[], |writer| {
                            let mut ids = children.iter().filter_map(Value::as_str);
                            ids.try_for_each(|id| writer.leaf("id", &[], id))
                        })
                    })
                })
            })
        })
    }

    fn events(&mut self, list: Option<&Value>) -> Written {
        let events = list.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        self.element("EventList", &[], |writer| {
            events.iter().try_for_each(|event| writer.event(event))
        })
    }

    fn event(&mut self, event: &Value) -> Written {
        let Value::Object(fields) = event else { return Ok(()) };
        let kind = fields.get("type").and_then(Value::as_str).unwrap_or_default();
        let name = self.name(kind)?;
        let own = fields.get("@context").map(Namespaces::of_context).unwrap_or_default();
        let declared: Vec<(String, &str)> = own
            .declared()
            .filter(|(prefix, uri)| is_name(prefix) && !uri.is_empty())
            .map(|(prefix, uri)| (format!("xmlns:{prefix}"), uri))
            .collect();
        let declared: Vec<(&str, &str)> = declared.iter().map(|(name, uri)| (name.as_str(), *uri)).collect();
        self.element(&name, &declared, |writer| {
            for (name, form) in FIELDS {
                if let Some(value) = fields.get(name) {
                    writer.field(name, form, value)?;
                }
            }
            for (key, value) in fields {
                if form(key).is_none() && !matches!(key.as_str(), "type" | "@context") {
                    writer.extension(key, value)?;
                }
            }
            Ok(())
        })
    }

    fn word(&self, text: &str, (urn, uri): (&str, &str)) -> String {
        match self.words {
            _ if text.contains(':') => text.to_owned(),
            Words::Urn => [urn, text].concat(),
            Words::WebUri => [uri, text].concat(),
        }
    }

    fn field(&mut self, name: &str, form: Form, value: &Value) -> Written {
        let text = value.as_str().unwrap_or_default();
        let items = value.as_array().map_or(&[][..], Vec::as_slice);
        match form {
            Form::Word(urn, uri) => {
                let word = self.word(text, (urn, uri));
                self.leaf(name, &[], &word)
            }
            Form::Texts if value.is_array() => items.iter().try_for_each(|item| self.field(name, Form::Text, item)),
            Form::Text | Form::Texts => self.leaf(name, &[], text),
            Form::List(item) => self.element(name, &[], |writer| {
                items.iter().try_for_each(|value| writer.field(item, Form::Text, value))
            }),
            Form::Typed(item, urn, uri) => self.element(name, &[], |writer| {
                for value in items {
                    let kind = value.get("type").and_then(Value::as_str);
                    let kind = kind.map(|kind| writer.word(kind, (urn, uri)));
                    let attribute = kind.as_deref().map(|kind| ("type", kind));
                    let text = value.get(item).and_then(Value::as_str).unwrap_or_default();
                    writer.leaf(item, attribute.as_slice(), text)?;
                }
                Ok(())
            }),
            Form::Quantities => self.element(name, &[], |writer| {
                for value in items {
                    writer.element("quantityElement", &[], |writer| {
                        for field in ["epcClass", "quantity", "uom"] {
                            match value.get(field) {
                                Some(Value::String(text)) => writer.leaf(field, &[], text)?,
                                Some(number) => writer.leaf(field, &[], &number.to_string())?,
                                None => {}
                            }
                        }
                        Ok(())
                    })?;
                }
                Ok(())
            }),
            Form::Persistent => self.element(name, &[], |writer| {
                for field in ["set", "unset"] {
                    let terms = value.get(field).and_then(Value::as_array).into_iter().flatten();
                    for term in terms.filter_map(Value::as_str) {
                        let word = writer.word(term, DISPOSITION);
                        writer.leaf(field, &[], &word)?;
                    }
                }
                Ok(())
            }),
            Form::Place | Form::Declaration | Form::Extensions => self.part(name, form, value),
            Form::Sensors => self.element(name, &[], |writer| {
                items.iter().try_for_each(|item| writer.sensor_element(item))
            }),
        }
    }

    /// A part of an event that holds extensions beside fields of its own.
    fn part(&mut self, name: &str, form: Form, value: &Value) -> Written {
        let Value::Object(fields) = value else { return Ok(()) };
        let own: &[&str] = match form {
            Form::Place => &["id"],
            Form::Declaration => &["declarationTime", "reason", "correctiveEventIDs"],
            _ => &[],
        };
        self.element(name, &[], |writer| {
            for field in own {
                if let Some(value) = fields.get(*field) {
                    let form = self::form(field).unwrap_or(Form::Text);
                    writer.field(field, form, value)?;
                }
            }
            writer.extensions(fields, own)
        })
    }

    fn sensor_element(&mut self, element: &Value) -> Written {
        let Value::Object(fields) = element else { return Ok(()) };
        self.element("sensorElement", &[], |writer| {
            if let Some(metadata) = fields.get("sensorMetadata") {
                writer.sensor_fields("sensorMetadata", metadata)?;
            }
            for report in fields
                .get("sensorReport")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                writer.sensor_fields("sensorReport", report)?;
            }
            writer.extensions(fields, &["sensorMetadata", "sensorReport"])
        })
    }

    /// Metadata and reports have attributes; what no attribute can hold is an element.
    fn sensor_fields(&mut self, name: &str, value: &Value) -> Written {
        let Value::Object(fields) = value else { return Ok(()) };
        let mut attributes = Vec::new();
        let mut elements = Vec::new();
        for (key, value) in fields {
            let text = match value {
                Value::String(text) => match report_words(key).filter(|_| name == "sensorReport") {
                    Some((prefix, _)) if !text.contains(':') => [prefix, text].concat(),
                    _ => text.clone(),
                },
                Value::Number(_) | Value::Bool(_) if !key.contains(':') => value.to_string(),
                _ => {
                    elements.push((key, value));
                    continue;
                }
            };
            attributes.push((self.name(key)?, text));
        }
        let attributes: Vec<(&str, &str)> = attributes
            .iter()
            .map(|(key, text)| (key.as_str(), text.as_str()))
            .collect();
        self.element(name, &attributes, |writer| {
            elements
                .iter()
                .try_for_each(|(key, value)| writer.extension(key, value))
        })
    }

    fn extensions(&mut self, fields: &Map<String, Value>, own: &[&str]) -> Written {
        let mut extensions = fields.iter().filter(|(key, _)| !own.contains(&key.as_str()));
        extensions.try_for_each(|(key, value)| self.extension(key, value))
    }

    fn extension(&mut self, key: &str, value: &Value) -> Written {
        let name = self.name(key)?;
        match value {
            Value::Array(values) => values.iter().try_for_each(|value| match value {
                Value::Array(_) => self.extension(key, value),
                value => self.value(&name, &[], value),
            }),
            value => self.value(&name, &[], value),
        }
    }

    fn value(&mut self, name: &str, attributes: &[(&str, &str)], value: &Value) -> Written {
        let with = |more: (&'static str, &'static str)| [attributes, &[more]].concat();
        match value {
            Value::Null => self.leaf(name, &with(("xsi:nil", "true")), ""),
            Value::String(text) => self.leaf(name, attributes, text),
            Value::Bool(_) => self.leaf(name, &with(("xsi:type", "xsd:boolean")), &value.to_string()),
            Value::Number(_) => self.leaf(name, &with(("xsi:type", "xsd:decimal")), &value.to_string()),
            Value::Object(fields) if fields.is_empty() => self.leaf(name, &with(("xsi:type", "xsd:anyType")), ""),
            Value::Object(fields) => {
                let mut all = attributes.to_vec();
                for (key, value) in fields {
                    if let (Some(key), Value::String(text)) = (key.strip_prefix('@').filter(|key| is_name(key)), value)
                    {
                        all.push((key, text));
                    }
                }
                self.element(name, &all, |writer| {
                    for (key, value) in fields {
                        match value {
                            Value::String(text) if key == "#text" => writer.out.push_str(&escape(legal(text))),
                            Value::String(_) if key.strip_prefix('@').is_some_and(is_name) => {}
                            value => writer.extension(key, value)?,
                        }
                    }
                    Ok(())
                })
            }
            Value::Array(values) => values.iter().try_for_each(|value| self.value(name, attributes, value)),
        }
    }

    /// The name of a field as the name of an element. A whole URI is divided behind its last `/` or `#`, and what stands
    /// before becomes a namespace.
    fn name(&mut self, key: &str) -> Result<String, Unwritable> {
        let (prefix, local) = key.split_once(':').unwrap_or(("", key));
        if is_name(local) && (prefix.is_empty() || is_name(prefix)) && !(prefix.is_empty() && key.contains(':')) {
            return Ok(key.to_owned());
        }
        let unwritable = || Unwritable(key.to_owned());
        let at = key.rfind(['/', '#']).ok_or_else(unwritable)?;
        let (uri, local) = key.split_at(at + 1);
        if !key.contains(':') || !is_name(local) {
            return Err(unwritable());
        }
        let index = self.made.iter().position(|made| made == uri).unwrap_or_else(|| {
            self.made.push(uri.to_owned());
            self.made.len() - 1
        });
        Ok(format!("ns{index}:{local}"))
    }
}

/// Whether a text is a name of XML without a colon.
fn is_name(text: &str) -> bool {
    let letter = |c: char| c.is_alphabetic() || c == '_';
    text.starts_with(letter)
        && text
            .chars()
            .all(|c| letter(c) || c.is_numeric() || matches!(c, '-' | '.'))
}

/// A text without the control characters that XML 1.0 cannot carry.
fn legal(text: &str) -> String {
    let illegal = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7F}'..)) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    text.replace(illegal, "\u{FFFD}")
}
