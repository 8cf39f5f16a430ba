//! What the state's tables say of OCOP (pure): product sets, samples, bands of points.

use std::sync::LazyLock;

use entity::{Day, catalogue::ocop_decision::Recogniser};
use serde::Deserialize;

/// One of the 26 product sets by which products are judged.
#[derive(Debug, Deserialize)]
pub struct ProductSet {
    pub no: u8,
    pub industry: String,
    pub name: String,
    /// How many samples must come in before it is decided.
    pub samples: u8,
}

/// From how many points on a product gets a star.
#[derive(Debug, Deserialize)]
struct Row {
    star: u8,
    min_points: i64,
    recogniser: String,
    months: i32,
    in_force: String,
}

static SETS: LazyLock<Vec<ProductSet>> = LazyLock::new(|| rows(include_str!("data/product_sets.csv")));
static BANDS: LazyLock<Vec<Row>> = LazyLock::new(|| rows(include_str!("data/star_bands.csv")));

fn rows<T: serde::de::DeserializeOwned>(table: &str) -> Vec<T> {
    csv::Reader::from_reader(table.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the tables in data/ are well formed; a test reads them")
}

/// All sets, by number.
#[must_use]
pub fn product_sets() -> &'static [ProductSet] {
    &SETS
}

#[must_use]
pub fn product_set(no: u8) -> Option<&'static ProductSet> {
    SETS.iter().find(|set| set.no == no)
}

/// A rating that points carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    pub star: u8,
    pub recogniser: Recogniser,
    /// How long the certificate holds from the decision on.
    pub months: i32,
}

/// The rating that `ballots` ballots with `total` hundredths of a point together carry by the law of `day`; none where
/// they carry no certificate. The mean is not rounded: 89.995 is less than 90.
#[must_use]
pub fn band(total: i64, ballots: i64, day: Day) -> Option<Band> {
    if ballots <= 0 {
        return None;
    }
    let iso = day.iso();
    let law = BANDS
        .iter()
        .map(|row| row.in_force.as_str())
        .filter(|in_force| *in_force <= iso.as_str())
        .max()
        .or_else(|| BANDS.iter().map(|row| row.in_force.as_str()).min())?;
    BANDS
        .iter()
        .filter(|row| row.in_force == law && total >= row.min_points * 100 * ballots)
        .max_by_key(|row| row.star)
        .map(|row| Band {
            star: row.star,
            recogniser: if row.recogniser == Recogniser::Ministry.code() {
                Recogniser::Ministry
            } else {
                Recogniser::Province
            },
            months: row.months,
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn star(total: i64, ballots: i64) -> Option<u8> {
        let day = Day::from_iso("2026-11-22").expect("a day");
        band(total, ballots, day).map(|band| band.star)
    }

    #[test]
    fn the_bands_are_those_of_the_law() {
        for (points, wanted) in [
            (10_000, Some(5)),
            (9_000, Some(5)),
            (8_999, Some(4)),
            (7_000, Some(4)),
            (6_999, Some(3)),
            (5_000, Some(3)),
            (4_999, None),
            (0, None),
        ] {
            assert_eq!(star(points, 1), wanted, "{points}");
        }
        assert_eq!(star(9_000 + 8_999, 2), Some(4), "89.995 is not 90");
        assert_eq!(star(0, 0), None);
        let day = Day::from_iso("2026-11-22").expect("a day");
        let of = |points| band(points, 1, day).map(|band| (band.recogniser, band.months));
        assert_eq!(of(9_100), Some((Recogniser::Ministry, 36)));
        assert_eq!(of(7_100), Some((Recogniser::Province, 36)));
    }

    #[test]
    fn there_are_26_sets_and_all_but_travel_need_samples() {
        let numbers: Vec<u8> = product_sets().iter().map(|set| set.no).collect();
        assert_eq!(numbers, (1..=26).collect::<Vec<u8>>());
        for set in product_sets() {
            assert_eq!(set.samples, if set.no == 26 { 0 } else { 5 });
        }
        assert!(BANDS.iter().all(|row| Day::from_iso(&row.in_force).is_ok()));
    }

    proptest! {
        #[test]
        fn the_order_of_ballots_and_equal_ballots_change_nothing(points in 0_i64..=10_000, ballots in 1_i64..9) {
            prop_assert_eq!(star(points * ballots, ballots), star(points, 1));
        }
    }
}
