//! Tax codes (pure). Ten digits, the last of which checks the others; behind a hyphen the three digits of a branch; for
//! a household since 2025-07-01 also the owner's twelve-digit personal number (Circular 86/2024/TT-BTC, article 5).

use entity::catalogue::seller::Kind;

/// What the digits in front of the check digit count.
const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/// `text` as a tax code of a seller of this kind, in its usual form.
#[must_use]
pub fn tax_code(kind: Kind, text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.')).collect();
    if !plain.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match plain.len() {
        10 if is_checked(&plain) => Some(plain),
        13 if kind != Kind::Household && is_checked(&plain[..10]) && &plain[10..] != "000" => {
            Some(format!("{}-{}", &plain[..10], &plain[10..]))
        }
        12 if kind == Kind::Household && is_personal(&plain) => Some(plain),
        _ => None,
    }
}

/// Whether the tenth digit is ten less the weighted sum of the others modulo 11.
fn is_checked(ten: &str) -> bool {
    let digits: Vec<u32> = ten.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    digits.get(9) == Some(&(10 - sum % 11))
}

/// A personal number begins with the code of the province of birth, 001 to 096 (Decree 137/2015/NĐ-CP).
fn is_personal(twelve: &str) -> bool {
    twelve[..3]
        .parse()
        .is_ok_and(|province: u32| (1..=96).contains(&province))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_digits_check_each_other() {
        // Public codes of well-known companies.
        for code in ["0100109106", "0300588569", "0101248141"] {
            assert_eq!(tax_code(Kind::Company, code).as_deref(), Some(code), "{code}");
        }
        for wrong in ["0100109107", "0100190106", "010010910", "01001091060", "", "chín số"] {
            assert_eq!(tax_code(Kind::Company, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_branch_is_a_companys_and_a_personal_number_a_households() {
        assert_eq!(
            tax_code(Kind::Cooperative, "0100109106 001").as_deref(),
            Some("0100109106-001")
        );
        assert_eq!(tax_code(Kind::Company, "0100109106-000"), None);
        assert_eq!(tax_code(Kind::Household, "0100109106-001"), None);
        assert_eq!(
            tax_code(Kind::Household, "019 190 001234").as_deref(),
            Some("019190001234")
        );
        assert_eq!(tax_code(Kind::Household, "0100109106").as_deref(), Some("0100109106"));
        for wrong in ["000190001234", "097190001234", "01919000123"] {
            assert_eq!(tax_code(Kind::Household, wrong), None, "{wrong}");
        }
        assert_eq!(tax_code(Kind::Company, "019190001234"), None);
    }
}
