//! The table of GS1 application identifiers (AIs): which exist, what their values look like and which belong together.
//!
//! The facts live in `ai_table.txt`, one line per AI or range of AIs, and are read once:
//!
//! ```text
//! code flags components… [req=…] [ex=…] [dlpkey[=…]] [# title]
//! ```
//!
//! A component is `N6` (six digits), `X..20` (1 to 20 characters of set 82), `Y` (set 39) or `Z` (base64url), in
//! brackets when it may be absent, followed by its linters. `req=01+21,02` wants (01 and 21) or 02 beside it;
//! `ex=392n` refuses any of 3920 to 3929 beside it, itself excepted; `dlpkey=22,10,21|235` makes it a Digital Link
//! primary key with the qualifiers 22, 10, 21 in this order, or else 235.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::error::ValueError;
use crate::linter::{CharacterSet, Linter};

static TABLE: LazyLock<BTreeMap<String, ApplicationIdentifier>> = LazyLock::new(|| read(include_str!("ai_table.txt")));

/// One application identifier of the GS1 General Specifications.
#[derive(Debug, PartialEq, Eq)]
pub struct ApplicationIdentifier {
    code: String,
    title: &'static str,
    predefined_length: bool,
    data_attribute: bool,
    components: Vec<Component>,
    /// Every entry must hold; an entry holds when all patterns of one of its groups are present.
    requires: Vec<Vec<Vec<&'static str>>>,
    excludes: Vec<&'static str>,
    /// `Some` for a Digital Link primary key: its qualifier sequences, in order of the path.
    qualifiers: Option<Vec<Vec<&'static str>>>,
}

/// One part of a value; parts follow each other without a separator.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Component {
    set: CharacterSet,
    min: usize,
    max: usize,
    optional: bool,
    linters: Vec<Linter>,
}

/// A part of a value as the compression of URIs sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format {
    /// Only digits.
    pub(crate) digits: bool,
    /// Always `most` characters long.
    pub(crate) fixed: bool,
    pub(crate) most: usize,
}

