//! From what came in to what may be used. Every field is looked at before anything is refused, so that an answer names
//! all that is wrong and not just the first.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use entity::{Dong, Quantity, Thousandths, Unit, quantity::BadQuantity};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IntoDeserializer, Visitor},
};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::language::Message;

/// A field as it came: absent, of the wrong type, or given. Reading a body into these never fails as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Field<T> {
    #[default]
    Missing,
    /// There, but of another type than `T`.
    WrongType,
    Given(T),
}

impl<T> Field<T> {
    /// The value, if there is one of the right type.
    pub const fn given(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Missing | Self::WrongType => None,
        }
    }

    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::Given(value)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(std::marker::PhantomData<T>);

        impl<'de, T: DeserializeOwned> Visitor<'de> for Reader<T> {
            type Value = Field<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field")
            }

            fn visit_none<E>(self) -> Result<Self::Value, E> {
                Ok(Field::Missing)
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Field::Missing)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
                let value = Value::deserialize(deserializer)?;
                Ok(T::deserialize(value.into_deserializer()).map_or(Field::WrongType, Field::Given))
            }
        }

        // Asking for an option is what makes an absent field a `Missing` and not an error.
        deserializer.deserialize_option(Reader(std::marker::PhantomData))
    }
}

/// A field of a change: absent it stays, null removes it (RFC 7396), anything else is what it becomes. It needs
/// `#[serde(default)]`, for serde takes an absent field of this kind for null.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Patch<T> {
    #[default]
    Absent,
    Null,
    Given(Field<T>),
}

/// What becomes of a value that may be absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Change<U> {
    #[default]
    Keep,
    Remove,
    To(U),
}

impl<U> Change<U> {
    /// What `before` becomes.
    pub fn over(self, before: Option<U>) -> Option<U> {
        match self {
            Self::Keep => before,
            Self::Remove => None,
            Self::To(value) => Some(value),
        }
    }

    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<T> Patch<T> {
    /// The change that `read` makes of the value; `None` when something is wrong with it.
    pub fn read<U>(
        &self,
        wrong: &mut Wrong,
        pointer: &str,
        read: impl FnOnce(&mut Wrong, &str, &Field<T>) -> Option<U>,
    ) -> Option<Change<U>> {
        match self {
            Self::Absent => Some(Change::Keep),
            Self::Null => Some(Change::Remove),
            Self::Given(field) => read(wrong, pointer, field).map(Change::To),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Field::deserialize(deserializer).map(|field| match field {
            Field::Missing => Self::Null,
            field => Self::Given(field),
        })
    }
}

/// One wrong field: where (a JSON Pointer, RFC 6901) and why.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldError {
    pub pointer: String,
    pub message: Message,
    /// What could still be had, where too much was asked for.
    pub left: Option<Quantity>,
}

/// All that is wrong with an input.
#[derive(Clone, Debug, Default, PartialEq, thiserror::Error)]
#[error("{} fields are wrong", .0.len())]
pub struct Wrong(pub Vec<FieldError>);

impl Wrong {
    /// Notes that the field at `pointer` is wrong.
    pub fn note(&mut self, pointer: impl Into<String>, message: impl Into<Message>) {
        self.0.push(FieldError {
            pointer: pointer.into(),
            message: message.into(),
            left: None,
        });
    }

    /// Notes that of what `pointer` names only `left` can be had.
    pub fn short(&mut self, pointer: impl Into<String>, message: impl Into<Message>, left: Quantity) {
        self.0.push(FieldError {
            pointer: pointer.into(),
            message: message.into(),
            left: Some(left),
        });
    }

    /// One wrong field.
    #[must_use]
    pub fn one(pointer: impl Into<String>, message: impl Into<Message>) -> Self {
        let mut wrong = Self::default();
        wrong.note(pointer, message);
        wrong
    }

    /// The message at `pointer`, for a form that shows it beside its field.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Message> {
        self.0
            .iter()
            .find(|error| error.pointer == pointer)
            .map(|error| &error.message)
    }

