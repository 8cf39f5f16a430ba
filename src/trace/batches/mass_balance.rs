//! What can be and what cannot (pure): no more is harvested than an area gives, no more comes out of a transformation than
//! went in times the declared ratio, and no more is printed or sold than there is. A breach holds the batch and names the
//! numbers; an officer decides.

use entity::{Quantity, Thousandths, Unit, quantity::Base, trace::batch_hold::Reason};

use super::yields::{Limits, Usual};
use crate::trace::holds::Hold;

/// The most that a square metre gives in one harvest, in grams: above the best greenhouse vegetables. Whoever tells of
/// more means another unit, another plot, or something bought.
const MOST_G_PER_M2: i128 = 25_000;

/// A ratio of one to one, in thousandths: what is only mixed, split or packed anew.
pub const SAME: i64 = 1000;

/// Thousandths of a gram (or of a millilitre) in `quantity`, and which of the two; a count has no weight.
#[must_use]
pub fn weight(quantity: Quantity) -> Option<(Base, i128)> {
    let (base, factor) = quantity.unit.base()?;
    Some((base, i128::from(quantity.amount.0) * i128::from(factor)))
}

/// In what things compare.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Weight(Base),
    Count(Unit),
}

fn measured(quantity: Quantity) -> (Measure, i128) {
    match weight(quantity) {
        Some((base, amount)) => (Measure::Weight(base), amount),
        None => (Measure::Count(quantity.unit), i128::from(quantity.amount.0)),
    }
}

/// The hold for a harvest that `area_m2` cannot give, whatever grows there.
#[must_use]
pub fn more_than_grows(harvest: Quantity, area_m2: i64) -> Option<Hold> {
    let (Base::Gram, grams) = weight(harvest)? else {
        return None;
    };
    (area_m2 > 0 && grams > i128::from(area_m2) * MOST_G_PER_M2 * 1000).then(|| {
        balance(
            format!("Thu {harvest} trên {area_m2} m²: nhiều hơn đất có thể cho."),
            format!(
                "Harvested {} from {area_m2} m²: more than land can give.",
                plain(harvest)
            ),
        )
    })
}

/// What the crop cycles of the plots that a batch was harvested from may give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub crop: String,
    pub area_m2: i64,
    /// What was declared for the cycles, in kilograms; without it the usual yield of the crop counts.
    pub declared_kg: Option<i64>,
    pub usual: Option<Usual>,
}

/// The hold for a cycle's harvests that together, `total` with the newest, are beyond what was declared or, where nothing
/// was, beyond what the crop usually gives at most.
#[must_use]
pub fn more_than_expected(total: Quantity, expected: &Expected, limits: &Limits) -> Option<Hold> {
    let (Base::Gram, milligrams) = weight(total)? else {
        return None;
    };
    let Expected { crop, area_m2, .. } = expected;
    if let Some(declared) = expected.declared_kg {
        let over = limits.harvest_over_percent;
        let most = i128::from(declared) * 1_000_000 * i128::from(100 + over) / 100;
        return (milligrams > most).then(|| {
            balance(
                format!(
                    "Cả vụ {crop} đã thu {total}, nhiều hơn sản lượng khai {declared} kg (cho phép hơn {over} %) trên {area_m2} m²."
                ),
                format!(
                    "The {crop} cycle has given {}, more than the {declared} kg declared ({over} % over is let pass) on {area_m2} m².",
                    plain(total)
                ),
            )
        });
    }
    let usual = expected.usual?;
    let most = i128::from(*area_m2) * i128::from(usual.most_g_per_m2) * 1000;
    let most_kg = most / 1_000_000;
    (milligrams > most).then(|| {
        balance(
            format!(
                "Cả vụ {crop} đã thu {total} trên {area_m2} m²; cây này cho nhiều nhất khoảng {most_kg} kg ({}).",
                usual.source
            ),
            format!(
                "The {crop} cycle has given {} on {area_m2} m²; this crop gives about {most_kg} kg at most ({}).",
                plain(total),
                usual.source
            ),
        )
    })
}

