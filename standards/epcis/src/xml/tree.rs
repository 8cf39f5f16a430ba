//! Elements of an XML text, one subtree at a time.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{XSD, XSI};
use crate::read::{Limits, Problem};

/// An element with all that is in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// As written, with its prefix.
    pub(super) name: String,
    /// Without declarations of namespaces.
    pub(super) attributes: Vec<(String, String)>,
    /// Prefixes declared here.
    pub(super) declared: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
}

impl Element {
    /// The name without a prefix of the standard's own.
    pub(super) fn local(&self) -> &str {
        self.name
            .rsplit_once(':')
            .map_or(self.name.as_str(), |(_, local)| local)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn child(&self, local: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.local() == local)
    }

    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }
}

/// Reads a text and hands over every element whose parents have these names, without keeping it. The root with all that
/// is left comes back.
pub(super) fn read(
    text: &str,
    limits: &Limits,
    mut is_event: impl FnMut(&[Element]) -> bool,
    mut take: impl FnMut(&[Element], Element) -> Result<(), Problem>,
) -> Result<Element, Problem> {
    let not_xml = |error: &dyn std::fmt::Display| Problem::NotXml(error.to_string());
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let event = reader.read_event().map_err(|error| not_xml(&error))?;
        let closed = match event {
            Event::Start(start) => {
                if root.is_some() {
                    return Err(not_xml(&"a second root element"));
                }
                if open.len() >= limits.depth {
                    return Err(Problem::TooDeep(limits.depth));
                }
                open.push(element(&start)?);
                None
            }
            Event::Empty(start) => {
                if root.is_some() {
                    return Err(not_xml(&"a second root element"));
                }
                Some(element(&start)?)
            }
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                let text = text.xml10_content();
                add(&mut open, &text)?;
                None
            }
            Event::CData(text) => {
                let text = text.xml10_content();
                add(&mut open, &text)?;
                None
            }
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| not_xml(&error))?;
                let name = reference.xml10_content();
                let character = character.or(match name.as_ref() {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                });
                match character {
                    Some(character) => add(&mut open, character.encode_utf8(&mut [0; 4]))?,
                    None => return Err(Problem::NotXml(format!("the entity {name:?} is not expanded"))),
                }
                None
            }
            Event::DocType(doctype) if doctype.contains('[') => {
                return Err(not_xml(&"a document type with declarations is not read"));
            }
            Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => None,
            Event::Eof => break,
        };
        if let Some(element) = closed {
            if is_event(&open) {
                take(&open, element)?;
            } else if let Some(parent) = open.last_mut() {
                parent.children.push(element);
            } else {
                root = Some(element);
            }
        }
    }
    if !open.is_empty() {
        return Err(not_xml(&"an element is not closed"));
    }
    root.ok_or_else(|| not_xml(&"there is no element"))
}

fn add(open: &mut [Element], text: &str) -> Result<(), Problem> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).is_empty() => {}
        None => return Err(Problem::NotXml("text outside the root element".to_owned())),
    }
    Ok(())
}

fn element(start: &BytesStart) -> Result<Element, Problem> {
    let mut element = Element {
        name: start.name().as_ref().to_owned(),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| Problem::NotXml(error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| Problem::NotXml(error.to_string()))?;
        let name = attribute.key.as_ref();
        match name.strip_prefix("xmlns") {
            Some("") => element.declared.push((String::new(), value.into_owned())),
            Some(prefix) if prefix.starts_with(':') => {
                element.declared.push((prefix[1..].to_owned(), value.into_owned()));
            }
            _ => element.attributes.push((name.to_owned(), value.into_owned())),
        }
    }
    Ok(element)
}

/// Whether a namespace is one of XML, EPCIS or its header, which JSON has no prefix for.
pub(super) fn is_own(uri: &str) -> bool {
    uri.starts_with("urn:epcglobal:epcis") || matches!(uri, XSI | XSD | super::SBDH) || uri.is_empty()
}
