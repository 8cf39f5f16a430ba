//! The terms as they come: read, and laid over those there are.

use entity::{Dong, Quantity, Unit};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{ByWeight, Limit, Terms, Tier};
use crate::http::{
    input::{Change, Field, Patch, QuantityInput, Wrong},
    language::Message,
};

/// Tiers of one listing.
const MOST_TIERS: usize = 10;

/// The terms of a listing. All of them may be absent, but a new listing needs `price` or `by_weight`. In a change an
/// absent field stays and null removes what may be absent.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct TermsInput {
    /// Đồng for one unit.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 9_999_999_999_999_i64, example = 350_000)]
    pub price: Field<i64>,
    /// Ordered by the piece and charged by weight; takes the place of `price`.
    #[serde(default)]
    #[schema(value_type = Option<ByWeightInput>)]
    pub by_weight: Field<ByWeightInput>,
    /// What one unit holds: one `bo` is 0.3 kg, one `vi` is 10 `qua`.
    #[serde(default)]
    #[schema(value_type = Option<QuantityInput>)]
    pub contains: Patch<QuantityInput>,
    /// Lower prices from a quantity on: quantities rise, prices fall. In a change, `[]` removes them.
    #[schema(value_type = Option<Vec<TierInput>>, max_items = 10)]
    pub tiers: Field<Vec<Field<TierInput>>>,
    /// The least that may be ordered.
    #[serde(default)]
    #[schema(value_type = Option<QuantityInput>)]
    pub min_quantity: Patch<QuantityInput>,
    /// The steps from the least on.
    #[serde(default)]
    #[schema(value_type = Option<QuantityInput>)]
    pub step: Patch<QuantityInput>,
    /// The most that one customer, known by the telephone number, may order within some days.
    #[serde(default)]
    #[schema(value_type = Option<LimitInput>)]
    pub limit_per_customer: Patch<LimitInput>,
    /// Days from the order until it is made; only for what is made to order.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 365)]
    pub lead_days: Patch<i64>,
}

/// A lower price from a quantity on.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct TierInput {
    /// Above the least that may be ordered.
    #[schema(value_type = QuantityInput)]
    pub from: Field<QuantityInput>,
    /// Đồng for one unit.
    #[schema(value_type = i64, minimum = 1)]
    pub price: Field<i64>,
}

/// What a piece weighs, and what its weight costs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ByWeightInput {
    /// Đồng for one of the unit in which the weights are told.
    #[schema(value_type = i64, minimum = 1, example = 120_000)]
    pub price: Field<i64>,
    /// What the lightest piece weighs.
    #[schema(value_type = QuantityInput)]
    pub min: Field<QuantityInput>,
    /// What the heaviest piece weighs, in the same unit.
    #[schema(value_type = QuantityInput)]
    pub max: Field<QuantityInput>,
}

/// The most that one customer may order within some days.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct LimitInput {
    #[schema(value_type = QuantityInput)]
    pub quantity: Field<QuantityInput>,
    #[schema(value_type = i64, minimum = 1, maximum = 366, example = 30)]
    pub days: Field<i64>,
}

/// Checked terms, or changes of them; quantities are in whatever unit they were told in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermsEdit {
    price: Option<Dong>,
    by_weight: Option<ByWeight>,
    contains: Change<Quantity>,
    tiers: Option<Vec<(Quantity, Dong)>>,
    min: Change<Quantity>,
    step: Change<Quantity>,
    limit: Change<(Quantity, i32)>,
    lead_days: Change<i32>,
}

impl TermsInput {
    /// The terms as they may be used, or notes on what is wrong with each.
    pub fn read(&self, wrong: &mut Wrong) -> Option<TermsEdit> {
        let price = wrong.optional("/price", &self.price, Wrong::dong);
        let by_weight = wrong.optional("/by_weight", &self.by_weight, by_weight);
        if !self.price.is_missing() && !self.by_weight.is_missing() {
            wrong.note("/price", "wrong-price-by-weight");
        }
        let contains = self.contains.read(wrong, "/contains", Wrong::quantity);
        let tiers = wrong.optional("/tiers", &self.tiers, tiers);
        let min = self.min_quantity.read(wrong, "/min_quantity", Wrong::quantity);
        let step = self.step.read(wrong, "/step", Wrong::quantity);
        let limit = self.limit_per_customer.read(wrong, "/limit_per_customer", limit);
        let days = |wrong: &mut Wrong, pointer: &str, field: &Field<i64>| whole(wrong, pointer, field, 0..=365);
        let lead_days = self.lead_days.read(wrong, "/lead_days", days);
        Some(TermsEdit {
            price: price?,
            by_weight: by_weight?,
            contains: contains?,
            tiers: tiers?,
            min: min?,
            step: step?,
            limit: limit?,
            lead_days: lead_days?,
        })
    }
}