/// Something made in a transformation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    pub quantity: Quantity,
    /// How much of it so much input gives, in thousandths.
    pub per_mille: i64,
}

/// The hold for making more than the inputs times the declared ratio give. Weights compare with weights, and boxes with
/// boxes; where they do not, there is nothing to say.
#[must_use]
pub fn more_than_went_in(made: &[Made], inputs: &[Quantity], limits: &Limits) -> Option<Hold> {
    let (measure, mut needed) = (measured(made.first()?.quantity).0, 0_i128);
    for one in made {
        let (own, amount) = measured(one.quantity);
        if own != measure {
            return None;
        }
        // What must have gone in for so much to come out; where a ratio was declared, a little better is let pass.
        let best = if one.per_mille == SAME {
            i128::from(SAME) * 100
        } else {
            i128::from(one.per_mille.max(1)) * i128::from(100 + limits.ratio_over_percent)
        };
        needed += amount * 100_000 / best;
    }
    let mut went_in = 0;
    for input in inputs {
        let (own, amount) = measured(*input);
        if own != measure {
            return None;
        }
        went_in += amount;
    }
    (needed > went_in).then(|| {
        let outputs: Vec<Quantity> = made.iter().map(|one| one.quantity).collect();
        let ratios: Vec<i64> = made
            .iter()
            .map(|one| one.per_mille)
            .filter(|ratio| *ratio != SAME)
            .collect();
        let (mut vi, mut en) = (String::new(), String::new());
        if let Some(ratio) = ratios.first() {
            let percent = Thousandths(ratio * 100);
            vi = format!(" với tỉ lệ khai {percent} %");
            en = format!(" at the declared ratio of {percent} %");
        }
        balance(
            format!(
                "Làm ra {}, nhiều hơn tổng nguyên liệu ({}){vi}.",
                list(&outputs, ToString::to_string),
                list(inputs, ToString::to_string)
            ),
            format!(
                "Made {}, more than the inputs ({}) give{en}.",
                list(&outputs, |quantity| plain(*quantity)),
                list(inputs, |quantity| plain(*quantity))
            ),
        )
    })
}

/// The hold for taking more of an input than there was of it.
#[must_use]
pub fn more_than_there_was(lot: &str, had: Quantity, taken: Quantity) -> Option<Hold> {
    is_more(taken, had).then(|| {
        balance(
            format!("Lấy {taken} từ lô {lot}, nhưng lô này chỉ có {had}."),
            format!("Took {} of lot {lot}, which held only {}.", plain(taken), plain(had)),
        )
    })
}

/// The hold for stickers of more units than the lot has, where it is counted in units; of a weight any number of packs may
/// be made, and there is nothing to say.
#[must_use]
pub fn more_printed(lot: &str, made: Quantity, stickers: u64) -> Option<Hold> {
    let units = u64::try_from(made.amount.0).unwrap_or(0).div_ceil(1000);
    (made.unit.base().is_none() && stickers > units).then(|| Hold {
        reason: Reason::OverPrinted,
        until: None,
        detail: format!("Đã in {stickers} tem cho lô {lot}, nhưng lô này chỉ có {made}."),
        detail_en: format!(
            "{stickers} stickers were printed for lot {lot}, which holds only {}.",
            plain(made)
        ),
    })
}

/// The hold for selling, promising or using up more of a lot than was made of it.
#[must_use]
pub fn more_sold(lot: &str, made: Quantity, gone: Quantity) -> Option<Hold> {
    is_more(gone, made).then(|| Hold {
        reason: Reason::OverSold,
        until: None,
        detail: format!("Đã bán hoặc dùng {gone} của lô {lot}, nhưng lô này chỉ làm ra {made}."),
        detail_en: format!(
            "{} of lot {lot} was sold or used, but only {} was made.",
            plain(gone),
            plain(made)
        ),
    })
}

fn is_more(one: Quantity, other: Quantity) -> bool {
    let ((measure, one), (own, other)) = (measured(one), measured(other));
    measure == own && one > other
}

