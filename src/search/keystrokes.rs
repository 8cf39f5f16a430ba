//! Telex and VNI: what somebody meant whose keyboard did not put the marks on (`chef ddinh`, `Che2 d9inh`).
//!
//! A keystroke changes the syllable typed so far, wherever in it the letter stands, as input methods do. What comes out
//! is only worth something if it is a word: the caller asks its vocabulary.

const VOWELS: &str = "aeiouyăâêôơư";

/// The exact forms (see [`super::fold::Word::exact`]) that the keys `typed` may stand for, the likeliest first. Empty when
/// no key of `typed` means a mark.
#[must_use]
pub fn meant(typed: &str) -> Vec<String> {
    let mut forms = Vec::new();
    // Only what a keyboard without an input method can type, and no longer than the longest syllable can be.
    if typed.len() < 2 || typed.len() > 14 || !typed.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return forms;
    }
    for read in [telex, vni] {
        if let Some(form) = read(typed)
            && form != typed
            && !forms.contains(&form)
        {
            forms.push(form);
        }
    }
    forms
}

/// A syllable while it is being typed.
#[derive(Default)]
struct Syllable {
    letters: Vec<char>,
    tone: Option<char>,
    /// Whether any key meant a mark.
    marked: bool,
}

impl Syllable {
    fn has_vowel(&self) -> bool {
        self.letters.iter().any(|letter| VOWELS.contains(*letter))
    }

    fn set_tone(&mut self, tone: Option<char>) {
        self.tone = tone;
        self.marked = true;
    }

    /// Turns the last of the letters `from` into its counterpart in `to`.
    fn change(&mut self, from: &str, to: &str) -> bool {
        for letter in self.letters.iter_mut().rev() {
            if let Some((_, new)) = from.chars().zip(to.chars()).find(|(old, _)| old == letter) {
                *letter = new;
                self.marked = true;
                return true;
            }
        }
        false
    }

    /// `uo` takes its two horns together.
    fn horn(&mut self) -> bool {
        let pair = self
            .letters
            .windows(2)
            .rposition(|two| matches!(two, ['u' | 'ư', 'o' | 'ơ']) && *two != ['ư', 'ơ']);
        if let Some(at) = pair {
            self.letters[at] = 'ư';
            self.letters[at + 1] = 'ơ';
            self.marked = true;
            return true;
        }
        // `ua` and `uu` take theirs on the first: mua, cứu; the u of qu is no vowel.
        if let Some(at) = self.letters.windows(2).position(|two| matches!(two, ['u', 'a' | 'u']))
            && (at == 0 || self.letters[at - 1] != 'q')
        {
            self.letters[at] = 'ư';
            self.marked = true;
            return true;
        }
        self.change("ou", "ơư")
    }

    fn form(mut self) -> Option<String> {
        if !self.marked || !self.has_vowel() {
            return None;
        }
        // No syllable has one horn of the two: whoever typed `huwong` means hương.
        if let Some(at) = self
            .letters
            .windows(3)
            .position(|three| matches!(three, ['ư', 'o', _] | ['u', 'ơ', _]))
        {
            self.letters[at] = 'ư';
            self.letters[at + 1] = 'ơ';
        }
        self.letters.extend(self.tone);
        Some(self.letters.into_iter().collect())
    }
}

/// `s f r x j` are tones once there is a vowel, `z` takes the tone away, `aa ee oo dd` and `w` make other letters.
fn telex(typed: &str) -> Option<String> {
    let mut syllable = Syllable::default();
    for key in typed.chars() {
        let vowel = syllable.has_vowel();
        match key {
            's' if vowel => syllable.set_tone(Some('\u{301}')),
            'f' if vowel => syllable.set_tone(Some('\u{300}')),
            'r' if vowel => syllable.set_tone(Some('\u{309}')),
            'x' if vowel => syllable.set_tone(Some('\u{303}')),
            'j' if vowel => syllable.set_tone(Some('\u{323}')),
            'z' if syllable.tone.is_some() => syllable.set_tone(None),
            'a' | 'e' | 'o' if syllable.letters.contains(&key) => {
                let (from, to) = match key {
                    'a' => ("a", "â"),
                    'e' => ("e", "ê"),
                    _ => ("o", "ô"),
                };
                syllable.change(from, to);
            }
            'd' if syllable.letters.first() == Some(&'d') => {
                syllable.letters[0] = 'đ';
                syllable.marked = true;
            }
            'w' => {
                // A key that finds no letter to change is one itself.
                let horned = syllable.letters.contains(&'u') && !syllable.letters.starts_with(&['q', 'u']);
                let changed = if horned || !syllable.letters.contains(&'a') {
                    syllable.horn()
                } else {
                    syllable.change("ao", "ăơ")
                };
                if !changed {
                    syllable.letters.push('ư');
                    syllable.marked = true;
                }
            }
            other => syllable.letters.push(other),
        }
    }
    syllable.form()
}

