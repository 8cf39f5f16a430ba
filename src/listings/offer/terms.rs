//! The terms of a listing together: what they say of a quantity, and whether they go together at all (pure).

use entity::{
    Dong, Quantity, Thousandths, Unit,
    listings::listing::{self, StockMode},
};

use super::{ByWeight, Pack, Tier, UnitPrice, price::price_at};
use crate::http::{input::Wrong, language::Message};

/// The most one customer may order within some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// In the listing's unit.
    pub most: Thousandths,
    pub days: i32,
}

/// What a listing offers, apart from its stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub unit: Unit,
    /// Đồng for one unit; charged by weight an estimate, that of a piece of mean weight.
    pub price: Dong,
    pub by_weight: Option<ByWeight>,
    pub contains: Option<Quantity>,
    /// The smallest quantity first.
    pub tiers: Vec<Tier>,
    pub min: Option<Thousandths>,
    pub step: Option<Thousandths>,
    pub limit: Option<Limit>,
    pub lead_days: Option<i32>,
}

impl Terms {
    /// Those of `listing`; its tiers are in a table of their own.
    #[must_use]
    pub fn of(listing: &listing::Model, tiers: Vec<Tier>) -> Self {
        Self {
            unit: listing.unit,
            price: listing.price,
            by_weight: by_weight(
                listing.weight_price,
                listing.weight_unit,
                listing.piece_min,
                listing.piece_max,
            ),
            contains: Pack::of(listing).contains,
            tiers,
            min: listing.min_quantity,
            step: listing.step,
            limit: listing
                .limit_quantity
                .zip(listing.limit_days)
                .map(|(most, days)| Limit { most, days }),
            lead_days: listing.lead_days,
        }
    }

    #[must_use]
    pub const fn pack(&self) -> Pack {
        Pack {
            unit: self.unit,
            contains: self.contains,
        }
    }

    /// Đồng for one unit when `quantity` is taken.
    #[must_use]
    pub fn price_at(&self, quantity: Thousandths) -> Dong {
        price_at(self.price, &self.tiers, quantity)
    }

    /// What a kilogram, a litre or a piece of it costs.
    #[must_use]
    pub fn unit_price(&self) -> Option<UnitPrice> {
        unit_price(self.price, &self.pack(), self.by_weight.as_ref())
    }

    /// The least that may be ordered: one, where only whole ones are sold, unless the seller says otherwise; `None` when
    /// any part will do.
    #[must_use]
    pub fn least(&self) -> Option<Thousandths> {
        let whole = (!self.pack().in_parts()).then_some(Thousandths(1000));
        self.min.or(self.step).or(whole)
    }

    /// What lies between two quantities that may be ordered; `None` when anything may.
    #[must_use]
    pub fn between(&self) -> Option<Thousandths> {
        self.step
            .or_else(|| (!self.pack().in_parts()).then_some(Thousandths(1000)))
    }

    /// Whether only whole ones are sold and `quantity` is not whole.
    #[must_use]
    pub fn breaks(&self, quantity: Thousandths) -> bool {
        !self.pack().in_parts() && quantity.0 % 1000 != 0
    }

    /// Why `quantity` cannot be ordered, whoever orders it and however much there is.
    #[must_use]
    pub fn refusal(&self, quantity: Thousandths) -> Option<Message> {
        if self.breaks(quantity) {
            return Some(Message::new("wrong-whole").with("unit", self.unit.label()));
        }
        let told = |amount| Quantity::new(amount, self.unit).to_string();
        let near = self.near(quantity);
        if !near.contains(&quantity) {
            // Where anything may be ordered, everything is near itself.
            let least = told(self.least()?);
            let Some(step) = self.step else {
                return Some(Message::new("wrong-quantity-least").with("least", least));
            };
            let near: Vec<_> = near.into_iter().map(told).collect();
            return Some(
                Message::new("wrong-quantity-step")
                    .with("least", least)
                    .with("step", told(step))
                    .with("near", near.join("; ")),
            );
        }
        let limit = self.limit.filter(|limit| quantity > limit.most)?;
        Some(
            Message::new("orders-say-limit")
                .with("most", told(limit.most))
                .with("days", usize::try_from(limit.days).unwrap_or_default())
                .with("left", told(limit.most)),
        )
    }