/// The sum of those of `quantities` that convert into `unit`.
#[must_use]
pub fn sum(quantities: impl IntoIterator<Item = Quantity>, unit: Unit) -> Quantity {
    let total = quantities.into_iter().fold(0_i128, |sum, quantity| {
        let alike = match (weight(quantity), unit.base()) {
            (Some((base, amount)), Some((own, factor))) if base == own => amount / i128::from(factor),
            _ if quantity.unit == unit => i128::from(quantity.amount.0),
            _ => 0,
        };
        sum + alike
    });
    Quantity::new(Thousandths(i64::try_from(total).unwrap_or(i64::MAX)), unit)
}

/// Divides `whole` by `weights` without losing or making anything: shares differ from the exact ones by less than one, and
/// the first ones get what is over. Each of at least one where there is enough to go round. Without weights, evenly.
#[must_use]
pub fn shares(whole: i64, weights: &[i128]) -> Vec<i64> {
    let total: i128 = weights.iter().sum();
    let count = weights.len();
    if count == 0 {
        return Vec::new();
    }
    let exact = |weight: i128| {
        if total > 0 {
            i128::from(whole) * weight / total
        } else {
            i128::from(whole) / i128::try_from(count).unwrap_or(1)
        }
    };
    let mut shares: Vec<i64> = weights
        .iter()
        .map(|weight| i64::try_from(exact(*weight)).unwrap_or(0))
        .collect();
    let mut over = whole - shares.iter().sum::<i64>();
    for share in &mut shares {
        if over == 0 {
            break;
        }
        *share += 1;
        over -= 1;
    }
    shares
}

fn balance(detail: String, detail_en: String) -> Hold {
    Hold {
        reason: Reason::MassBalance,
        until: None,
        detail,
        detail_en,
    }
}

/// As English writes it: `1250.5 kg`.
fn plain(quantity: Quantity) -> String {
    format!("{} {}", quantity.amount, quantity.unit)
}

fn list(quantities: &[Quantity], write: impl Fn(&Quantity) -> String) -> String {
    quantities.iter().map(write).collect::<Vec<_>>().join(" + ")
}

#[cfg(test)]
mod tests {
    use entity::Day;
    use proptest::prelude::*;

    use super::*;
    use crate::trace::batches::yields::{limits, usual};

