//! A calendar month in Vietnam (pure).

use std::{fmt, str::FromStr};

use entity::{Day, Timestamp};

/// A month, written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Day);

impl Month {
    /// The month in which `day` lies.
    #[must_use]
    pub fn of(day: Day) -> Self {
        Self(day.plus_days(1 - i32::from(day.0.day())))
    }

    /// The moment it begins in Vietnam.
    #[must_use]
    pub fn start(self) -> Timestamp {
        self.0.start()
    }

    /// The moment the next one begins in Vietnam: what happens then is no longer in this one.
    #[must_use]
    pub fn end(self) -> Timestamp {
        self.after().start()
    }

    #[must_use]
    pub fn first_day(self) -> Day {
        self.0
    }

    #[must_use]
    pub fn last_day(self) -> Day {
        self.after().0.plus_days(-1)
    }

    #[must_use]
    pub fn after(self) -> Self {
        Self(self.0.plus_months(1))
    }

    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.plus_months(-1))
    }

    #[must_use]
    pub fn year(self) -> i16 {
        self.0.0.year()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.month())
    }
}

/// What is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAMonth;

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        if text.len() != 7 {
            return Err(NotAMonth);
        }
        let day = Day::from_iso(&format!("{text}-01")).map_err(|_| NotAMonth)?;
        if (2020..=2200).contains(&day.0.year()) {
            Ok(Self(day))
        } else {
            Err(NotAMonth)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_when_the_next_begins_in_vietnam() {
        let month: Month = "2026-12".parse().expect("a month");
        assert_eq!(month.start().rfc3339(), "2026-12-01T00:00:00.000+07:00");
        assert_eq!(month.end().rfc3339(), "2027-01-01T00:00:00.000+07:00");
        assert_eq!(
            (month.before().to_string(), month.after().to_string()),
            ("2026-11".to_owned(), "2027-01".to_owned())
        );
        assert_eq!(month.last_day().iso(), "2026-12-31");
        let late: Timestamp = "2026-11-30T17:00:00Z".parse().expect("a moment");
        assert_eq!(
            Month::of(late.day()),
            month,
            "midnight in Vietnam is seven hours before Greenwich"
        );
        for wrong in [
            "",
            "2026",
            "2026-13",
            "2026-1",
            "202611",
            "2026-11-01",
            "1999-01",
            "năm-nay",
        ] {
            assert_eq!(wrong.parse::<Month>(), Err(NotAMonth), "{wrong}");
        }
    }
}
