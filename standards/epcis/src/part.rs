//! What events are made of.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use thiserror::Error;

use crate::time::Time;
use crate::vocabulary::{BizTransactionType, Disposition, ErrorReason, PartyType, Term};

/// Fields that the standard does not name, with their namespace prefix.
pub type Extensions = Map<String, Value>;

/// Where something happened or is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// A URI, such as a Digital Link of a GLN.
    pub id: String,
    #[serde(flatten)]
    pub extensions: Extensions,
}

impl Place {
    /// A place without extensions.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            extensions: Extensions::new(),
        }
    }
}

/// A document that the event belongs to: an order, an invoice, a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BizTransaction {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Term<BizTransactionType>>,
    /// A URI.
    pub biz_transaction: String,
}

/// Where a transfer comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    #[serde(rename = "type")]
    pub kind: Term<PartyType>,
    /// A URI.
    pub source: String,
}

/// Where a transfer goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    #[serde(rename = "type")]
    pub kind: Term<PartyType>,
    /// A URI.
    pub destination: String,
}

/// Why a quantity cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QuantityError {
    #[error("{0:?} is not a decimal number that JSON carries without loss")]
    Number(String),
    #[error("{0:?} is not a unit of UN/ECE Recommendation 20")]
    Unit(String),
}

/// Some of a class of objects: a number of pieces, a measure, or an amount unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quantity {
    /// A URI that names a class: a product, or a batch of it.
    pub epc_class: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Number>,
    /// Two or three characters of UN/ECE Recommendation 20, such as `KGM`; absent for pieces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uom: Option<String>,
}

impl Quantity {
    /// A number of pieces.
    #[must_use]
    pub fn pieces(epc_class: impl Into<String>, pieces: u64) -> Self {
        Self {
            epc_class: epc_class.into(),
            quantity: Some(pieces.into()),
            uom: None,
        }
    }

    /// A measure in a unit. `amount` is a decimal number such as `20.5`; one that a JSON number would round is refused.
    pub fn measured(epc_class: impl Into<String>, amount: &str, uom: &str) -> Result<Self, QuantityError> {
        if !is_unit(uom) {
            return Err(QuantityError::Unit(uom.to_owned()));
        }
        let number = exact(amount).ok_or_else(|| QuantityError::Number(amount.to_owned()))?;
        Ok(Self {
            epc_class: epc_class.into(),
            quantity: Some(number),
            uom: Some(uom.to_owned()),
        })
    }

    /// An amount that is not known.
    #[must_use]
    pub fn unknown(epc_class: impl Into<String>) -> Self {
        Self {
            epc_class: epc_class.into(),
            quantity: None,
            uom: None,
        }
    }
}

pub(crate) fn is_unit(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// A plain decimal as a JSON number that is written with the same digits, trailing zeros aside.
fn exact(text: &str) -> Option<Number> {
    let trimmed = match text.split_once('.') {
        Some((whole, decimals)) if !decimals.is_empty() => match decimals.trim_end_matches('0') {
            "" => whole.to_owned(),
            kept => format!("{whole}.{kept}"),
        },
        _ => text.to_owned(),
    };
    let number = Number::from_str(&trimmed).ok()?;
    (number.to_string() == trimmed).then_some(number)
}

/// Dispositions that stay in force until an event takes them away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersistentDisposition {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<Vec<Term<Disposition>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unset: Option<Vec<Term<Disposition>>>,
}

/// The statement that an event recorded earlier is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDeclaration {
    pub declaration_time: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Term<ErrorReason>>,
    /// Events to be read instead.
    #[serde(rename = "correctiveEventIDs", skip_serializing_if = "Option::is_none")]
    pub corrective_event_ids: Option<Vec<String>>,
    #[serde(flatten)]
    pub extensions: Extensions,
}

/// One value, or a list of them; kept as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// The values, however they were written.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_keep_their_digits() {
        for (text, written) in [
            ("20.5", "20.5"),
            ("0.001", "0.001"),
            ("7", "7"),
            ("7.000", "7"),
            ("1234567890.125", "1234567890.125"),
            ("0", "0"),
        ] {
            let quantity = Quantity::measured("x:y", text, "KGM").expect("a decimal");
            assert_eq!(
                quantity.quantity.map(|number| number.to_string()).as_deref(),
                Some(written)
            );
        }
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "1,5",
            "1e3",
            "+1",
            " 1",
            "01",
            "NaN",
            "0.1234567890123456789",
            "99999999999999999999.5",
        ] {
            assert_eq!(
                Quantity::measured("x:y", bad, "KGM"),
                Err(QuantityError::Number(bad.to_owned()))
            );
        }
        for bad in ["", "K", "kgm", "KGMS", "KG M", "ĐV"] {
            assert_eq!(
                Quantity::measured("x:y", "1", bad),
                Err(QuantityError::Unit(bad.to_owned()))
            );
        }
    }
}
