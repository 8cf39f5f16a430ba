//! What a listing costs: per unit, in tiers, by weight; and per kilogram, so that packs can be compared (pure).

use entity::{Dong, Quantity, Thousandths, Unit, quantity::Base};

/// A lower price from a quantity on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// In the listing's unit.
    pub from: Thousandths,
    pub price: Dong,
}

/// The price for one unit when `quantity` is taken: that of the last tier it reaches, or else `base`.
#[must_use]
pub fn price_at(base: Dong, tiers: &[Tier], quantity: Thousandths) -> Dong {
    tiers
        .iter()
        .rev()
        .find(|tier| tier.from <= quantity)
        .map_or(base, |tier| tier.price)
}

/// Ordered by the piece and charged by weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByWeight {
    /// Đồng for one `unit`.
    pub price: Dong,
    pub unit: Unit,
    /// What a piece weighs, in `unit`.
    pub min: Thousandths,
    pub max: Thousandths,
}

impl ByWeight {
    /// The price of a piece of mean weight, rounded to the nearest đồng, a half upwards; `None` when that is no price.
    #[must_use]
    pub fn of_piece(&self) -> Option<Dong> {
        let exact = i128::from(self.price.0) * (i128::from(self.min.0) + i128::from(self.max.0));
        payable(half_up(exact, 2000))
    }

    /// What `pieces` are thought to weigh, at the mean; `None` when nobody could weigh that.
    #[must_use]
    pub fn weight(&self, pieces: Thousandths) -> Option<Quantity> {
        let exact = i128::from(pieces.0) * (i128::from(self.min.0) + i128::from(self.max.0));
        let weight = i64::try_from(half_up(exact, 2000)).ok()?;
        (1..=Thousandths::MAX.0)
            .contains(&weight)
            .then(|| Quantity::new(Thousandths(weight), self.unit))
    }
}

/// The price of one kilogram, one litre or one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitPrice {
    pub amount: Dong,
    pub unit: Unit,
}

impl UnitPrice {
    /// What one kilogram or litre costs, or one of what a pack holds, when `measure` costs `price`; rounded to the
    /// nearest đồng, a half upwards. `None` when that is no price.
    #[must_use]
    pub fn of(price: Dong, measure: Quantity) -> Option<Self> {
        // Both sides in the smallest thing there is: a thousandth of a gram, a millilitre or a piece.
        let (unit, whole, part) = match measure.unit.base() {
            Some((Base::Gram, grams)) => (Unit::Kilogram, 1_000_000, grams),
            Some((Base::Millilitre, millilitres)) => (Unit::Litre, 1_000_000, millilitres),
            None => (measure.unit, 1000, 1),
        };
        let held = i128::from(measure.amount.0) * i128::from(part);
        if held <= 0 {
            return None;
        }
        let amount = payable(half_up(i128::from(price.0) * whole, held))?;
        Some(Self { amount, unit })
    }

    /// UN/ECE Recommendation 20: the kilogram, the litre, one.
    #[must_use]
    pub const fn unit_code(&self) -> &'static str {
        match self.unit {
            Unit::Kilogram => "KGM",
            Unit::Litre => "LTR",
            _ => "C62",
        }
    }
}

/// `exact / parts`, rounded to the nearest whole, a half upwards.
const fn half_up(exact: i128, parts: i128) -> i128 {
    (2 * exact + parts) / (2 * parts)
}

fn payable(amount: i128) -> Option<Dong> {
    let amount = i64::try_from(amount).ok()?;
    (amount > 0 && amount <= Dong::MAX.0).then_some(Dong(amount))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quantity(amount: i64, unit: Unit) -> Quantity {
        Quantity::new(Thousandths(amount), unit)
    }

    #[test]
    fn packs_are_compared_by_the_kilogram() {
        let of = |price, amount, unit| UnitPrice::of(Dong(price), quantity(amount, unit)).map(|p| (p.amount.0, p.unit));
        assert_eq!(of(90_000, 1000, Unit::Lang), Some((900_000, Unit::Kilogram)));
        assert_eq!(of(10_000, 300, Unit::Kilogram), Some((33_333, Unit::Kilogram)));
        assert_eq!(of(35_000, 10_000, Unit::Fruit), Some((3500, Unit::Fruit)));
        assert_eq!(of(20_000, 330_000, Unit::Millilitre), Some((60_606, Unit::Litre)));
        assert_eq!(of(1, 2000, Unit::Fruit), Some((1, Unit::Fruit)), "a half goes up");
        assert_eq!(of(1, 2001, Unit::Fruit), None, "less than half a đồng is no price");
        assert_eq!(of(Dong::MAX.0, 1, Unit::Gram), None);
    }

    #[test]
    fn more_costs_less() {
        let tiers = [(5000, 90), (10_000, 80)].map(|(from, price)| Tier {
            from: Thousandths(from),
            price: Dong(price),
        });
        let at = |quantity| price_at(Dong(100), &tiers, Thousandths(quantity)).0;
        assert_eq!(
            [1, 4999, 5000, 9999, 10_000, 99_000].map(at),
            [100, 100, 90, 90, 80, 80]
        );
    }

    #[test]
    fn a_piece_is_estimated_at_its_mean_weight() {
        let chicken = ByWeight {
            price: Dong(120_000),
            unit: Unit::Kilogram,
            min: Thousandths(1400),
            max: Thousandths(1700),
        };
        assert_eq!(chicken.of_piece(), Some(Dong(186_000)));
        assert_eq!(chicken.weight(Thousandths(2000)), Some(quantity(3100, Unit::Kilogram)));
        assert_eq!(chicken.weight(Thousandths::ZERO), None);
        let mountain = ByWeight {
            price: Dong::MAX,
            max: Thousandths::MAX,
            ..chicken
        };
        assert_eq!((mountain.of_piece(), mountain.weight(Thousandths::MAX)), (None, None));
    }

    proptest! {
        #[test]
        fn a_unit_price_is_never_half_a_dong_off(price in 1..=Dong::MAX.0, amount in 1..=Thousandths::MAX.0) {
            let exact = i128::from(price) * 1000;
            if let Some(told) = UnitPrice::of(Dong(price), quantity(amount, Unit::Fruit)) {
                let off = (i128::from(told.amount.0) * i128::from(amount) - exact).abs();
                prop_assert!(2 * off <= i128::from(amount));
            } else {
                let doubled = 2 * exact;
                prop_assert!(doubled < i128::from(amount) || doubled >= (2 * i128::from(Dong::MAX.0) + 1) * i128::from(amount));
            }
        }
    }
}
