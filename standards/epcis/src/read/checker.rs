//! Walking through a document and noting what is wrong where.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::violation::{Problem, Violation};
use crate::namespaces::Namespaces;
use crate::vocabulary::{Term, Vocabulary, is_uri};

/// So many violations are told; a document may break a rule in each of its events.
pub(super) const MOST_VIOLATIONS: usize = 50;

/// What a field may hold.
pub(super) type Rule = fn(&mut Checker, &Value);

/// Fields of an object with what each may hold.
pub(super) type Fields = [(&'static str, Rule)];

/// What other fields an object may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// Any.
    Any,
    /// Those of a namespace.
    Namespaced,
    /// None.
    None,
}

#[derive(Default)]
pub(super) struct Checker {
    pointer: String,
    pub(super) violations: Vec<Violation>,
    /// How many were found, told or not.
    pub(super) found: usize,
    /// Prefixes of keys, with the place where each was first used.
    pub(super) prefixes: Vec<(String, String)>,
}

impl Checker {
    pub(super) fn at_pointer(pointer: String) -> Self {
        Self {
            pointer,
            ..Self::default()
        }
    }

    pub(super) fn wrong(&mut self, problem: Problem) {
        self.found += 1;
        if self.violations.len() < MOST_VIOLATIONS {
            self.violations.push(Violation {
                pointer: self.pointer.clone(),
                problem,
            });
        }
    }

    /// Checks something further in.
    pub(super) fn at(&mut self, key: &str, check: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        for c in key.chars() {
            match c {
                '~' => self.pointer.push_str("~0"),
                '/' => self.pointer.push_str("~1"),
                c => self.pointer.push(c),
            }
        }
        check(self);
        self.pointer.truncate(length);
    }

    pub(super) fn wrong_at(&mut self, key: &str, problem: Problem) {
        self.at(key, |checker| checker.wrong(problem));
    }

    /// Checks an object: its fields, those it must have, and what else it has.
    pub(super) fn object<'a>(
        &mut self,
        value: &'a Value,
        fields: &[&Fields],
        required: &[&str],
        others: Others,
    ) -> Option<&'a Map<String, Value>> {
        let Value::Object(object) = value else {
            self.wrong(Problem::Wanted("an object"));
            return None;
        };
        for (key, value) in object {
            let rule = fields
                .iter()
                .flat_map(|fields| fields.iter())
                .find(|(name, _)| name == key);
            match rule {
                Some((_, rule)) => self.at(key, |checker| rule(checker, value)),
                None => self.other_field(key, value, others),
            }
        }
        for name in required.iter().filter(|name| !object.contains_key(**name)) {
            self.wrong_at(name, Problem::Missing);
        }
        Some(object)
    }

    fn other_field(&mut self, key: &str, value: &Value, others: Others) {
        match others {
            Others::None => self.wrong_at(key, Problem::UnknownField),
            Others::Namespaced if !is_uri(key) => self.wrong_at(key, Problem::NoNamespace(key.to_owned())),
            Others::Namespaced | Others::Any => self.prefix(key, value),
        }
    }

    /// Notes the prefix of a key, and those of the keys inside its value.
    fn prefix(&mut self, key: &str, value: &Value) {
        if let Some((prefix, local)) = key.split_once(':')
            && !local.starts_with("//")
            && !matches!(prefix, "urn" | "tag" | "did")
            && !self.prefixes.iter().any(|(_, known)| known == prefix)
        {
            let mut pointer = String::new();
            self.at(key, |checker| pointer.clone_from(&checker.pointer));
            self.prefixes.push((pointer, prefix.to_owned()));
        }
        self.at(key, |checker| checker.prefixes_in(value));
    }

    fn prefixes_in(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.prefix(key, value);
                }
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    if value.is_object() || value.is_array() {
                        self.at(&index.to_string(), |checker| checker.prefixes_in(value));
                    }
                }
            }
            _ => {}
        }
    }

    /// Notes the prefixes that nothing declares.
    pub(super) fn undeclared(&mut self, namespaces: &Namespaces) {
        let used = std::mem::take(&mut self.prefixes);
        for (pointer, prefix) in used {
            if namespaces.get(&prefix).is_none() {
                let here = std::mem::replace(&mut self.pointer, pointer);
                self.wrong(Problem::UndeclaredPrefix(prefix));
                self.pointer = here;
            }
        }
    }

    pub(super) fn array<'a>(&mut self, value: &'a Value) -> Option<&'a [Value]> {
        if let Value::Array(values) = value {
            return Some(values);
        }
        self.wrong(Problem::Wanted("a list"));
        None
    }

    pub(super) fn each(&mut self, value: &Value, rule: Rule) {
        for (index, value) in self.array(value).unwrap_or_default().iter().enumerate() {
            self.at(&index.to_string(), |checker| rule(checker, value));
        }
    }

    /// No value may stand in the list twice.
    pub(super) fn unique(&mut self, value: &Value) {
        let mut seen = HashSet::new();
        let values = value.as_array().map_or(&[][..], Vec::as_slice);
        for (index, value) in values.iter().enumerate() {
            if !seen.insert(value.to_string()) {
                self.wrong_at(&index.to_string(), Problem::Repeated);
            }
        }
    }

    pub(super) fn not_empty(&mut self, value: &Value) {
        if value.as_array().is_some_and(Vec::is_empty) {
            self.wrong(Problem::Missing);
        }
    }

    pub(super) fn text<'a>(&mut self, value: &'a Value) -> Option<&'a str> {
        let text = value.as_str();
        if text.is_none() {
            self.wrong(Problem::Wanted("a text"));
        }
        text
    }
}

