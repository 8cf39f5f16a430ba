//! How long a stage may take (pure): a dated table, because the law changes and dossiers outlive a change.

use std::sync::LazyLock;

use entity::{
    Day,
    dossiers::dossier::{Kind, Stage},
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Period {
    kind: String,
    stage: String,
    working_days: i32,
    in_force: String,
}

static PERIODS: LazyLock<Vec<Period>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("data/periods.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the table in data/ is well formed; a test reads it")
});

/// Working days that `stage` of a dossier of `kind` may take when it begins on `day`. Before the first line of the table
/// its first line holds.
#[must_use]
pub fn working_days(kind: Kind, stage: Stage, day: Day) -> i32 {
    let of_stage = PERIODS
        .iter()
        .filter(|period| period.kind == kind.code() && period.stage == stage.code());
    let day = day.iso();
    let in_force = of_stage
        .clone()
        .filter(|period| period.in_force <= day)
        .max_by(|a, b| a.in_force.cmp(&b.in_force));
    in_force
        .or_else(|| of_stage.min_by(|a, b| a.in_force.cmp(&b.in_force)))
        .map_or(30, |period| period.working_days)
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable as _;

    use super::*;

    #[test]
    fn every_stage_of_every_kind_has_its_days() {
        for period in &*PERIODS {
            assert!(
                Day::from_iso(&period.in_force).is_ok() && period.working_days > 0,
                "{period:?}"
            );
        }
        for (kind, stage) in Kind::iter().flat_map(|kind| Stage::iter().map(move |stage| (kind, stage))) {
            assert!(
                PERIODS
                    .iter()
                    .any(|period| period.kind == kind.code() && period.stage == stage.code()),
                "{kind:?} {stage:?}"
            );
            let days = |text| working_days(kind, stage, Day::from_iso(text).expect("a day"));
            assert_eq!(
                days("2020-01-01"),
                days("2025-07-06"),
                "before the table its first line holds"
            );
        }
    }
}
