//! The values of parameters, from a URL or from JSON.

use serde_json::Value;

use super::{Comparison, Fault};
use crate::time::Time;

/// The value of a parameter.
#[derive(Clone, Copy)]
pub(super) enum Given<'a> {
    /// Of a URL, decoded.
    Text(&'a str),
    /// Of a named query.
    Json(&'a Value),
}

impl<'a> Given<'a> {
    pub(super) fn text(self) -> Result<&'a str, Fault> {
        match self {
            Self::Text("") => Err(Fault::Empty),
            Self::Text(text) => Ok(text),
            Self::Json(Value::String(text)) if !text.is_empty() => Ok(text),
            Self::Json(_) => Err(Fault::Empty),
        }
    }

    pub(super) fn texts(self) -> Result<Vec<&'a str>, Fault> {
        let texts: Vec<&str> = match self {
            Self::Text(text) => text.split('|').collect(),
            Self::Json(Value::Array(values)) => values
                .iter()
                .map(|value| value.as_str().ok_or(Fault::List))
                .collect::<Result<_, _>>()?,
            Self::Json(_) => return Err(Fault::List),
        };
        if texts.is_empty() || texts.contains(&"") {
            return Err(Fault::Empty);
        }
        Ok(texts)
    }

    pub(super) fn number(self) -> Result<f64, Fault> {
        match self {
            Self::Text(text) => read_number(text),
            Self::Json(value) => value
                .as_f64()
                .filter(|_| value.is_number())
                .ok_or_else(|| Fault::Number(value.to_string())),
        }
    }

    /// Several numbers where several may be given, or one.
    pub(super) fn numbers(self, comparison: Comparison) -> Result<Vec<f64>, Fault> {
        if comparison != Comparison::Equal {
            return Ok(vec![self.number()?]);
        }
        match self {
            Self::Text(text) => text.split('|').map(read_number).collect(),
            Self::Json(Value::Array(values)) if values.is_empty() => Err(Fault::Empty),
            Self::Json(Value::Array(values)) => values.iter().map(|value| Self::Json(value).number()).collect(),
            Self::Json(_) => Err(Fault::List),
        }
    }

    pub(super) fn time(self) -> Result<Time, Fault> {
        let text = match self {
            Self::Text(text) => text,
            Self::Json(value) => value.as_str().ok_or_else(|| Fault::Time(value.to_string()))?,
        };
        // A plus sign that nobody encoded has become a space.
        text.replace(' ', "+").parse().map_err(|_| Fault::Time(text.to_owned()))
    }

    pub(super) fn count(self) -> Result<u32, Fault> {
        let count = match self {
            Self::Text(text) => text.parse().ok(),
            Self::Json(value) => value.as_u64().and_then(|count| u32::try_from(count).ok()),
        };
        count.filter(|count| *count > 0).ok_or_else(|| {
            Fault::Count(match self {
                Self::Text(text) => text.to_owned(),
                Self::Json(value) => value.to_string(),
            })
        })
    }

    pub(super) fn boolean(self) -> Result<bool, Fault> {
        match self {
            Self::Text("true") | Self::Json(Value::Bool(true)) => Ok(true),
            Self::Text("false") | Self::Json(Value::Bool(false)) => Ok(false),
            Self::Text(text) => Err(Fault::Boolean(text.to_owned())),
            Self::Json(value) => Err(Fault::Boolean(value.to_string())),
        }
    }

    /// Whether a parameter that only has to be there is there: one binding says a boolean, the other a number or null.
    pub(super) fn flag(self) -> Result<bool, Fault> {
        match self {
            Self::Text("" | "1") | Self::Json(Value::Null | Value::Number(_)) => Ok(true),
            other => other.boolean(),
        }
    }
}

pub(super) fn read_number(text: &str) -> Result<f64, Fault> {
    let plain = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
    text.parse()
        .ok()
        .filter(|number: &f64| plain && number.is_finite())
        .ok_or_else(|| Fault::Number(text.to_owned()))
}