pub(super) fn anything(_: &mut Checker, _: &Value) {}

pub(super) fn text(checker: &mut Checker, value: &Value) {
    checker.text(value);
}

pub(super) fn uri(checker: &mut Checker, value: &Value) {
    if let Some(text) = checker.text(value)
        && !is_uri(text)
    {
        checker.wrong(Problem::NotUri(text.to_owned()));
    }
}

pub(super) fn uris(checker: &mut Checker, value: &Value) {
    checker.each(value, uri);
}

pub(super) fn unique_uris(checker: &mut Checker, value: &Value) {
    checker.each(value, uri);
    checker.unique(value);
}

pub(super) fn time(checker: &mut Checker, value: &Value) {
    if let Some(text) = checker.text(value)
        && text.parse::<crate::time::Time>().is_err()
    {
        checker.wrong(Problem::NotTime(text.to_owned()));
    }
}

pub(super) fn offset(checker: &mut Checker, value: &Value) {
    if let Some(text) = checker.text(value)
        && text.parse::<crate::time::ZoneOffset>().is_err()
    {
        checker.wrong(Problem::NotOffset(text.to_owned()));
    }
}

pub(super) fn number(checker: &mut Checker, value: &Value) {
    if !value.is_number() {
        checker.wrong(Problem::Wanted("a number"));
    }
}

pub(super) fn boolean(checker: &mut Checker, value: &Value) {
    if !value.is_boolean() {
        checker.wrong(Problem::Wanted("true or false"));
    }
}

pub(super) fn hexadecimal(checker: &mut Checker, value: &Value) {
    if let Some(text) = checker.text(value)
        && (text.is_empty() || !text.bytes().all(|c| c.is_ascii_hexdigit()))
    {
        checker.wrong(Problem::Unexpected(text.to_owned(), "hexadecimal digits"));
    }
}

/// A word of a closed vocabulary.
pub(super) fn word<V: Vocabulary>(checker: &mut Checker, value: &Value) {
    if let Some(text) = checker.text(value)
        && text.parse::<V>().is_err()
    {
        checker.wrong(Problem::UnknownWord {
            vocabulary: V::NAME,
            word: text.to_owned(),
        });
    }
}

/// A word of a vocabulary, or a URI of somebody else's.
pub(super) fn term<V: Vocabulary>(checker: &mut Checker, value: &Value) {
    if let Some(text) = checker.text(value)
        && text.parse::<Term<V>>().is_err()
    {
        checker.wrong(Problem::UnknownWord {
            vocabulary: V::NAME,
            word: text.to_owned(),
        });
    }
}
