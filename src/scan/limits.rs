//! From when on the scans of one unit are suspicious, and how long they are kept: a dated table, for what is plausible
//! is learnt, and what may be kept is law.

use entity::Day;

/// What holds from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The first day, as ISO 8601 writes it.
    in_force: &'static str,
    /// More scans than these of one unit are more than one kitchen makes.
    pub scans_of_one_unit: i64,
    /// Two scans nearer to each other than this say nothing: addresses are placed by their provider's office.
    pub near_km: i64,
    /// Nobody carries a pack faster than this.
    pub fastest_km_per_hour: i64,
    /// How many such journeys it takes: one may be a telephone that changed its network.
    pub journeys: usize,
    /// How long sightings of units are kept, in days.
    pub sightings_kept_days: i32,
}

const TABLE: [Limits; 1] = [Limits {
    in_force: "2026-01-01",
    scans_of_one_unit: 20,
    near_km: 150,
    fastest_km_per_hour: 900,
    journeys: 2,
    sightings_kept_days: 90,
}];

/// What holds on `day`; before the first line of the table its first line does.
#[must_use]
pub fn on(day: Day) -> Limits {
    let day = day.iso();
    let in_force = TABLE.iter().filter(|line| *line.in_force <= *day);
    *in_force.max_by_key(|line| line.in_force).unwrap_or(&TABLE[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_its_limits() {
        for line in TABLE {
            assert!(Day::from_iso(line.in_force).is_ok());
            assert!(line.scans_of_one_unit > 1 && line.journeys > 0 && line.sightings_kept_days > 0);
        }
        let first = Day::from_iso("1990-01-01").expect("a day");
        assert_eq!(on(first), TABLE[0]);
    }
}