fn whole(wrong: &mut Wrong, pointer: &str, field: &Field<i64>, range: std::ops::RangeInclusive<i64>) -> Option<i32> {
    let days = wrong.integer(pointer, field, range)?;
    i32::try_from(days).ok()
}

fn by_weight(wrong: &mut Wrong, pointer: &str, field: &Field<ByWeightInput>) -> Option<ByWeight> {
    let given = wrong.required(pointer, field)?;
    let price = wrong.dong(&format!("{pointer}/price"), &given.price);
    let min = wrong.quantity(&format!("{pointer}/min"), &given.min);
    let max = wrong.quantity(&format!("{pointer}/max"), &given.max);
    let (price, min, max) = (price?, min?, max?);
    if min.unit.base().is_none() {
        wrong.note(format!("{pointer}/min/unit"), "wrong-weight-unit");
        return None;
    }
    let Some(max) = max.convert(min.unit) else {
        wrong.note(format!("{pointer}/max/unit"), "wrong-unit-mismatch");
        return None;
    };
    Some(ByWeight {
        price,
        unit: min.unit,
        min: min.amount,
        max: max.amount,
    })
}

fn tiers(wrong: &mut Wrong, pointer: &str, field: &Field<Vec<Field<TierInput>>>) -> Option<Vec<(Quantity, Dong)>> {
    let given = wrong.required(pointer, field)?;
    if given.len() > MOST_TIERS {
        wrong.note(pointer, Message::new("wrong-too-many").with("max", MOST_TIERS));
        return None;
    }
    let read = |(place, field): (usize, &Field<TierInput>)| {
        let tier = wrong.required(&format!("{pointer}/{place}"), field)?;
        let from = wrong.quantity(&format!("{pointer}/{place}/from"), &tier.from);
        let price = wrong.dong(&format!("{pointer}/{place}/price"), &tier.price);
        from.zip(price)
    };
    // Every tier is looked at, though one wrong tier is enough.
    let read: Vec<_> = given.iter().enumerate().map(read).collect();
    read.into_iter().collect()
}

fn limit(wrong: &mut Wrong, pointer: &str, field: &Field<LimitInput>) -> Option<(Quantity, i32)> {
    let given = wrong.required(pointer, field)?;
    let quantity = wrong.quantity(&format!("{pointer}/quantity"), &given.quantity);
    let days = whole(wrong, &format!("{pointer}/days"), &given.days, 1..=366);
    quantity.zip(days)
}

impl TermsEdit {
    /// Whether anything is to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it says what the listing costs.
    #[must_use]
    pub const fn has_price(&self) -> bool {
        self.price.is_some() || self.by_weight.is_some()
    }

    /// The terms of a new listing sold by `unit`.
    pub fn new_terms(self, wrong: &mut Wrong, unit: Unit) -> Option<Terms> {
        let none = Terms {
            unit,
            price: Dong::ZERO,
            by_weight: None,
            contains: None,
            tiers: Vec::new(),
            min: None,
            step: None,
            limit: None,
            lead_days: None,
        };
        self.over(wrong, none)
    }

    /// `before` with these changes, every quantity in the listing's unit; or notes on those that do not convert into it.
    pub fn over(self, wrong: &mut Wrong, before: Terms) -> Option<Terms> {
        let unit = before.unit;
        let mut told = |pointer: &str, quantity: Quantity| {
            let same = quantity.convert(unit);
            if same.is_none() {
                let message = Message::new("wrong-line-unit").with("unit", unit.code());
                wrong.note(format!("{pointer}/unit"), message);
            }
            same.map(|same| same.amount)
        };
        let mut change = |pointer: &str, change: Change<Quantity>| match change {
            Change::Keep => Some(Change::Keep),
            Change::Remove => Some(Change::Remove),
            Change::To(quantity) => told(pointer, quantity).map(Change::To),
        };
        let min = change("/min_quantity", self.min);
        let step = change("/step", self.step);
        let limit = match self.limit {
            Change::Keep => Some(Change::Keep),
            Change::Remove => Some(Change::Remove),
            Change::To((quantity, days)) => {
                told("/limit_per_customer/quantity", quantity).map(|most| Change::To(Limit { most, days }))
            }
        };
        let tiers = self.tiers.map(|tiers| {
            let read = |(place, (from, price)): (usize, (Quantity, Dong))| {
                let from = told(&format!("/tiers/{place}/from"), from)?;
                Some(Tier { from, price })
            };
            let read: Vec<_> = tiers.into_iter().enumerate().map(read).collect();
            read.into_iter().collect::<Option<Vec<_>>>()
        });
        // A price of its own ends charging by weight, and the other way round.
        let by_weight = match (self.price, self.by_weight) {
            (Some(_), _) => None,
            (None, Some(by_weight)) => Some(by_weight),
            (None, None) => before.by_weight,
        };
        let price = match by_weight {
            // What is no price is noted when the terms are checked together.
            Some(by_weight) => by_weight.of_piece().unwrap_or(Dong(1)),
            None => self.price.unwrap_or(before.price),
        };
        Some(Terms {
            unit,
            price,
            by_weight,
            contains: self.contains.over(before.contains),
            tiers: match tiers {
                Some(tiers) => tiers?,
                None => before.tiers,
            },
            min: min?.over(before.min),
            step: step?.over(before.step),
            limit: limit?.over(before.limit),
            lead_days: self.lead_days.over(before.lead_days),
        })
    }

