//! Compressed Digital Link URIs (*GS1 Digital Link Standard: Compression*): reading them, and writing them.
//!
//! A compressed URI carries its elements as one segment of base64url text. The bits behind it are a sequence of
//! elements, each an application identifier in binary-coded decimal and its value; a header of eight bits that is no
//! pair of decimal digits stands for several identifiers at once (the optimisation table), and one that begins with
//! `F` for a pair of the query that is not GS1's. Elements may also stand uncompressed before the segment.
//!
//! What is read is written out as text and read again by the grammar of uncompressed URIs: no second set of rules.

use crate::ai::{ApplicationIdentifier, Format};
use crate::error::{Error, Fault};
use crate::link::{DigitalLink, encode};

/// Longer segments are refused unread: all that one URI may say fits many times over.
const LONGEST: usize = 2048;
/// The digits of base64url (RFC 4648, section 5), each six bits.
const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Identifiers that one header of eight bits stands for, in the order in which their values follow.
const SEQUENCES: [(u8, &[&str]); 52] = [
    (0x0A, &["01", "22"]),
    (0x0B, &["01", "10"]),
    (0x0C, &["01", "21"]),
    (0x0D, &["01", "17"]),
    (0x0E, &["01", "7003"]),
    (0x0F, &["01", "30"]),
    (0x1A, &["01", "10", "21", "17"]),
    (0x1B, &["01", "15"]),
    (0x1C, &["01", "11"]),
    (0x1D, &["01", "16"]),
    (0x1E, &["01", "91"]),
    (0x1F, &["01", "10", "15"]),
    (0x2A, &["01", "3100"]),
    (0x2B, &["01", "3101"]),
    (0x2C, &["01", "3102"]),
    (0x2D, &["01", "3103"]),
    (0x2E, &["01", "3104"]),
    (0x2F, &["01", "3105"]),
    (0x3A, &["01", "3200"]),
    (0x3B, &["01", "3201"]),
    (0x3C, &["01", "3202"]),
    (0x3D, &["01", "3203"]),
    (0x3E, &["01", "3204"]),
    (0x3F, &["01", "3205"]),
    (0x9A, &["8010", "8011"]),
    (0x9B, &["8017", "8019"]),
    (0x9C, &["8018", "8019"]),
    (0x9D, &["414", "254"]),
    (0xA0, &["01", "3920"]),
    (0xA1, &["01", "3921"]),
    (0xA2, &["01", "3922"]),
    (0xA3, &["01", "3923"]),
    (0xA4, &["01", "3924"]),
    (0xA5, &["01", "3925"]),
    (0xA6, &["01", "3926"]),
    (0xA7, &["01", "3927"]),
    (0xA8, &["01", "3928"]),
    (0xA9, &["01", "3929"]),
    (0xC0, &["255", "3900"]),
    (0xC1, &["255", "3901"]),
    (0xC2, &["255", "3902"]),
    (0xC3, &["255", "3903"]),
    (0xC4, &["255", "3904"]),
    (0xC5, &["255", "3905"]),
    (0xC6, &["255", "3906"]),
    (0xC7, &["255", "3907"]),
    (0xC8, &["255", "3908"]),
    (0xC9, &["255", "3909"]),
    (0xCA, &["255", "3940"]),
    (0xCB, &["255", "3941"]),
    (0xCC, &["255", "3942"]),
    (0xCD, &["255", "3943"]),
];

