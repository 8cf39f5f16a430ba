//! Codes that outsiders know: GTIN, lot, phone, commune, slug, short code. Each is checked where it is read.

use std::{fmt, ops::Deref, str::FromStr};

use sea_orm::{DbErr, DeriveValueType, TryFromU64, prelude::Uuid};
use sha2::{Digest, Sha256};

/// Why a text is not the code it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a {0}")]
pub struct NotA(pub &'static str);

/// Wraps a checked GS1 key so that a row can hold it.
macro_rules! gs1_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
        #[sea_orm(value_type = "String")]
        pub struct $name(pub digital_link::$name);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = <digital_link::$name as FromStr>::Err;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        // SeaORM asks this of every primary key; only auto-increment keys ever use it.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl Deref for $name {
            type Target = digital_link::$name;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    };
}

gs1_key! {
    /// A Global Trade Item Number, AI (01), always 14 digits.
    Gtin
}
gs1_key! {
    /// A Global Location Number, AI (414), 13 digits.
    Gln
}
gs1_key! {
    /// A batch or lot number, AI (10).
    Lot
}

/// Declares a code kept as text behind a check.
macro_rules! text_code {
    ($(#[$doc:meta])* $name:ident, $word:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
        #[sea_orm(value_type = "String")]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotA;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let check: fn(&str) -> Option<String> = $check;
                check(text).map(Self).ok_or(NotA($word))
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    };
}

/// A Vietnamese phone number in its national form: `0`, then nine digits. Spaces, dots and a leading `+84` are understood
/// when it is read. The database also holds those of [`Phone::none`], which nobody can type, so what it holds is not
/// checked again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Phone(String);

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Phone {
    type Err = NotA;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{a0}'))
            .collect();
        let national = match digits.strip_prefix("+84").or_else(|| digits.strip_prefix("0084")) {
            Some(rest) => format!("0{rest}"),
            None => digits,
        };
        let good = national.len() == 10
            && national.bytes().all(|b| b.is_ascii_digit())
            && national.starts_with('0')
            && !national.starts_with("00");
        good.then_some(Self(national)).ok_or(NotA("phone number"))
    }
}

impl Slug {
    /// What stands where no slug could be made; `text::slug` never needs it.
    pub(crate) fn fallback() -> Self {
        Self("x".to_owned())
    }
}

impl Phone {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What no phone is called, and nobody can type: it stands for a person without a phone.
    const NONE: &str = "0000";

    /// The `nth` number that nobody can dial, for a person without a phone; there are a million of them.
    #[must_use]
    pub fn none(nth: i64) -> Option<Self> {
        (0..1_000_000)
            .contains(&nth)
            .then(|| Self(format!("{}{nth:06}", Self::NONE)))
    }

    /// Whether it is a number at all, and not the sign that there is none.
    #[must_use]
    pub fn can_be_dialled(&self) -> bool {
        !self.0.starts_with(Self::NONE)
    }

    /// Enough for its owner to know it, too little for anybody else: `0900•••001`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}•••{}", &self.0[..4], &self.0[7..])
    }
}

text_code! {
    /// The five digits that name a commune since 2025-07-01. Names repeat and are spelt two ways; the code is the key.
    CommuneCode, "commune code", |text| {
        (text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned())
    }
}

text_code! {
    /// The readable last part of a public address: lower-case ASCII letters, digits and single hyphens.
    Slug, "slug", |text| {
        let good = (1..=120).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        good.then(|| text.to_owned())
    }
}

/// The letters of a short code: no vowels (no words), nothing that looks like something else in print.
const SHORT_ALPHABET: &[u8; 27] = b"23456789BCDFGHJKLMNPQRSTVWX";

text_code! {
    /// What `/t/{code}` takes: eight characters and one check character, for labels too small for a whole URI.
    /// The check finds every wrong letter and every swap of neighbours.
    ShortCode, "short code", |text| {
        let upper = text.to_ascii_uppercase();
        let (body, check) = upper.split_at_checked(8)?;
        (check.len() == 1 && ShortCode::check_character(body)? == check.as_bytes()[0]).then_some(upper)
    }
}

