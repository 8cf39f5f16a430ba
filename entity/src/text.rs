//! Vietnamese text without its marks, for slugs and for search.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::Slug;

/// Lower-case, without tones and other marks, đ as d, single spaces: `Chè  Đinh` becomes `che dinh`. NFC and NFD, and
/// both styles of placing a tone (`hoà`, `hòa`), give the same.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'đ' => folded.push('d'),
            c if c.is_whitespace() => {
                if !folded.ends_with(' ') && !folded.is_empty() {
                    folded.push(' ');
                }
            }
            c => folded.push(c),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A slug of at most 80 characters made from `text` and a suffix that makes it one of a kind.
#[must_use]
pub fn slug(text: &str, suffix: &str) -> Slug {
    let mut out = String::new();
    for c in fold(text).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.truncate(80);
    let stem = out.trim_end_matches('-');
    let joined = match (stem.is_empty(), suffix.is_empty()) {
        (true, _) => format!("x-{suffix}"),
        (false, true) => stem.to_owned(),
        (false, false) => format!("{stem}-{suffix}"),
    };
    joined
        .trim_end_matches('-')
        .parse()
        .unwrap_or_else(|_| Slug::fallback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_fall_away_however_they_were_typed() {
        for text in ["hoà", "hòa", "ho\u{300}a", "HOÀ"] {
            assert_eq!(fold(text), "hoa", "{text}");
        }
        assert_eq!(fold("  Chè  Đinh Tân\tCương "), "che dinh tan cuong");
    }

    #[test]
    fn any_text_makes_a_slug() {
        assert_eq!(
            slug("Chè tôm nõn (hộp 200 g)", "x7k2").as_str(),
            "che-tom-non-hop-200-g-x7k2"
        );
        for text in ["", "   ", "!!!", "茶", "-a-", &"dài ".repeat(100)] {
            let made = slug(text, "ab12");
            assert!(
                made.as_str().parse::<Slug>().is_ok() && made.as_str().ends_with("ab12"),
                "{text}: {made}"
            );
        }
    }
}
