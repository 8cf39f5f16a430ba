//! Moments and days. A moment is stored as milliseconds since 1970 (UTC) and a day as ISO text, because both databases
//! sort and compare those alike (ADR 0002). Vietnam keeps one offset, +07:00, without summer time.

use std::{fmt, str::FromStr};

use jiff::{ToSpan, civil::Date, tz};
use sea_orm::{DbErr, DeriveValueType, TryFromU64};

/// The offset of Vietnam, in which people read every moment.
pub const VIETNAM: tz::Offset = tz::offset(7);

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The latest moment the program accepts (9999-12-31T23:59:59.999Z).
    pub const MAX: Self = Self(253_402_300_799_999);

    /// As `jiff` sees it.
    #[must_use]
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0.clamp(0, Self::MAX.0)).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// The civil day this moment falls on in Vietnam.
    #[must_use]
    pub fn day(self) -> Day {
        Day(VIETNAM.to_datetime(self.to_jiff()).date())
    }

    /// RFC 3339 with Vietnam's offset, to the millisecond.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let local = VIETNAM.to_datetime(self.to_jiff());
        format!("{}+07:00", local.strftime("%Y-%m-%dT%H:%M:%S%.3f"))
    }

    /// This moment moved by `milliseconds`, clamped to what the program accepts.
    #[must_use]
    pub const fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

/// Reads as `21/11/2026 09:05` in Vietnam.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", VIETNAM.to_datetime(self.to_jiff()).strftime("%d/%m/%Y %H:%M"))
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;

    /// Reads RFC 3339 with an offset.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(|at| Self(at.as_millisecond()))
    }
}

/// A civil day, stored as `2026-11-21`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
#[sea_orm(value_type = "String", to_str = "Day::iso", from_str = "Day::from_iso")]
pub struct Day(pub Date);

impl Day {
    /// ISO 8601, as stored and as sent.
    #[must_use]
    pub fn iso(&self) -> String {
        self.0.to_string()
    }

    /// Reads `2026-11-21` and nothing looser.
    pub fn from_iso(text: &str) -> Result<Self, jiff::Error> {
        // jiff also reads times behind the day; a day field means a day.
        if text.len() != 10 {
            return Err(jiff::Error::from_args(format_args!("a day is written YYYY-MM-DD")));
        }
        text.parse::<Date>().map(Self)
    }

    /// The moment this day begins in Vietnam.
    #[must_use]
    pub fn start(self) -> Timestamp {
        VIETNAM
            .to_timestamp(self.0.at(0, 0, 0, 0))
            .map_or(Timestamp(0), |at| Timestamp(at.as_millisecond()))
    }

    /// This day moved by `days`, or itself at the ends of the calendar.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        self.0.checked_add(days.days()).map_or(self, Self)
    }

    /// This day moved by calendar months (31 January + 1 month = 28 or 29 February).
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        self.0.checked_add(months.months()).map_or(self, Self)
    }

    /// `2026-11`.
    #[must_use]
    pub fn month(self) -> String {
        self.0.strftime("%Y-%m").to_string()
    }

    /// Six digits YYMMDD, as GS1 application identifiers carry a day.
    #[must_use]
    pub fn yymmdd(self) -> String {
        self.0.strftime("%y%m%d").to_string()
    }
}

// SeaORM asks this of every primary key; only auto-increment keys ever use it.
impl TryFromU64 for Day {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Day"))
    }
}

/// Reads as `21/11/2026`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%d/%m/%Y"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_late_in_the_evening_utc_is_the_next_day_in_vietnam() {
        let late: Timestamp = "2026-11-21T18:30:00Z".parse().expect("a moment");
        assert_eq!(late.day().iso(), "2026-11-22");
        assert_eq!(late.rfc3339(), "2026-11-22T01:30:00.000+07:00");
        assert_eq!(late.to_string(), "22/11/2026 01:30");
    }

    #[test]
    fn a_day_begins_at_midnight_in_vietnam() {
        let day = Day::from_iso("2026-11-21").expect("a day");
        assert_eq!(day.start().rfc3339(), "2026-11-21T00:00:00.000+07:00");
        assert_eq!(day.plus_months(36).iso(), "2029-11-21");
        assert!(Day::from_iso("2026-11-21T10:00").is_err());
        assert!(Day::from_iso("2026-02-30").is_err());
    }
}
