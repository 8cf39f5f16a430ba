//! Why a batch may not be sold yet (pure). A harvest that was too early, or larger than its plots and inputs can give, is
//! recorded as it was told; the hold keeps it from sale until an officer looks.

use entity::{
    Day, Quantity,
    quantity::Base,
    trace::{batch_hold::Reason, diary_entry},
};

/// The most that a square metre gives in one harvest, in grams: above the best greenhouse vegetables. Whoever tells of
/// more means another unit, another plot, or something bought.
const MOST_G_PER_M2: i128 = 25_000;

/// A hold that a batch gets when it is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub reason: Reason,
    /// The first day on which the harvest would have been in time.
    pub until: Option<Day>,
    /// The numbers behind it, in Vietnamese, as an officer reads them.
    pub detail: String,
}

/// A spraying on one of the plots.
#[derive(Clone, Debug)]
pub struct Spraying {
    pub on: Day,
    pub interval_days: i32,
    pub product: String,
}

impl Spraying {
    /// What a line of the diary tells of it.
    #[must_use]
    pub fn of(entry: &diary_entry::Model) -> Self {
        Self {
            on: entry.happened_at.day(),
            interval_days: entry.interval_days.unwrap_or(0),
            product: entry.input_name.clone().unwrap_or_else(|| "thuốc".to_owned()),
        }
    }
}

/// The hold for a harvest on `harvested_on` inside an interval, if it was inside one: the interval that ends last counts.
#[must_use]
pub fn pre_harvest_interval(harvested_on: Day, sprayings: &[Spraying]) -> Option<Hold> {
    sprayings
        .iter()
        .map(|spraying| (spraying.on.plus_days(spraying.interval_days), spraying))
        .filter(|(free_on, spraying)| spraying.on <= harvested_on && harvested_on < *free_on)
        .max_by_key(|(free_on, _)| *free_on)
        .map(|(free_on, spraying)| Hold {
            reason: Reason::PreHarvestInterval,
            until: Some(free_on),
            detail: format!(
                "Phun {} ngày {}, cách ly {} ngày; thu ngày {harvested_on}, sớm hơn ngày {free_on}.",
                spraying.product, spraying.on, spraying.interval_days
            ),
        })
}

/// The hold for a harvest that `area_m2` cannot give.
#[must_use]
pub fn more_than_grows(harvest: Quantity, area_m2: i64) -> Option<Hold> {
    let (Base::Gram, factor) = harvest.unit.base()? else {
        return None;
    };
    let grams = i128::from(harvest.amount.0) * i128::from(factor) / 1000;
    (area_m2 > 0 && grams > i128::from(area_m2) * MOST_G_PER_M2).then(|| Hold {
        reason: Reason::MassBalance,
        until: None,
        detail: format!("Thu {harvest} trên {area_m2} m²: nhiều hơn đất có thể cho."),
    })
}

/// The hold for a batch that is heavier than all that went into it.
#[must_use]
pub fn more_than_went_in(made: Quantity, inputs: &[Quantity]) -> Option<Hold> {
    let weight = |quantity: &Quantity| {
        let (base, factor) = quantity.unit.base()?;
        Some((base, i128::from(quantity.amount.0) * i128::from(factor)))
    };
    let (base, made_of) = weight(&made)?;
    let mut total = 0;
    for input in inputs {
        let (input_base, amount) = weight(input)?;
        if input_base != base {
            return None;
        }
        total += amount;
    }
    (made_of > total).then(|| Hold {
        reason: Reason::MassBalance,
        until: None,
        detail: format!("Làm ra {made}, nhiều hơn tổng nguyên liệu ({}).", list(inputs)),
    })
}

/// The hold for taking more of an input than there was of it.
#[must_use]
pub fn more_than_there_was(lot: &str, had: Quantity, taken: Quantity) -> Option<Hold> {
    let taken_alike = taken.convert(had.unit)?;
    (taken_alike.amount > had.amount).then(|| Hold {
        reason: Reason::MassBalance,
        until: None,
        detail: format!("Lấy {taken} từ lô {lot}, nhưng lô này chỉ có {had}."),
    })
}

fn list(quantities: &[Quantity]) -> String {
    quantities
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" + ")
}

#[cfg(test)]
mod tests {
    use entity::{Thousandths, Unit};

    use super::*;

    fn day(text: &str) -> Day {
        Day::from_iso(text).expect("a day")
    }

    fn kg(amount: i64) -> Quantity {
        Quantity::new(Thousandths(amount * 1000), Unit::Kilogram)
    }

    #[test]
    fn the_day_the_interval_ends_is_free() {
        let sprayings = [
            Spraying {
                on: day("2026-10-01"),
                interval_days: 7,
                product: "A".into(),
            },
            Spraying {
                on: day("2026-09-20"),
                interval_days: 21,
                product: "B".into(),
            },
        ];
        assert_eq!(pre_harvest_interval(day("2026-10-11"), &sprayings), None);
        let held = pre_harvest_interval(day("2026-10-07"), &sprayings).expect("held");
        assert_eq!(held.until, Some(day("2026-10-11")), "the later interval counts");
        assert_eq!(
            pre_harvest_interval(day("2026-09-19"), &sprayings),
            None,
            "sprayed after the harvest"
        );
    }

    #[test]
    fn what_cannot_be_is_held() {
        assert_eq!(more_than_grows(kg(2000), 1000), None);
        assert!(more_than_grows(kg(30_000), 1000).is_some());
        assert_eq!(more_than_went_in(kg(4), &[kg(10), kg(10)]), None);
        assert!(more_than_went_in(kg(21), &[kg(10), kg(10)]).is_some());
        let boxes = Quantity::new(Thousandths(100_000), Unit::Box);
        assert_eq!(
            more_than_went_in(boxes, &[kg(10)]),
            None,
            "counts and weights do not compare"
        );
        assert!(more_than_there_was("L1", kg(5), Quantity::new(Thousandths(1000), Unit::Yen)).is_some());
    }
}
