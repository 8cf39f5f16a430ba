//! The names of things: EPC URNs and GS1 Digital Links that mean the same thing have one canonical form.
//!
//! The form is the constrained canonical Digital Link of CBV 2.0, 8.9.3: `https://id.gs1.org`, the key, at most one
//! qualifier (the finest), no query. Two names are the same thing exactly when their canonical forms are equal.

mod pattern;

use std::borrow::Cow;

pub use pattern::{EpcPattern, Glob, PatternError};

const CANONICAL: &str = "https://id.gs1.org";

/// How an EPC URN becomes a key: GS1's *EPC Tag Data Standard*, section 6.
#[derive(Clone, Copy)]
struct Scheme {
    name: &'static str,
    /// The application identifier of the key.
    ai: &'static str,
    /// Digits of company prefix and reference together; `None` when the reference is text.
    digits: Option<usize>,
    /// The first character of the reference goes before the company prefix.
    indicator: bool,
    /// What stands before the company prefix.
    leading: &'static str,
    tail: Tail,
}

/// What follows company prefix and reference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    Nothing,
    /// Part of the key, at most so many characters.
    Serial(usize),
    /// A qualifier of its own.
    Qualifier(&'static str, usize),
    /// A qualifier of its own that is absent when it is `0`.
    Extension,
    /// Piece and total, part of the key, then a serial.
    Piece,
}

const fn scheme(name: &'static str, ai: &'static str, digits: Option<usize>, tail: Tail) -> Scheme {
    Scheme {
        name,
        ai,
        digits,
        indicator: false,
        leading: "",
        tail,
    }
}

const fn with_indicator(scheme: Scheme) -> Scheme {
    Scheme {
        indicator: true,
        ..scheme
    }
}

const SCHEMES: [Scheme; 16] = [
    with_indicator(scheme("sgtin", "01", Some(13), Tail::Qualifier("21", 20))),
    with_indicator(scheme("lgtin", "01", Some(13), Tail::Qualifier("10", 20))),
    with_indicator(scheme("upui", "01", Some(13), Tail::Qualifier("235", 28))),
    with_indicator(scheme("sscc", "00", Some(17), Tail::Nothing)),
    with_indicator(scheme("itip", "8006", Some(13), Tail::Piece)),
    scheme("sgln", "414", Some(12), Tail::Extension),
    scheme("pgln", "417", Some(12), Tail::Nothing),
    Scheme {
        leading: "0",
        ..scheme("grai", "8003", Some(12), Tail::Serial(16))
    },
    scheme("gdti", "253", Some(12), Tail::Serial(17)),
    scheme("sgcn", "255", Some(12), Tail::Serial(12)),
    scheme("giai", "8004", None, Tail::Nothing),
    scheme("ginc", "401", None, Tail::Nothing),
    scheme("gsin", "402", Some(16), Tail::Nothing),
    scheme("gsrn", "8018", Some(17), Tail::Nothing),
    scheme("gsrnp", "8017", Some(17), Tail::Nothing),
    scheme("cpi", "8010", None, Tail::Qualifier("8011", 12)),
];

/// Qualifiers that may stay, finest first, by key.
const QUALIFIERS: [(&str, &[&str]); 14] = [
    ("00", &[]),
    ("01", &["21", "235", "10"]),
    ("253", &[]),
    ("255", &[]),
    ("401", &[]),
    ("402", &[]),
    ("414", &["254"]),
    ("417", &[]),
    ("8003", &[]),
    ("8004", &[]),
    ("8006", &["21", "10"]),
    ("8010", &["8011"]),
    ("8017", &[]),
    ("8018", &[]),
];

/// The names that earlier editions of Digital Link allowed for application identifiers.
const WORDS: [(&str, &str); 17] = [
    ("gtin", "01"),
    ("itip", "8006"),
    ("cpid", "8010"),
    ("gln", "414"),
    ("party", "417"),
    ("gsrnp", "8017"),
    ("gsrn", "8018"),
    ("gcn", "255"),
    ("sscc", "00"),
    ("gdti", "253"),
    ("ginc", "401"),
    ("gsin", "402"),
    ("grai", "8003"),
    ("giai", "8004"),
    ("cpv", "22"),
    ("lot", "10"),
    ("ser", "21"),
];

