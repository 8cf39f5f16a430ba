//! A calendar day, with just the arithmetic a farm diary needs.

use std::fmt;

/// A day of the proleptic Gregorian calendar. The fields are those of `jiff::civil::date(year, month, day)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    pub year: i16,
    /// 1–12.
    pub month: i8,
    /// 1–31.
    pub day: i8,
}

impl Date {
    /// The day as written; the caller vouches that it exists.
    #[must_use]
    pub const fn new(year: i16, month: i8, day: i8) -> Self {
        Self { year, month, day }
    }

    /// Days since 1970-01-01 (Howard Hinnant's `days_from_civil`: years begin in March, so the leap day comes last).
    #[must_use]
    pub fn days(self) -> i32 {
        let month = i32::from(self.month);
        let year = i32::from(self.year) - i32::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// The inverse of [`Date::days`].
    #[must_use]
    pub fn from_days(days: i32) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = (shifted + 2) % 12 + 1;
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        let narrow = |value: i32| i8::try_from(value).expect("months and days are below 32");
        Self {
            year: i16::try_from(year).expect("the demo lives within a few years of today"),
            month: narrow(month),
            day: narrow(day_of_year - (153 * shifted + 2) / 5 + 1),
        }
    }

    /// This day plus `days`, which may be negative.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self::from_days(self.days() + days)
    }

    /// This day plus `months`, kept inside the month it lands in (31 January + 1 month = 28 or 29 February).
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let index = i32::from(self.year) * 12 + i32::from(self.month) - 1 + months;
        let first = Self {
            year: i16::try_from(index.div_euclid(12)).expect("the demo lives within a few years of today"),
            month: i8::try_from(index.rem_euclid(12) + 1).expect("a month is at most 12"),
            day: 1,
        };
        let next = if first.month == 12 {
            Self::new(first.year + 1, 1, 1)
        } else {
            Self::new(first.year, first.month + 1, 1)
        };
        let length = i8::try_from(next.days() - first.days()).expect("a month has at most 31 days");
        Self {
            day: self.day.min(length),
            ..first
        }
    }
}

impl fmt::Display for Date {
    /// ISO 8601, `2026-11-05`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn known_days() {
        assert_eq!(Date::new(1970, 1, 1).days(), 0);
        assert_eq!(Date::new(2000, 3, 1).days(), 11_017);
        assert_eq!(Date::new(2026, 11, 22).days(), 20_779);
    }

    #[test]
    fn every_day_of_a_century_survives_the_round_trip() {
        for days in Date::new(1970, 1, 1).days()..Date::new(2070, 1, 1).days() {
            assert_eq!(Date::from_days(days).days(), days);
        }
    }

    #[test]
    fn months_stay_inside_the_month() {
        assert_eq!(Date::new(2023, 1, 31).plus_months(1), Date::new(2023, 2, 28));
        assert_eq!(Date::new(2024, 1, 31).plus_months(1), Date::new(2024, 2, 29));
        assert_eq!(Date::new(2022, 11, 15).plus_months(36), Date::new(2025, 11, 15));
        assert_eq!(Date::new(2022, 12, 31).plus_months(1), Date::new(2023, 1, 31));
    }
}
