//! What is read aloud to a farmer before they agree, and how long the agreement holds. Both are dated: a consent keeps
//! the version it was given to and the end it was given.

use entity::Day;
use jiff::civil::date;

/// A text and its term, from a day on.
struct Edition {
    from: Day,
    version: &'static str,
    /// The id of its words.
    message: &'static str,
    months: i32,
}

/// The newest text, and for how many months a consent to it holds.
pub const CONSENT_TEXT: &str = "2026-11";
pub const CONSENT_MONTHS: i32 = 12;

/// Oldest first. A new one is added below; none is changed, because consents name them.
static EDITIONS: [Edition; 1] = [Edition {
    from: Day(date(2026, 1, 1)),
    version: CONSENT_TEXT,
    message: "consent-text-2026-11",
    months: CONSENT_MONTHS,
}];

fn current(today: Day) -> &'static Edition {
    EDITIONS
        .iter()
        .rev()
        .find(|edition| edition.from <= today)
        .unwrap_or(&EDITIONS[0])
}

/// The version that is read aloud on `today`.
pub(super) fn version(today: Day) -> &'static str {
    current(today).version
}

/// The id of the words of that version.
pub(super) fn message(today: Day) -> &'static str {
    current(today).message
}

/// For how many months a consent given on `today` holds.
pub(super) fn months(today: Day) -> i32 {
    current(today).months
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_edition_that_has_begun_is_read() {
        assert!(EDITIONS.is_sorted_by_key(|edition| edition.from));
        let newest = &EDITIONS[EDITIONS.len() - 1];
        assert_eq!(version(newest.from), newest.version);
        assert_eq!(version(Day(date(2099, 1, 1))), newest.version);
        assert_eq!(
            newest.from.plus_months(months(newest.from)),
            newest.from.plus_months(newest.months)
        );
    }
}
