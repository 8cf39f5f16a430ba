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

/// A date-time of RFC 3339, section 5.6, whose day exists, as seconds since 1970 and nanoseconds.
fn read_time(text: &str) -> Option<(i64, u32)> {
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
    let mut seconds = days_since_1970(year, month, day) * 86_400
        + i64::from(hour) * 3600
        + i64::from(minute) * 60
        + i64::from(second);
    if let Some(zone) = zone {
        let [hour, minute] = numbers(zone.strip_prefix(['+', '-'])?, ':', [2, 2])?;
        (hour < 24 && minute < 60).then_some(())?;
        let offset = i64::from(hour) * 3600 + i64::from(minute) * 60;
        seconds += if zone.starts_with('-') { offset } else { -offset };
    }
    let nanoseconds = fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0, |sum, digit| sum * 10 + u32::from(digit.saturating_sub(b'0')));
    // Leap seconds end a day in UTC.
    let leap_second_fits = second < 60 || seconds.rem_euclid(86_400) == 0;
    (exists && digits && leap_second_fits).then_some((seconds, nanoseconds))
}

/// Days of the Gregorian calendar, counted in years that begin in March so that the leap day comes last.
fn days_since_1970(year: u16, month: u16, day: u16) -> i64 {
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a day counted from 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (era * 400 + year_of_era, month + 3);
    if month > 12 {
        (year + 1, month - 12, day)
    } else {
        (year, month, day)
    }
}

impl Time {
    /// Seconds since the beginning of 1970 in UTC, and nanoseconds; what is finer is cut off.
    #[must_use]
    pub fn unix(&self) -> (i64, u32) {
        read_time(&self.0).unwrap_or_default()
    }

    /// The moment in UTC to the nearest millisecond, such as `2026-04-12T01:30:00.000Z`.
    #[must_use]
    pub fn utc_milliseconds(&self) -> String {
        let (seconds, nanoseconds) = self.unix();
        let milliseconds = seconds * 1000 + i64::from((nanoseconds + 500_000) / 1_000_000);
        let (year, month, day) = date(milliseconds.div_euclid(86_400_000));
        let of_day = milliseconds.rem_euclid(86_400_000);
        let (seconds, milliseconds) = (of_day / 1000, of_day % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z")
    }
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
    fn moments_in_utc() {
        for (text, utc) in [
            ("2026-04-12T08:30:00+07:00", "2026-04-12T01:30:00.000Z"),
            ("2026-01-01T00:00:00.1234567+07:00", "2025-12-31T17:00:00.123Z"),
            ("2024-02-28T23:59:59.9996-00:30", "2024-02-29T00:30:00.000Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"),
            ("0000-03-01t00:00:00z", "0000-03-01T00:00:00.000Z"),
        ] {
            let time: Time = text.parse().expect("a time");
            assert_eq!(time.utc_milliseconds(), utc, "{text}");
        }
        let time: Time = "1970-01-02T00:00:01.25+00:01".parse().expect("a time");
        assert_eq!(time.unix(), (86_341, 250_000_000));
    }

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
            "2026-04-12T08:30:60Z",
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
