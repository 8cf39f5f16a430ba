//! Where a plot lies (pure): a Point or a Polygon of GeoJSON (RFC 7946), in WGS 84 as that standard has it, longitude
//! first. Coordinates are whole ten-millionths of a degree (about a centimetre), so that whether two borders cross is
//! exact arithmetic.

use serde_json::{Value, json};

use crate::http::{input::Wrong, language::Message};

/// Positions one geometry may have: a field walked at the pace of a man, not a coastline.
pub const MOST_POSITIONS: usize = 500;

/// Viet Nam with its islands, in ten-millionths of a degree: longitude, then latitude.
const COUNTRY: ([i32; 2], [i32; 2]) = ([1_020_000_000, 1_180_000_000], [65_000_000, 234_000_000]);

/// The mean radius of the earth (IUGG), in metres.
const RADIUS_M: f64 = 6_371_008.8;

/// A corner, in ten-millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub lng: i32,
    pub lat: i32,
}

/// Where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Geometry {
    Point(Position),
    /// The border, then the holes; each closed, its first corner also its last.
    Polygon(Vec<Vec<Position>>),
}

/// A place as the public may know it, in hundredths of a degree: about a kilometre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Centre {
    pub lat: i32,
    pub lng: i32,
}

impl Centre {
    /// Degrees, as they are written: `21.54`.
    #[must_use]
    pub fn degrees(self) -> (f64, f64) {
        (f64::from(self.lat) / 100.0, f64::from(self.lng) / 100.0)
    }
}

impl Geometry {
    /// Reads a GeoJSON geometry; what is wrong is noted at its own place below `pointer`.
    pub fn read(wrong: &mut Wrong, pointer: &str, value: &Value) -> Option<Self> {
        let coordinates = &value["coordinates"];
        let at = format!("{pointer}/coordinates");
        match value["type"].as_str() {
            Some("Point") => position(wrong, &at, coordinates).map(Self::Point),
            Some("Polygon") => polygon(wrong, &at, coordinates).map(Self::Polygon),
            _ => {
                wrong.note(format!("{pointer}/type"), "wrong-geometry-type");
                None
            }
        }
    }

    /// Reads what [`Geometry::to_text`] wrote.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let value = serde_json::from_str(text).ok()?;
        Self::read(&mut Wrong::default(), "", &value)
    }

    /// As GeoJSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let pair = |place: &Position| json!([degrees(place.lng), degrees(place.lat)]);
        match self {
            Self::Point(place) => json!({"type": "Point", "coordinates": pair(place)}),
            Self::Polygon(rings) => {
                let rings: Vec<Vec<Value>> = rings.iter().map(|ring| ring.iter().map(pair).collect()).collect();
                json!({"type": "Polygon", "coordinates": rings})
            }
        }
    }

    /// As it is kept.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.to_json().to_string()
    }

    /// The area in square metres, without the holes; a point has none.
    #[must_use]
    pub fn area_m2(&self) -> Option<i64> {
        let Self::Polygon(rings) = self else {
            return None;
        };
        let (border, holes) = rings.split_first()?;
        let area = ring_area(border) - holes.iter().map(|hole| ring_area(hole)).sum::<f64>();
        #[expect(clippy::cast_possible_truncation, reason = "no field is larger than a country")]
        Some(area.max(0.0).round() as i64)
    }

    /// The middle of what it spans, so coarse that it does not give away the gate.
    #[must_use]
    pub fn centre(&self) -> Centre {
        let places: Vec<Position> = match self {
            Self::Point(place) => vec![*place],
            Self::Polygon(rings) => rings.first().cloned().unwrap_or_default(),
        };
        let middle = |of: fn(&Position) -> i32| {
            let least = places.iter().map(of).min().unwrap_or(0);
            let most = places.iter().map(of).max().unwrap_or(0);
            let sum = i64::from(least) + i64::from(most);
            i32::try_from((sum + 100_000).div_euclid(200_000)).unwrap_or(0)
        };
        Centre {
            lat: middle(|place| place.lat),
            lng: middle(|place| place.lng),
        }
    }
}

/// Whether a declared area is so far from the one that the border gives (over 30 %) that somebody should look again.
#[must_use]
pub fn differs(declared_m2: i64, computed_m2: i64) -> bool {
    (declared_m2 - computed_m2).abs().saturating_mul(100) > declared_m2.saturating_mul(30)
}

