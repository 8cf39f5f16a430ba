//! The pre-harvest interval (thời gian cách ly): from which day on what grows on a plot may be harvested (pure). The
//! telephone keeps the same rule for its own diary (`frontend/console/farm/interval.ts`), so that it warns without signal.

use entity::{
    Day,
    trace::{batch_hold::Reason, diary_entry},
};

use crate::trace::holds::Hold;

/// A spraying on one of the plots.
#[derive(Clone, Debug)]
pub struct Spraying {
    pub on: Day,
    pub interval_days: i32,
    pub product: String,
}

impl Spraying {
    /// What a line of the diary tells of it.
    #[must_use]
    pub fn of(entry: &diary_entry::Model) -> Self {
        Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::from_iso(text).expect("a day")
    }

    #[test]
    fn the_day_the_interval_ends_is_free() {
        let sprayings = [
            Spraying {
                on: day("2026-10-01"),
                interval_days: 7,
                product: "A".into(),
            },
            Spraying {
                on: day("2026-09-20"),
                interval_days: 21,
                product: "B".into(),
            },
        ];
        assert_eq!(pre_harvest_interval(day("2026-10-11"), &sprayings), None);
        let held = pre_harvest_interval(day("2026-10-07"), &sprayings).expect("held");
        assert_eq!(held.until, Some(day("2026-10-11")), "the later interval counts");
        assert_eq!(
            pre_harvest_interval(day("2026-09-19"), &sprayings),
            None,
            "sprayed after the harvest"
        );
    }
}
