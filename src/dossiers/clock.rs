//! The clock of a stage (pure). The day a stage begins does not count; from the next working day on every working day
//! counts, except those on which the clock stands: from the day something was asked for until the day before the answer
//! came. So the deadline moves by exactly the working days that the clock stood.

use entity::Day;

use super::calendar::{after, between};

/// A stage, how long it may take, and when its clock stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    pub started_on: Day,
    pub working_days: i32,
    /// One after the other.
    pub pauses: Vec<Pause>,
}

/// The clock stands from a day on, until an answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    pub asked_on: Day,
    /// None: it still stands.
    pub answered_on: Option<Day>,
}

impl Clock {
    /// The last day in time. While the clock stands: what it would be if the answer came on `today`.
    #[must_use]
    pub fn due_on(&self, today: Day) -> Day {
        self.read(today).0
    }

    /// Working days on which the clock stood until `today`. What is asked for after the deadline moves nothing: late is
    /// late.
    #[must_use]
    pub fn stood(&self, today: Day) -> i32 {
        self.read(today).1
    }

    fn read(&self, today: Day) -> (Day, i32) {
        let due = after(self.started_on, self.working_days);
        self.pauses.iter().fold((due, 0), |(due, stood), pause| {
            if pause.asked_on > due {
                return (due, stood);
            }
            let days = between(pause.asked_on, pause.answered_on.unwrap_or(today));
            (after(due, days), stood + days)
        })
    }
}

/// Working days left on `today` until `due_on`: none on the last day, below none when it is over.
#[must_use]
pub fn remaining(today: Day, due_on: Day) -> i32 {
    if today <= due_on {
        between(today.plus_days(1), due_on.plus_days(1))
    } else {
        -between(due_on.plus_days(1), today.plus_days(1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::calendar::is_working, *};

    fn day(text: &str) -> Day {
        Day::from_iso(text).expect("a day")
    }

    #[test]
    fn a_supplement_moves_the_deadline_by_the_days_it_took() {
        // Entered on a Monday, five working days; the 24th is a holiday.
        let mut clock = Clock {
            started_on: day("2026-11-23"),
            working_days: 5,
            pauses: Vec::new(),
        };
        let today = day("2026-11-26");
        assert_eq!(clock.due_on(today), day("2026-12-01"));
        assert_eq!(remaining(today, clock.due_on(today)), 3);
        clock.pauses.push(Pause {
            asked_on: day("2026-11-26"),
            answered_on: None,
        });
        assert_eq!(
            clock.due_on(today),
            day("2026-12-01"),
            "asked today, it has not stood yet"
        );
        assert_eq!(
            clock.due_on(day("2026-12-02")),
            day("2026-12-07"),
            "it stood four working days"
        );
        clock.pauses[0].answered_on = Some(day("2026-12-02"));
        assert_eq!(clock.due_on(day("2027-01-01")), day("2026-12-07"), "and goes on");
        assert_eq!(clock.stood(day("2027-01-01")), 4);
    }

    #[test]
    fn what_is_asked_too_late_moves_nothing() {
        let clock = Clock {
            started_on: day("2026-11-23"),
            working_days: 5,
            pauses: vec![Pause {
                asked_on: day("2026-12-02"),
                answered_on: Some(day("2026-12-20")),
            }],
        };
        assert_eq!(clock.due_on(day("2026-12-21")), day("2026-12-01"));
        assert_eq!(clock.stood(day("2026-12-21")), 0);
        assert_eq!(remaining(day("2026-12-03"), day("2026-12-01")), -2);
        assert_eq!(remaining(day("2026-12-01"), day("2026-12-01")), 0);
    }

    proptest! {
        #[test]
        fn the_deadline_moves_by_exactly_the_days_the_clock_stood(
            start in 0..700, working_days in 1..60, gaps in prop::collection::vec((1..20, 0..40), 0..5),
        ) {
            let started_on = day("2026-01-01").plus_days(start);
            let mut clock = Clock { started_on, working_days, pauses: Vec::new() };
            let mut at = started_on;
            let mut stood = 0;
            for (gap, length) in gaps {
                let asked_on = at.plus_days(gap);
                let answered_on = asked_on.plus_days(length);
                let before = clock.due_on(answered_on);
                clock.pauses.push(Pause { asked_on, answered_on: Some(answered_on) });
                let days = if asked_on <= before { between(asked_on, answered_on) } else { 0 };
                stood += days;
                let due = clock.due_on(answered_on);
                prop_assert_eq!(due, after(before, days));
                prop_assert!(is_working(due));
                // What counts is neither more nor less than what the law gives.
                let counted = (1..2000).map(|n| started_on.plus_days(n)).take_while(|day| *day <= due).filter(|day| {
                    is_working(*day)
                        && !clock.pauses.iter().any(|pause| {
                            pause.asked_on <= due
                                && pause.asked_on <= *day
                                && pause.answered_on.is_some_and(|answered| *day < answered)
                        })
                }).count();
                prop_assert_eq!(counted, usize::try_from(working_days).expect("small"));
                at = answered_on;
            }
            prop_assert_eq!(clock.stood(at), stood);
        }
    }
}