fn degrees(units: i32) -> f64 {
    f64::from(units) / 1e7
}

fn position(wrong: &mut Wrong, at: &str, value: &Value) -> Option<Position> {
    let numbers = value.as_array().filter(|pair| (2..=3).contains(&pair.len()));
    let number = |place: usize| numbers.and_then(|pair| pair[place].as_f64());
    let (Some(lng), Some(lat)) = (number(0), number(1)) else {
        wrong.note(at, "wrong-geometry-position");
        return None;
    };
    let units = |degrees: f64, [least, most]: [i32; 2]| {
        #[expect(clippy::cast_possible_truncation, reason = "a cast of a float keeps within the type")]
        let units = (degrees * 1e7).round() as i32;
        (least..=most).contains(&units).then_some(units)
    };
    if let (Some(lng), Some(lat)) = (units(lng, COUNTRY.0), units(lat, COUNTRY.1)) {
        return Some(Position { lng, lat });
    }
    wrong.note(at, "wrong-geometry-outside");
    None
}

fn polygon(wrong: &mut Wrong, at: &str, value: &Value) -> Option<Vec<Vec<Position>>> {
    let Some(rings) = value.as_array().filter(|rings| !rings.is_empty()) else {
        wrong.note(at, "wrong-geometry-position");
        return None;
    };
    let positions: usize = rings.iter().map(|ring| ring.as_array().map_or(0, Vec::len)).sum();
    if positions > MOST_POSITIONS {
        wrong.note(at, Message::new("wrong-geometry-points").with("max", MOST_POSITIONS));
        return None;
    }
    let mut read = Vec::new();
    for (number, value) in rings.iter().enumerate() {
        read.push(ring(wrong, &format!("{at}/{number}"), value)?);
    }
    if crosses(&read) {
        wrong.note(at, "wrong-geometry-crossing");
        return None;
    }
    let (border, holes) = read.split_first()?;
    for (number, hole) in holes.iter().enumerate() {
        if !contains(border, hole[0]) {
            wrong.note(format!("{at}/{}", number + 1), "wrong-geometry-hole");
            return None;
        }
    }
    Some(read)
}

fn ring(wrong: &mut Wrong, at: &str, value: &Value) -> Option<Vec<Position>> {
    let Some(values) = value.as_array() else {
        wrong.note(at, "wrong-geometry-position");
        return None;
    };
    let mut places = Vec::new();
    for (number, value) in values.iter().enumerate() {
        places.push(position(wrong, &format!("{at}/{number}"), value)?);
    }
    if places.first() != places.last() {
        wrong.note(at, "wrong-geometry-open");
        return None;
    }
    // A walker who stands still tells the same corner again.
    places.dedup();
    if places.len() < 4 {
        wrong.note(at, "wrong-geometry-few");
        return None;
    }
    Some(places)
}

/// The area of a ring on the sphere, in square metres, however it turns (Chamberlain and Duquette, JPL 07-03).
fn ring_area(ring: &[Position]) -> f64 {
    let corners = &ring[..ring.len() - 1];
    let count = corners.len();
    let radians = |units: i32| degrees(units).to_radians();
    // Against the first corner, so that what is small is not the difference of what is large.
    let base = radians(corners[0].lat).sin();
    let sum: f64 = (0..count)
        .map(|place| {
            let (before, after) = (corners[(place + count - 1) % count], corners[(place + 1) % count]);
            degrees(after.lng - before.lng).to_radians() * (radians(corners[place].lat).sin() - base)
        })
        .sum();
    (sum * RADIUS_M * RADIUS_M / 2.0).abs()
}

/// Twice the area of the triangle, above zero when it turns to the left.
fn turn(a: Position, b: Position, c: Position) -> i64 {
    let d = |one: i32, other: i32| i64::from(one) - i64::from(other);
    // Differences within the country stay under 2^28, so the products stay under 2^57.
    d(b.lng, a.lng) * d(c.lat, a.lat) - d(b.lat, a.lat) * d(c.lng, a.lng)
}

fn between(a: Position, b: Position, c: Position) -> bool {
    (a.lng.min(b.lng)..=a.lng.max(b.lng)).contains(&c.lng) && (a.lat.min(b.lat)..=a.lat.max(b.lat)).contains(&c.lat)
}

