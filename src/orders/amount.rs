//! What a line costs (pure).

use entity::{Dong, Quantity, Thousandths};

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

    proptest! {
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