impl ShortCode {
    /// Writes eight characters drawn from `bits` and their check character.
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        let mut rest = bits;
        let mut body = String::with_capacity(9);
        for _ in 0..8 {
            body.push(char::from(SHORT_ALPHABET[usize::try_from(rest % 27).unwrap_or(0)]));
            rest /= 27;
        }
        if let Some(check) = Self::check_character(&body) {
            body.push(char::from(check));
        }
        Self(body)
    }

    /// The sum of the letters' places, weighted by powers of 5, modulo 27. Both 5 and 5 − 1 have inverses modulo 27, so
    /// no wrong letter and no swap of neighbours leaves the sum as it was.
    fn check_character(body: &str) -> Option<u8> {
        let mut sum = 0_usize;
        let mut weight = 5_usize;
        for byte in body.bytes() {
            let value = SHORT_ALPHABET.iter().position(|letter| *letter == byte)?;
            sum = (sum + weight * value) % 27;
            weight = weight * 5 % 27;
        }
        (body.len() == 8).then(|| SHORT_ALPHABET[sum])
    }
}

text_code! {
    /// The memo by which a bank's notice finds its payment: `CQ` and a short code. Banks upper-case a memo, drop its
    /// punctuation and put their own words before and behind it; the check character tells it from a word of theirs.
    PaymentReference, "payment reference", |text| {
        let upper = text.to_ascii_uppercase();
        let code: ShortCode = upper.strip_prefix(PaymentReference::PREFIX)?.parse().ok()?;
        Some(format!("{}{code}", PaymentReference::PREFIX))
    }
}

impl PaymentReference {
    const PREFIX: &str = "CQ";
    /// Its length in characters.
    const LENGTH: usize = 11;

    /// The reference that belongs to `seed`: a phone without signal makes the same one from its draft's id and may show
    /// the QR before the exchange has heard of the sale.
    #[must_use]
    pub fn of(seed: Uuid) -> Self {
        let digest = Sha256::digest(format!("choque-payment:{}", seed.hyphenated()));
        let bits = digest.iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte));
        Self(format!("{}{}", Self::PREFIX, ShortCode::from_bits(bits)))
    }

    /// Every reference in a bank's text, whatever stands around it or was put between its characters.
    #[must_use]
    pub fn all_in(text: &str) -> Vec<Self> {
        let letters = plain_letters(text);
        places(&letters, |first, second| (first, second) == (b'C', b'Q'))
            .filter_map(|begin| letters.get(begin..begin + Self::LENGTH)?.parse().ok())
            .collect()
    }

    /// What may have been references before a person misread a letter, or a bank cut the last one off. The letters of a
    /// code were chosen so that none looks like another in print; where one does stand that no code has, it can only have
    /// been one of a few, and the check character says which. A single letter that was taken for its lookalike is put right
    /// in the same way. What is found may be no reference at all: it names a payment only where there is one.
    #[must_use]
    pub fn likely_in(text: &str) -> Vec<Self> {
        let letters = plain_letters(text);
        let mut found = Vec::new();
        let head = |first: u8, second: u8| matches!(first, b'C' | b'G') && matches!(second, b'Q' | b'O' | b'0' | b'D');
        for begin in places(&letters, head) {
            let rest = &letters.as_bytes()[begin + 2..];
            let whole = rest.get(..9);
            if let Some(code) = whole {
                let is_whole = letters[begin..].starts_with(Self::PREFIX);
                mend(code, is_whole, &mut found);
            } else if rest.len() == 8 && letters[begin..].starts_with(Self::PREFIX) {
                // Cut at the very end.
                let body = &letters[begin + 2..];
                if let Some(check) = ShortCode::check_character(body) {
                    found.push(Self(format!("{}{body}{}", Self::PREFIX, char::from(check))));
                }
            }
        }
        found
    }

    /// How references in a text may begin that were cut short of more than a letter, at least five of their letters long.
    #[must_use]
    pub fn beginnings_in(text: &str) -> Vec<String> {
        let letters = plain_letters(text);
        places(&letters, |first, second| (first, second) == (b'C', b'Q'))
            .filter_map(|begin| {
                let rest = &letters.as_bytes()[begin + 2..];
                let length = rest.iter().take_while(|letter| SHORT_ALPHABET.contains(letter)).count();
                (5..=8)
                    .contains(&length)
                    .then(|| letters[begin..begin + 2 + length].to_owned())
            })
            .collect()
    }
}

