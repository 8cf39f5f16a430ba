//! The GS1 keys this exchange writes itself, each a type that cannot hold a malformed value.

use std::fmt;
use std::str::FromStr;

use crate::ai::ApplicationIdentifier;
use crate::error::ValueError;
use crate::linter;

/// Checks a value as the named AI would.
fn check(code: &str, value: &str) -> Result<(), ValueError> {
    // Every code named in this file is in the table.
    ApplicationIdentifier::lookup(code).map_or(Ok(()), |ai| ai.check(value))
}

macro_rules! digits {
    ($(#[$doc:meta])* $name:ident $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// All the digits, check digit included.
            #[must_use]
            pub fn as_str(&self) -> &str {
                // Only ASCII digits are ever stored.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ValueError;

            fn from_str(text: &str) -> Result<Self, ValueError> {
                Self::parse(text)
            }
        }
    };
}

digits! {
    /// Global Trade Item Number in its 14-digit form; shorter GTINs carry leading zeros. Its check digit holds.
    Gtin 14
}

digits! {
    /// Global Location Number: 13 digits whose check digit holds.
    Gln 13
}

/// What a range of numbers is for, when it is not for goods in trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetAside {
    /// Use inside one company or region.
    Restricted,
    /// Periodicals (ISSN) and books (ISBN, ISMN).
    Publication,
    /// Refund receipts and coupons.
    Coupon,
}

impl Gtin {
    /// Reads a GTIN-8, -12, -13 or -14 as a person types it or a scanner gives it: digits only.
    ///
    /// A Digital Link URI is stricter and carries 14 digits; that is the URI's rule, not this one's.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        if let Some(found) = text.chars().find(|c| !c.is_ascii_digit()) {
            return Err(ValueError::Character(found));
        }
        match text.len() {
            8 | 12..=14 => {}
            0 => return Err(ValueError::Empty),
            1..8 => return Err(ValueError::TooShort { least: 8 }),
            9..12 => return Err(ValueError::TooShort { least: 12 }),
            15.. => return Err(ValueError::TooLong { most: 14 }),
        }
        let padded = format!("{text:0>14}");
        check("01", &padded)?;
        padded
            .as_bytes()
            .try_into()
            .map(Self)
            .map_err(|_| ValueError::TooLong { most: 14 })
    }

    /// Appends the check digit to the 7, 11, 12 or 13 digits of a GTIN that lack it.
    pub fn from_body(digits: &str) -> Result<Self, ValueError> {
        match linter::check_digit(digits) {
            Some(check) => Self::parse(&format!("{digits}{}", char::from(check))),
            None => Err(digits
                .chars()
                .find(|c| !c.is_ascii_digit())
                .map_or(ValueError::Empty, ValueError::Character)),
        }
    }

    /// Whether it comes from a range set aside for use inside one company or region (GS1 General Specifications 1.4.2
    /// and 2.1.11): prefixes 02, 04 and 20 to 29, and a GTIN-8 that begins with 0 or 2. Such a number means nothing
    /// outside and must not be published as a GTIN.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        // The first digit only tells the packaging level.
        match &self.0[1..] {
            [b'0', b'0', b'0', b'0', b'0', first, ..] => matches!(first, b'0' | b'2'),
            [b'0', second, ..] => matches!(second, b'2' | b'4'),
            [first, ..] => *first == b'2',
            [] => false,
        }
    }

    /// What its range was set aside for, where that is not goods in trade (GS1 General Specifications 1.4.2, figure
    /// 1.4.2-1): numbers of restricted circulation, of periodicals and books (977 to 979), of refund receipts and coupons
    /// (98 and 99). A GTIN-8 has prefixes of its own, of which only the restricted ones are told here.
    #[must_use]
    pub fn set_aside(&self) -> Option<SetAside> {
        if self.is_restricted() {
            return Some(SetAside::Restricted);
        }
        match &self.0[1..4] {
            [b'9', b'7', b'7'..=b'9'] => Some(SetAside::Publication),
            [b'9', b'8' | b'9', _] => Some(SetAside::Coupon),
            _ => None,
        }
    }

    /// The 13 digits of an EAN-13 symbol; `None` for a GTIN-14 that names an outer packaging level.
    #[must_use]
    pub fn gtin13(&self) -> Option<&str> {
        self.as_str().strip_prefix('0')
    }
}