/// The uncompressed path and query of a compressed one, which begins with the compressed segment or with the primary key
/// that stands before it: `/AQnYUc1g…`, `/01/09520123456788/QpC…?linkType=all`.
///
/// What comes back has been read as a [`DigitalLink`]; pairs of the query that are not GS1's stay behind it.
///
/// # Errors
/// [`Fault::Compression`] when the last segment is not a compressed one, else whatever is wrong with what it says.
pub fn decompress(path_and_query: &str) -> Result<String, Error> {
    let plain = path_and_query.split('#').next().unwrap_or("");
    let (path, query) = plain.split_once('?').map_or((plain, ""), |(path, query)| (path, query));
    let path = path.strip_suffix('/').unwrap_or(path);
    let Some((before, segment)) = path.rsplit_once('/') else {
        return Err(Error::new(Fault::NoPrimaryKey, None, 0));
    };
    let unreadable = || Error::new(Fault::Compression, None, before.len() + 1);
    if segment.len() > LONGEST || before.split('/').count() % 2 == 0 {
        return Err(unreadable());
    }
    let bits = Bits::of(segment).ok_or_else(unreadable)?;
    // The order of the standard's table; then ascending, as GS1's own toolkit writes it.
    let mut refusal = unreadable();
    for ascending in [false, true] {
        let Some(said) = read(&bits, ascending) else { continue };
        let text = said.written(before, query);
        match DigitalLink::parse_path(&text) {
            Ok(_) => return Ok(text),
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

/// The compressed segment that says all that `link` says.
///
/// [`decompress`] reads it back, with one loss: attributes come back in the order of the optimisation table, then as given.
#[must_use]
pub fn compress(link: &DigitalLink) -> String {
    let mut left: Vec<(&str, &str)> = link.elements().map(|element| (element.ai(), element.value())).collect();
    let mut bits = Bits::default();
    let fits =
        |left: &[(&str, &str)], sequence: &[&str]| sequence.iter().all(|code| left.iter().any(|(ai, _)| ai == code));
    // The longest sequence saves most; at most one can apply to a primary key.
    let best = SEQUENCES
        .iter()
        .filter(|(_, sequence)| fits(&left, sequence))
        .max_by_key(|(_, sequence)| sequence.iter().map(|code| code.len()).sum::<usize>());
    if let Some((header, sequence)) = best {
        bits.push(u64::from(*header), 8);
        for code in *sequence {
            if let Some(place) = left.iter().position(|(ai, _)| ai == code) {
                let (ai, value) = left.remove(place);
                write_value(&mut bits, ai, value);
            }
        }
    }
    for (ai, value) in left {
        for digit in ai.bytes() {
            bits.push(u64::from(digit - b'0'), 4);
        }
        write_value(&mut bits, ai, value);
    }
    bits.text()
}

/// What a segment says.
#[derive(Default)]
struct Said {
    elements: Vec<(&'static ApplicationIdentifier, String)>,
    others: Vec<(String, String)>,
}

impl Said {
    /// As path and query, behind what stood uncompressed.
    fn written(mut self, before: &str, query: &str) -> String {
        let mut text = before.to_owned();
        let head = before.split('/').nth(1).and_then(ApplicationIdentifier::lookup);
        let key = head.or_else(|| {
            let place = self.elements.iter().position(|(ai, _)| ai.is_primary_key())?;
            let (ai, value) = self.elements.remove(place);
            write_pair(&mut text, '/', '/', ai.code(), &value);
            Some(ai)
        });
        let order = key.map_or_else(Vec::new, ApplicationIdentifier::qualifier_order);
        for code in order {
            if let Some(place) = self.elements.iter().position(|(ai, _)| ai.code() == code) {
                let (ai, value) = self.elements.remove(place);
                write_pair(&mut text, '/', '/', ai.code(), &value);
            }
        }
        let mut mark = '?';
        let elements = self.elements.iter().map(|(ai, value)| (ai.code(), value.as_str()));
        let others = self.others.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        for (key, value) in elements.chain(others) {
            write_pair(&mut text, mark, '=', key, value);
            mark = '&';
        }
        if !query.is_empty() {
            text.push(mark);
            text.push_str(query);
        }
        text
    }
}

fn write_pair(text: &mut String, before: char, between: char, key: &str, value: &str) {
    text.push(before);
    text.push_str(key);
    text.push(between);
    encode(value, text);
}

fn read(bits: &Bits, ascending: bool) -> Option<Said> {
    let mut said = Said::default();
    let mut reader = Reader { bits, at: 0 };
    // What is left when no header fits any more is the padding of the last letter.
    while reader.left() > 8 {
        let header = u8::try_from(reader.number(8)?).ok()?;
        let (high, low) = (header >> 4, header & 15);
        if high <= 9 && low <= 9 {
            let ai = reader.identifier(high, low)?;
            said.elements.push((ai, reader.value(ai)?));
        } else if let Some((_, sequence)) = SEQUENCES.iter().find(|(known, _)| *known == header) {
            let mut sequence = sequence.to_vec();
            if ascending {
                sequence.sort_unstable();
            }
            for code in sequence {
                let ai = ApplicationIdentifier::lookup(code)?;
                said.elements.push((ai, reader.value(ai)?));
            }
        } else if high == 15 {
            // Seven bits of length, of which the header held four.
            reader.at -= 4;
            let length = usize::try_from(reader.number(7)?).ok()?;
            let key = reader.letters(length, 6)?;
            let encoding = reader.number(3)?;
            let length = usize::try_from(reader.number(7)?).ok()?;
            // A name of digits would be taken for an element that nobody has checked.
            if key.is_empty() || key.bytes().all(|letter| letter.is_ascii_digit()) {
                return None;
            }
            said.others.push((key, reader.text(encoding, length)?));
        } else {
            return None;
        }
    }
    let padding = reader.left();
    (reader.number(padding)? == 0 && !said.elements.is_empty()).then_some(said)
}

/// How many bits a length up to `most` takes, as the standard reckons it: one more where `most` is a power of two.
fn length_bits(most: usize) -> usize {
    usize::try_from(usize::BITS - most.leading_zeros()).unwrap_or(0)
}

/// How many bits a number of `digits` decimal digits takes.
fn digit_bits(digits: usize) -> usize {
    // digits · log2(10) + 0.01, rounded up; exact for every length that occurs.
    (digits * 332_193 + 1_000).div_ceil(100_000)
}

/// How text is written: which characters, and how many bits each takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Digits,
    HexLower,
    HexUpper,
    Base64,
    Ascii,
}

impl Encoding {
    const ALL: [Self; 5] = [Self::Digits, Self::HexLower, Self::HexUpper, Self::Base64, Self::Ascii];

    /// The first, and so the shortest, that can say `text`.
    fn of(text: &str) -> Self {
        let can = |encoding: &Self| {
            text.bytes().all(|letter| match encoding {
                Self::Digits => letter.is_ascii_digit(),
                Self::HexLower => matches!(letter, b'0'..=b'9' | b'a'..=b'f'),
                Self::HexUpper => matches!(letter, b'0'..=b'9' | b'A'..=b'F'),
                Self::Base64 => BASE64URL.contains(&letter),
                Self::Ascii => true,
            })
        };
        Self::ALL.into_iter().find(can).unwrap_or(Self::Ascii)
    }
}

/// A sequence of bits, the highest first.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn of(text: &str) -> Option<Self> {
        let mut bits = Self::default();
        for letter in text.bytes() {
            let value = BASE64URL.iter().position(|known| *known == letter)?;
            bits.push(u64::try_from(value).ok()?, 6);
        }
        (!bits.0.is_empty()).then_some(bits)
    }

    fn push(&mut self, value: u64, width: usize) {
        self.0.extend((0..width).rev().map(|place| value >> place & 1 == 1));
    }

    /// A number of any length in `width` bits, from its decimal digits.
    fn push_decimal(&mut self, digits: &str, width: usize) {
        let mut rest: Vec<u8> = digits.bytes().map(|digit| digit - b'0').collect();
        let mut bits = Vec::with_capacity(width);
        for _ in 0..width {
            let mut carry = 0;
            for digit in &mut rest {
                let value = carry * 10 + *digit;
                *digit = value / 2;
                carry = value % 2;
            }
            bits.push(carry == 1);
        }
        self.0.extend(bits.into_iter().rev());
    }

    fn text(&self) -> String {
        let letter = |six: &[bool]| {
            let value = (0..6).fold(0, |value, place| value * 2 + usize::from(six.get(place) == Some(&true)));
            char::from(BASE64URL[value])
        };
        self.0.chunks(6).map(letter).collect()
    }
}

fn write_value(bits: &mut Bits, ai: &str, value: &str) {
    let Some(ai) = ApplicationIdentifier::lookup(ai) else {
        return;
    };
    let mut rest = value;
    for format in ai.formats() {
        let (part, after) = rest.split_at(rest.len().min(format.most));
        rest = after;
        if format.digits {
            if !format.fixed {
                bits.push(u64::try_from(part.len()).unwrap_or(0), length_bits(format.most));
            }
            bits.push_decimal(part, digit_bits(part.len()));
        } else {
            let encoding = Encoding::of(part);
            bits.push(encoding as u64, 3);
            if !format.fixed {
                bits.push(u64::try_from(part.len()).unwrap_or(0), length_bits(format.most));
            }
            write_text(bits, encoding, part);
        }
    }
}

fn write_text(bits: &mut Bits, encoding: Encoding, text: &str) {
    match encoding {
        Encoding::Digits => bits.push_decimal(text, digit_bits(text.len())),
        Encoding::HexLower | Encoding::HexUpper => {
            for letter in text.chars() {
                bits.push(u64::from(letter.to_digit(16).unwrap_or(0)), 4);
            }
        }
        Encoding::Base64 => {
            for letter in text.bytes() {
                let value = BASE64URL.iter().position(|known| *known == letter).unwrap_or(0);
                bits.push(u64::try_from(value).unwrap_or(0), 6);
            }
        }
        Encoding::Ascii => {
            for letter in text.bytes() {
                bits.push(u64::from(letter), 7);
            }
        }
    }
}

struct Reader<'b> {
    bits: &'b Bits,
    at: usize,
}

