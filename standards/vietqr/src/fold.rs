//! Vietnamese into the letters every bank passes on unchanged.

/// Folds text to ASCII letters, digits and single spaces: `đ` becomes `d`, diacritics fall away whether composed (NFC)
/// or not (NFD), white space becomes one space, and everything else is dropped. Case stays.
#[must_use]
pub fn fold_memo(text: &str) -> String {
    let folded: String = text
        .chars()
        .filter_map(|c| if c.is_whitespace() { Some(' ') } else { base_letter(c) })
        .collect();
    folded.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The ASCII letter or digit under a character's diacritics; `None` for a combining mark and for all else.
fn base_letter(c: char) -> Option<char> {
    let upper = match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => return Some(c),
        'À'..='Å' | 'à'..='å' | 'Ă' | 'ă' | '\u{1EA0}'..='\u{1EB7}' => 'A',
        'Ç' | 'ç' => 'C',
        // The Icelandic eth is often typed in place of the Vietnamese letter it looks like.
        'Đ' | 'đ' | 'Ð' | 'ð' => 'D',
        'È'..='Ë' | 'è'..='ë' | '\u{1EB8}'..='\u{1EC7}' => 'E',
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ' | 'ĩ' | '\u{1EC8}'..='\u{1ECB}' => 'I',
        'Ñ' | 'ñ' => 'N',
        'Ò'..='Ö' | 'ò'..='ö' | 'Ơ' | 'ơ' | '\u{1ECC}'..='\u{1EE3}' => 'O',
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ' | 'ũ' | 'Ư' | 'ư' | '\u{1EE4}'..='\u{1EF1}' => 'U',
        'Ý' | 'ý' | 'ÿ' | '\u{1EF2}'..='\u{1EF9}' => 'Y',
        _ => return None,
    };
    Some(if c.is_lowercase() {
        upper.to_ascii_lowercase()
    } else {
        upper
    })
}

#[cfg(test)]
mod tests {
    use super::fold_memo;

    #[test]
    fn every_vietnamese_letter_folds() {
        let rows = [
            ("aàáảãạăằắẳẵặâầấẩẫậ", 'a'),
            ("dđ", 'd'),
            ("eèéẻẽẹêềếểễệ", 'e'),
            ("iìíỉĩị", 'i'),
            ("oòóỏõọôồốổỗộơờớởỡợ", 'o'),
            ("uùúủũụưừứửữự", 'u'),
            ("yỳýỷỹỵ", 'y'),
        ];
        for (letters, base) in rows {
            let folded = base.to_string().repeat(letters.chars().count());
            assert_eq!(fold_memo(letters), folded);
            assert_eq!(fold_memo(&letters.to_uppercase()), folded.to_uppercase());
        }
    }

    #[test]
    fn decomposed_text_folds_alike() {
        // «Chè đỡ» with combining marks: grave; horn and tilde.
        assert_eq!(fold_memo("Che\u{300} \u{111}o\u{31B}\u{303}"), "Che do");
        assert_eq!(fold_memo("Chè đỡ"), "Che do");
    }

    #[test]
    fn what_banks_do_not_pass_on_is_dropped() {
        assert_eq!(fold_memo("  Đơn\thàng:\n#DH-01 ✓ 茶 "), "Don hang DH01");
        assert_eq!(fold_memo("😀\u{0}\u{301}"), "");
    }
}
