//! Words as a search compares them: once without any marks, once with all of them.
//!
//! A tone belongs to a syllable and not to a letter: `hoà` and `hòa` are one word. So the exact form writes the tone
//! behind the last letter, and is the same for both styles, for NFC and for NFD.

use std::ops::Range;

use unicode_normalization::{
    UnicodeNormalization,
    char::{compose, is_combining_mark},
};

/// Letters of one word that are read; longer ones are nobody's word.
const LONGEST_WORD: usize = 40;

/// A letter, without and with the marks that make it another letter (`a`, `â`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Letter {
    plain: char,
    marked: char,
    tone: Option<char>,
}

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    letters: Vec<Letter>,
    /// Where it stands in its text, in bytes.
    pub at: Range<usize>,
}

impl Word {
    /// Lower-case, without tones and other marks, đ as d: `dinh`.
    #[must_use]
    pub fn plain(&self) -> String {
        self.letters.iter().map(|letter| letter.plain).collect()
    }

    /// Lower-case, with its marks, the tone last.
    #[must_use]
    pub fn exact(&self) -> String {
        self.exact_part(0..self.letters.len())
    }

    /// The exact form of some of its letters, for words that were typed without the space between them.
    #[must_use]
    pub fn exact_part(&self, part: Range<usize>) -> String {
        let letters = self.letters.get(part).unwrap_or_default();
        let tone = letters.iter().rev().find_map(|letter| letter.tone);
        letters.iter().map(|letter| letter.marked).chain(tone).collect()
    }

    /// Whether it was written with any mark.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        self.letters
            .iter()
            .any(|letter| letter.tone.is_some() || letter.marked != letter.plain)
    }
}

/// The words of `text`, in order. Letters and digits make words; a dot or a comma between two digits belongs to the
/// number. What cannot be seen (zero-width characters, direction marks) is as if it were not there.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        if is_unseen(c) {
            continue;
        }
        let in_number = matches!(c, '.' | ',')
            && open
            && words
                .last()
                .and_then(|word| word.letters.last())
                .is_some_and(|letter| letter.plain.is_ascii_digit())
            && chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if is_combining_mark(c) {
            if open && let Some(word) = words.last_mut() {
                mark(&mut word.letters, c);
                word.at.end = end;
            }
        } else if c.is_alphanumeric() || in_number {
            if !open {
                words.push(Word {
                    letters: Vec::new(),
                    at: at..end,
                });
                open = true;
            }
            if let Some(word) = words.last_mut() {
                word.at.end = end;
                if word.letters.len() < LONGEST_WORD {
                    push(&mut word.letters, c);
                }
            }
        } else {
            open = false;
        }
    }
    words
}

fn push(letters: &mut Vec<Letter>, c: char) {
    for part in std::iter::once(c).nfd() {
        if is_combining_mark(part) {
            mark(letters, part);
            continue;
        }
        for lower in part.to_lowercase().filter(|lower| !is_combining_mark(*lower)) {
            letters.push(Letter {
                plain: if lower == 'đ' { 'd' } else { lower },
                marked: lower,
                tone: None,
            });
        }
    }
}

fn mark(letters: &mut [Letter], mark: char) {
    let Some(letter) = letters.last_mut() else { return };
    match mark {
        // Grave, acute, tilde, hook above, dot below: the five tones that are written.
        '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => letter.tone = Some(mark),
        // Circumflex, breve, horn: another letter.
        '\u{302}' | '\u{306}' | '\u{31b}' => letter.marked = compose(letter.plain, mark).unwrap_or(letter.marked),
        _ => {}
    }
}

/// Characters that are there without being seen.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<String> {
        words(text).iter().map(Word::plain).collect()
    }

    #[test]
    fn a_tone_belongs_to_the_syllable() {
        for text in ["hoà", "hòa", "ho\u{300}a", "HOÀ", "hoa\u{300}"] {
            let words = words(text);
            assert_eq!(
                (words[0].plain().as_str(), words[0].exact().as_str()),
                ("hoa", "hoa\u{300}"),
                "{text}"
            );
        }
        assert_eq!(words("thuý")[0].exact(), words("thúy")[0].exact());
        assert_eq!(words("Việt")[0].exact(), words("Vie\u{323}\u{302}t")[0].exact());
        assert_ne!(words("hoá")[0].exact(), words("hoà")[0].exact());
        assert_ne!(words("tam")[0].exact(), words("tâm")[0].exact());
        assert_eq!(words("ĐƯỜNG")[0].exact(), "đương\u{300}");
    }

    #[test]
    fn words_end_where_letters_end() {
        assert_eq!(
            plain("Chè  đinh, Tân-Cương (hộp 1,5 kg) 100.000đ."),
            ["che", "dinh", "tan", "cuong", "hop", "1,5", "kg", "100.000d"]
        );
        assert_eq!(plain("ch\u{200b}è\u{202e} \u{feff}"), ["che"]);
        assert_eq!(plain("%_'\\ \0"), Vec::<String>::new());
        assert_eq!(plain("茶 tea"), ["茶", "tea"]);
        let text = "a chè!";
        let found = words(text);
        assert_eq!(&text[found[1].at.clone()], "chè");
        assert!(words(&"a".repeat(9000))[0].plain().len() <= LONGEST_WORD);
    }

    #[test]
    fn a_part_keeps_its_own_tone() {
        let glued = &words("chètôm")[0];
        assert_eq!(
            (glued.exact_part(0..3), glued.exact_part(3..6)),
            ("che\u{300}".into(), "tôm".into())
        );
    }
}
