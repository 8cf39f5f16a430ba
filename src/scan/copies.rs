//! Whether the code of one unit has been copied (pure). Only a unit's own code can tell: all units of a batch carry the
//! same batch code, so that however often and wherever that one is scanned, it says nothing.

use entity::Timestamp;

use super::limits::Limits;

/// One scan of a unit's own code, coarsely placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub at: Timestamp,
    pub latitude_tenths: i32,
    pub longitude_tenths: i32,
    /// The province or country; possibly empty.
    pub place: String,
}

/// How often a unit's own code was scanned, and when first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scans {
    pub count: i64,
    pub first_at: Timestamp,
}

/// Why a unit's code looks copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suspicion {
    /// More scans than one unit gets.
    Often { scans: i64 },
    /// It was scanned before its sticker was printed.
    TooEarly { first_at: Timestamp },
    /// It was in two places in less time than the way takes.
    TooFar { km: i64, from: String, to: String },
}

/// What is suspicious about a unit whose sticker was printed at `printed_at`. `seen` is in order of time.
#[must_use]
pub fn suspicion(limits: &Limits, printed_at: Timestamp, scans: Option<Scans>, seen: &[Seen]) -> Option<Suspicion> {
    if let Some(scans) = scans {
        if scans.first_at < printed_at {
            return Some(Suspicion::TooEarly {
                first_at: scans.first_at,
            });
        }
        if scans.count > limits.scans_of_one_unit {
            return Some(Suspicion::Often { scans: scans.count });
        }
    }
    let mut impossible = seen.windows(2).filter_map(|pair| {
        let (from, to) = (&pair[0], &pair[1]);
        let km = distance_km(from, to);
        let ms = (to.at.0 - from.at.0).max(0);
        // km / h > fastest, without dividing by a time of nothing.
        let too_fast = i128::from(km) * 3_600_000 > i128::from(limits.fastest_km_per_hour) * i128::from(ms);
        (km > limits.near_km && too_fast).then(|| Suspicion::TooFar {
            km,
            from: from.place.clone(),
            to: to.place.clone(),
        })
    });
    impossible.nth(limits.journeys.saturating_sub(1))
}

/// The great-circle distance (haversine) on a sphere of 6,371 km.
fn distance_km(a: &Seen, b: &Seen) -> i64 {
    let radians = |tenths: i32| (f64::from(tenths) / 10.0).to_radians();
    let (from, to) = (radians(a.latitude_tenths), radians(b.latitude_tenths));
    let across = radians(b.longitude_tenths) - radians(a.longitude_tenths);
    let h = ((to - from) / 2.0).sin().powi(2) + from.cos() * to.cos() * (across / 2.0).sin().powi(2);
    let km = 2.0 * 6371.0 * h.clamp(0.0, 1.0).sqrt().asin();
    #[expect(clippy::cast_possible_truncation, reason = "half the Earth's girth is 20,015 km")]
    let whole = km.round() as i64;
    whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600_000;
    const HANOI: (i32, i32) = (210, 1058);
    const SAIGON: (i32, i32) = (108, 1067);

    fn limits() -> Limits {
        super::super::limits::on(entity::Day::from_iso("2026-11-18").expect("a day"))
    }

    fn seen(hour: i64, (latitude_tenths, longitude_tenths): (i32, i32), place: &str) -> Seen {
        Seen {
            at: Timestamp(hour * HOUR),
            latitude_tenths,
            longitude_tenths,
            place: place.to_owned(),
        }
    }

    fn scans(count: i64, first_hour: i64) -> Scans {
        Scans {
            count,
            first_at: Timestamp(first_hour * HOUR),
        }
    }

    #[test]
    fn one_unit_is_scanned_a_few_times_and_after_it_was_printed() {
        let printed = Timestamp(10 * HOUR);
        let limits = limits();
        assert_eq!(suspicion(&limits, printed, None, &[]), None);
        assert_eq!(
            suspicion(&limits, printed, Some(scans(limits.scans_of_one_unit, 10)), &[]),
            None
        );
        let often = limits.scans_of_one_unit + 1;
        assert_eq!(
            suspicion(&limits, printed, Some(scans(often, 10)), &[]),
            Some(Suspicion::Often { scans: often })
        );
        assert!(matches!(
            suspicion(&limits, printed, Some(scans(1, 9)), &[]),
            Some(Suspicion::TooEarly { .. })
        ));
    }

    #[test]
    fn no_pack_is_in_two_places() {
        let limits = limits();
        let (hanoi, saigon) = (seen(0, HANOI, "Hà Nội"), seen(0, SAIGON, "Hồ Chí Minh"));
        let km = distance_km(&hanoi, &saigon);
        assert!((1_100..1_180).contains(&km), "{km}");
        let at = |hour, there: &Seen| Seen {
            at: Timestamp(hour * HOUR),
            ..there.clone()
        };
        let flown = [at(0, &hanoi), at(3, &saigon), at(6, &hanoi)];
        assert_eq!(suspicion(&limits, Timestamp(0), None, &flown), None, "somebody may fly");
        let once = [at(0, &hanoi), at(1, &saigon)];
        assert_eq!(
            suspicion(&limits, Timestamp(0), None, &once),
            None,
            "a telephone may change its network"
        );
        let twice = [at(0, &hanoi), at(1, &saigon), at(2, &hanoi)];
        assert_eq!(
            suspicion(&limits, Timestamp(0), None, &twice),
            Some(Suspicion::TooFar {
                km,
                from: "Hồ Chí Minh".into(),
                to: "Hà Nội".into()
            })
        );
        let same_moment = [at(0, &hanoi), at(0, &saigon), at(0, &hanoi)];
        assert!(suspicion(&limits, Timestamp(0), None, &same_moment).is_some());
    }

    proptest! {
        #[test]
        fn who_stays_is_never_suspected(
            hours in proptest::collection::vec(0_i64..10_000, 0..15),
            place in (-900..=900_i32, -1800..=1800_i32),
        ) {
            let mut hours = hours;
            hours.sort_unstable();
            let seen: Vec<Seen> = hours.iter().map(|hour| seen(*hour, place, "")).collect();
            prop_assert_eq!(suspicion(&limits(), Timestamp(0), Some(scans(1, 0)), &seen), None);
        }

        #[test]
        fn a_distance_is_the_same_both_ways(a in (-900..=900_i32, -1800..=1800_i32), b in (-900..=900_i32, -1800..=1800_i32)) {
            let (a, b) = (seen(0, a, ""), seen(0, b, ""));
            prop_assert_eq!(distance_km(&a, &b), distance_km(&b, &a));
            prop_assert!((0..=20_016).contains(&distance_km(&a, &b)));
        }
    }
}