impl Gln {
    /// Reads 13 digits with a valid check digit.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        check("414", text)?;
        text.as_bytes()
            .try_into()
            .map(Self)
            .map_err(|_| ValueError::TooLong { most: 13 })
    }

    /// Appends the check digit to 12 digits.
    pub fn from_body(digits: &str) -> Result<Self, ValueError> {
        match linter::check_digit(digits) {
            Some(check) => Self::parse(&format!("{digits}{}", char::from(check))),
            None => Err(digits
                .chars()
                .find(|c| !c.is_ascii_digit())
                .map_or(ValueError::Empty, ValueError::Character)),
        }
    }
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident $code:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes the value if its AI allows it; case matters.
            pub fn parse(text: &str) -> Result<Self, ValueError> {
                check($code, text).map(|()| Self(text.to_owned()))
            }

            /// The value, not percent-encoded.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = ValueError;

            fn from_str(text: &str) -> Result<Self, ValueError> {
                Self::parse(text)
            }
        }
    };
}

text! {
    /// Batch or lot number, AI (10): 1 to 20 characters of set 82.
    Lot "10"
}

text! {
    /// Serial number, AI (21): 1 to 20 characters of set 82.
    Serial "21"
}

text! {
    /// Consumer product variant, AI (22): 1 to 20 characters of set 82.
    Cpv "22"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linter::Linter;

    #[test]
    fn a_gtin_is_read_in_every_length() {
        for (text, full) in [
            ("96385074", "00000096385074"),
            ("036000291452", "00036000291452"),
            ("9520123456788", "09520123456788"),
            ("19520123456785", "19520123456785"),
        ] {
            assert_eq!(Gtin::parse(text).map(|gtin| gtin.to_string()), Ok(full.to_owned()));
            assert_eq!(
                Gtin::from_body(&text[..text.len() - 1]).map(|gtin| gtin.to_string()),
                Ok(full.to_owned())
            );
        }
        assert_eq!(Gtin::parse("9520123456789"), Err(ValueError::Rule(Linter::CheckDigit)));
        assert_eq!(Gtin::parse("952012345678"), Err(ValueError::Rule(Linter::CheckDigit)));
        assert_eq!(Gtin::parse("95201234567"), Err(ValueError::TooShort { least: 12 }));
        assert_eq!(Gtin::parse("095201234567880"), Err(ValueError::TooLong { most: 14 }));
        assert_eq!(Gtin::parse(" 9520123456788"), Err(ValueError::Character(' ')));
        assert_eq!(Gtin::parse("９520123456788"), Err(ValueError::Character('９')));
        assert_eq!(Gtin::parse(""), Err(ValueError::Empty));
        assert_eq!(Gtin::from_body("123"), Err(ValueError::TooShort { least: 8 }));
    }

    #[test]
    fn restricted_ranges() {
        let restricted = |body: &str| Gtin::from_body(body).map(|gtin| gtin.is_restricted());
        for body in [
            "200000000001",
            "299999999999",
            "020000000001",
            "040000000001",
            "2000001",
            "0000001",
            "1200000000001",
        ] {
            assert_eq!(restricted(body), Ok(true), "{body}");
        }
        for body in [
            "893850597419",
            "952012345678",
            "030000000001",
            "050000000001",
            "9638507",
            "1000001",
            "190000000001",
        ] {
            assert_eq!(restricted(body), Ok(false), "{body}");
        }
    }

    #[test]
    fn ranges_that_are_not_for_goods() {
        let of = |body: &str| Gtin::from_body(body).map(|gtin| gtin.set_aside());
        for (body, aside) in [
            ("210000000001", Some(SetAside::Restricted)),
            ("020000000001", Some(SetAside::Restricted)),
            ("977123456789", Some(SetAside::Publication)),
            ("978030640615", Some(SetAside::Publication)),
            ("979000000000", Some(SetAside::Publication)),
            ("980000000001", Some(SetAside::Coupon)),
            ("999999999999", Some(SetAside::Coupon)),
            ("1990000000001", Some(SetAside::Coupon)),
            ("893850597419", None),
            ("976000000001", None),
            ("9788888", None),
        ] {
            assert_eq!(of(body), Ok(aside), "{body}");
        }
    }

    #[test]
    fn texts_keep_to_their_character_set() {
        assert_eq!(
            Lot::parse("CHE-2026/04").map(|lot| lot.to_string()),
            Ok("CHE-2026/04".to_owned())
        );
        assert_eq!(Lot::parse("chè"), Err(ValueError::Character('è')));
        assert_eq!(Lot::parse("a b"), Err(ValueError::Character(' ')));
        assert_eq!(Serial::parse(""), Err(ValueError::Empty));
        assert_eq!(
            Serial::parse("123456789012345678901"),
            Err(ValueError::TooLong { most: 20 })
        );
        assert_eq!(
            Gln::parse("9520123456788").map(|gln| gln.to_string()),
            Ok("9520123456788".to_owned())
        );
        assert!(Gln::parse("09520123456788").is_err());
    }
}
