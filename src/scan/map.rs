//! Where it grew, drawn: a point for the province on an outline of the country, never nearer. The commune is written
//! beside it.

use entity::CommuneCode;

use crate::places;

/// The mainland, its islands told by two groups of points: a tenth of a degree to a unit, from 102° E and 23.6° N.
pub const OUTLINE: &str = "M2 12l3-3 5 3 5-3 5 2 4-3 9-6 7 5 7 1-1 5 7 4 7 4-6 3-5 4-3 6-6 3-2 7-1 5 7 8 7 10 11 8 7 8 3 14 2 10-2 \
     10-9 8-12 7-4 4-1 5-12 5-6 4 0-12-3-6 6-5 7-1 4-6 5-3 8-5 1-11-1-10 1-8-8-7-2-6-10-12-5-7-11-6 6-6-6-6-8-5-3-8Z";

/// The middle of each province in the outline's units, by its code.
const MIDDLES: [(&str, u8, u8); 34] = [
    ("01", 37, 26),
    ("04", 41, 9),
    ("08", 31, 12),
    ("11", 10, 19),
    ("12", 12, 13),
    ("14", 20, 24),
    ("15", 24, 16),
    ("19", 38, 17),
    ("20", 46, 18),
    ("22", 52, 24),
    ("24", 44, 23),
    ("25", 32, 25),
    ("31", 45, 27),
    ("33", 43, 30),
    ("37", 40, 33),
    ("38", 33, 36),
    ("40", 29, 44),
    ("42", 38, 53),
    ("44", 46, 64),
    ("46", 55, 73),
    ("48", 59, 79),
    ("51", 64, 87),
    ("52", 64, 98),
    ("56", 70, 115),
    ("66", 64, 107),
    ("68", 61, 119),
    ("75", 51, 121),
    ("79", 49, 128),
    ("80", 41, 125),
    ("82", 39, 132),
    ("86", 43, 137),
    ("91", 32, 133),
    ("92", 38, 139),
    ("96", 31, 145),
];

/// A place on the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapPoint {
    pub x: u8,
    pub y: u8,
    /// The commune and its province.
    pub name: String,
}

/// The place of `commune`.
#[must_use]
pub fn point(commune: &CommuneCode) -> Option<MapPoint> {
    let commune = places::commune(commune)?;
    let (_, x, y) = *MIDDLES.iter().find(|(code, ..)| *code == commune.province().code)?;
    Some(MapPoint {
        x,
        y,
        name: commune.address(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_province_has_its_place() {
        for province in places::provinces() {
            assert!(
                MIDDLES.iter().any(|(code, ..)| *code == province.code),
                "{}",
                province.name
            );
        }
    }
}
