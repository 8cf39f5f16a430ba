//! An amount in Vietnamese words, as an invoice has to carry it (pure).

use entity::Dong;

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
/// Names of groups of three digits; a billion times a billion is more than any amount here.
const GROUPS: [&str; 3] = ["", "nghìn", "triệu"];

/// `1.250.000` as "Một triệu hai trăm năm mươi nghìn đồng".
pub fn in_words(amount: Dong) -> String {
    let number = amount.0.unsigned_abs();
    let mut words = Vec::new();
    if amount.0 < 0 {
        words.push("âm".to_owned());
    }
    if number == 0 {
        words.push(DIGITS[0].to_owned());
    } else {
        billions(number, false, &mut words);
    }
    words.push("đồng".to_owned());
    let text = words.join(" ");
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `number`, behind something larger if `inside`.
fn billions(number: u64, inside: bool, words: &mut Vec<String>) {
    let (high, low) = (number / 1_000_000_000, number % 1_000_000_000);
    if high > 0 {
        billions(high, inside, words);
        words.push("tỷ".to_owned());
    }
    if low > 0 {
        let mut behind = inside || high > 0;
        for group in (0..3_u32).rev() {
            let three = usize::try_from(low / 1_000_u64.pow(group) % 1_000).unwrap_or(0);
            if three > 0 {
                hundreds(three, behind, words);
                if group > 0 {
                    words.push(GROUPS[group as usize].to_owned());
                }
                behind = true;
            }
        }
    }
}

/// Three digits; behind something larger the hundreds are said even when there are none.
fn hundreds(three: usize, behind: bool, words: &mut Vec<String>) {
    let (hundred, ten, one) = (three / 100, three / 10 % 10, three % 10);
    let mut say = |word: &str| words.push(word.to_owned());
    if hundred > 0 || behind {
        say(DIGITS[hundred]);
        say("trăm");
    }
    match ten {
        0 if one > 0 && (hundred > 0 || behind) => say("linh"),
        0 => {}
        1 => say("mười"),
        _ => {
            say(DIGITS[ten]);
            say("mươi");
        }
    }
    match (ten, one) {
        (_, 0) => {}
        (2.., 1) => say("mốt"),
        (2.., 4) => say("tư"),
        (1.., 5) => say("lăm"),
        _ => say(DIGITS[one]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_read_them() {
        for (amount, words) in [
            (0, "Không đồng"),
            (5, "Năm đồng"),
            (10, "Mười đồng"),
            (15, "Mười lăm đồng"),
            (21, "Hai mươi mốt đồng"),
            (24, "Hai mươi tư đồng"),
            (105, "Một trăm linh năm đồng"),
            (45_000, "Bốn mươi lăm nghìn đồng"),
            (200_000, "Hai trăm nghìn đồng"),
            (1_250_000, "Một triệu hai trăm năm mươi nghìn đồng"),
            (1_005_000, "Một triệu không trăm linh năm nghìn đồng"),
            (1_000_001, "Một triệu không trăm linh một đồng"),
            (2_000_000_000, "Hai tỷ đồng"),
            (
                1_234_567_891,
                "Một tỷ hai trăm ba mươi tư triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi mốt đồng",
            ),
            (
                9_999_999_999_999,
                "Chín nghìn chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín đồng",
            ),
        ] {
            assert_eq!(in_words(Dong(amount)), words, "{amount}");
        }
    }
}