    pub fn result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The given value, or a note that it is missing or of the wrong type.
    pub fn required<'f, T>(&mut self, pointer: &str, field: &'f Field<T>) -> Option<&'f T> {
        match field {
            Field::Given(value) => Some(value),
            Field::Missing => {
                self.note(pointer, "wrong-required");
                None
            }
            Field::WrongType => {
                self.note(pointer, "wrong-type");
                None
            }
        }
    }

    /// `Some(None)` when the field is absent, `Some(Some(value))` when `read` likes it, `None` when something is wrong.
    pub fn optional<T, U>(
        &mut self,
        pointer: &str,
        field: &Field<T>,
        read: impl FnOnce(&mut Self, &str, &Field<T>) -> Option<U>,
    ) -> Option<Option<U>> {
        if field.is_missing() {
            Some(None)
        } else {
            read(self, pointer, field).map(Some)
        }
    }

    /// One line of text of 1 to `max` characters, trimmed and in NFC.
    pub fn line(&mut self, pointer: &str, field: &Field<String>, max: usize) -> Option<String> {
        let text = self.required(pointer, field)?;
        self.clean(pointer, text, max, false)
    }

    /// Text of several lines, possibly empty, of at most `max` characters; absent is empty.
    pub fn prose(&mut self, pointer: &str, field: &Field<String>, max: usize) -> Option<String> {
        match field {
            Field::Missing => Some(String::new()),
            Field::Given(text) if text.trim().is_empty() => Some(String::new()),
            _ => {
                let text = self.required(pointer, field)?;
                self.clean(pointer, text, max, true)
            }
        }
    }

    /// Text of several lines, of 1 to `max` characters.
    pub fn lines(&mut self, pointer: &str, field: &Field<String>, max: usize) -> Option<String> {
        let text = self.required(pointer, field)?;
        self.clean(pointer, text, max, true)
    }

    fn clean(&mut self, pointer: &str, text: &str, max: usize, lines: bool) -> Option<String> {
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            self.note(pointer, "wrong-required");
        } else if text.chars().count() > max {
            self.note(pointer, Message::new("wrong-too-long").with("max", max));
        } else if text
            .chars()
            .any(|c| is_unseen(c) && !(lines && matches!(c, '\n' | '\r' | '\t')))
        {
            self.note(pointer, "wrong-unseen-character");
        } else {
            return Some(text);
        }
        None
    }

    /// A code read by its own rules; `message` says what it should look like.
    pub fn code<T: FromStr>(&mut self, pointer: &str, field: &Field<String>, message: &'static str) -> Option<T> {
        let text = self.required(pointer, field)?;
        let code = text.trim().parse().ok();
        if code.is_none() {
            self.note(pointer, message);
        }
        code
    }

    /// A whole number within `range`.
    pub fn integer(&mut self, pointer: &str, field: &Field<i64>, range: RangeInclusive<i64>) -> Option<i64> {
        let value = *self.required(pointer, field)?;
        if range.contains(&value) {
            return Some(value);
        }
        self.note(
            pointer,
            Message::new("wrong-range")
                .with("min", range.start().to_string())
                .with("max", range.end().to_string()),
        );
        None
    }

    /// A whole number given as text in a query, or `default` when it is absent.
    pub fn count(
        &mut self,
        pointer: &str,
        field: &Field<String>,
        range: RangeInclusive<usize>,
        default: usize,
    ) -> Option<usize> {
        match field
            .given()
            .filter(|text| !text.is_empty())
            .map(|text| text.parse::<usize>())
        {
            None => Some(default),
            Some(Ok(number)) if range.contains(&number) => Some(number),
            Some(_) => {
                self.note(
                    pointer,
                    Message::new("wrong-range")
                        .with("min", *range.start())
                        .with("max", *range.end()),
                );
                None
            }
        }
    }

    /// A price or payment: a whole number of đồng above zero.
    pub fn dong(&mut self, pointer: &str, field: &Field<i64>) -> Option<Dong> {
        self.integer(pointer, field, 1..=Dong::MAX.0).map(Dong)
    }

    /// `{value: "1.5", unit: "kg"}`, above zero.
    pub fn quantity(&mut self, pointer: &str, field: &Field<QuantityInput>) -> Option<Quantity> {
        let given = self.required(pointer, field)?;
        let amount = self.amount(&format!("{pointer}/value"), &given.value);
        let unit = self.code::<Unit>(&format!("{pointer}/unit"), &given.unit, "wrong-unit");
        Some(Quantity::new(amount?, unit?))
    }

    /// [`Wrong::quantity`] that may be nothing at all.
    pub fn level(&mut self, pointer: &str, field: &Field<QuantityInput>) -> Option<Quantity> {
        let nothing = |text: &String| text.trim().parse() == Ok(Thousandths::ZERO) && !text.trim().starts_with('-');
        match field.given() {
            Some(given) if given.value.given().is_some_and(nothing) => self
                .code::<Unit>(&format!("{pointer}/unit"), &given.unit, "wrong-unit")
                .map(|unit| Quantity::new(Thousandths::ZERO, unit)),
            _ => self.quantity(pointer, field),
        }
    }

    /// A decimal text above zero with at most three decimals.
    pub fn amount(&mut self, pointer: &str, field: &Field<String>) -> Option<Thousandths> {
        let message = match self.required(pointer, field)?.trim().parse::<Thousandths>() {
            Ok(amount) if amount.0 > 0 => return Some(amount),
            Ok(_) => "wrong-not-positive",
            Err(BadQuantity::NotANumber) => "wrong-number",
            Err(BadQuantity::TooFine) => "wrong-too-fine",
            Err(BadQuantity::TooLarge) => "wrong-too-large",
        };
        self.note(pointer, message);
        None
    }
}