impl<'b> Reader<'b> {
    fn left(&self) -> usize {
        self.bits.0.len() - self.at
    }

    fn take(&mut self, width: usize) -> Option<&'b [bool]> {
        let end = self.at.checked_add(width)?;
        let taken = self.bits.0.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    /// A number of at most 64 bits.
    fn number(&mut self, width: usize) -> Option<u64> {
        Some(
            self.take(width)?
                .iter()
                .fold(0, |value, bit| value << 1 | u64::from(*bit)),
        )
    }

    /// A number of exactly `length` decimal digits, leading zeros included.
    fn decimal(&mut self, length: usize) -> Option<String> {
        let mut digits = vec![0_u8; length];
        for bit in self.take(digit_bits(length))? {
            let mut carry = u8::from(*bit);
            for digit in digits.iter_mut().rev() {
                let value = *digit * 2 + carry;
                *digit = value % 10;
                carry = value / 10;
            }
            if carry > 0 {
                return None;
            }
        }
        Some(digits.into_iter().map(|digit| char::from(b'0' + digit)).collect())
    }

    /// The identifier that begins with two digits; how many more follow, GS1 has fixed by the first two.
    fn identifier(&mut self, high: u8, low: u8) -> Option<&'static ApplicationIdentifier> {
        let mut code = format!("{high}{low}");
        let length = ApplicationIdentifier::code_length(&code)?;
        while code.len() < length {
            let digit = u32::try_from(self.number(4)?).ok()?;
            code.push(char::from_digit(digit, 10)?);
        }
        ApplicationIdentifier::lookup(&code)
    }

    fn value(&mut self, ai: &ApplicationIdentifier) -> Option<String> {
        let mut value = String::new();
        for Format { digits, fixed, most } in ai.formats() {
            let encoding = if digits { None } else { Some(self.number(3)?) };
            let length = if fixed {
                most
            } else {
                usize::try_from(self.number(length_bits(most))?).ok()?
            };
            if length > most {
                return None;
            }
            value.push_str(&match encoding {
                None => self.decimal(length)?,
                Some(encoding) => self.text(encoding, length)?,
            });
        }
        Some(value)
    }

    fn text(&mut self, encoding: u64, length: usize) -> Option<String> {
        match Encoding::ALL.get(usize::try_from(encoding).ok()?)? {
            Encoding::Digits => self.decimal(length),
            Encoding::HexLower => self.letters(length, 4),
            Encoding::HexUpper => self.letters(length, 4).map(|text| text.to_ascii_uppercase()),
            Encoding::Base64 => self.letters(length, 6),
            Encoding::Ascii => self.letters(length, 7),
        }
    }

    /// Letters of four bits (hexadecimal, in small letters), six (base64url) or seven (ASCII).
    fn letters(&mut self, length: usize, width: usize) -> Option<String> {
        (0..length)
            .map(|_| {
                let value = u8::try_from(self.number(width)?).ok()?;
                Some(match width {
                    4 => char::from_digit(u32::from(value), 16)?,
                    6 => char::from(*BASE64URL.get(usize::from(value))?),
                    _ => char::from(value),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_standard() {
        // ceil(log2(n) + 0.01) and ceil(n · log2(10) + 0.01).
        for most in 1..=90_u32 {
            let exact = (f64::from(most).log2() + 0.01).ceil();
            let reckoned = length_bits(usize::try_from(most).expect("small"));
            assert!(
                (exact - f64::from(u32::try_from(reckoned).expect("small"))).abs() < 0.5,
                "{most}"
            );
        }
        for digits in 1..=127_u32 {
            let exact = (f64::from(digits) * 10_f64.log2() + 0.01).ceil();
            let reckoned = digit_bits(usize::try_from(digits).expect("small"));
            assert!(
                (exact - f64::from(u32::try_from(reckoned).expect("small"))).abs() < 0.5,
                "{digits}"
            );
        }
    }
}