/// The letters and digits of a text, in upper case.
fn plain_letters(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// Where in `letters` two stand that `is_head` likes.
fn places<'l>(letters: &'l str, is_head: impl Fn(u8, u8) -> bool + 'l) -> impl Iterator<Item = usize> + 'l {
    let pairs = letters.as_bytes().windows(2).enumerate();
    pairs
        .filter(move |(_, pair)| is_head(pair[0], pair[1]))
        .map(|(place, _)| place)
}

/// What a letter that no code has was, or what one that codes have is taken for.
const fn lookalikes(letter: u8) -> &'static [u8] {
    match letter {
        b'O' | b'0' => b"QD",
        b'I' | b'1' => b"LTJ",
        b'Z' => b"2",
        b'U' | b'W' => b"V",
        b'Y' => b"VX",
        b'E' => b"F",
        b'A' => b"4",
        b'2' | b'T' => b"7",
        b'5' => b"S",
        b'S' => b"5",
        b'8' => b"B",
        b'B' => b"8",
        b'6' | b'C' => b"G",
        b'G' => b"6C",
        b'Q' => b"D",
        b'D' => b"Q",
        b'7' => b"T2",
        b'V' => b"W",
        _ => b"",
    }
}

/// The most letters of one code that are guessed.
const MOST_GUESSED: usize = 3;