    /// The quantities that may be ordered next to `quantity`, itself alone where it may.
    #[must_use]
    pub fn near(&self, quantity: Thousandths) -> Vec<Thousandths> {
        let least = self.least().unwrap_or(Thousandths::ZERO);
        if quantity < least {
            return vec![least];
        }
        match self.step {
            Some(step) if (quantity.0 - least.0) % step.0 != 0 => {
                let below = quantity.0 - (quantity.0 - least.0) % step.0;
                vec![Thousandths(below), Thousandths(below + step.0)]
            }
            _ => vec![quantity],
        }
    }

    /// The most of `left` that may be ordered; `None` when that is nothing.
    #[must_use]
    pub fn most_within(&self, left: Thousandths) -> Option<Thousandths> {
        let capped = self.limit.map_or(left, |limit| left.min(limit.most));
        let least = self.least().unwrap_or(Thousandths(1));
        if capped < least {
            return None;
        }
        let over = self.between().map_or(0, |step| (capped.0 - least.0) % step.0);
        let most = Thousandths(capped.0 - over);
        self.refusal(most).is_none().then_some(most)
    }

    /// Notes what does not go together; `mode` and `pool` are what the listing draws on.
    pub fn check(&self, wrong: &mut Wrong, mode: StockMode, pool: Option<Unit>) {
        self.check_pack(wrong, pool);
        self.check_weight(wrong);
        self.check_quantities(wrong);
        self.check_tiers(wrong);
        if self.lead_days.is_some() && mode != StockMode::OnDemand {
            wrong.note("/lead_days", "wrong-lead-days");
        }
    }

    fn check_pack(&self, wrong: &mut Wrong, pool: Option<Unit>) {
        if let Some(contains) = self.contains {
            if self.by_weight.is_some() {
                wrong.note("/contains", "wrong-contains-by-weight");
            } else if self.pack().in_parts() {
                wrong.note("/contains", "wrong-contains-measure");
            } else if contains.unit == self.unit {
                wrong.note("/contains/unit", "wrong-contains-itself");
            }
        }
        let factor = pool.map(|pool| self.pack().factor(pool));
        match factor {
            Some(None) if self.contains.is_some() => wrong.note("/contains/unit", "wrong-unit-mismatch"),
            Some(None) => wrong.note("/unit", "wrong-unit-mismatch"),
            // The statement that asks whether the least that may be ordered is there multiplies the two.
            Some(Some(factor)) if product(factor, self.min) > product(Thousandths(1000), Some(Thousandths::MAX)) => {
                wrong.note("/min_quantity/value", "wrong-too-large");
            }
            _ => {}
        }
    }

    fn check_weight(&self, wrong: &mut Wrong) {
        let Some(by_weight) = self.by_weight else { return };
        if self.pack().in_parts() {
            wrong.note("/by_weight", "wrong-by-weight-unit");
        }
        if by_weight.max < by_weight.min {
            wrong.note("/by_weight/max", "wrong-weight-range");
        }
        if by_weight.of_piece().is_none() {
            wrong.note("/by_weight/price", "wrong-order-amount");
        }
    }

    fn check_quantities(&self, wrong: &mut Wrong) {
        let given = [
            ("/min_quantity", self.min),
            ("/step", self.step),
            ("/limit_per_customer/quantity", self.limit.map(|limit| limit.most)),
        ];
        for (pointer, quantity) in given {
            if quantity.is_some_and(|quantity| self.breaks(quantity)) {
                let whole = Message::new("wrong-whole").with("unit", self.unit.label());
                wrong.note(format!("{pointer}/value"), whole);
            }
        }
        if let (Some(limit), Some(least)) = (self.limit, self.least())
            && limit.most < least
        {
            let pointer = match (self.min, self.step) {
                (Some(_), _) => "/min_quantity",
                (None, Some(_)) => "/step",
                (None, None) => "/limit_per_customer/quantity",
            };
            wrong.note(pointer, "wrong-least-over-limit");
        }
    }

