//! How much of a listing may be sold now.
//!
//! A pool's stock is what came in, less what left and what is reserved. What lies in lots that are held or past their
//! date is not for sale; stock that was entered without a lot always is. A pre-order has what is left of its cap, through
//! the day of its harvest.

use entity::{Day, Quantity, Thousandths, Unit, listings::listing::StockMode};
use sea_orm::sea_query::Expr;

/// How much of the listing's unit `sellable` of its pool is. A weight or a volume is sold in parts; of boxes, bunches and
/// animals only whole ones are.
#[must_use]
pub fn left(sellable: Thousandths, factor: Thousandths, unit: Unit) -> Quantity {
    let units = i128::from(sellable.0.max(0)) * 1000 / i128::from(factor.0.max(1));
    let units = i64::try_from(units).unwrap_or(i64::MAX);
    let units = if unit.base().is_some() {
        units
    } else {
        units - units % 1000
    };
    Quantity::new(Thousandths(units), unit)
}

/// Whether a listing can be bought now: whether what is `left` is enough for the `least` that may be ordered. What is
/// made to order always can.
#[must_use]
pub fn in_stock(mode: StockMode, left: Option<Quantity>, least: Option<Thousandths>) -> bool {
    let least = least.unwrap_or(Thousandths(1));
    mode == StockMode::OnDemand || left.is_some_and(|left| left.amount >= least)
}

/// SQL that is true (never null) where `batch` (an alias in scope) may not be sold on `day`: a hold that no officer has
/// released, or a last day that has passed. A day's text is digits and hyphens, so it may stand in the statement.
#[must_use]
pub fn held_back(batch: &str, day: Day) -> String {
    let day = day.iso();
    format!(
        "(({batch}.expires_on is not null and {batch}.expires_on < '{day}') \
         or exists (select 1 from batch_hold h where h.batch_id = {batch}.id and h.released_at is null))"
    )
}

/// SQL for what may be sold on `day` of the pool of the `listing` in scope, or of a pre-order's cap, of which nothing may
/// once its harvest has passed; null for what is made to order.
#[must_use]
pub fn sellable(day: Day) -> Expr {
    Expr::cust(sellable_sql(day))
}

fn sellable_sql(day: Day) -> String {
    format!(
        "(case when listing.stock_mode = 'preorder' then case when listing.harvest_on < '{}' then 0 \
         else listing.cap - listing.promised end else (select cast(p.received - p.issued - p.held - coalesce((select sum(l.received - l.issued - l.held) \
         from stock_pool_lot l join batch b on b.id = l.batch_id where l.pool_id = p.id and {}), 0) as bigint) \
         from stock_pool p where p.id = listing.pool_id) end)",
        day.iso(),
        held_back("b", day)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_counted_whole_and_weights_in_parts() {
        // 12.5 kg in the pool.
        let pool = Thousandths(12_500);
        assert_eq!(
            left(pool, Thousandths(1000), Unit::Kilogram).to_string(),
            "12,5\u{a0}kg"
        );
        assert_eq!(left(pool, Thousandths(5000), Unit::Bag).to_string(), "2\u{a0}túi");
        assert_eq!(
            left(Thousandths(4999), Thousandths(5000), Unit::Bag).amount,
            Thousandths::ZERO
        );
        assert_eq!(
            left(Thousandths(-5), Thousandths(1000), Unit::Kilogram).amount,
            Thousandths::ZERO
        );
        assert_eq!(
            left(Thousandths::MAX, Thousandths(1), Unit::Gram).amount,
            Thousandths(1_000_000_000_000_000)
        );
    }

    #[test]
    fn what_is_counted_runs_out() {
        let none = Some(Quantity::new(Thousandths::ZERO, Unit::Box));
        for counted in [StockMode::Stock, StockMode::Preorder] {
            assert!(!in_stock(counted, none, None));
            assert!(!in_stock(counted, None, None));
            let one = Some(Quantity::new(Thousandths(1000), Unit::Box));
            assert!(in_stock(counted, one, None));
            assert!(in_stock(counted, one, Some(Thousandths(1000))));
            assert!(
                !in_stock(counted, one, Some(Thousandths(2000))),
                "less than may be ordered"
            );
        }
        assert!(in_stock(StockMode::OnDemand, None, Some(Thousandths(2000))));
    }
}