    fn today() -> &'static Limits {
        limits(Day::from_iso("2026-11-22").expect("a day"))
    }

    fn kg(amount: i64) -> Quantity {
        Quantity::new(Thousandths(amount * 1000), Unit::Kilogram)
    }

    fn same(quantity: Quantity) -> Made {
        Made {
            quantity,
            per_mille: SAME,
        }
    }

    #[test]
    fn what_cannot_be_is_held() {
        assert_eq!(more_than_grows(kg(2000), 1000), None);
        assert!(more_than_grows(kg(30_000), 1000).is_some());
        let inputs = [kg(10), kg(10)];
        assert_eq!(more_than_went_in(&[same(kg(4))], &inputs, today()), None);
        assert!(more_than_went_in(&[same(kg(21))], &inputs, today()).is_some());
        let boxes = Quantity::new(Thousandths(100_000), Unit::Box);
        assert_eq!(
            more_than_went_in(&[same(boxes)], &[kg(10)], today()),
            None,
            "counts and weights do not compare"
        );
        let more = Quantity::new(Thousandths(101_000), Unit::Box);
        assert!(more_than_went_in(&[same(more)], &[boxes], today()).is_some());
        assert!(more_than_there_was("L1", kg(5), Quantity::new(Thousandths(1000), Unit::Yen)).is_some());
        assert!(more_than_there_was("L1", boxes, Quantity::new(Thousandths(101_000), Unit::Box)).is_some());
    }

    #[test]
    fn a_declared_ratio_is_what_may_come_out() {
        let tea = |amount| Made {
            quantity: kg(amount),
            per_mille: 200,
        };
        assert_eq!(more_than_went_in(&[tea(20)], &[kg(100)], today()), None);
        assert_eq!(
            more_than_went_in(&[tea(22)], &[kg(100)], today()),
            None,
            "a tenth better is let pass"
        );
        let held = more_than_went_in(&[tea(23)], &[kg(100)], today()).expect("held");
        assert!(
            held.detail.contains("23\u{a0}kg") && held.detail.contains("20 %"),
            "{}",
            held.detail
        );
        assert!(
            held.detail_en.contains("23 kg") && held.detail_en.contains("100 kg"),
            "{}",
            held.detail_en
        );
    }

    #[test]
    fn a_cycle_gives_what_was_declared_or_what_is_usual() {
        let mut expected = Expected {
            crop: "Chè trung du".into(),
            area_m2: 1000,
            declared_kg: Some(100),
            usual: usual("Chè trung du", Day::from_iso("2026-11-22").expect("a day")),
        };
        assert_eq!(more_than_expected(kg(120), &expected, today()), None);
        let held = more_than_expected(kg(121), &expected, today()).expect("held");
        assert!(held.detail.contains("121") && held.detail.contains("100 kg"));
        expected.declared_kg = None;
        let most = i64::from(expected.usual.expect("tea").most_g_per_m2);
        assert_eq!(more_than_expected(kg(most), &expected, today()), None);
        assert!(more_than_expected(kg(most + 1), &expected, today()).is_some());
        expected.usual = None;
        assert_eq!(more_than_expected(kg(20_000), &expected, today()), None);
    }

    #[test]
    fn stickers_and_sales_are_counted_against_what_was_made() {
        let boxes = Quantity::new(Thousandths(100_000), Unit::Box);
        assert_eq!(more_printed("L1", boxes, 100), None);
        assert_eq!(
            more_printed("L1", boxes, 101).map(|hold| hold.reason),
            Some(Reason::OverPrinted)
        );
        assert_eq!(
            more_printed("L1", kg(1), 5000),
            None,
            "of a weight any number of packs is made"
        );
        assert_eq!(more_sold("L1", kg(10), kg(10)), None);
        let held = more_sold("L1", kg(10), kg(12)).expect("held");
        assert!(held.detail.contains("12\u{a0}kg") && held.detail_en.contains("10 kg"));
    }

    proptest! {
        #[test]
        fn shares_lose_nothing(whole in 0_i64..1_000_000_000, weights in prop::collection::vec(0_i128..1_000_000, 1..40)) {
            let shares = shares(whole, &weights);
            prop_assert_eq!(shares.iter().sum::<i64>(), whole);
            prop_assert!(shares.iter().all(|share| *share >= 0));
        }

        #[test]
        fn what_is_only_divided_is_never_held(parts in prop::collection::vec(1_i64..10_000_000, 1..20)) {
            let made: Vec<_> = parts.iter().map(|part| same(Quantity::new(Thousandths(*part), Unit::Kilogram))).collect();
            let whole = Quantity::new(Thousandths(parts.iter().sum()), Unit::Kilogram);
            prop_assert_eq!(more_than_went_in(&made, &[whole], today()), None);
            let less = Quantity::new(Thousandths(whole.amount.0 - 1), Unit::Kilogram);
            prop_assert!(more_than_went_in(&made, &[less], today()).is_some());
        }

        #[test]
        fn more_input_never_makes_a_hold(made in 1_i64..1_000_000, ratio in 1_i64..5000, input in 1_i64..10_000_000, more in 0_i64..10_000_000) {
            let made = [Made { quantity: Quantity::new(Thousandths(made), Unit::Kilogram), per_mille: ratio }];
            let of = |amount| [Quantity::new(Thousandths(amount), Unit::Kilogram)];
            if more_than_went_in(&made, &of(input), today()).is_none() {
                prop_assert_eq!(more_than_went_in(&made, &of(input + more), today()), None);
            }
        }

        #[test]
        fn units_do_not_matter(tenths in 1_i64..1_000_000) {
            let yen = Quantity::new(Thousandths(tenths), Unit::Yen);
            let same_in_kg = Quantity::new(Thousandths(tenths * 10), Unit::Kilogram);
            prop_assert_eq!(more_sold("L", yen, same_in_kg), None);
            prop_assert_eq!(sum([yen, same_in_kg], Unit::Gram).amount, Thousandths(tenths * 20_000));
        }
    }
}