    fn check_tiers(&self, wrong: &mut Wrong) {
        if self.by_weight.is_some() && !self.tiers.is_empty() {
            wrong.note("/tiers", "wrong-tiers-by-weight");
            return;
        }
        let mut before = Tier {
            from: self.least().unwrap_or(Thousandths::ZERO),
            price: self.price,
        };
        for (place, tier) in self.tiers.iter().enumerate() {
            if self.breaks(tier.from) {
                let whole = Message::new("wrong-whole").with("unit", self.unit.label());
                wrong.note(format!("/tiers/{place}/from/value"), whole);
            } else if tier.from <= before.from {
                wrong.note(format!("/tiers/{place}/from"), "wrong-tier-from");
            }
            if tier.price >= before.price {
                wrong.note(format!("/tiers/{place}/price"), "wrong-tier-price");
            }
            before = *tier;
        }
    }
}

fn product(factor: Thousandths, quantity: Option<Thousandths>) -> i128 {
    i128::from(factor.0) * i128::from(quantity.unwrap_or_default().0)
}

/// How a listing is charged by weight, if it is, from the columns of its row.
#[must_use]
pub fn by_weight(
    price: Option<Dong>,
    unit: Option<Unit>,
    min: Option<Thousandths>,
    max: Option<Thousandths>,
) -> Option<ByWeight> {
    Some(ByWeight {
        price: price?,
        unit: unit?,
        min: min?,
        max: max?,
    })
}

