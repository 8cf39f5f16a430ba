//! The XML form of documents (EPCIS 2.0, 9), read into the same model and written from it.
//!
//! Reading also takes the extension points of EPCIS 1.2. Entities are not expanded, and a document type with
//! declarations is refused. An extension element becomes a field with its prefix; a number, a truth value or nothing at
//! all is told from a text by `xsi:type` and `xsi:nil`.

mod fields;
mod read;
mod tree;
mod write;

use thiserror::Error;

use crate::document::{EpcisDocument, EpcisQueryDocument};
use crate::read::{Limits, Reading, Violation};

/// The namespace of documents.
pub const EPCIS: &str = "urn:epcglobal:epcis:xsd:2";
/// The namespace of answers to queries.
pub const EPCIS_QUERY: &str = "urn:epcglobal:epcis-query:xsd:2";
const SBDH: &str = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XSD: &str = "http://www.w3.org/2001/XMLSchema";

/// How words of the Core Business Vocabulary are written in XML (the header `GS1-CBV-XML-Format`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Words {
    /// `urn:epcglobal:cbv:bizstep:shipping`
    #[default]
    Urn,
    /// `https://ref.gs1.org/cbv/BizStep-shipping`
    WebUri,
}

/// A field whose name cannot be the name of an XML element.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the field {0:?} has no name that XML can write")]
pub struct Unwritable(pub String);

/// Reads an `EPCISDocument` or `EPCISQueryDocument`. The pointers of violations are those of the same document in JSON.
pub fn read_xml(text: &[u8], limits: &Limits) -> Result<Reading, Vec<Violation>> {
    read::read(text, limits)
}

/// Writes a document.
pub fn to_xml(document: &EpcisDocument, words: Words) -> Result<String, Unwritable> {
    let value = serde_json::to_value(document).map_err(|error| Unwritable(error.to_string()))?;
    write::document(&value, words)
}

/// Writes the answer to a query.
pub fn query_to_xml(document: &EpcisQueryDocument, words: Words) -> Result<String, Unwritable> {
    let value = serde_json::to_value(document).map_err(|error| Unwritable(error.to_string()))?;
    write::query_document(&value, words)
}
