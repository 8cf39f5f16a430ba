//! Calendar dates inside values.

/// The year the sliding century of two-digit years is anchored at (GS1 General Specifications 7.12): it only decides
/// whether a 29 February with year 00 falls in a leap year, so it need not follow the clock.
const ANCHOR: u16 = 2026;

/// YYMMDD; `month_only` lets the day be 00.
pub(super) fn short(data: &str, month_only: bool) -> bool {
    let (Some(year), Some(rest)) = (number(data, 0, 2), data.get(2..)) else {
        return false;
    };
    let ahead = i32::from(year) - i32::from(ANCHOR % 100);
    let century = ANCHOR / 100 * 100;
    let year = match ahead {
        51.. => century - 100 + year,
        ..=-50 => century + 100 + year,
        _ => century + year,
    };
    month_and_day(year, rest, month_only)
}

/// YYYYMMDD.
pub(super) fn long(data: &str) -> bool {
    match (number(data, 0, 4), data.get(4..)) {
        (Some(year), Some(rest)) => month_and_day(year, rest, false),
        _ => false,
    }
}

fn month_and_day(year: u16, rest: &str, month_only: bool) -> bool {
    let (Some(month), Some(day), 4) = (number(rest, 0, 2), number(rest, 2, 4), rest.len()) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (u16::from(!month_only)..=days).contains(&day)
}

fn number(data: &str, from: usize, to: usize) -> Option<u16> {
    data.get(from..to)
        .filter(|text| text.bytes().all(|c| c.is_ascii_digit()))?
        .parse()
        .ok()
}
