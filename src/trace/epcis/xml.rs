//! The XML binding (EPCIS 2.0, 9).

use epcis::{
    document::EpcisQueryDocument,
    xml::{Words, query_to_xml},
};
use serde_json::Value;

use super::EpcisError;

/// An `EPCISQueryDocument` as XML. A field whose name XML cannot write makes it a document that has no XML.
pub fn write(document: &Value) -> Result<String, EpcisError> {
    let document: EpcisQueryDocument = serde_json::from_value(document.clone())?;
    query_to_xml(&document, Words::Urn).map_err(|_| EpcisError::NotAcceptable)
}
