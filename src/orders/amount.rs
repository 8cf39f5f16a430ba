//! What a line costs (pure).

use entity::{Dong, Quantity, Thousandths, orders::line};

use crate::listings::offer::Terms;

/// What a line costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Đồng for one unit, of the tier that the quantity reaches.
    pub price: Dong,
    pub amount: Dong,
    /// What the pieces are thought to weigh, where weight is charged; price and amount are then estimates.
    pub weight: Option<Quantity>,
}

/// What `quantity` costs on these terms; `None` when that is no amount anybody could pay, or no weight anybody could weigh.
#[must_use]
pub fn of(terms: &Terms, quantity: Thousandths) -> Option<Cost> {
    let price = terms.price_at(quantity);
    let weight = match terms.by_weight {
        Some(by_weight) => Some(by_weight.weight(quantity)?),
        None => None,
    };
    Some(Cost {
        price,
        amount: of_line(price, quantity)?,
        weight,
    })
}

/// `quantity` at `price` a unit, rounded to the nearest đồng, a half upwards: 0.25 kg at 350,001 ₫ is 87,500 ₫. `None`
/// when that is no amount anybody could pay: nothing, or more than a VietQR carries.
#[must_use]
pub fn of_line(price: Dong, quantity: Thousandths) -> Option<Dong> {
    let exact = i128::from(price.0) * i128::from(quantity.0);
    let rounded = i64::try_from((exact + 500) / 1000).ok()?;
    payable(Dong(rounded))
}

/// The part of `amount` that falls on `part` of `whole`, rounded to the nearest đồng, a half upwards. What falls on all of
/// it is `amount`.
#[must_use]
pub fn part_of(amount: Dong, part: Thousandths, whole: Thousandths) -> Dong {
    if whole.0 <= 0 || part.0 >= whole.0 {
        return amount;
    }
    let exact = i128::from(amount.0) * i128::from(part.0.max(0));
    let whole = i128::from(whole.0);
    Dong(i64::try_from((2 * exact + whole) / (2 * whole)).unwrap_or(amount.0))
}

/// What `line` costs once its quantity is `left`, which is not more than it was: its price for that, or, charged by
/// weight, its part of what it costs now.
#[must_use]
pub fn of_left(line: &line::Model, left: Thousandths) -> Dong {
    let amount = if left.0 <= 0 {
        Dong::ZERO
    } else if line.weight_price.is_some() {
        part_of(line.amount, left, line.quantity)
    } else {
        of_line(line.price, left).unwrap_or_default()
    };
    amount.min(line.amount)
}

/// What a line comes to once it was weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// What it costs as it was weighed, and not more than is tolerated.
    pub amount: Dong,
    /// What is given back of the estimate.
    pub less: Dong,
    /// What is asked for on top of it.
    pub more: Dong,
}

/// What `weight` at `price` comes to where `estimate` was paid, and at most `tolerance` (basis points, rounded down to
/// the đồng) more than that may be asked for. `None` when that is no amount anybody could pay.
#[must_use]
pub fn of_weighed(price: Dong, weight: Thousandths, estimate: Dong, tolerance: i64) -> Option<Weighed> {
    let exact = of_line(price, weight)?;
    let most = i128::from(estimate.0) + i128::from(estimate.0) * i128::from(tolerance) / 10_000;
    let amount = exact.min(Dong(i64::try_from(most).unwrap_or(i64::MAX)));
    Some(Weighed {
        amount,
        less: Dong((estimate.0 - amount.0).max(0)),
        more: Dong((amount.0 - estimate.0).max(0)),
    })
}

/// The sum of `amounts`, if it can be paid at once.
#[must_use]
pub fn sum(amounts: impl IntoIterator<Item = Dong>) -> Option<Dong> {
    amounts
        .into_iter()
        .try_fold(Dong::ZERO, Dong::checked_add)
        .and_then(payable)
}

