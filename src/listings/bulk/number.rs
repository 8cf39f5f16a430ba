//! Numbers as people write them in Vietnam: `45.000`, `45,000`, `45000 đ`, `1,5`. What could mean two things is refused and
//! not guessed. Pure.
//!
//! The đồng has no parts, so behind a price a mark before three digits can only group: `45.000` is forty-five thousand. A
//! quantity has parts, so `1.500` may be one and a half or fifteen hundred, and is refused; `1,5`, `1.500,5` and `0,500`
//! can be read in one way only.

use entity::{Quantity, Thousandths, Unit, quantity::BadQuantity};

use super::cell::Cell;
use crate::http::language::Message;

/// Spaces that stand between groups of digits.
const SPACES: [char; 4] = [' ', '\u{a0}', '\u{202f}', '\u{2009}'];

/// An amount of đồng.
pub fn dong(cell: &Cell) -> Result<i64, Message> {
    if let Cell::Number(number) = cell {
        return match number.split_once('.') {
            None => number.parse().map_err(|_| "wrong-import-number".into()),
            Some(_) => Err("wrong-import-dong-parts".into()),
        };
    }
    let text = cell.text()?.unwrap_or_default().to_lowercase();
    let mut digits = text.trim_end_matches(SPACES);
    for word in ["đồng", "dong", "vnđ", "vnd", "đ", "₫"] {
        if let Some(rest) = digits.strip_suffix(word) {
            digits = rest.trim_end_matches(SPACES);
            break;
        }
    }
    let (digits, thousands) = match digits.strip_suffix('k') {
        Some(rest) if rest.bytes().all(|b| b.is_ascii_digit()) => (rest, 1000),
        _ => (digits, 1),
    };
    let (negative, digits) = match digits.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim_start_matches(SPACES)),
        None => (false, digits),
    };
    let value = match Marked::of(digits).ok_or("wrong-import-number")? {
        Marked::Whole(whole) | Marked::Either { grouped: whole, .. } => whole,
        Marked::Parted { whole, parts } if parts.len() < 3 && parts.bytes().all(|b| b == b'0') => whole,
        Marked::Parted { .. } => return Err("wrong-import-dong-parts".into()),
    };
    let value: i64 = value.parse().map_err(|_| "wrong-too-large")?;
    let value = value.checked_mul(thousands).ok_or("wrong-too-large")?;
    Ok(if negative { -value } else { value })
}

/// A quantity and, where one stands behind it, its unit: `12,5`, `12,5 kg`.
pub fn quantity(cell: &Cell) -> Result<(Thousandths, Option<Unit>), Message> {
    if let Cell::Number(number) = cell {
        return Ok((thousandths(number)?, None));
    }
    let text = cell.text()?.unwrap_or_default();
    let end = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    let (digits, word) = (text[..end].trim_matches(SPACES), text[end..].trim());
    let unit = if word.is_empty() {
        None
    } else {
        Some(word.parse::<Unit>().map_err(|_| "wrong-unit")?)
    };
    let (negative, digits) = match digits.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, digits),
    };
    let amount = match Marked::of(digits).ok_or("wrong-import-number")? {
        Marked::Whole(whole) => thousandths(&whole)?,
        Marked::Parted { whole, parts } => thousandths(&format!("{whole}.{parts}"))?,
        Marked::Either { grouped, parted } => {
            return Err(Message::new("wrong-import-ambiguous")
                .with("grouped", grouped)
                .with("parted", parted));
        }
    };
    Ok((Thousandths(if negative { -amount.0 } else { amount.0 }), unit))
}

/// A whole number, such as of days.
pub fn whole(cell: &Cell) -> Result<i64, Message> {
    match quantity(cell)? {
        (amount, None) if amount.0 % 1000 == 0 => Ok(amount.0 / 1000),
        _ => Err("wrong-import-whole".into()),
    }
}

fn thousandths(text: &str) -> Result<Thousandths, Message> {
    text.parse::<Thousandths>().map_err(|bad| match bad {
        BadQuantity::NotANumber => "wrong-import-number".into(),
        BadQuantity::TooFine => "wrong-too-fine".into(),
        BadQuantity::TooLarge => "wrong-too-large".into(),
    })
}

/// A quantity as a file gets it, so that it is read back in one way only: three decimals get a fourth.
#[must_use]
pub fn written(quantity: Quantity) -> String {
    let text = quantity.amount.to_string();
    match text.split_once('.') {
        Some((_, parts)) if parts.len() == 3 => format!("{text}0"),
        _ => text,
    }
}

/// What digits with marks between them can mean.
#[derive(Debug, PartialEq, Eq)]
enum Marked {
    Whole(String),
    Parted {
        whole: String,
        parts: String,
    },
    /// One mark before three digits: it may group, and it may part.
    Either {
        grouped: String,
        parted: String,
    },
}

