//! Shares of an amount in whole đồng (pure).

use entity::{Dong, Rate};

/// `rate` of `base`, rounded to the nearest đồng, a half upwards.
pub fn of_rate(base: Dong, rate: Rate) -> Dong {
    let exact = i128::from(base.0.max(0)) * i128::from(rate.0.max(0));
    Dong(i64::try_from((exact + 5_000) / 10_000).unwrap_or(i64::MAX))
}

/// What of `amount`, which belongs to `whole`, belongs to `left` of it; rounded to the nearest đồng, a half upwards.
/// All of it belongs to all, and nothing to nothing, so that taking back piece by piece leaves no đồng over.
pub fn part(amount: Dong, whole: Dong, left: Dong) -> Dong {
    if whole.0 <= 0 {
        return Dong::ZERO;
    }
    let (whole, left) = (i128::from(whole.0), i128::from(left.0.clamp(0, whole.0)));
    let exact = i128::from(amount.0) * left;
    Dong(i64::try_from((2 * exact + whole) / (2 * whole)).unwrap_or(amount.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_go_up() {
        assert_eq!(of_rate(Dong(50), Rate(100)), Dong(1));
        assert_eq!(of_rate(Dong(49), Rate(100)), Dong(0));
        assert_eq!(of_rate(Dong::MAX, Rate(10_000)), Dong::MAX);
        assert_eq!(part(Dong(1), Dong(2), Dong(1)), Dong(1));
        assert_eq!(part(Dong(7), Dong(0), Dong(0)), Dong(0));
    }

    proptest! {
        /// Whatever comes back in whatever pieces, what was charged is given back to the đồng and never more.
        #[test]
        fn pieces_add_up_to_the_whole(
            whole in 1..=Dong::MAX.0,
            rate in 0..=10_000,
            cuts in prop::collection::vec(0.0_f64..1.0, 0..8),
        ) {
            let charged = of_rate(Dong(whole), Rate(rate));
            let mut left = whole;
            let mut given = 0;
            let steps = cuts.iter().map(|cut| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any piece will do")]
                let piece = (*cut * left as f64) as i64;
                piece
            }).collect::<Vec<_>>();
            for piece in steps.into_iter().map(|piece| piece.clamp(0, whole)) {
                let piece = piece.min(left);
                let (before, after) = (part(charged, Dong(whole), Dong(left)), part(charged, Dong(whole), Dong(left - piece)));
                prop_assert!(before >= after && after >= Dong::ZERO);
                given += before.0 - after.0;
                left -= piece;
            }
            given += part(charged, Dong(whole), Dong(left)).0;
            prop_assert_eq!(given, charged.0);
        }

        #[test]
        fn a_rate_is_never_half_a_dong_off(base in 0..=Dong::MAX.0, rate in 0..=10_000) {
            let exact = i128::from(base) * i128::from(rate);
            let off = i128::from(of_rate(Dong(base), Rate(rate)).0) * 10_000 - exact;
            prop_assert!((-5_000..=5_000).contains(&off));
        }
    }
}