fn touch(a: Position, b: Position, c: Position, d: Position) -> bool {
    let (first, second) = (turn(a, b, c), turn(a, b, d));
    let (third, fourth) = (turn(c, d, a), turn(c, d, b));
    if first.signum() * second.signum() < 0 && third.signum() * fourth.signum() < 0 {
        return true;
    }
    (first == 0 && between(a, b, c))
        || (second == 0 && between(a, b, d))
        || (third == 0 && between(c, d, a))
        || (fourth == 0 && between(c, d, b))
}

/// Whether any two sides meet elsewhere than at the corner that neighbours share.
fn crosses(rings: &[Vec<Position>]) -> bool {
    let sides: Vec<(usize, usize, Position, Position)> = rings
        .iter()
        .enumerate()
        .flat_map(|(ring, places)| {
            let sides = places.windows(2).enumerate();
            sides.map(move |(side, pair)| (ring, side, pair[0], pair[1]))
        })
        .collect();
    sides.iter().enumerate().any(|(place, &(ring, side, a, b))| {
        sides[place + 1..].iter().any(|&(other, next, c, d)| {
            let last = rings[ring].len() - 2;
            if ring != other {
                touch(a, b, c, d)
            } else if next == side + 1 {
                folds(a, b, d)
            } else if side == 0 && next == last {
                folds(c, a, b)
            } else {
                touch(a, b, c, d)
            }
        })
    })
}

/// Whether the way from `a` by `b` to `c` turns back on itself.
fn folds(a: Position, b: Position, c: Position) -> bool {
    let d = |one: i32, other: i32| i64::from(one) - i64::from(other);
    turn(a, b, c) == 0 && d(a.lng, b.lng) * d(c.lng, b.lng) + d(a.lat, b.lat) * d(c.lat, b.lat) > 0
}

