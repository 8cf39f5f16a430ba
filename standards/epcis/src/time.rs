//! Moments and zone offsets. Both are kept as written: an event's hash depends on its text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text that is not what its field wants.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TimeError {
    #[error("{0:?} is not a date and time with a zone (RFC 3339)")]
    Time(String),
    #[error("{0:?} is not a zone offset from -14:00 to +14:00")]
    Offset(String),
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident $valid:ident $error:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text as written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TimeError;

            fn try_from(text: String) -> Result<Self, TimeError> {
                if $valid(&text).is_some() { Ok(Self(text)) } else { Err(TimeError::$error(text)) }
            }
        }

        impl FromStr for $name {
            type Err = TimeError;

            fn from_str(text: &str) -> Result<Self, TimeError> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

text! {
    /// A moment in the form of RFC 3339, such as `2026-04-12T08:30:00+07:00`.
    Time read_time Time
}

text! {
    /// The offset in force where the event happened, such as `+07:00`.
    ZoneOffset read_offset Offset
}

/// `Some` for a date-time of RFC 3339, section 5.6, whose day exists.
fn read_time(text: &str) -> Option<()> {
    let (date, rest) = text.split_once(['T', 't'])?;
    let (time, zone) = match rest.strip_suffix(['Z', 'z']) {
        Some(time) => (time, None),
        None => rest
            .split_at_checked(rest.len().checked_sub(6)?)
            .map(|(time, zone)| (time, Some(zone)))?,
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let digits = !fraction.is_empty() && fraction.bytes().all(|c| c.is_ascii_digit());
    // A leap second is written :60.
    let exists = (1..=days).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if let Some(zone) = zone {
        let [hour, minute] = numbers(zone.strip_prefix(['+', '-'])?, ':', [2, 2])?;
        (hour < 24 && minute < 60).then_some(())?;
    }
    (exists && digits).then_some(())
}

/// `Some` for an offset as the schema has it: hours to 13 with minutes, or 14:00.
fn read_offset(text: &str) -> Option<()> {
    let [hour, minute] = numbers(text.strip_prefix(['+', '-'])?, ':', [2, 2])?;
    ((hour < 14 && minute < 60) || (hour, minute) == (14, 0)).then_some(())
}

/// Exactly these many digits each, with this separator between them.
fn numbers<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[u16; N]> {
    let mut parts = text.split(separator);
    let mut values = [0; N];
    for (value, width) in values.iter_mut().zip(widths) {
        let part = parts
            .next()
            .filter(|part| part.len() == width && part.bytes().all(|c| c.is_ascii_digit()))?;
        *value = part.parse().ok()?;
    }
    parts.next().is_none().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::{Time, ZoneOffset};

    #[test]
    fn moments() {
        for good in [
            "2026-04-12T08:30:00+07:00",
            "2013-06-08T14:58:56.591Z",
            "2024-02-29t00:00:00z",
            "2016-12-31T23:59:60Z",
        ] {
            assert_eq!(good.parse::<Time>().map(String::from), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "2026-04-12",
            "2026-04-12T08:30:00",
            "2026-04-12 08:30:00Z",
            "2026-02-29T08:30:00Z",
            "2026-13-01T08:30:00Z",
            "2026-04-12T24:00:00Z",
            "2026-04-12T08:30Z",
            "2026-04-12T08:30:00.Z",
            "2026-04-12T08:30:00+7:00",
            "2026-04-12T08:30:00+0700",
            "2026-04-12T08:30:00+24:00",
            "+026-04-12T08:30:00Z",
            "２026-04-12T08:30:00Z",
            "2026-04-12Tàààààà",
        ] {
            assert!(bad.parse::<Time>().is_err(), "{bad}");
        }
    }

    #[test]
    fn offsets() {
        for good in ["+07:00", "-00:00", "+13:59", "-14:00"] {
            assert!(good.parse::<ZoneOffset>().is_ok(), "{good}");
        }
        for bad in [
            "", "07:00", "+7:00", "+0700", "+14:01", "+15:00", "+07:60", "Z", "+07:00 ",
        ] {
            assert!(bad.parse::<ZoneOffset>().is_err(), "{bad}");
        }
    }
}