fn payable(amount: Dong) -> Option<Dong> {
    (amount > Dong::ZERO && amount <= Dong::MAX).then_some(amount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_costs_whole_dong() {
        assert_eq!(of_line(Dong(350_000), Thousandths(1500)), Some(Dong(525_000)));
        assert_eq!(of_line(Dong(350_001), Thousandths(250)), Some(Dong(87_500)));
        assert_eq!(of_line(Dong(3), Thousandths(500)), Some(Dong(2)));
        assert_eq!(
            of_line(Dong(1), Thousandths(1)),
            None,
            "less than half a đồng is nothing"
        );
        assert_eq!(of_line(Dong::MAX, Thousandths::MAX), None);
        assert_eq!(of_line(Dong::MAX, Thousandths(1000)), Some(Dong::MAX));
        assert_eq!(of_line(Dong::MAX, Thousandths(1001)), None);
        assert_eq!(sum([Dong::MAX, Dong(1)]), None);
        assert_eq!(sum([]), None);
    }

    #[test]
    fn what_was_weighed_is_given_back_or_asked_for_within_bounds() {
        let of =
            |weight, estimate| of_weighed(Dong(120_000), Thousandths(weight), Dong(estimate), 1000).expect("payable");
        let weighed = |amount, less, more| Weighed {
            amount: Dong(amount),
            less: Dong(less),
            more: Dong(more),
        };
        assert_eq!(of(1_400, 186_000), weighed(168_000, 18_000, 0));
        assert_eq!(of(1_550, 186_000), weighed(186_000, 0, 0));
        assert_eq!(of(1_600, 186_000), weighed(192_000, 0, 6_000));
        assert_eq!(
            of(3_000, 186_000),
            weighed(204_600, 0, 18_600),
            "a tenth more and not a đồng beyond"
        );
    }

    proptest! {
        /// However a line is weighed, estimate, what goes back and what is asked for add up, and nothing exceeds the
        /// tolerance.
        #[test]
        fn weighing_is_never_a_dong_off(
            price in 1..=10_000_000_i64, weight in 1..=1_000_000_i64, estimate in 1..=1_000_000_000_i64, tolerance in 0..=5_000_i64,
        ) {
            let Some(weighed) = of_weighed(Dong(price), Thousandths(weight), Dong(estimate), tolerance) else {
                return Ok(());
            };
            let exact = of_line(Dong(price), Thousandths(weight)).expect("payable");
            prop_assert_eq!(weighed.amount.0, estimate - weighed.less.0 + weighed.more.0);
            prop_assert!(weighed.less.0 == 0 || weighed.more.0 == 0);
            prop_assert!(weighed.amount <= exact);
            prop_assert!(weighed.amount == exact || exact.0 > estimate);
            prop_assert!(i128::from(weighed.more.0) * 10_000 <= i128::from(estimate) * i128::from(tolerance));
        }

        /// Given back in parts, in whatever parts, exactly the whole is given back.
        #[test]
        fn parts_add_up_to_the_whole(amount in 0..=Dong::MAX.0, whole in 1..=1_000_000_i64, cuts in prop::collection::vec(0..=1_000_000_i64, 0..6)) {
            let mut marks: Vec<i64> = cuts.into_iter().map(|cut| cut % (whole + 1)).collect();
            marks.sort_unstable();
            marks.push(whole);
            let up_to = |mark: i64| part_of(Dong(amount), Thousandths(mark), Thousandths(whole)).0;
            let (mut before, mut sum) = (0, 0);
            for mark in marks {
                let part = up_to(mark) - up_to(before);
                prop_assert!(part >= 0);
                sum += part;
                before = mark;
            }
            prop_assert_eq!(sum, amount);
        }

        #[test]
        fn a_line_is_never_half_a_dong_off(price in 1..=Dong::MAX.0, quantity in 1..=Thousandths::MAX.0) {
            let exact = i128::from(price) * i128::from(quantity);
            match of_line(Dong(price), Thousandths(quantity)) {
                Some(amount) => prop_assert!((i128::from(amount.0) * 1000 - exact).abs() <= 500),
                None => prop_assert!(exact < 500 || exact >= i128::from(Dong::MAX.0) * 1000 + 500),
            }
        }
    }
}