impl ApplicationIdentifier {
    /// The entry for a code of two to four digits, `None` when GS1 has not assigned it.
    #[must_use]
    pub fn lookup(code: &str) -> Option<&'static Self> {
        TABLE.get(code)
    }

    /// All entries in order of their codes.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        TABLE.values()
    }

    /// Two to four digits, such as `01`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// GS1's data title, such as `GTIN`; empty where it assigns none.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// Whether its length is predefined, so that no FNC1 separates it from the next AI in an element string.
    #[must_use]
    pub fn has_predefined_length(&self) -> bool {
        self.predefined_length
    }

    /// Whether it may stand in the query of a Digital Link URI.
    #[must_use]
    pub fn is_data_attribute(&self) -> bool {
        self.data_attribute
    }

    /// Whether it may be the primary key of a Digital Link URI.
    #[must_use]
    pub fn is_primary_key(&self) -> bool {
        self.qualifiers.is_some()
    }

    /// Whether these qualifiers, in this order, may follow this primary key in a path.
    #[must_use]
    pub fn allows_qualifiers(&self, path: &[&str]) -> bool {
        let Some(sequences) = &self.qualifiers else {
            return false;
        };
        // An allowed path leaves qualifiers out but never reorders them: it is a subsequence.
        path.is_empty()
            || sequences.iter().any(|sequence| {
                let mut rest = sequence.iter();
                path.iter().all(|wanted| rest.any(|known| known == wanted))
            })
    }

    /// The qualifiers of this primary key in the order of the path; alternatives follow each other.
    pub(crate) fn qualifier_order(&self) -> Vec<&'static str> {
        self.qualifiers.iter().flatten().flatten().copied().collect()
    }

    /// How long the codes are that begin with these two digits: GS1 assigns them so that the first two tell.
    pub(crate) fn code_length(first_two: &str) -> Option<usize> {
        let (code, _) = TABLE.range(first_two.to_owned()..).next()?;
        code.starts_with(first_two).then_some(code.len())
    }

    /// Its components as compression knows them: neighbours that are alike, both always there or both optional, are one.
    pub(crate) fn formats(&self) -> Vec<Format> {
        let mut formats: Vec<(Format, bool)> = Vec::new();
        for part in &self.components {
            let digits = part.set == CharacterSet::Digits;
            let fixed = part.min == part.max && !part.optional;
            match formats.last_mut() {
                Some((last, optional))
                    if last.digits == digits && last.fixed == fixed && *optional == part.optional =>
                {
                    last.most += part.max;
                }
                _ => formats.push((
                    Format {
                        digits,
                        fixed,
                        most: part.max,
                    },
                    part.optional,
                )),
            }
        }
        formats.into_iter().map(|(format, _)| format).collect()
    }

    /// Checks a decoded value against length, character sets and linters.
    pub fn check(&self, value: &str) -> Result<(), ValueError> {
        if value.is_empty() {
            return Err(ValueError::Empty);
        }
        // Every set is ASCII: from here on bytes are characters.
        if let Some(found) = value.chars().find(|c| !c.is_ascii_graphic()) {
            return Err(ValueError::Character(found));
        }
        let most: usize = self.components.iter().map(|part| part.max).sum();
        let least: usize = self
            .components
            .iter()
            .filter(|part| !part.optional)
            .map(|part| part.min)
            .sum();
        if value.len() > most {
            return Err(ValueError::TooLong { most });
        }
        if value.len() < least {
            return Err(ValueError::TooShort { least });
        }
        let mut rest = value;
        for part in &self.components {
            let (data, after) = rest.split_at(rest.len().min(part.max));
            rest = after;
            if data.is_empty() && part.optional {
                continue;
            }
            if data.len() < part.min {
                return Err(ValueError::TooShort {
                    least: value.len() + part.min - data.len(),
                });
            }
            if let Some(found) = part.set.first_outside(data) {
                return Err(ValueError::Character(found));
            }
            if let Some(&broken) = part.linters.iter().find(|linter| !linter.accepts(data)) {
                return Err(ValueError::Rule(broken));
            }
        }
        Ok(())
    }

    /// The first rule about companions that `others` (all AI codes of the message, this one included) break:
    /// `Err((true, pattern))` when one that is present is excluded, `Err((false, list))` when one is missing.
    pub(crate) fn check_companions(&self, others: &[&str]) -> Result<(), (bool, String)> {
        let present = |pattern: &str| others.iter().any(|code| *code != self.code && matches(pattern, code));
        if let Some(found) = self.excludes.iter().find(|pattern| present(pattern)) {
            return Err((true, (*found).to_owned()));
        }
        for groups in &self.requires {
            if !groups.iter().any(|group| group.iter().all(|pattern| present(pattern))) {
                let list: Vec<String> = groups.iter().map(|group| group.join("+")).collect();
                return Err((false, list.join(", ")));
            }
        }
        Ok(())
    }
}

/// Whether `code` fits a pattern such as `392n`, in which `n` is any digit.
fn matches(pattern: &str, code: &str) -> bool {
    pattern.len() == code.len() && pattern.bytes().zip(code.bytes()).all(|(p, c)| p == b'n' || p == c)
}

/// Reads the table; a line it cannot read is left out, which the tests below would notice.
fn read(text: &'static str) -> BTreeMap<String, ApplicationIdentifier> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .filter_map(read_line)
        .flatten()
        .map(|entry| (entry.code.clone(), entry))
        .collect()
}

fn read_line(line: &'static str) -> Option<Vec<ApplicationIdentifier>> {
    let (rules, title) = line.split_once(" # ").unwrap_or((line, ""));
    let mut words = rules.split_ascii_whitespace();
    let (codes, flags) = (words.next()?, words.next()?);
    let (mut components, mut requires, mut excludes, mut qualifiers) = (Vec::new(), Vec::new(), Vec::new(), None);
    for word in words {
        match word.split_once('=') {
            Some(("req", list)) => requires.push(list.split(',').map(|group| group.split('+').collect()).collect()),
            Some(("ex", list)) => excludes.extend(list.split(',')),
            Some(("dlpkey", list)) => qualifiers = Some(list.split('|').map(|seq| seq.split(',').collect()).collect()),
            None if word == "dlpkey" => qualifiers = Some(Vec::new()),
            None => components.push(read_component(word)?),
            Some(_) => return None,
        }
    }
    let (first, last) = codes.split_once('-').unwrap_or((codes, codes));
    let range = first.parse::<u16>().ok()?..=last.parse::<u16>().ok()?;
    let entry = |number: u16| ApplicationIdentifier {
        code: format!("{number:0width$}", width = first.len()),
        title,
        predefined_length: flags.contains('*'),
        data_attribute: flags.contains('?'),
        components: components.clone(),
        requires: requires.clone(),
        excludes: excludes.clone(),
        qualifiers: qualifiers.clone(),
    };
    Some(range.map(entry).collect())
}

