//! Which rule a sale falls under, and what it comes to (pure).

use entity::{Dong, catalogue::seller::Kind, payments::commission_rule::Model as Rule};

use crate::payments::earnings::of_rate;

/// What rules ask of a sale.
#[derive(Clone, Copy, Debug)]
pub struct Sale<'s> {
    pub category: &'s str,
    pub kind: Kind,
    /// The most OCOP stars that something of the seller's has now.
    pub stars: Option<i32>,
}

/// The first of `rules` that fits.
pub fn first_match<'r>(rules: &'r [Rule], sale: &Sale<'_>) -> Option<&'r Rule> {
    rules.iter().find(|rule| {
        rule.category.as_deref().is_none_or(|group| is_in(sale.category, group))
            && rule.kind.is_none_or(|kind| kind == sale.kind)
            && rule
                .stars
                .is_none_or(|stars| sale.stars.is_some_and(|has| has >= stars))
    })
}

/// Whether `category` is `group`, or one of its leaves: `tea-green` is in `tea`.
fn is_in(category: &str, group: &str) -> bool {
    category
        .strip_prefix(group)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// What `rule` takes of `goods`: its rate, at least its floor, at most its cap, and never more than the goods.
pub fn fee(rule: &Rule, goods: Dong) -> Dong {
    let rated = of_rate(goods, rule.rate_bp).max(rule.floor);
    rule.cap.map_or(rated, |cap| rated.min(cap)).min(goods)
}

#[cfg(test)]
mod tests {
    use entity::{Day, Rate, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn rule(category: Option<&str>, kind: Option<Kind>, stars: Option<i32>, rate: i32) -> Rule {
        Rule {
            from_on: Day::from_iso("2026-11-01").expect("a day"),
            position: 0,
            category: category.map(str::to_owned),
            kind,
            stars,
            rate_bp: Rate(rate),
            floor: Dong::ZERO,
            cap: None,
            note: String::new(),
            made_at: Timestamp(0),
            made_by: None,
        }
    }

    #[test]
    fn the_first_rule_that_fits_holds() {
        let rules = [
            rule(Some("tea"), Some(Kind::Household), None, 1),
            rule(Some("tea-shan"), None, None, 2),
            rule(None, None, Some(4), 3),
            rule(None, None, None, 4),
        ];
        let of =
            |category, kind, stars| first_match(&rules, &Sale { category, kind, stars }).map(|rule| rule.rate_bp.0);
        assert_eq!(of("tea-shan", Kind::Household, None), Some(1));
        assert_eq!(of("tea-shan", Kind::Company, None), Some(2));
        assert_eq!(of("tea-shanx", Kind::Company, None), Some(4));
        assert_eq!(of("teapot", Kind::Household, Some(3)), Some(4));
        assert_eq!(of("honey", Kind::Household, Some(5)), Some(3));
        assert_eq!(
            first_match(
                &rules[..1],
                &Sale {
                    category: "honey",
                    kind: Kind::Household,
                    stars: None
                }
            ),
            None
        );
    }

    proptest! {
        #[test]
        fn a_fee_keeps_to_floor_and_cap(goods in 0..=Dong::MAX.0, rate in 0..=5_000, floor in 0_i64..1_000_000, more in 0_i64..1_000_000) {
            let mut rule = rule(None, None, None, rate);
            (rule.floor, rule.cap) = (Dong(floor), Some(Dong(floor + more)));
            let fee = fee(&rule, Dong(goods)).0;
            prop_assert!(fee >= 0 && fee <= goods && fee <= floor + more);
            prop_assert!(fee >= floor.min(goods));
        }
    }
}
