//! What one sale unit is made of, and so how much of a pool it takes (pure).

use entity::{Quantity, Thousandths, Unit, listings::listing};

/// A sale unit, and what its seller declares that one of it holds: a bunch of 0.3 kg, a tray of 10 eggs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pack {
    pub unit: Unit,
    /// `None` for weights and volumes, which say it themselves, and where nothing is declared.
    pub contains: Option<Quantity>,
}

impl Pack {
    #[must_use]
    pub fn of(listing: &listing::Model) -> Self {
        Self::declared(listing.unit, listing.contains, listing.contains_unit)
    }

    /// What the columns of a row say.
    #[must_use]
    pub fn declared(unit: Unit, contains: Option<Thousandths>, contains_unit: Option<Unit>) -> Self {
        let contains = contains.zip(contains_unit);
        Self {
            unit,
            contains: contains.map(|(amount, unit)| Quantity::new(amount, unit)),
        }
    }

    /// How much of a pool kept in `pool` one sale unit takes; `None` where the two have nothing to do with each other,
    /// or one is too small a part of the other to be told in thousandths.
    #[must_use]
    pub fn factor(&self, pool: Unit) -> Option<Thousandths> {
        let one = Quantity::new(Thousandths(1000), self.unit);
        let held = one.convert(pool).or_else(|| self.contains?.convert(pool))?;
        (held.amount.0 > 0).then_some(held.amount)
    }

    /// `quantity`, told in sale units or in what they hold, in the unit of `pool`.
    #[must_use]
    pub fn convert(&self, quantity: Quantity, pool: Unit) -> Option<Quantity> {
        if let Some(same) = quantity.convert(pool) {
            return Some(same);
        }
        let packs = quantity.convert(self.unit)?;
        let amount = i128::from(packs.amount.0) * i128::from(self.factor(pool)?.0);
        let amount = i64::try_from(amount / 1000).ok().filter(|_| amount % 1000 == 0)?;
        (amount <= Thousandths::MAX.0).then(|| Quantity::new(Thousandths(amount), pool))
    }

    /// Whether parts of one are sold: of a weight or a volume, but not of a bunch or an animal.
    #[must_use]
    pub fn in_parts(&self) -> bool {
        self.unit.base().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(unit: Unit, contains: Option<(i64, Unit)>) -> Pack {
        Pack {
            unit,
            contains: contains.map(|(amount, unit)| Quantity::new(Thousandths(amount), unit)),
        }
    }

    #[test]
    fn packs_of_every_size_draw_on_one_pool() {
        let factor = |pack: Pack, pool| pack.factor(pool).map(|factor| factor.0);
        assert_eq!(
            factor(pack(Unit::Bunch, Some((300, Unit::Kilogram))), Unit::Kilogram),
            Some(300)
        );
        assert_eq!(
            factor(pack(Unit::Bag, Some((250_000, Unit::Gram))), Unit::Kilogram),
            Some(250)
        );
        assert_eq!(factor(pack(Unit::Yen, None), Unit::Kilogram), Some(10_000));
        assert_eq!(
            factor(pack(Unit::Tray, Some((10_000, Unit::Fruit))), Unit::Fruit),
            Some(10_000)
        );
        assert_eq!(
            factor(pack(Unit::Ten, Some((12_000, Unit::Fruit))), Unit::Fruit),
            Some(12_000)
        );
        assert_eq!(factor(pack(Unit::Box, None), Unit::Box), Some(1000));
        assert_eq!(factor(pack(Unit::Box, None), Unit::Kilogram), None);
        assert_eq!(
            factor(pack(Unit::Tray, Some((10_000, Unit::Fruit))), Unit::Kilogram),
            None
        );
        assert_eq!(
            factor(pack(Unit::Packet, Some((500, Unit::Gram))), Unit::Kilogram),
            None,
            "half a gram is no thousandth of a kilogram"
        );
    }

    #[test]
    fn stock_is_told_in_packs_or_in_what_they_hold() {
        let bunch = pack(Unit::Bunch, Some((300, Unit::Kilogram)));
        let in_kg = |amount, unit| {
            bunch
                .convert(Quantity::new(Thousandths(amount), unit), Unit::Kilogram)
                .map(|quantity| quantity.amount.0)
        };
        assert_eq!(in_kg(20_000, Unit::Bunch), Some(6000));
        assert_eq!(in_kg(6000, Unit::Kilogram), Some(6000));
        assert_eq!(in_kg(1, Unit::Ta), Some(100));
        assert_eq!(in_kg(20_000, Unit::Fruit), None);
        assert_eq!(in_kg(Thousandths::MAX.0, Unit::Bunch), Some(300_000_000_000));
        let heavy = pack(Unit::Sack, Some((Thousandths::MAX.0, Unit::Kilogram)));
        assert_eq!(
            heavy.convert(Quantity::new(Thousandths::MAX, Unit::Sack), Unit::Kilogram),
            None
        );
    }
}