/// Whether `place` lies within `ring`; the sides are known not to touch it.
fn contains(ring: &[Position], place: Position) -> bool {
    ring.windows(2).fold(false, |inside, pair| {
        let (a, b) = (pair[0], pair[1]);
        let spans = (a.lat > place.lat) != (b.lat > place.lat);
        let left = if b.lat > a.lat {
            turn(a, b, place) > 0
        } else {
            turn(a, b, place) < 0
        };
        inside ^ (spans && left)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(value: &Value) -> Result<Geometry, Vec<(String, &'static str)>> {
        let mut wrong = Wrong::default();
        Geometry::read(&mut wrong, "/geometry", value).ok_or_else(|| {
            wrong
                .0
                .into_iter()
                .map(|error| (error.pointer, error.message.id()))
                .collect()
        })
    }

    fn square(lng: f64, lat: f64, side: f64) -> Value {
        json!([
            [lng, lat],
            [lng + side, lat],
            [lng + side, lat + side],
            [lng, lat + side],
            [lng, lat]
        ])
    }

    fn of_rings(rings: &[Value]) -> Value {
        json!({"type": "Polygon", "coordinates": rings})
    }

    #[test]
    fn a_field_has_its_area() {
        // A thousandth of a degree at 21.5° north: 111.19 m by 103.46 m.
        let field = read(&of_rings(&[square(105.8, 21.5, 0.001)])).expect("a field");
        let area = field.area_m2().expect("an area");
        assert!((11_495..=11_515).contains(&area), "{area}");
        let pond = square(105.8004, 21.5004, 0.0002);
        let with_pond = read(&of_rings(&[square(105.8, 21.5, 0.001), pond])).expect("a field with a pond");
        let less = with_pond.area_m2().expect("an area");
        assert!((area - less - 460).abs() < 3, "{area} less {less}");
        assert_eq!(
            with_pond,
            Geometry::from_text(&with_pond.to_text()).expect("it reads back")
        );
        assert!(!differs(9000, area));
        assert!(differs(8000, area));
        assert!(differs(20_000, area));
    }

    #[test]
    fn the_public_knows_a_kilometre() {
        let point = json!({"type": "Point", "coordinates": [105.777_123_4, 21.543_987_6, 30.5]});
        let point = read(&point).expect("a point");
        assert_eq!(point.centre(), Centre { lat: 2154, lng: 10578 });
        assert_eq!(point.area_m2(), None);
    }

    #[test]
    fn what_is_no_field_is_refused_at_its_place() {
        let wrong = |value: Value| read(&value).expect_err("refused").remove(0);
        let named = |pointer: &str, id| (format!("/geometry{pointer}"), id);
        assert_eq!(wrong(json!("x")), named("/type", "wrong-geometry-type"));
        let line = json!({"type": "LineString", "coordinates": []});
        assert_eq!(wrong(line), named("/type", "wrong-geometry-type"));
        let text = json!({"type": "Point", "coordinates": ["105", 21]});
        assert_eq!(wrong(text), named("/coordinates", "wrong-geometry-position"));
        let swapped = json!({"type": "Point", "coordinates": [21.5, 105.8]});
        assert_eq!(wrong(swapped), named("/coordinates", "wrong-geometry-outside"));
        let huge = json!({"type": "Point", "coordinates": [1e300, -1e300]});
        assert_eq!(wrong(huge), named("/coordinates", "wrong-geometry-outside"));
        let open = json!([[105.8, 21.5], [105.9, 21.5], [105.9, 21.6], [105.8, 21.6]]);
        assert_eq!(wrong(of_rings(&[open])), named("/coordinates/0", "wrong-geometry-open"));
        let line = json!([[105.8, 21.5], [105.9, 21.5], [105.8, 21.5]]);
        assert_eq!(wrong(of_rings(&[line])), named("/coordinates/0", "wrong-geometry-few"));
        let bow = json!([
            [105.8, 21.5],
            [105.9, 21.6],
            [105.9, 21.5],
            [105.8, 21.6],
            [105.8, 21.5]
        ]);
        assert_eq!(
            wrong(of_rings(&[bow])),
            named("/coordinates", "wrong-geometry-crossing")
        );
        let spike = json!([
            [105.8, 21.5],
            [105.9, 21.5],
            [105.9, 21.6],
            [105.9, 21.55],
            [105.8, 21.55],
            [105.8, 21.5]
        ]);
        assert_eq!(
            wrong(of_rings(&[spike])),
            named("/coordinates", "wrong-geometry-crossing")
        );
        let outside = square(105.9, 21.5, 0.001);
        assert_eq!(
            wrong(of_rings(&[square(105.8, 21.5, 0.001), outside])),
            named("/coordinates/1", "wrong-geometry-hole")
        );
        let many: Vec<Value> = (0..=500).map(|_| json!([105.8, 21.5])).collect();
        assert_eq!(
            wrong(of_rings(&[json!(many)])),
            named("/coordinates", "wrong-geometry-points")
        );
        let still = json!([
            [105.8, 21.5],
            [105.8, 21.5],
            [105.9, 21.5],
            [105.9, 21.6],
            [105.8, 21.5]
        ]);
        read(&of_rings(&[still])).expect("a walker may stand still");
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(text in "\\PC{0,60}", numbers in prop::collection::vec(prop::num::f64::ANY, 0..12)) {
            let pairs: Vec<Value> = numbers.chunks(2).map(|pair| json!(pair)).collect();
            for value in [json!({"type": text, "coordinates": pairs}), of_rings(&[json!(pairs)])] {
                let _ = read(&value);
            }
        }

        #[test]
        fn a_star_shaped_field_is_a_field_wherever_it_begins(radii in prop::collection::vec(0.0002_f64..0.002, 3..60), from in 0_usize..60) {
            let count = radii.len();
            let mut corners: Vec<[f64; 2]> = radii.iter().enumerate().map(|(place, radius)| {
                let angle = std::f64::consts::TAU * f64::from(u32::try_from(place).unwrap_or(0)) / f64::from(u32::try_from(count).unwrap_or(1));
                [105.8 + radius * angle.cos(), 21.5 + radius * angle.sin()]
            }).collect();
            let area = |corners: &[[f64; 2]]| {
                let closed: Vec<_> = corners.iter().chain(corners.first()).collect();
                read(&of_rings(&[json!(closed)])).map(|field| field.area_m2())
            };
            let first = area(&corners);
            prop_assert!(first.is_ok(), "{:?}", first);
            corners.rotate_left(from % count);
            prop_assert_eq!(&area(&corners), &first);
            corners.reverse();
            prop_assert_eq!(&area(&corners), &first);
        }
    }
}
