//! The pre-harvest interval (thời gian cách ly): from which day on what grows on a plot may be harvested (pure). The
//! telephone keeps the same rule for its own diary (`frontend/console/growing/interval.ts`), so that it warns without signal.

use entity::{
    Day,
    ids::DiaryEntryId,
    trace::{batch_hold::Reason, diary_entry},
};

use crate::trace::holds::Hold;

/// A spraying on one of the plots.
#[derive(Clone, Debug)]
pub struct Spraying {
    /// The line of the diary that tells of it.
    pub entry: DiaryEntryId,
    pub on: Day,
    pub interval_days: i32,
    pub product: String,
}

impl Spraying {
    /// What a line of the diary tells of it.
    #[must_use]
    pub fn of(entry: &diary_entry::Model) -> Self {
        Self {
            entry: entry.id,
            on: entry.happened_at.day(),
            interval_days: entry.interval_days.unwrap_or(0),
            product: entry.input_name.clone().unwrap_or_else(|| "thuốc".to_owned()),
        }
    }
}

/// The hold for a harvest on `harvested_on` inside an interval, if it was inside one: the interval that ends last counts.
#[must_use]
pub fn pre_harvest_interval(harvested_on: Day, sprayings: &[Spraying]) -> Option<Hold> {
    sprayings
        .iter()
        .map(|spraying| (spraying.on.plus_days(spraying.interval_days), spraying))
        .filter(|(free_on, spraying)| spraying.on <= harvested_on && harvested_on < *free_on)
        .max_by_key(|(free_on, _)| *free_on)
        .map(|(free_on, spraying)| Hold {
            reason: Reason::PreHarvestInterval,
            until: Some(free_on),
            detail: format!(
                "Phun {} ngày {}, cách ly {} ngày; thu ngày {harvested_on}, sớm hơn ngày {free_on}.",
                spraying.product, spraying.on, spraying.interval_days
            ),
            detail_en: format!(
                "Sprayed {} on {}, {} days to wait; harvested on {harvested_on}, before {free_on}.",
                spraying.product, spraying.on, spraying.interval_days
            ),
        })
}

/// The first day from `on` on that lies in no interval, and the spraying that it waits for; `None` when `on` itself is
/// free.
#[must_use]
pub fn first_free_day(on: Day, sprayings: &[Spraying]) -> Option<(Day, &Spraying)> {
    let mut found: Option<(Day, &Spraying)> = None;
    loop {
        let day = found.map_or(on, |(free_on, _)| free_on);
        let waits = sprayings
            .iter()
            .map(|spraying| (spraying.on.plus_days(spraying.interval_days), spraying))
            .filter(|(free_on, spraying)| spraying.on <= day && day < *free_on)
            .max_by_key(|(free_on, _)| *free_on);
        match waits {
            Some(later) => found = Some(later),
            None => return found,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> Day {
        Day::from_iso(text).expect("a day")
    }

    fn spraying(on: &str, interval_days: i32) -> Spraying {
        Spraying {
            entry: DiaryEntryId(Uuid::nil()),
            on: day(on),
            interval_days,
            product: "A".into(),
        }
    }

    #[test]
    fn the_day_the_interval_ends_is_free() {
        let sprayings = [spraying("2026-10-01", 7), spraying("2026-09-20", 21)];
        assert_eq!(pre_harvest_interval(day("2026-10-11"), &sprayings), None);
        let held = pre_harvest_interval(day("2026-10-07"), &sprayings).expect("held");
        assert_eq!(held.until, Some(day("2026-10-11")), "the later interval counts");
        assert_eq!(
            pre_harvest_interval(day("2026-09-19"), &sprayings),
            None,
            "sprayed after the harvest"
        );
        let free = |on: &str| first_free_day(day(on), &sprayings).map(|(free_on, _)| free_on);
        assert_eq!(free("2026-10-07"), Some(day("2026-10-11")));
        assert_eq!(free("2026-10-11"), None);
        assert_eq!(free("2026-09-01"), None, "nothing had been sprayed yet");
        let again = [spraying("2026-10-01", 7), spraying("2026-10-06", 7)];
        let free = first_free_day(day("2026-10-05"), &again).map(|(free_on, _)| free_on);
        assert_eq!(free, Some(day("2026-10-13")), "sprayed again while waiting");
    }

    proptest! {
        #[test]
        fn a_free_day_is_held_by_nothing(on in 0_i32..200, told in prop::collection::vec((0_i32..200, 0_i32..60), 0..12)) {
            let base = day("2026-01-01");
            let sprayings: Vec<_> = told
                .iter()
                .map(|(at, days)| Spraying { on: base.plus_days(*at), ..spraying("2026-01-01", *days) })
                .collect();
            let on = base.plus_days(on);
            match first_free_day(on, &sprayings) {
                None => prop_assert_eq!(pre_harvest_interval(on, &sprayings), None),
                Some((free_on, _)) => {
                    prop_assert!(free_on > on);
                    prop_assert_eq!(pre_harvest_interval(free_on, &sprayings), None);
                    let mut before = on;
                    while before < free_on {
                        prop_assert!(pre_harvest_interval(before, &sprayings).is_some());
                        before = before.plus_days(1);
                    }
                }
            }
        }
    }
}