fn read_component(word: &str) -> Option<Component> {
    let mut parts = word.split(',');
    let shape = parts.next()?;
    let inner = shape.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let size = inner.unwrap_or(shape);
    let set = CharacterSet::named(size.chars().next()?)?;
    let size = size.get(1..)?;
    let (min, max) = match size.strip_prefix("..") {
        Some(max) => (1, max.parse().ok()?),
        None => (size.parse().ok()?, size.parse().ok()?),
    };
    let linters = parts.map(Linter::named).collect::<Option<_>>()?;
    Some(Component {
        set,
        min,
        max,
        optional: inner.is_some(),
        linters,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let text = include_str!("ai_table.txt");
        let lines: Vec<_> = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        assert_eq!(lines.len(), 224);
        for line in lines {
            assert!(read_line(line).is_some(), "{line}");
        }
        assert_eq!(ApplicationIdentifier::all().count(), 541);
        assert_eq!(
            ApplicationIdentifier::lookup("3105").map(ApplicationIdentifier::title),
            Some("NET WEIGHT (kg)")
        );
        assert!(ApplicationIdentifier::lookup("3106").is_none());
        assert!(ApplicationIdentifier::lookup("").is_none());
    }

    #[test]
    fn companions_name_only_codes_that_exist() {
        for entry in ApplicationIdentifier::all() {
            let required = entry.requires.iter().flatten().flatten();
            let qualifiers = entry.qualifiers.iter().flatten().flatten();
            for pattern in required.chain(qualifiers).chain(&entry.excludes) {
                assert!(
                    TABLE.keys().any(|code| matches(pattern, code)),
                    "{} of {}",
                    pattern,
                    entry.code
                );
            }
        }
    }

    #[test]
    fn qualifiers_keep_their_order_and_do_not_mix() {
        let gtin = ApplicationIdentifier::lookup("01").expect("GTIN is in the table");
        for good in [&[][..], &["22"], &["10"], &["22", "21"], &["22", "10", "21"], &["235"]] {
            assert!(gtin.allows_qualifiers(good), "{good:?}");
        }
        for bad in [
            &["10", "22"][..],
            &["21", "10"],
            &["10", "10"],
            &["22", "235"],
            &["17"],
            &["01"],
        ] {
            assert!(!gtin.allows_qualifiers(bad), "{bad:?}");
        }
        let lot = ApplicationIdentifier::lookup("10").expect("LOT is in the table");
        assert!(!lot.allows_qualifiers(&[]));
    }

    #[test]
    fn values_are_cut_into_components() {
        let check = |code: &str, value: &str| ApplicationIdentifier::lookup(code).map(|ai| ai.check(value));
        for (code, good) in [
            ("7007", "261231"),
            ("7007", "261201261231"),
            ("7011", "2612312359"),
            ("8008", "26123123"),
            ("8008", "2612312359"),
            ("8008", "261231235959"),
            ("423", "704392"),
            ("8003", "09520123456788ABC"),
            ("8003", "09520123456788"),
            ("4330", "000123-"),
            ("4330", "000123"),
            ("8030", "aGVs-bG8_"),
            ("8030", "aGU="),
            ("8010", "9520ABC#-/1"),
        ] {
            assert_eq!(check(code, good), Some(Ok(())), "({code}) {good}");
        }
        for (code, bad) in [
            ("7007", "26123"),
            ("7007", "2612012612"),
            ("7011", "26123123"),
            ("7011", "2612312460"),
            ("8008", "261231"),
            ("8008", "26123123596"),
            ("423", "70439"),
            ("423", "704999"),
            ("8003", "19520123456788"),
            ("4330", "000123+"),
            ("8010", "9520abc"),
            ("8030", "aGVs="),
            ("8030", "aG=s"),
            ("8030", "aGVs+w"),
            ("10", "chè"),
            ("10", ""),
            ("10", "a b"),
            ("10", "123456789012345678901"),
            ("01", "0952012345678"),
            ("01", "09520123456789"),
        ] {
            assert!(matches!(check(code, bad), Some(Err(_))), "({code}) {bad}");
        }
    }
}
