//! The exchange's own terms, dated: how long an invoice may wait, and how payouts go unless the seller says otherwise (pure).

use std::sync::LazyLock;

use entity::{Day, Dong};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Terms {
    from: String,
    invoice_days: i32,
    payout_weekday: i32,
    payout_threshold: i64,
}

static TERMS: LazyLock<Vec<Terms>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("terms.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the table beside this file is well formed; a test reads it")
});

/// The terms of `day`; before the first line the first line holds.
fn on(day: Day) -> &'static Terms {
    let day = day.iso();
    TERMS
        .iter()
        .rev()
        .find(|terms| terms.from <= day)
        .or_else(|| TERMS.first())
        .expect("the table beside this file is not empty; a test reads it")
}

/// Days until an invoice of `day` is due.
pub fn invoice_days(day: Day) -> i32 {
    on(day).invoice_days
}

/// The day of the week, Monday being 1, on which sellers are paid out who did not choose.
pub fn payout_weekday(day: Day) -> i32 {
    on(day).payout_weekday
}

/// From which sum on sellers are paid out who chose that and no sum.
pub fn payout_threshold(day: Day) -> Dong {
    Dong(on(day).payout_threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(TERMS.is_sorted_by_key(|terms| terms.from.clone()));
        for terms in &*TERMS {
            assert!(
                Day::from_iso(&terms.from).is_ok() && terms.invoice_days > 0,
                "{terms:?}"
            );
            assert!(
                (1..=7).contains(&terms.payout_weekday) && terms.payout_threshold > 0,
                "{terms:?}"
            );
        }
    }
}