/// The canonical form of the name of a thing or of a class of things; any other text as it is.
#[must_use]
pub fn canonical(name: &str) -> Cow<'_, str> {
    let form = if let Some(rest) = name.strip_prefix("urn:epc:") {
        canonical_urn(rest)
    } else if name.starts_with("http://") || name.starts_with("https://") {
        canonical_link(name)
    } else {
        None
    };
    form.map_or(Cow::Borrowed(name), Cow::Owned)
}

fn canonical_urn(rest: &str) -> Option<String> {
    let (kind, rest) = rest.split_once(':')?;
    let (name, value) = rest.split_once(':')?;
    let scheme = SCHEMES.iter().find(|scheme| scheme.name == name)?;
    match (kind, name) {
        ("class", "lgtin") => scheme.link(value),
        ("id", name) if name != "lgtin" => scheme.link(value),
        // A pattern for all the things of a class names the class.
        ("idpat", name) if name != "lgtin" => scheme.class_link(value.strip_suffix(".*")?),
        _ => None,
    }
}

/// Company prefix and the rest of it.
fn company(value: &str) -> Option<(&str, &str)> {
    let (company, rest) = value.split_once('.')?;
    ((6..=12).contains(&company.len()) && is_digits(company)).then_some((company, rest))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_digit())
}

/// Whether a text is at most `most` characters that EPC URNs write plainly or as `%XX`, and not empty.
fn is_component(text: &str, most: usize) -> bool {
    let mut bytes = text.bytes();
    let mut characters = 0;
    while let Some(c) = bytes.next() {
        characters += 1;
        let legal = match c {
            b'%' => {
                let mut hex = || bytes.next().is_some_and(|c| c.is_ascii_hexdigit());
                hex() && hex()
            }
            _ => c.is_ascii_alphanumeric() || b"!'()*+,.:;=_-".contains(&c),
        };
        if !legal {
            return false;
        }
    }
    (1..=most).contains(&characters)
}

impl Scheme {
    /// The key without qualifiers: company prefix and reference, check digit and what comes before.
    fn key(&self, company: &str, reference: &str) -> Option<String> {
        let Some(digits) = self.digits else {
            return is_component(reference, 30).then(|| format!("{company}{}", percent_encoded(reference)));
        };
        if company.len() + reference.len() != digits || !is_digits(reference) {
            return None;
        }
        let (before, after) = if self.indicator {
            reference.split_at_checked(1)?
        } else {
            ("", reference)
        };
        let mut key = [self.leading, before, company, after].concat();
        key.push(check_digit(&key));
        Some(key)
    }

    fn link(&self, value: &str) -> Option<String> {
        let (company, rest) = company(value)?;
        let (reference, rest) = match (self.tail, rest.split_once('.')) {
            // Text without a tail may hold dots.
            (Tail::Nothing, _) if self.digits.is_none() => (rest, None),
            (_, Some((reference, rest))) => (reference, Some(rest)),
            (_, None) => (rest, None),
        };
        let key = self.key(company, reference)?;
        let ai = self.ai;
        Some(match (self.tail, rest) {
            (Tail::Nothing, None) | (Tail::Extension, Some("0")) => format!("{CANONICAL}/{ai}/{key}"),
            (Tail::Serial(most), Some(serial)) if is_component(serial, most) => {
                format!("{CANONICAL}/{ai}/{key}{}", percent_encoded(serial))
            }
            (Tail::Qualifier(qualifier, most), Some(value)) if is_component(value, most) => {
                format!("{CANONICAL}/{ai}/{key}/{qualifier}/{}", percent_encoded(value))
            }
            (Tail::Extension, Some(value)) if is_component(value, 20) => {
                format!("{CANONICAL}/{ai}/{key}/254/{}", percent_encoded(value))
            }
            (Tail::Piece, Some(rest)) => {
                let (piece, total, serial) = pieces(rest)?;
                let serial = serial.filter(|serial| is_component(serial, 20))?;
                format!("{CANONICAL}/{ai}/{key}{piece}{total}/21/{}", percent_encoded(serial))
            }
            _ => return None,
        })
    }

