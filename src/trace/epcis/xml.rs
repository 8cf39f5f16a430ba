//! The XML binding (EPCIS 2.0, 9).

use epcis::read::{Limits, Problem, Reading, Violation};
use serde_json::Value;

use super::EpcisError;

/// A document, from XML.
pub fn read(_text: &[u8], _limits: &Limits) -> Result<Reading, Vec<Violation>> {
    Err(vec![Violation {
        pointer: String::new(),
        problem: Problem::NotXml("XML is not read yet".to_owned()),
    }])
}

/// An `EPCISQueryDocument` as XML.
pub fn write(_document: &Value) -> Result<String, EpcisError> {
    Err(EpcisError::NotAcceptable)
}