    /// These changes in the shape in which they came, so that they can be read again.
    #[must_use]
    pub fn told(&self) -> Map<String, Value> {
        let mut told = Map::new();
        let mut put = |name: &str, value: Value| {
            told.insert(name.to_owned(), value);
        };
        if let Some(price) = self.price {
            put("price", json!(price.0));
        }
        if let Some(by_weight) = self.by_weight {
            let weight = |amount| quantity(Quantity::new(amount, by_weight.unit));
            let (min, max) = (weight(by_weight.min), weight(by_weight.max));
            put("by_weight", json!({"price": by_weight.price.0, "min": min, "max": max}));
        }
        if let Some(tiers) = &self.tiers {
            let tiers = tiers
                .iter()
                .map(|(from, price)| json!({"from": quantity(*from), "price": price.0}));
            put("tiers", tiers.collect());
        }
        for (name, change) in [
            ("contains", self.contains),
            ("min_quantity", self.min),
            ("step", self.step),
        ] {
            match change {
                Change::Keep => {}
                Change::Remove => put(name, Value::Null),
                Change::To(amount) => put(name, quantity(amount)),
            }
        }
        match self.limit {
            Change::Keep => {}
            Change::Remove => put("limit_per_customer", Value::Null),
            Change::To((most, days)) => put("limit_per_customer", json!({"quantity": quantity(most), "days": days})),
        }
        match self.lead_days {
            Change::Keep => {}
            Change::Remove => put("lead_days", Value::Null),
            Change::To(days) => put("lead_days", json!(days)),
        }
        told
    }
}

fn quantity(quantity: Quantity) -> Value {
    json!({"value": quantity.amount.to_string(), "unit": quantity.unit.code()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_reads_back_as_it_was() {
        let body = json!({
            "price": 10_000, "contains": {"value": "0.3", "unit": "kg"},
            "tiers": [{"from": {"value": "5", "unit": "bo"}, "price": 9000}],
            "min_quantity": {"value": "2", "unit": "bo"}, "step": null,
            "limit_per_customer": {"quantity": {"value": "20", "unit": "bo"}, "days": 7}, "lead_days": 3,
        });
        let read = |body: &Value| {
            let input: TermsInput = serde_json::from_value(body.clone()).expect("always read");
            let mut wrong = Wrong::default();
            let edit = input.read(&mut wrong);
            assert_eq!(wrong, Wrong::default());
            edit.expect("nothing is wrong")
        };
        let edit = read(&body);
        assert_eq!(Value::Object(edit.told()), body);
        let chicken = json!({"by_weight": {"price": 120_000, "min": {"value": "1.4", "unit": "kg"}, "max": {"value": "1.7", "unit": "kg"}}});
        assert_eq!(Value::Object(read(&chicken).told()), chicken);
        assert!(read(&json!({})).is_empty());
        let mut wrong = Wrong::default();
        let terms = edit.new_terms(&mut wrong, Unit::Bunch).expect("all of it converts");
        assert_eq!(
            (terms.min, terms.step, terms.tiers.len()),
            (Some(entity::Thousandths(2000)), None, 1)
        );
    }

    #[test]
    fn every_wrong_term_is_named() {
        let body = json!({
            "price": 0, "by_weight": {"price": "x", "min": {"value": "1", "unit": "con"}},
            "contains": {"value": "NaN", "unit": "kg"}, "tiers": [{"from": {"value": "1e18", "unit": "kg"}, "price": -1}, 7],
            "min_quantity": {"value": "0.0001", "unit": "kg"}, "step": {"value": "0", "unit": "kg"},
            "limit_per_customer": {"quantity": {"value": "-1", "unit": "kg"}, "days": 0}, "lead_days": 1_000_000_000_000_000_000_i64,
        });
        let input: TermsInput = serde_json::from_value(body).expect("always read");
        let mut wrong = Wrong::default();
        assert_eq!(input.read(&mut wrong), None);
        let pointers: Vec<_> = wrong.0.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/price",
                "/by_weight/price",
                "/by_weight/max",
                "/price",
                "/contains/value",
                "/tiers/0/from/value",
                "/tiers/0/price",
                "/tiers/1",
                "/min_quantity/value",
                "/step/value",
                "/limit_per_customer/quantity/value",
                "/limit_per_customer/days",
                "/lead_days",
            ]
        );
    }
}