impl Marked {
    /// `None` where it is no number.
    fn of(text: &str) -> Option<Self> {
        let text: String = text
            .chars()
            .map(|c| if SPACES.contains(&c) { ' ' } else { c })
            .collect();
        let marks: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
        if text.is_empty() || marks.iter().any(|mark| !matches!(mark, '.' | ',' | ' ')) {
            return None;
        }
        let Some(last) = marks.last().copied() else {
            return Some(Self::Whole(text));
        };
        let same = marks.iter().all(|mark| *mark == last);
        let grouped = |text: &str, mark: char| -> Option<String> {
            let mut groups = text.split(mark);
            let first = groups.next()?;
            let good = (1..=3).contains(&first.len()) && !first.starts_with('0');
            (good && groups.all(|group| group.len() == 3)).then(|| text.chars().filter(|c| *c != mark).collect())
        };
        if same && (marks.len() > 1 || last == ' ') {
            return grouped(&text, last).map(Self::Whole);
        }
        let (before, parts) = text.rsplit_once(last)?;
        if before.is_empty() || parts.is_empty() {
            return None;
        }
        let parts = parts.to_owned();
        if same {
            let whole = before.to_owned();
            return Some(match grouped(&text, last) {
                Some(grouped) => Self::Either {
                    grouped,
                    parted: format!("{whole},{parts}"),
                },
                None => Self::Parted { whole, parts },
            });
        }
        // Two kinds of marks: the last one parts, and stands there once; the others group.
        let mark = marks[0];
        let others = &marks[..marks.len() - 1];
        (last != ' ' && others.iter().all(|other| *other == mark && mark != last))
            .then(|| grouped(before, mark))
            .flatten()
            .map(|whole| Self::Parted { whole, parts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::of_text(text)
    }

    #[test]
    fn prices_are_read_as_people_write_them() {
        for written in [
            "45000",
            "45.000",
            "45,000",
            "45 000",
            "45\u{a0}000",
            "45000đ",
            "45.000 đ",
            "45.000 ₫",
            "45,000 VND",
            "45.000 đồng",
            "45.000,00",
            "45,000.00",
            "45000,0",
            "45k",
        ] {
            assert_eq!(dong(&text(written)), Ok(45_000), "{written}");
        }
        assert_eq!(dong(&text("1.250.000")), Ok(1_250_000));
        assert_eq!(dong(&text("-5")), Ok(-5));
        assert_eq!(dong(&Cell::Number("45000".into())), Ok(45_000));
        for (written, why) in [
            ("45.5", "wrong-import-dong-parts"),
            ("45000,50", "wrong-import-dong-parts"),
            ("1.250.00", "wrong-import-number"),
            ("12.34.567", "wrong-import-number"),
            ("0.500", "wrong-import-dong-parts"),
            ("bốn mươi", "wrong-import-number"),
            ("45.000/kg", "wrong-import-number"),
            ("4,5k", "wrong-import-number"),
            (".", "wrong-import-number"),
            ("99999999999999999999", "wrong-too-large"),
        ] {
            assert_eq!(dong(&text(written)).map_err(|why| why.id()), Err(why), "{written}");
        }
        assert_eq!(
            dong(&Cell::Number("45000.5".into())).map_err(|why| why.id()),
            Err("wrong-import-dong-parts")
        );
    }

    #[test]
    fn quantities_that_could_mean_two_things_are_refused() {
        for (written, thousandths) in [
            ("1,5", 1500),
            ("1.5", 1500),
            ("12,25", 12_250),
            ("0,500", 500),
            ("1500,250", 1_500_250),
            ("1.500,5", 1_500_500),
            ("1,500.5", 1_500_500),
            ("1.500.000", 1_500_000_000),
            ("1 500", 1_500_000),
            ("1.1250", 1125),
            ("20", 20_000),
        ] {
            assert_eq!(
                quantity(&text(written)),
                Ok((Thousandths(thousandths), None)),
                "{written}"
            );
        }
        assert_eq!(
            quantity(&text("12,5 kg")),
            Ok((Thousandths(12_500), Some(Unit::Kilogram)))
        );
        assert_eq!(quantity(&text("3hộp")), Ok((Thousandths(3000), Some(Unit::Box))));
        for (written, why) in [
            ("1.500", "wrong-import-ambiguous"),
            ("1,500", "wrong-import-ambiguous"),
            ("12.500 kg", "wrong-import-ambiguous"),
            ("1,2345", "wrong-too-fine"),
            ("1.2.3", "wrong-import-number"),
            ("1,5 thùng phi", "wrong-unit"),
            ("nhiều", "wrong-unit"),
            ("1,,5", "wrong-import-number"),
        ] {
            assert_eq!(quantity(&text(written)).map_err(|why| why.id()), Err(why), "{written}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for thousandths in [1, 5, 10, 125, 500, 999, 1000, 1125, 1500, 12_500, 1_500_000, 1_000_001] {
            let quantity = Quantity::new(Thousandths(thousandths), Unit::Kilogram);
            assert_eq!(
                super::quantity(&text(&written(quantity))),
                Ok((quantity.amount, None)),
                "{thousandths}"
            );
        }
    }
}
