//! A Digital Link as a value: what it identifies, at which levels, and how it is written.

use std::fmt::Write as _;

use crate::ai::ApplicationIdentifier;
use crate::error::Error;
use crate::key::{Cpv, Gln, Gtin, Lot, Serial};
use crate::syntax;

/// An application identifier with its value, decoded and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub(crate) ai: &'static ApplicationIdentifier,
    pub(crate) value: String,
}

impl Element {
    /// The code of the application identifier, such as `10`.
    #[must_use]
    pub fn ai(&self) -> &'static str {
        self.ai.code()
    }

    /// The value, not percent-encoded.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What the table knows of its application identifier.
    #[must_use]
    pub fn identifier(&self) -> &'static ApplicationIdentifier {
        self.ai
    }
}

/// A valid GS1 Digital Link: a primary key, its qualifiers in the order of the standard, and data attributes in the
/// order they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigitalLink {
    /// The primary key, then the qualifiers; never empty.
    pub(crate) path: Vec<Element>,
    pub(crate) attributes: Vec<Element>,
}

impl DigitalLink {
    /// Reads a full `http` or `https` URI. What precedes the rightmost primary key in the path is a stem of the
    /// domain's own and is left out; so are the fragment and query parameters whose name is not a number.
    pub fn parse(uri: &str) -> Result<Self, Error> {
        syntax::parse_uri(uri)
    }

    /// Reads the path and query a resolver is asked for, as they came over the wire (not decoded). The path begins
    /// with the primary key: `/01/09520123456788?17=261231`.
    pub fn parse_path(path_and_query: &str) -> Result<Self, Error> {
        syntax::parse_path(path_and_query)
    }

    /// A kind of product.
    #[must_use]
    pub fn for_gtin(gtin: Gtin) -> Self {
        Self::of(&[("01", gtin.as_str())])
    }

    /// One batch of a product.
    #[must_use]
    pub fn for_lot(gtin: Gtin, lot: &Lot) -> Self {
        Self::of(&[("01", gtin.as_str()), ("10", lot.as_str())])
    }

    /// One single item of a product.
    #[must_use]
    pub fn for_serial(gtin: Gtin, serial: &Serial) -> Self {
        Self::of(&[("01", gtin.as_str()), ("21", serial.as_str())])
    }

    /// One single item that also names its batch.
    #[must_use]
    pub fn for_lot_serial(gtin: Gtin, lot: &Lot, serial: &Serial) -> Self {
        Self::of(&[("01", gtin.as_str()), ("10", lot.as_str()), ("21", serial.as_str())])
    }

    /// A physical location.
    #[must_use]
    pub fn for_gln(gln: Gln) -> Self {
        Self::of(&[("414", gln.as_str())])
    }

    /// Values that their own types have already checked.
    fn of(path: &[(&str, &str)]) -> Self {
        let element = |(code, value): &(&str, &str)| {
            ApplicationIdentifier::lookup(code).map(|ai| Element {
                ai,
                value: (*value).to_owned(),
            })
        };
        Self {
            path: path.iter().filter_map(element).collect(),
            attributes: Vec::new(),
        }
    }

    /// What is identified, at the coarsest level.
    #[must_use]
    pub fn primary_key(&self) -> &Element {
        &self.path[0]
    }

    /// What narrows the primary key down, coarse to fine.
    #[must_use]
    pub fn qualifiers(&self) -> &[Element] {
        &self.path[1..]
    }

    /// What else the URI says about the thing, in the order of its query.
    #[must_use]
    pub fn attributes(&self) -> &[Element] {
        &self.attributes
    }

    /// All of it: the primary key, its qualifiers, its attributes.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.path.iter().chain(&self.attributes)
    }

    /// The value of an application identifier wherever it stands.
    #[must_use]
    pub fn value(&self, ai: &str) -> Option<&str> {
        self.path
            .iter()
            .chain(&self.attributes)
            .find(|element| element.ai() == ai)
            .map(Element::value)
    }

    /// The GTIN when it is the primary key.
    #[must_use]
    pub fn gtin(&self) -> Option<Gtin> {
        Gtin::parse(self.in_path("01")?).ok()
    }

    /// The batch or lot when it qualifies the primary key.
    #[must_use]
    pub fn lot(&self) -> Option<Lot> {
        Lot::parse(self.in_path("10")?).ok()
    }

    /// The serial number when it qualifies the primary key.
    #[must_use]
    pub fn serial(&self) -> Option<Serial> {
        Serial::parse(self.in_path("21")?).ok()
    }

    /// The consumer product variant when it qualifies the primary key.
    #[must_use]
    pub fn cpv(&self) -> Option<Cpv> {
        Cpv::parse(self.in_path("22")?).ok()
    }

    /// The location when it is the primary key.
    #[must_use]
    pub fn gln(&self) -> Option<Gln> {
        Gln::parse(self.in_path("414")?).ok()
    }

    fn in_path(&self, ai: &str) -> Option<&str> {
        self.path.iter().find(|element| element.ai() == ai).map(Element::value)
    }

    /// The things it lies within, from itself (without attributes) up to the primary key alone: the order in which a
    /// resolver looks for an answer.
    pub fn levels(&self) -> impl Iterator<Item = Self> + '_ {
        (1..=self.path.len()).rev().map(|depth| Self {
            path: self.path[..depth].to_vec(),
            attributes: Vec::new(),
        })
    }

    /// The canonical path and query: upper-case percent-encoding of all but unreserved characters (RFC 3986, 2.3),
    /// attributes in ascending order of their codes.
    #[must_use]
    pub fn path(&self) -> String {
        let mut text = String::new();
        for element in &self.path {
            text.push('/');
            text.push_str(element.ai());
            text.push('/');
            encode(element.value(), &mut text);
        }
        let mut attributes: Vec<_> = self.attributes.iter().collect();
        attributes.sort_by_key(|element| element.ai());
        for (index, element) in attributes.into_iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.push_str(element.ai());
            text.push('=');
            encode(element.value(), &mut text);
        }
        text
    }

    /// The canonical URI under a resolver's base address, which may hold a stem: `https://id.example.vn`.
    ///
    /// A value that is `.` or `..` is valid, but browsers take it for a step in the path (RFC 3986, 5.2.4) however it
    /// is encoded: whoever chooses lot and serial numbers should not choose these.
    #[must_use]
    pub fn uri(&self, resolver_base: &str) -> String {
        format!("{}{}", resolver_base.trim_end_matches('/'), self.path())
    }

    /// The element string of a barcode, `^` standing for FNC1: path first, then the query, each in order. FNC1 opens it
    /// and ends every value whose length is not predefined, save the last.
    #[must_use]
    pub fn element_string(&self) -> String {
        let mut text = String::new();
        let mut separate = true;
        for element in self.path.iter().chain(&self.attributes) {
            if separate {
                text.push('^');
            }
            text.push_str(element.ai());
            text.push_str(element.value());
            separate = !element.ai.has_predefined_length();
        }
        text
    }
}

/// Percent-encodes all but unreserved characters.
pub(crate) fn encode(value: &str, text: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
}