/// What a kilogram, a litre or a piece costs when one of `pack` costs `price`, or `by_weight` says it.
#[must_use]
pub fn unit_price(price: Dong, pack: &Pack, by_weight: Option<&ByWeight>) -> Option<UnitPrice> {
    if let Some(by_weight) = by_weight {
        return UnitPrice::of(by_weight.price, Quantity::new(Thousandths(1000), by_weight.unit));
    }
    let measure = if pack.in_parts() {
        Some(Quantity::new(Thousandths(1000), pack.unit))
    } else {
        pack.contains
    };
    UnitPrice::of(price, measure?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(unit: Unit) -> Terms {
        Terms {
            unit,
            price: Dong(100_000),
            by_weight: None,
            contains: None,
            tiers: Vec::new(),
            min: None,
            step: None,
            limit: None,
            lead_days: None,
        }
    }

    fn told(terms: &Terms, mode: StockMode, pool: Option<Unit>) -> Vec<(String, &'static str)> {
        let mut wrong = Wrong::default();
        terms.check(&mut wrong, mode, pool);
        wrong
            .0
            .into_iter()
            .map(|error| (error.pointer, error.message.id()))
            .collect()
    }

    #[test]
    fn half_kilograms_from_one_kilogram_on() {
        let rice = Terms {
            min: Some(Thousandths(1000)),
            step: Some(Thousandths(500)),
            limit: Some(Limit {
                most: Thousandths(5000),
                days: 7,
            }),
            ..terms(Unit::Kilogram)
        };
        for good in [1000, 1500, 5000] {
            assert_eq!(rice.refusal(Thousandths(good)), None, "{good}");
        }
        assert_eq!(rice.near(Thousandths(1700)), [Thousandths(1500), Thousandths(2000)]);
        assert_eq!(rice.near(Thousandths(1)), [Thousandths(1000)]);
        for (bad, why) in [
            (500, "wrong-quantity-step"),
            (1700, "wrong-quantity-step"),
            (5500, "orders-say-limit"),
        ] {
            assert_eq!(rice.refusal(Thousandths(bad)).map(|message| message.id()), Some(why));
        }
        let whole = terms(Unit::Bunch);
        assert_eq!(
            whole.refusal(Thousandths(1500)).map(|message| message.id()),
            Some("wrong-whole")
        );
        assert_eq!(whole.refusal(Thousandths(3000)), None);
        assert_eq!(terms(Unit::Kilogram).refusal(Thousandths(1)), None);
        let rationed = Terms {
            min: None,
            step: None,
            ..rice
        };
        assert_eq!(
            rationed.refusal(Thousandths(5001)).map(|message| message.id()),
            Some("orders-say-limit")
        );
    }

    #[test]
    fn terms_that_do_not_go_together_are_named() {
        let tier = |from, price| Tier {
            from: Thousandths(from),
            price: Dong(price),
        };
        let stock = StockMode::Stock;
        let kg = Some(Unit::Kilogram);
        let bad = Terms {
            tiers: vec![tier(5000, 90_000), tier(5000, 80_000), tier(9000, 80_000)],
            ..terms(Unit::Kilogram)
        };
        assert_eq!(
            told(&bad, stock, kg),
            [
                ("/tiers/1/from".to_owned(), "wrong-tier-from"),
                ("/tiers/2/price".to_owned(), "wrong-tier-price"),
            ]
        );
        let bad = Terms {
            tiers: vec![tier(1000, 90_000)],
            min: Some(Thousandths(1000)),
            lead_days: Some(2),
            contains: Some(Quantity::new(Thousandths(1000), Unit::Gram)),
            ..terms(Unit::Kilogram)
        };
        assert_eq!(
            told(&bad, stock, kg),
            [
                ("/contains".to_owned(), "wrong-contains-measure"),
                ("/tiers/0/from".to_owned(), "wrong-tier-from"),
                ("/lead_days".to_owned(), "wrong-lead-days"),
            ]
        );
        let bad = Terms {
            contains: Some(Quantity::new(Thousandths(1000), Unit::Bunch)),
            min: Some(Thousandths(1500)),
            step: Some(Thousandths(2000)),
            limit: Some(Limit {
                most: Thousandths(1000),
                days: 1,
            }),
            ..terms(Unit::Bunch)
        };
        assert_eq!(
            told(&bad, StockMode::OnDemand, None),
            [
                ("/contains/unit".to_owned(), "wrong-contains-itself"),
                ("/min_quantity/value".to_owned(), "wrong-whole"),
                ("/min_quantity".to_owned(), "wrong-least-over-limit"),
            ]
        );
        let bad = Terms {
            by_weight: Some(ByWeight {
                price: Dong(1),
                unit: Unit::Kilogram,
                min: Thousandths(2),
                max: Thousandths(1),
            }),
            tiers: vec![tier(5000, 90_000)],
            ..terms(Unit::Kilogram)
        };
        assert_eq!(
            told(&bad, stock, kg),
            [
                ("/by_weight".to_owned(), "wrong-by-weight-unit"),
                ("/by_weight/max".to_owned(), "wrong-weight-range"),
                ("/by_weight/price".to_owned(), "wrong-order-amount"),
                ("/tiers".to_owned(), "wrong-tiers-by-weight"),
            ]
        );
        let huge = Terms {
            min: Some(Thousandths::MAX),
            ..terms(Unit::Tonne)
        };
        assert_eq!(
            told(&huge, stock, kg),
            [("/min_quantity/value".to_owned(), "wrong-too-large")]
        );
    }

    proptest! {
        #[test]
        fn what_is_near_may_be_ordered(
            min in proptest::option::of(1..=100_000_i64),
            step in proptest::option::of(1..=100_000_i64),
            quantity in 1..=1_000_000_i64,
        ) {
            let terms = Terms { min: min.map(Thousandths), step: step.map(Thousandths), ..terms(Unit::Kilogram) };
            let near = terms.near(Thousandths(quantity));
            prop_assert!(!near.is_empty());
            for quantity in &near {
                prop_assert_eq!(terms.refusal(*quantity), None);
            }
            prop_assert_eq!(terms.refusal(Thousandths(quantity)).is_none(), near == [Thousandths(quantity)]);
        }
    }
}
