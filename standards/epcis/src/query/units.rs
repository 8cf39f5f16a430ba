//! Units of UN/ECE Recommendation 20 that can be converted into each other.

/// Code, what it measures (by its base unit), how many of the base unit one is, and what zero is in base units.
const UNITS: &[(&str, &str, f64, f64)] = &[
    ("KGM", "kg", 1.0, 0.0),
    ("GRM", "kg", 1e-3, 0.0),
    ("MGM", "kg", 1e-6, 0.0),
    ("MC", "kg", 1e-9, 0.0),
    ("HGM", "kg", 0.1, 0.0),
    ("DTN", "kg", 100.0, 0.0),
    ("TNE", "kg", 1000.0, 0.0),
    ("LBR", "kg", 0.453_592_37, 0.0),
    ("ONZ", "kg", 0.028_349_523_125, 0.0),
    ("STN", "kg", 907.184_74, 0.0),
    ("LTN", "kg", 1_016.046_908_8, 0.0),
    ("MTR", "m", 1.0, 0.0),
    ("MMT", "m", 1e-3, 0.0),
    ("CMT", "m", 1e-2, 0.0),
    ("DMT", "m", 0.1, 0.0),
    ("KMT", "m", 1000.0, 0.0),
    ("INH", "m", 0.0254, 0.0),
    ("FOT", "m", 0.3048, 0.0),
    ("YRD", "m", 0.9144, 0.0),
    ("SMI", "m", 1_609.344, 0.0),
    ("MTK", "m2", 1.0, 0.0),
    ("CMK", "m2", 1e-4, 0.0),
    ("KMK", "m2", 1e6, 0.0),
    ("HAR", "m2", 1e4, 0.0),
    ("ARE", "m2", 100.0, 0.0),
    ("MTQ", "m3", 1.0, 0.0),
    ("LTR", "m3", 1e-3, 0.0),
    ("MLT", "m3", 1e-6, 0.0),
    ("CLT", "m3", 1e-5, 0.0),
    ("DLT", "m3", 1e-4, 0.0),
    ("HLT", "m3", 0.1, 0.0),
    ("CMQ", "m3", 1e-6, 0.0),
    ("DMQ", "m3", 1e-3, 0.0),
    ("SEC", "s", 1.0, 0.0),
    ("C26", "s", 1e-3, 0.0),
    ("MIN", "s", 60.0, 0.0),
    ("HUR", "s", 3600.0, 0.0),
    ("DAY", "s", 86_400.0, 0.0),
    ("WEE", "s", 604_800.0, 0.0),
    ("KEL", "K", 1.0, 0.0),
    ("CEL", "K", 1.0, 273.15),
    ("FAH", "K", 5.0 / 9.0, 459.67 * 5.0 / 9.0),
    ("PAL", "Pa", 1.0, 0.0),
    ("A97", "Pa", 100.0, 0.0),
    ("KPA", "Pa", 1000.0, 0.0),
    ("MPA", "Pa", 1e6, 0.0),
    ("BAR", "Pa", 1e5, 0.0),
    ("MBR", "Pa", 100.0, 0.0),
    ("ATM", "Pa", 101_325.0, 0.0),
    ("C62", "1", 1.0, 0.0),
    ("EA", "1", 1.0, 0.0),
    ("H87", "1", 1.0, 0.0),
    ("P1", "1", 0.01, 0.0),
    ("59", "1", 1e-6, 0.0),
    ("DZN", "1", 12.0, 0.0),
    ("JOU", "J", 1.0, 0.0),
    ("KJO", "J", 1000.0, 0.0),
    ("KWH", "J", 3.6e6, 0.0),
    ("WTT", "W", 1.0, 0.0),
    ("KWT", "W", 1000.0, 0.0),
    ("VLT", "V", 1.0, 0.0),
    ("2Z", "V", 1e-3, 0.0),
    ("AMP", "A", 1.0, 0.0),
    ("4K", "A", 1e-3, 0.0),
    ("MTS", "m/s", 1.0, 0.0),
    ("KMH", "m/s", 1.0 / 3.6, 0.0),
    ("KNT", "m/s", 1852.0 / 3600.0, 0.0),
    ("HTZ", "Hz", 1.0, 0.0),
    ("KHZ", "Hz", 1000.0, 0.0),
    ("MHZ", "Hz", 1e6, 0.0),
    ("DD", "deg", 1.0, 0.0),
    ("C81", "deg", 57.295_779_513_082_32, 0.0),
];

/// A value of one unit in another; `None` when they measure different things or one is not known here.
#[must_use]
pub fn convert(value: f64, from: &str, to: &str) -> Option<f64> {
    if from == to {
        return Some(value);
    }
    let unit = |code: &str| UNITS.iter().find(|(known, ..)| *known == code);
    let (&(_, what, factor, zero), &(_, what_too, factor_too, zero_too)) = (unit(from)?, unit(to)?);
    (what == what_too).then(|| (value * factor + zero - zero_too) / factor_too)
}

/// Whether two numbers are the same up to what converting a unit loses.
pub(super) fn nearly(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-9 * left.abs().max(right.abs())
}

#[cfg(test)]
mod tests {
    use super::{UNITS, convert, nearly};

    #[test]
    fn units_convert_within_what_they_measure() {
        for (value, from, to, expected) in [
            (1.5, "KGM", "GRM", 1500.0),
            (2.0, "TNE", "DTN", 20.0),
            (0.0, "CEL", "FAH", 32.0),
            (-40.0, "FAH", "CEL", -40.0),
            (26.0, "CEL", "KEL", 299.15),
            (1.0, "HAR", "MTK", 10_000.0),
            (50.0, "P1", "C62", 0.5),
            (7.0, "X99", "X99", 7.0),
        ] {
            let converted = convert(value, from, to).expect("the same kind");
            assert!(
                nearly(converted + 1000.0, expected + 1000.0),
                "{value} {from} is {converted} {to}"
            );
        }
        assert_eq!(convert(1.0, "KGM", "LTR"), None);
        assert_eq!(convert(1.0, "KGM", "X99"), None);
    }

    #[test]
    fn every_unit_stands_once() {
        let mut codes: Vec<_> = UNITS.iter().map(|(code, ..)| code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), UNITS.len());
    }
}
