//! What the prefixes of a document stand for: the part of JSON-LD contexts that EPCIS uses.

use std::collections::BTreeMap;

use serde_json::Value;

/// The namespace of the vocabulary's master data attributes.
pub(crate) const MASTER_DATA: &str = "urn:epcglobal:cbv:mda:";

/// The prefixes that the standard's own context declares.
const STANDARD: [(&str, &str); 8] = [
    ("epcis", "https://ref.gs1.org/epcis/"),
    ("cbv", "https://ref.gs1.org/cbv/"),
    ("cbvmda", MASTER_DATA),
    ("gs1", "https://gs1.org/voc/"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("dcterms", "http://purl.org/dc/terms/"),
];

/// Prefixes with the URI each stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namespaces {
    declared: BTreeMap<String, String>,
}

impl Namespaces {
    /// Only the prefixes of the standard.
    #[must_use]
    pub fn standard() -> Self {
        Self::default()
    }

    /// The prefixes of the standard and those of this `@context`.
    #[must_use]
    pub fn of_context(context: &Value) -> Self {
        Self::standard().with(context)
    }

    /// These, and those of an `@context` further in, which may hide them.
    #[must_use]
    pub fn with(mut self, context: &Value) -> Self {
        match context {
            Value::Array(parts) => {
                for part in parts {
                    self.declare_all(part);
                }
            }
            one => self.declare_all(one),
        }
        self
    }

    fn declare_all(&mut self, context: &Value) {
        let Value::Object(terms) = context else { return };
        for (term, meaning) in terms {
            let uri = match meaning {
                Value::String(uri) => uri,
                Value::Object(definition) => match definition.get("@id") {
                    Some(Value::String(uri)) => uri,
                    _ => continue,
                },
                _ => continue,
            };
            if !term.starts_with('@') {
                self.declare(term, uri);
            }
        }
    }

    /// Adds a prefix or changes what it stands for.
    pub fn declare(&mut self, prefix: &str, uri: &str) {
        // The master data of the vocabulary: XML and some documents in JSON write its namespace without the last colon.
        let uri = if uri == "urn:epcglobal:cbv:mda" {
            MASTER_DATA
        } else {
            uri
        };
        self.declared.insert(prefix.to_owned(), uri.to_owned());
    }

    /// What a prefix stands for.
    #[must_use]
    pub fn get(&self, prefix: &str) -> Option<&str> {
        self.declared.get(prefix).map(String::as_str).or_else(|| {
            let standard = STANDARD.iter().find(|(name, _)| *name == prefix);
            standard.map(|&(_, uri)| uri)
        })
    }

    /// The prefixes declared beside those of the standard, in order.
    pub fn declared(&self) -> impl Iterator<Item = (&str, &str)> {
        self.declared
            .iter()
            .map(|(prefix, uri)| (prefix.as_str(), uri.as_str()))
    }

    /// A prefixed name taken apart: the URI of its prefix and the local name. `None` when the prefix is not declared.
    #[must_use]
    pub fn resolve<'a>(&'a self, name: &'a str) -> Option<(&'a str, &'a str)> {
        let (prefix, local) = name.split_once(':')?;
        // `https://…` is a URI already, whatever somebody calls their prefixes.
        if local.starts_with("//") {
            return None;
        }
        self.get(prefix).map(|uri| (uri, local))
    }

    /// The URI that a prefixed name is short for; `None` when its prefix is not declared.
    #[must_use]
    pub fn expand(&self, name: &str) -> Option<String> {
        self.resolve(name).map(|(uri, local)| format!("{uri}{local}"))
    }
}
