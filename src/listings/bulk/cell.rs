//! What stands in a cell of a file, and the mark that keeps a text from being taken for a formula. Pure.

use std::borrow::Cow;

use entity::Day;
use serde::{Deserialize, Serialize};

use crate::http::language::Message;

/// What a spreadsheet takes a text that begins so for: something to evaluate. The wide forms are what some of them make
/// the narrow ones from.
const LEADS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
/// Before a text it says that a text follows, and nothing else.
const MARK: char = '\'';

/// A cell as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    #[default]
    #[serde(rename = "e")]
    Empty,
    #[serde(rename = "t")]
    Text(String),
    /// A number of a workbook, as decimal digits with a dot: it has no marks that could be misread.
    #[serde(rename = "n")]
    Number(String),
    /// A day of a workbook, ISO 8601.
    #[serde(rename = "d")]
    Day(String),
    /// What a formula of a workbook came to when it failed, such as `#REF!`.
    #[serde(rename = "f")]
    Fault(String),
}

impl Cell {
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        if text.trim().is_empty() {
            Self::Empty
        } else {
            // No database text can hold a NUL.
            Self::Text(text.replace('\0', "\u{fffd}"))
        }
    }

    #[must_use]
    pub fn of_number(value: f64) -> Self {
        // Six decimals: more than any column takes, and less than where a sum of tenths shows that it was made in binary.
        let text = format!("{value:.6}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        Self::Number(if text == "-0" { "0".to_owned() } else { text.to_owned() })
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// As a person sees it.
    #[must_use]
    pub fn shown(&self) -> &str {
        match self {
            Self::Empty => "",
            Self::Text(text) | Self::Number(text) | Self::Day(text) | Self::Fault(text) => text,
        }
    }

    /// The text in it, without its mark. A formula is no text: it is refused, whatever it would come to.
    pub fn text(&self) -> Result<Option<String>, Message> {
        match self {
            Self::Empty => Ok(None),
            Self::Text(text) => {
                let text = text.trim();
                if let Some(unmarked) = unmarked(text) {
                    Ok(Some(unmarked.to_owned()))
                } else if text.starts_with(LEADS) && !is_number_or_phone(text) {
                    Err("wrong-import-formula".into())
                } else {
                    Ok(Some(text.to_owned()))
                }
            }
            Self::Number(text) | Self::Day(text) => Ok(Some(text.clone())),
            Self::Fault(fault) => Err(Message::new("wrong-import-fault").with("fault", fault.as_str())),
        }
    }

    /// A day: one of a workbook, `2026-11-21`, or `21/11/2026`.
    pub fn day(&self) -> Result<Option<Day>, Message> {
        let Some(text) = self.text()? else { return Ok(None) };
        let read = Day::from_iso(&text).ok().or_else(|| {
            let mut parts = text.split(['/', '-', '.']);
            let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
            let whole = parts.next().is_none() && year.len() == 4;
            let iso = format!("{year}-{month:0>2}-{day:0>2}");
            whole.then(|| Day::from_iso(&iso).ok()).flatten()
        });
        read.map(Some).ok_or_else(|| "wrong-import-day".into())
    }
}

/// `-5`, `+84 912 345 678`: nothing that would do anything if it were evaluated.
fn is_number_or_phone(text: &str) -> bool {
    let rest = text.trim_start_matches(['+', '-']);
    text.len() - rest.len() == 1
        && rest.bytes().any(|b| b.is_ascii_digit())
        && rest
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '.' | ',' | '-'))
}

/// Whether a text is one that a spreadsheet would evaluate for sure; no honest name begins so, marked or not.
#[must_use]
pub fn is_formula(text: &str) -> bool {
    text.trim_start().starts_with(['=', '@', '＝', '＠'])
}

fn unmarked(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(MARK)?;
    (rest.is_empty() || rest.starts_with(LEADS) || rest.starts_with(MARK)).then_some(rest)
}

/// `text` as it goes into a file: with a mark before it, where a spreadsheet would evaluate it or take the mark that is
/// there for its own. [`Cell::text`] takes exactly that mark away.
#[must_use]
pub fn neutral(text: &str) -> Cow<'_, str> {
    if text.starts_with(LEADS) || text.starts_with(MARK) {
        Cow::Owned(format!("{MARK}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_evaluated_is_refused() {
        for text in [
            "=1+1",
            "=HYPERLINK(\"http://example.test\",\"Giá\")",
            " =cmd|' /C calc'!A0",
            "+1+cmd",
            "-1+1|cmd",
            "- gạch đầu dòng",
            "@SUM(A1)",
            "\t=1",
            "＝1+1",
            "--5",
        ] {
            assert_eq!(
                Cell::of_text(text).text().map_err(|why| why.id()),
                Err("wrong-import-formula"),
                "{text}"
            );
        }
        for text in ["-5", "+84 912 345 678", "Chè = ngon", "a@b", "5-7 ngày"] {
            assert_eq!(Cell::of_text(text).text(), Ok(Some(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn the_mark_is_put_on_and_taken_off_again() {
        for text in [
            "=1+1",
            "+",
            "-",
            "-5",
            "- một\n- hai",
            "@a",
            "'",
            "''",
            "'a",
            "'=1",
            "a",
            "a'b",
            "＝1",
            "chè",
        ] {
            let file = neutral(text);
            assert!(!file.starts_with(LEADS), "{text}");
            assert_eq!(Cell::of_text(&file).text(), Ok(Some(text.to_owned())), "{text}");
        }
        // An apostrophe that is part of a word is no mark.
        assert_eq!(Cell::of_text("'Ngon' lắm").text(), Ok(Some("'Ngon' lắm".to_owned())));
    }

    #[test]
    fn days_are_read_in_three_ways() {
        for text in ["2026-11-21", "21/11/2026", "21-11-2026", "21.11.2026"] {
            assert_eq!(
                Cell::of_text(text).day().map(|day| day.map(|day| day.iso())),
                Ok(Some("2026-11-21".to_owned())),
                "{text}"
            );
        }
        for text in ["31/02/2026", "11/21/2026", "21/11/26", "mai", "1/2/3/2026"] {
            assert!(Cell::of_text(text).day().is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_of_a_workbook_lose_what_binary_added() {
        for (value, text) in [(45_000.0, "45000"), (0.1 + 0.2, "0.3"), (1.125, "1.125"), (-0.0, "0")] {
            assert_eq!(Cell::of_number(value), Cell::Number(text.to_owned()));
        }
        assert_eq!(Cell::of_number(8_938_505_974_194.0).shown(), "8938505974194");
    }
}
