//! The two languages people read, and messages that are translated only at the edge (ADR 0007).

use std::{borrow::Cow, collections::HashMap};

use axum::http::{HeaderMap, header};
use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, static_loader};
use serde_json::{Map, Value};

static_loader! {
    static LOCALES = {
        locales: "./frontend/locales",
        fallback_language: "vi",
        customise: |bundle| {
            // Marks around arguments would be copied along with prices and names.
            bundle.set_use_isolating(false);
            let english = bundle.locales.first().is_some_and(|language| language.language.as_str() == "en");
            bundle.set_formatter(Some(if english { with_commas } else { with_dots }));
        },
    };
}

/// Counts as Vietnam writes them: 2.700.
fn with_dots<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    grouped(value, '.')
}

/// Counts as English writes them: 2,700.
fn with_commas<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    grouped(value, ',')
}

/// Digits in groups of three, for whole numbers; anything else prints itself.
fn grouped(value: &FluentValue<'_>, mark: char) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let digits = number.as_string();
    if digits.len() < 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(mark);
        }
        text.push(digit);
    }
    Some(text)
}

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    Vietnamese,
    English,
}

impl Language {
    /// BCP 47.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }

    /// The one of two texts that is in this language.
    #[must_use]
    pub const fn either<'t>(self, vietnamese: &'t str, english: &'t str) -> &'t str {
        match self {
            Self::Vietnamese => vietnamese,
            Self::English => english,
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "vi" => Some(Self::Vietnamese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The language of a page: what the reader chose, else Vietnamese.
    #[must_use]
    pub fn of_page(headers: &HeaderMap) -> Self {
        super::cookies::get(headers, "lang")
            .and_then(|code| Self::from_code(&code))
            .unwrap_or_default()
    }

    /// The language of an API answer: what the caller asks for first, else what its browser chose, else Vietnamese.
    #[must_use]
    pub fn of_api(headers: &HeaderMap) -> Self {
        let asked = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        asked
            .and_then(|text| Self::from_code(text.get(..2)?))
            .unwrap_or_else(|| Self::of_page(headers))
    }

    /// The text of `message` in this language.
    #[must_use]
    pub fn say(self, message: &Message) -> String {
        let arguments: HashMap<Cow<'static, str>, FluentValue<'static>> = message
            .arguments
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), value.as_fluent()))
            .collect();
        self.text(message.id, &arguments)
    }

    /// The text under `id` with `kept` put in: what [`Message::kept`] gave.
    #[must_use]
    pub fn say_kept(self, id: &str, kept: &str) -> String {
        let kept: Map<String, Value> = serde_json::from_str(kept).unwrap_or_default();
        let arguments: HashMap<Cow<'static, str>, FluentValue<'static>> = kept
            .into_iter()
            .filter_map(|(name, value)| {
                let value = match value {
                    Value::String(text) => FluentValue::from(text),
                    Value::Number(number) => FluentValue::from(number.as_u64()?),
                    _ => return None,
                };
                Some((Cow::Owned(name), value))
            })
            .collect();
        self.text(id, &arguments)
    }

    /// The text under `id` with `arguments` put in. An id without a text shows itself, and a test finds it.
    #[must_use]
    pub fn text(self, id: &str, arguments: &HashMap<Cow<'static, str>, FluentValue<'_>>) -> String {
        static VI: std::sync::LazyLock<LanguageIdentifier> =
            std::sync::LazyLock::new(|| "vi".parse().unwrap_or_default());
        static EN: std::sync::LazyLock<LanguageIdentifier> =
            std::sync::LazyLock::new(|| "en".parse().unwrap_or_default());
        let language = match self {
            Self::Vietnamese => &*VI,
            Self::English => &*EN,
        };
        LOCALES
            .try_lookup_complete(language, id, Some(arguments))
            .unwrap_or_else(|| id.to_owned())
    }
}

/// A text not yet in any language: its id in the locale files, and what goes into it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    id: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

/// What goes into a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    Text(String),
    Number(usize),
}

impl Argument {
    fn as_fluent(&self) -> FluentValue<'static> {
        match self {
            Self::Text(text) => FluentValue::from(text.clone()),
            Self::Number(number) => FluentValue::from(*number),
        }
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Self::Number(number)
    }
}

impl Message {
    #[must_use]
    pub const fn new(id: &'static str) -> Self {
        Self {
            id,
            arguments: Vec::new(),
        }
    }

    /// Puts `value` in under `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// What goes into it, as JSON: kept with the id, it is said later, in whichever language ([`Language::say_kept`]).
    #[must_use]
    pub fn kept(&self) -> String {
        let kept: Map<String, Value> = self
            .arguments
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Argument::Text(text) => Value::from(text.as_str()),
                    Argument::Number(number) => Value::from(*number),
                };
                ((*name).to_owned(), value)
            })
            .collect();
        Value::Object(kept).to_string()
    }
}

impl From<&'static str> for Message {
    fn from(id: &'static str) -> Self {
        Self::new(id)
    }
}