/// Adds what nine letters may have been: each letter that no code has is replaced, and where there is none of those and
/// `one_slip` is allowed, one that was taken for another.
fn mend(code: &[u8], one_slip: bool, found: &mut Vec<PaymentReference>) {
    let foreign: Vec<usize> = (0..code.len())
        .filter(|place| !SHORT_ALPHABET.contains(&code[*place]))
        .collect();
    if foreign.len() > MOST_GUESSED {
        return;
    }
    let mut guesses: Vec<Vec<u8>> = vec![code.to_vec()];
    if foreign.is_empty() {
        if one_slip {
            for place in 0..code.len() {
                for letter in lookalikes(code[place]) {
                    let mut guess = code.to_vec();
                    guess[place] = *letter;
                    guesses.push(guess);
                }
            }
        }
    } else {
        for place in foreign {
            guesses = guesses
                .into_iter()
                .flat_map(|guess| {
                    lookalikes(guess[place]).iter().map(move |letter| {
                        let mut guess = guess.clone();
                        guess[place] = *letter;
                        guess
                    })
                })
                .collect();
        }
    }
    let good = guesses.into_iter().filter_map(|guess| {
        let code: ShortCode = std::str::from_utf8(&guess).ok()?.parse().ok()?;
        Some(PaymentReference(format!("{}{code}", PaymentReference::PREFIX)))
    });
    found.extend(good);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_read_in_the_ways_people_write_them() {
        for text in [
            "0900000001",
            "0900 000 001",
            "+84900000001",
            "0900.000.001",
            "+84 900-000-001",
        ] {
            assert_eq!(text.parse::<Phone>().expect("a phone").as_str(), "0900000001", "{text}");
        }
        for text in [
            "",
            "900000001",
            "09000000011",
            "0900000a01",
            "0000000001",
            "+85900000001",
            "٠٩٠٠٠٠٠٠٠١",
        ] {
            assert!(text.parse::<Phone>().is_err(), "{text}");
        }
        assert_eq!("0900000001".parse::<Phone>().expect("a phone").masked(), "0900•••001");
    }

    #[test]
    fn who_has_no_phone_has_a_number_that_nobody_can_type() {
        let none = Phone::none(7).expect("one of a million");
        assert!(none.as_str().len() == 10 && !none.can_be_dialled());
        assert!(none.as_str().parse::<Phone>().is_err());
        assert!("0900000001".parse::<Phone>().expect("a phone").can_be_dialled());
        assert_eq!((Phone::none(1_000_000), Phone::none(-1)), (None, None));
    }

    #[test]
    fn a_short_code_notices_every_slip_and_every_swap() {
        for bits in [0, 1, 123_456_789, u64::MAX, 0x1234_5678_9abc_def0] {
            let code = ShortCode::from_bits(bits);
            assert_eq!(code.as_str().to_lowercase().parse::<ShortCode>(), Ok(code.clone()));
            let text = code.as_str().as_bytes();
            for place in 0..9 {
                for letter in SHORT_ALPHABET {
                    let mut slipped = text.to_vec();
                    slipped[place] = *letter;
                    let slipped = String::from_utf8(slipped).expect("ascii");
                    assert_eq!(
                        slipped.parse::<ShortCode>().is_ok(),
                        slipped == code.as_str(),
                        "{slipped}"
                    );
                }
            }
            for place in 0..7 {
                let mut swapped = text.to_vec();
                swapped.swap(place, place + 1);
                let swapped = String::from_utf8(swapped).expect("ascii");
                assert_eq!(
                    swapped.parse::<ShortCode>().is_ok(),
                    swapped == code.as_str(),
                    "{swapped}"
                );
            }
        }
        for text in ["", "ABCDEFGH", "ABCDEFGHI", "ắằẳẵặâấ", "2222222222"] {
            assert!(text.parse::<ShortCode>().is_err(), "{text}");
        }
    }

    /// The same three stand in `frontend/console/payments/reference.test.ts`: a phone without signal must agree.
    #[test]
    fn a_payment_reference_is_the_one_a_phone_makes() {
        for (seed, reference) in [
            ("0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10", "CQXLSGMJHMJ"),
            ("00000000-0000-0000-0000-000000000000", "CQQ4K5DC9P4"),
            ("ffffffff-ffff-ffff-ffff-ffffffffffff", "CQCL6MVD6RT"),
        ] {
            let seed = seed.parse().expect("a UUID");
            assert_eq!(PaymentReference::of(seed).as_str(), reference);
        }
    }

    #[test]
    fn a_payment_reference_survives_what_banks_do_to_it() {
        let reference = PaymentReference::of(Uuid::from_u128(0x0193_a6c8_4b1e_7c32_9d40_0f2a_4c6e_8a10));
        let text = reference.as_str();
        assert_eq!(
            PaymentReference::of(Uuid::from_u128(0x0193_a6c8_4b1e_7c32_9d40_0f2a_4c6e_8a10)),
            reference
        );
        for memo in [
            text.to_owned(),
            text.to_lowercase(),
            format!("MBVCB.3278907687.{text}.CT tu 0123499999"),
            format!("CT DEN:{text}CHUYEN TIEN"),
            format!("{}-{}", &text[..5], &text[5..]),
            format!("{} {} cam on", &text[..7], &text[7..]),
        ] {
            assert_eq!(
                PaymentReference::all_in(&memo),
                std::slice::from_ref(&reference),
                "{memo}"
            );
        }
        for memo in ["", "CQ", "CQ22222222", "chuyen tien mua che", &text[..10]] {
            assert_eq!(PaymentReference::all_in(memo), [], "{memo}");
        }
    }

    #[test]
    fn what_people_misread_and_banks_cut_off_is_put_right() {
        let references: Vec<_> = (0..200).map(|n| PaymentReference::of(Uuid::from_u128(n))).collect();
        for reference in references {
            let text = reference.as_str();
            let found = |memo: &str| PaymentReference::likely_in(memo).contains(&reference);
            assert!(found(&text[..10]), "cut: {text}");
            assert!(found(&format!("CT DEN 99 {}", &text[..10])), "cut: {text}");
            for (read, typed) in [
                ('Q', 'O'),
                ('Q', '0'),
                ('D', '0'),
                ('L', '1'),
                ('V', 'U'),
                ('2', 'Z'),
                ('B', '8'),
                ('5', 'S'),
                ('S', '5'),
            ] {
                let Some(place) = text[2..].find(read) else { continue };
                let mut letters: Vec<char> = text.chars().collect();
                letters[place + 2] = typed;
                let memo: String = letters.into_iter().collect();
                assert!(!PaymentReference::all_in(&memo).contains(&reference), "{memo}");
                assert!(found(&format!("mua che {memo} cam on")), "{memo}");
            }
            assert!(found(&format!("CO{}", &text[2..])) && found(&format!("C0{}", &text[2..])));
        }
    }
}