    /// The link of a class: the value without its serial.
    fn class_link(&self, value: &str) -> Option<String> {
        let (company, rest) = company(value)?;
        let ai = self.ai;
        match self.tail {
            Tail::Piece => {
                let (reference, rest) = rest.split_once('.')?;
                let (piece, total, None) = pieces(rest)? else {
                    return None;
                };
                Some(format!(
                    "{CANONICAL}/{ai}/{}{piece}{total}",
                    self.key(company, reference)?
                ))
            }
            Tail::Serial(_) | Tail::Qualifier(..) => Some(format!("{CANONICAL}/{ai}/{}", self.key(company, rest)?)),
            Tail::Nothing | Tail::Extension => None,
        }
    }
}

/// Piece and total of an ITIP, and the serial when there is one.
fn pieces(rest: &str) -> Option<(&str, &str, Option<&str>)> {
    let mut parts = rest.splitn(3, '.');
    let (piece, total) = (parts.next()?, parts.next()?);
    let two = |part: &str| part.len() == 2 && is_digits(part);
    (two(piece) && two(total)).then_some((piece, total, parts.next()))
}

/// The check digit of GS1 keys (General Specifications, 7.9.1) for a text of digits.
fn check_digit(digits: &str) -> char {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit.saturating_sub(b'0')) * weight)
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

/// What Digital Link demands to be written as `%XX` and EPC URNs write plainly.
fn percent_encoded(text: &str) -> Cow<'_, str> {
    const ENCODED: &str = "!()*+,:";
    if !text.contains(|c| ENCODED.contains(c)) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if ENCODED.contains(c) {
            encoded.push('%');
            for nibble in [u32::from(c) >> 4, u32::from(c) & 15] {
                encoded.push(char::from_digit(nibble, 16).unwrap_or('0').to_ascii_uppercase());
            }
        } else {
            encoded.push(c);
        }
    }
    Cow::Owned(encoded)
}

fn canonical_link(link: &str) -> Option<String> {
    let path = link.split(['?', '#']).next()?;
    let path = path.split_once("://")?.1.split_once('/')?.1;
    let ai = |segment: &str| -> Option<&'static str> {
        let word = WORDS.iter().find(|(word, _)| *word == segment).map(|&(_, ai)| ai);
        let keys = QUALIFIERS.iter().map(|&(key, _)| key);
        let mut known = keys.chain(["10", "21", "22", "235", "254", "8011"]);
        word.or_else(|| known.find(|known| *known == segment))
    };
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let mut start = 0;
    let (key_ai, qualifiers) = loop {
        let (name, value) = (segments.get(start)?, segments.get(start + 1)?);
        let key = ai(name).and_then(|name| QUALIFIERS.iter().find(|(key, _)| *key == name));
        match key {
            Some(key) if value.len() > 4 && is_digits(value.get(..4)?) => break *key,
            _ => start += 1,
        }
    };
    let value = segments.get(start + 1)?;
    let mut finest: Option<(&str, &str, usize)> = None;
    let mut rest = segments.get(start + 2..)?.iter();
    while let Some(name) = rest.next() {
        let (name, value) = (ai(name)?, rest.next()?);
        if name == "22" {
            continue;
        }
        let rank = qualifiers.iter().position(|known| *known == name)?;
        if value.is_empty() || !is_component(value, 30) {
            return None;
        }
        if finest.is_none_or(|(_, _, best)| rank < best) {
            finest = Some((name, value, rank));
        }
    }
    let key = link_key(key_ai, value)?;
    Some(match finest {
        Some((name, value, _)) => format!("{CANONICAL}/{key_ai}/{key}/{name}/{}", percent_encoded(value)),
        None => format!("{CANONICAL}/{key_ai}/{key}"),
    })
}

/// The value of a key as its application identifier demands it; a GTIN is padded to 14 digits.
fn link_key<'a>(ai: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let digits = |length: usize| value.len() == length && is_digits(value);
    let digits_first = |length: usize, more: usize| {
        value.get(..length).is_some_and(is_digits) && (value.len() == length || is_component(&value[length..], more))
    };
    let fits = match ai {
        "01" => {
            return (matches!(value.len(), 8 | 12 | 13 | 14) && is_digits(value))
                .then(|| Cow::Owned(format!("{value:0>14}")));
        }
        "00" | "8006" | "8017" | "8018" => digits(18),
        "402" => digits(17),
        "414" | "417" => digits(13),
        "253" => digits_first(13, 17),
        "255" => digits_first(13, 12),
        "8003" => digits_first(14, 16),
        _ => is_component(value, 30),
    };
    fits.then(|| percent_encoded(value))
}
