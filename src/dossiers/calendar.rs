//! Which days are working days (pure): Monday to Friday, but for public holidays and what is worked in their place.

use std::{collections::HashMap, sync::LazyLock};

use entity::Day;
use jiff::civil::Weekday;
use serde::Deserialize;

/// A day that is not what its weekday says.
#[derive(Debug, Deserialize)]
struct Exception {
    day: String,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Off,
    Worked,
}

static EXCEPTIONS: LazyLock<HashMap<Day, What>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("data/days_off.csv").as_bytes())
        .deserialize::<Exception>()
        .map(|row| {
            let row = row.expect("the table in data/ is well formed; a test reads it");
            let day = Day::from_iso(&row.day).expect("the table's days are days; a test reads it");
            (day, row.what)
        })
        .collect()
});

/// Whether offices work on `day`.
#[must_use]
pub fn is_working(day: Day) -> bool {
    match EXCEPTIONS.get(&day) {
        Some(What::Off) => false,
        Some(What::Worked) => true,
        None => !matches!(day.0.weekday(), Weekday::Saturday | Weekday::Sunday),
    }
}

/// The `count`th working day after `day`; `day` itself where `count` is none.
#[must_use]
pub fn after(day: Day, count: i32) -> Day {
    let (mut reached, mut left) = (day, count);
    while left > 0 {
        let next = reached.plus_days(1);
        if next == reached {
            // The end of the calendar.
            break;
        }
        reached = next;
        left -= i32::from(is_working(reached));
    }
    reached
}

/// Working days from `from` on and before `to`; none where `to` is not later.
#[must_use]
pub fn between(from: Day, to: Day) -> i32 {
    let (mut day, mut count) = (from, 0);
    while day < to {
        count += i32::from(is_working(day));
        day = day.plus_days(1);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::from_iso(text).expect("a day")
    }

    #[test]
    fn holidays_are_off_and_what_is_worked_instead_is_worked() {
        assert!(EXCEPTIONS.len() > 20);
        for off in ["2026-02-17", "2026-04-27", "2026-09-02", "2026-11-22", "2027-05-03"] {
            assert!(!is_working(day(off)), "{off}");
        }
        for worked in ["2026-01-10", "2026-08-22", "2026-11-23", "2027-02-12"] {
            assert!(is_working(day(worked)), "{worked}");
        }
        // A day off that falls on a weekend, or a worked one that does not, would be a slip of the table.
        for (day, what) in &*EXCEPTIONS {
            let weekend = matches!(day.0.weekday(), Weekday::Saturday | Weekday::Sunday);
            assert_eq!(weekend, *what == What::Worked, "{day}");
        }
    }

    #[test]
    fn working_days_are_counted_over_tet() {
        // The Friday before Tết; the office opens again on Monday the 23rd.
        assert_eq!(after(day("2026-02-13"), 1), day("2026-02-23"));
        assert_eq!(between(day("2026-02-13"), day("2026-02-23")), 1);
        assert_eq!(after(day("2026-11-22"), 0), day("2026-11-22"));
        assert_eq!(between(day("2026-11-22"), day("2026-11-22")), 0);
    }
}
