//! What a notice tells, whoever sent it (pure).

use entity::{Dong, PaymentReference, Timestamp, payments::notice::Direction, time::VIETNAM};
use serde::{Deserialize, Serialize};

use crate::http::input::{Field, Wrong};

/// What a notice tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub provider_id: String,
    /// The numbers it names, the virtual account's first. Empty for a gateway's: its money goes to the held account.
    pub numbers: Vec<String>,
    pub direction: Direction,
    pub amount: Dong,
    pub content: String,
    /// Every payment reference in it, those the sender wrote first; behind them what they may have been before somebody
    /// misread or cut them.
    pub references: Vec<PaymentReference>,
    /// The bank's own number for the transfer.
    pub bank_reference: Option<String>,
    pub happened_at: Option<Timestamp>,
    /// Whether money moved at all: a gateway also tells of payments that came to nothing.
    pub moved: bool,
}

impl Told {
    /// Every reference in `texts`, those that are whole first.
    #[must_use]
    pub fn references_in(texts: &[&str]) -> Vec<PaymentReference> {
        let mut references: Vec<PaymentReference> = Vec::new();
        let whole = texts.iter().flat_map(|text| PaymentReference::all_in(text));
        let likely = texts.iter().flat_map(|text| PaymentReference::likely_in(text));
        for reference in whole.chain(likely) {
            if !references.contains(&reference) {
                references.push(reference);
            }
        }
        references
    }

    /// The text under which a notice is kept whose own cannot be read without settings: a gateway's, a line of a
    /// statement. `raw` is what came.
    #[must_use]
    pub fn write(&self, raw: &str) -> String {
        let plain = Plain {
            choque: 1,
            provider_id: self.provider_id.clone(),
            numbers: self.numbers.clone(),
            out: self.direction == Direction::Out,
            amount: self.amount.0,
            content: self.content.clone(),
            bank_reference: self.bank_reference.clone(),
            happened_at: self.happened_at.map(|at| at.0),
            moved: self.moved,
            raw: raw.to_owned(),
        };
        serde_json::to_string(&plain).expect("texts and numbers are always JSON")
    }

    /// What [`Told::write`] wrote.
    pub fn of_text(text: &str) -> Result<Self, serde_json::Error> {
        let plain: Plain = serde_json::from_str(text)?;
        Ok(Self {
            provider_id: plain.provider_id,
            numbers: plain.numbers,
            direction: if plain.out { Direction::Out } else { Direction::In },
            amount: Dong(plain.amount),
            references: Self::references_in(&[&plain.content]),
            content: plain.content,
            bank_reference: plain.bank_reference,
            happened_at: plain.happened_at.map(Timestamp),
            moved: plain.moved,
        })
    }