/// `1`–`5` are tones, `0` takes the tone away, `6` a circumflex, `7` a horn, `8` a breve, `9` đ.
fn vni(typed: &str) -> Option<String> {
    let mut syllable = Syllable::default();
    if typed.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    for key in typed.chars() {
        let changed = match key {
            '0'..='5' if syllable.has_vowel() => {
                syllable.set_tone(match key {
                    '1' => Some('\u{301}'),
                    '2' => Some('\u{300}'),
                    '3' => Some('\u{309}'),
                    '4' => Some('\u{303}'),
                    '5' => Some('\u{323}'),
                    _ => None,
                });
                true
            }
            '6' => syllable.change("aeo", "âêô"),
            '7' => syllable.horn(),
            '8' => syllable.change("a", "ă"),
            '9' => syllable.change("d", "đ"),
            other if other.is_ascii_digit() => false,
            other => {
                syllable.letters.push(other);
                true
            }
        };
        if !changed {
            return None;
        }
    }
    syllable.form()
}

#[cfg(test)]
mod tests {
    use super::{super::fold::words, *};

    #[test]
    fn both_ways_of_typing_give_the_word() {
        for (keys, word) in [
            ("chef", "chè"),
            ("ddinh", "đinh"),
            ("dinhd", "đinh"),
            ("toom", "tôm"),
            ("nonx", "nõn"),
            ("taan", "tân"),
            ("cuwowng", "cương"),
            ("cuowng", "cương"),
            ("cuongw", "cương"),
            ("huwong", "hương"),
            ("huwowng", "hương"),
            ("thuwowngj", "thượng"),
            ("ruwowuj", "rượu"),
            ("nguyeenx", "nguyễn"),
            ("nguyenex", "nguyễn"),
            ("ddawngs", "đắng"),
            ("quys", "quý"),
            ("khoer", "khoẻ"),
            ("hoaf", "hòa"),
            ("hofa", "hoà"),
            ("cows", "cớ"),
            ("muaw", "mưa"),
            ("quaw", "quă"),
            ("hoawcj", "hoặc"),
            ("chefz", "che"),
            ("ruwngf", "rừng"),
            ("tw", "tư"),
            ("che2", "chè"),
            ("d9inh", "đinh"),
            ("to6m", "tôm"),
            ("non4", "nõn"),
            ("cu7o7ng", "cương"),
            ("cuo7ng", "cương"),
            ("cuong7", "cương"),
            ("nghe65", "nghệ"),
            ("vie6t5", "việt"),
            ("ma8ng", "măng"),
            ("chuo6i1", "chuối"),
            ("dd9", ""),
            ("2che", ""),
            ("gaba", "gâb"),
            ("che", ""),
            ("x", ""),
        ] {
            let wanted = if word.is_empty() {
                String::new()
            } else {
                words(word)[0].exact()
            };
            assert_eq!(meant(keys).first().cloned().unwrap_or_default(), wanted, "{keys}");
        }
    }

    #[test]
    fn any_keys_may_be_typed() {
        for keys in [
            "wwwwwwww",
            "s",
            "sssss",
            "99999",
            "uuuuuuuuuuuuw",
            "qww",
            "aaaaaa",
            "dddddd",
            "chè",
            "",
        ] {
            let _ = meant(keys);
        }
    }
}
