//! When something is sent again (pure).

const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// The pauses between attempts: together a little over three days, so that what breaks on a Friday can be mended on Monday.
const PAUSES: [i64; 10] = [
    5 * SECOND_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    24 * HOUR_MS,
];

/// How long to wait after `attempts` that failed; `None`: no more. `random` spreads those that failed together over a tenth
/// of the pause.
#[must_use]
pub fn pause(attempts: i32, random: u64) -> Option<i64> {
    let place = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let pause = *PAUSES.get(place)?;
    let spread = u64::try_from(pause / 10).unwrap_or(1).max(1);
    Some(pause + i64::try_from(random % spread).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_over_three_days_and_end() {
        let pauses: Vec<i64> = (1..).map_while(|attempts| pause(attempts, 0)).collect();
        assert!(pauses.is_sorted() && pauses.len() == 10);
        let hours = pauses.iter().sum::<i64>() / HOUR_MS;
        assert!((72..84).contains(&hours), "{hours}");
        assert_eq!(pause(11, 0), None);
        for attempts in 1..=10 {
            let longest = pause(attempts, u64::MAX).expect("a pause");
            let least = pause(attempts, 0).expect("a pause");
            assert!(least <= longest && longest < least + least / 10 + 1);
        }
    }
}