    /// Whether `text` is of [`Told::write`].
    #[must_use]
    pub fn is_own(text: &str) -> bool {
        text.starts_with(r#"{"choque":"#)
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Plain {
    /// The form's version; first, so that the form is known by it.
    choque: u8,
    provider_id: String,
    numbers: Vec<String>,
    out: bool,
    amount: i64,
    content: String,
    bank_reference: Option<String>,
    happened_at: Option<i64>,
    moved: bool,
    #[serde(default)]
    raw: String,
}

/// An account's number as it is compared: letters and digits, letters in upper case.
#[must_use]
pub fn plain_number(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// `2026-11-21 14:02:37` in Vietnam's time.
#[must_use]
pub fn local_time(text: &str) -> Option<Timestamp> {
    let local: jiff::civil::DateTime = text.trim().parse().ok()?;
    of_local(local)
}

/// A moment of Vietnam's clocks; none that the program could not write down again.
#[must_use]
pub fn of_local(local: jiff::civil::DateTime) -> Option<Timestamp> {
    let at = Timestamp(VIETNAM.to_timestamp(local).ok()?.as_millisecond());
    (Timestamp(0)..=Timestamp::MAX).contains(&at).then_some(at)
}

/// The text of an optional field; what is no text counts as none.
pub(super) fn text(field: &Field<String>) -> String {
    field.given().map(|text| text.trim().to_owned()).unwrap_or_default()
}

/// The number of an account, which must be one.
pub(super) fn number(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<String> {
    let number = wrong.required(pointer, field).map(|text| plain_number(text))?;
    if number.is_empty() {
        wrong.note(pointer, "wrong-account-number");
        return None;
    }
    Some(number)
}

/// A bank's own number for a transfer, where there is one.
pub(super) fn bank_reference(field: &Field<String>) -> Option<String> {
    Some(plain_number(field.given()?)).filter(|number| !number.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Does to a memo what banks and thumbs do to it.
    fn mangle(memo: &str, how: &[u8], before: &str, after: &str, cut: bool) -> String {
        let mut letters = String::new();
        for (place, letter) in memo.chars().enumerate() {
            match how.get(place).map_or(0, |how| how % 8) {
                1 => letters.push(' '),
                2 => letters.push('\n'),
                3 => letters.push('-'),
                4 => letters.push_str(". "),
                _ => {}
            }
            if how.get(place).is_some_and(|how| how / 8 % 2 == 1) {
                letters.push(letter.to_ascii_lowercase());
            } else {
                letters.push(letter);
            }
        }
        if cut {
            while letters.pop().is_some_and(|letter| !letter.is_ascii_alphanumeric()) {}
            format!("{before}{letters}")
        } else {
            format!("{before}{letters}{after}")
        }
    }

    proptest! {
        /// Whatever banks put before, behind and between, and however they write it, the reference is found; also when its
        /// last letter was cut off, or one was taken for its lookalike.
        #[test]
        fn a_mangled_reference_is_found(
            seed: u128,
            how in prop::collection::vec(any::<u8>(), 11),
            before in "(MBVCB\\.[0-9]{1,10}\\.|CT DEN:|ck |chuyen tien mua che |)",
            after in "(\\.CT tu [0-9]{8}| GD 99| cam on|toi NGUYEN VAN A|)",
            cut: bool,
            misread: prop::sample::Index,
        ) {
            let reference = PaymentReference::of(uuid::Uuid::from_u128(seed));
            let memo = mangle(reference.as_str(), &how, &before, &after, cut);
            let found = Told::references_in(&[&memo]);
            prop_assert!(found.contains(&reference), "{reference} in {memo:?}: {found:?}");
            prop_assert!(cut || found[0] == reference, "what is whole comes first: {memo:?}");
            let pairs = [('Q', 'O'), ('D', '0'), ('L', '1'), ('2', 'Z'), ('V', 'U'), ('B', '8'), ('8', 'B'), ('5', 'S'), ('S', '5')];
            let (read, typed) = pairs[misread.index(pairs.len())];
            if let Some(place) = reference.as_str()[2..].find(read) {
                let mut letters: Vec<char> = reference.as_str().chars().collect();
                letters[place + 2] = typed;
                let typed: String = letters.into_iter().collect();
                let found = Told::references_in(&[&mangle(&typed, &how, &before, &after, false)]);
                prop_assert!(found.contains(&reference), "{reference} as {typed}: {found:?}");
            }
        }

        /// A text that nobody meant as a reference names no payment there is.
        #[test]
        fn random_text_names_no_payment(text in "[A-Za-z0-9 .:/-]{0,99}", seed: u64) {
            let found = Told::references_in(&[&text]);
            for nth in 0..50_u128 {
                let there = PaymentReference::of(uuid::Uuid::from_u128(u128::from(seed) << 64 | nth));
                prop_assert!(!found.contains(&there));
            }
        }

        #[test]
        fn what_is_written_is_read_again(content in ".{0,60}", amount in 1_i64..1_000_000, out: bool) {
            let told = Told {
                provider_id: "1".into(),
                numbers: vec!["0123".into()],
                direction: if out { Direction::Out } else { Direction::In },
                amount: Dong(amount),
                references: Told::references_in(&[&content]),
                content,
                bank_reference: Some("FT1".into()),
                happened_at: Some(Timestamp(5)),
                moved: true,
            };
            let text = told.write("raw");
            prop_assert!(Told::is_own(&text));
            prop_assert_eq!(Told::of_text(&text).expect("read"), told);
        }
    }
}
