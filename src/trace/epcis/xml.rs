//! The XML binding.

use serde_json::Value;

use super::EpcisError;

/// An `EPCISQueryDocument` as XML.
pub fn write(_document: &Value) -> Result<String, EpcisError> {
    Err(EpcisError::NotAcceptable)
}