/// Characters that change how text looks without being seen: controls, direction marks, zero-width joiners at rest, letters
/// that fill no space, tags.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}'
        )
        || matches!(c, '\u{e0000}'..='\u{e007f}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A quantity as the API takes it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[schema(as = QuantityInput)]
pub struct QuantityInput {
    /// A decimal number as text, at most three decimals, above zero.
    #[schema(value_type = String, example = "1.5")]
    pub value: Field<String>,
    /// A unit's code.
    #[schema(value_type = String, example = "kg")]
    pub unit: Field<String>,
}

/// Unwraps checked fields, or returns what is wrong with all of them.
#[macro_export]
macro_rules! checked {
    ($wrong:ident; $($name:ident),+ $(,)?) => {
        $wrong.result()?;
        let ($(Some($name),)+) = ($($name,)+) else {
            // A field that is not usable has always been noted; this is only reached if a reader forgot to.
            return Err($crate::http::input::Wrong::one("", "wrong-required").into());
        };
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Example {
        name: Field<String>,
        amount: Field<i64>,
        quantity: Field<QuantityInput>,
    }

    #[test]
    fn a_body_is_read_whole_whatever_is_wrong_in_it() {
        let input: Example =
            serde_json::from_str(r#"{"amount": "ten", "quantity": {"value": 3}}"#).expect("always read");
        let mut wrong = Wrong::default();
        wrong.line("/name", &input.name, 10);
        wrong.integer("/amount", &input.amount, 1..=9);
        wrong.quantity("/quantity", &input.quantity);
        let told: Vec<_> = wrong
            .0
            .iter()
            .map(|error| (error.pointer.as_str(), error.message.id()))
            .collect();
        assert_eq!(
            told,
            [
                ("/name", "wrong-required"),
                ("/amount", "wrong-type"),
                ("/quantity/value", "wrong-type"),
                ("/quantity/unit", "wrong-required")
            ]
        );
    }

    #[test]
    fn null_removes_and_absent_stays() {
        #[derive(Debug, Deserialize)]
        struct Changes {
            #[serde(default)]
            step: Patch<i64>,
        }
        let read = |body: &str| {
            let mut wrong = Wrong::default();
            let changes: Changes = serde_json::from_str(body).expect("always read");
            let change = changes
                .step
                .read(&mut wrong, "/step", |wrong, p, f| wrong.integer(p, f, 1..=9));
            (change, wrong.0.len())
        };
        assert_eq!(read("{}"), (Some(Change::Keep), 0));
        assert_eq!(read(r#"{"step": null}"#), (Some(Change::Remove), 0));
        assert_eq!(read(r#"{"step": 3}"#), (Some(Change::To(3)), 0));
        assert_eq!(read(r#"{"step": "x"}"#), (None, 1));
        assert_eq!(Change::Keep.over(Some(1)), Some(1));
        assert_eq!(Change::Remove.over(Some(1)), None);
        assert_eq!(Change::To(2).over(Some(1)), Some(2));
    }

    #[test]
    fn nothing_at_all_is_a_level_and_no_quantity() {
        let of = |value: &str| {
            Field::Given(QuantityInput {
                value: Field::Given(value.to_owned()),
                unit: Field::Given("kg".to_owned()),
            })
        };
        let mut wrong = Wrong::default();
        let level = |wrong: &mut Wrong, value: &str| wrong.level("/n", &of(value)).map(|quantity| quantity.amount.0);
        assert_eq!(level(&mut wrong, "0"), Some(0));
        assert_eq!(level(&mut wrong, "1.5"), Some(1500));
        assert_eq!(wrong.0.len(), 0);
        for bad in ["-0", "-1", "", "NaN", "1e3", "0.0001"] {
            assert_eq!(level(&mut wrong, bad), None, "{bad}");
        }
        assert_eq!(wrong.quantity("/n", &of("0")), None);
    }

    #[test]
    fn unseen_characters_are_refused_and_tones_are_composed() {
        let mut wrong = Wrong::default();
        assert_eq!(
            wrong.line("/n", &Field::Given("  che\u{300} ".into()), 10),
            Some("chè".into())
        );
        for text in ["a\u{200b}b", "a\u{202e}b", "a\0b", "a\nb", ""] {
            assert_eq!(wrong.line("/n", &Field::Given(text.into()), 10), None, "{text:?}");
        }
        assert_eq!(wrong.prose("/n", &Field::Given("a\nb".into()), 10), Some("a\nb".into()));
    }
}
