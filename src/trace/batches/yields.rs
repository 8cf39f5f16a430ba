//! What crops give at most, and how far beyond a declaration is let pass: dated figures, so that a batch of last year is
//! judged by the figures of last year.

use entity::{Day, text::fold};

/// How far a farmer's estimate may be off before an officer looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The first day on which these hold.
    since: (i32, u32, u32),
    /// Percent by which harvests may pass the declared yield.
    pub harvest_over_percent: i64,
    /// Percent by which what is made may pass inputs times the declared ratio.
    pub ratio_over_percent: i64,
}

/// The exchange's own choice: weather makes an estimate wrong by a fifth, a scale and moisture a ratio by a tenth.
const LIMITS: &[Limits] = &[Limits {
    since: (2026, 1, 1),
    harvest_over_percent: 20,
    ratio_over_percent: 10,
}];

/// The limits that hold on `day`: the newest that had begun, else the first there were.
#[must_use]
pub fn limits(day: Day) -> &'static Limits {
    let begun = LIMITS.iter().rev().find(|row| begins(row.since) <= day.iso());
    begun.unwrap_or(&LIMITS[0])
}

/// What a crop gives at most in one cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    pub most_g_per_m2: i32,
    pub source: &'static str,
}

struct Row {
    since: (i32, u32, u32),
    /// Words of the crop's name, folded; the first row that has one of a crop's words counts.
    words: &'static [&'static str],
    usual: Usual,
}

const fn row(words: &'static [&'static str], most_g_per_m2: i32, source: &'static str) -> Row {
    Row {
        since: (2026, 1, 1),
        words,
        usual: Usual { most_g_per_m2, source },
    }
}

/// National averages per hectare (rice 61 quintals, maize 50, sweet potato 128, cassava 203, peanut 27, soya 16, tea 100 of
/// fresh leaf, vegetables 185), rounded; the bound is three times as much.
const THRICE: &str = "Niên giám thống kê 2023, gấp ba bình quân cả nước";
/// Vegetables are cut many times from one sowing, and under glass.
const TENFOLD: &str = "Niên giám thống kê 2023, gấp mười bình quân cả nước";

const USUAL: &[Row] = &[
    row(&["san", "khoai mi"], 6100, THRICE),
    row(&["khoai"], 3900, THRICE),
    row(&["lac", "dau phong"], 810, THRICE),
    row(&["dau tuong", "dau nanh"], 500, THRICE),
    row(&["lua", "gao", "nep", "te"], 1850, THRICE),
    row(&["ngo", "bap"], 1500, THRICE),
    row(&["che", "tra"], 3000, THRICE),
    row(&["rau", "cai", "xa lach", "ca chua", "dua chuot"], 18_500, TENFOLD),
];

/// What `crop`, as a farmer calls it, gives at most; `None` where no figure is known.
#[must_use]
pub fn usual(crop: &str, day: Day) -> Option<Usual> {
    let folded = format!(" {} ", fold(crop));
    let knows = |row: &&Row| row.words.iter().any(|word| folded.contains(&format!(" {word} ")));
    USUAL
        .iter()
        .filter(|row| begins(row.since) <= day.iso())
        .find(knows)
        .map(|row| row.usual)
}

fn begins((year, month, day): (i32, u32, u32)) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crops_are_known_by_their_words() {
        let day = Day::from_iso("2026-11-22").expect("a day");
        let most = |crop: &str| usual(crop, day).map(|usual| usual.most_g_per_m2);
        assert_eq!(most("Chè trung du"), Some(3000));
        assert_eq!(most("LÚA nếp cái hoa vàng"), Some(1850));
        assert_eq!(most("Khoai lang"), Some(3900));
        assert_eq!(most("Khoai mì"), Some(6100));
        assert_eq!(most("Na dai"), None);
        assert_eq!(most("Chanh"), None, "a part of a word is another word");
        assert_eq!(usual("Chè", Day::from_iso("2025-12-31").expect("a day")), None);
    }

    #[test]
    fn limits_hold_from_a_day_on() {
        assert_eq!(
            limits(Day::from_iso("2030-01-01").expect("a day")).harvest_over_percent,
            20
        );
        assert_eq!(
            limits(Day::from_iso("2020-01-01").expect("a day")).harvest_over_percent,
            20
        );
    }
}
