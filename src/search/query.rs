//! From the words somebody typed to the terms of the index that may be meant by them.

use super::{
    fold::Word,
    keystrokes, slips,
    synonyms::synonyms,
    vocabulary::{EXACT, Vocabulary},
};

/// Characters of a query that are read; nobody types more.
pub const LONGEST: usize = 200;
/// Words of a query that are read: as many as fit in the mask of the evaluation.
pub const MOST_WORDS: usize = 12;
/// Corrections tried for one word, and words that may stand for a beginning.
const MOST_SLIPS: usize = 6;
const MOST_BEGINNINGS: usize = 24;

/// How well a way of reading a word fits what was typed, in percent.
mod quality {
    pub const EXACT: u8 = 100;
    /// Without marks in a query that has some elsewhere: whoever types marks may leave one out.
    pub const LAZY: u8 = 90;
    pub const GLUED: u8 = 90;
    pub const SPELT: u8 = 85;
    pub const SYNONYM: u8 = 80;
    pub const MAYBE_SYNONYM: u8 = 55;
    /// Other marks than were typed.
    pub const BLIND: u8 = 50;
    pub const SLIP: u8 = 40;
    pub const FAR_SLIP: u8 = 30;
}

/// A way in which a word may be meant: terms of the index that stand side by side in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub terms: Vec<String>,
    /// In percent.
    pub quality: u8,
}

/// A word that a listing must have, in one of these ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The plain term it most likely is; the order of words is looked at by these.
    pub main: Option<String>,
    pub ways: Vec<Way>,
    /// A word that says nothing of the goods (`mua`, `của`): good to have, not needed.
    pub optional: bool,
    /// What was taken for it because it does not occur.
    pub correction: Option<String>,
}

/// What `words` may mean. With `lenient`, words that do occur may be slips too.
#[must_use]
pub fn read(words: &[Word], vocabulary: &Vocabulary, lenient: bool) -> Vec<Wanted> {
    let senses: Vec<Senses> = words.iter().map(|word| Senses::of(word, vocabulary)).collect();
    let with_marks = senses.iter().any(|senses| senses.typed_marks);
    let mut wanted: Vec<Wanted> = words
        .iter()
        .zip(&senses)
        .map(|(word, senses)| one(word, senses, vocabulary, with_marks, lenient))
        .collect();
    let forms: Vec<_> = senses.iter().map(Senses::forms).collect();
    for at in 0..words.len() {
        for synonym in synonyms(&forms[at..]) {
            let terms: Vec<String> = synonym
                .phrase
                .iter()
                .map(|term| format!("{EXACT}{}", term.exact))
                .collect();
            if vocabulary.covers(terms.iter().map(String::as_str)) {
                let quality = if synonym.sure {
                    quality::SYNONYM
                } else {
                    quality::MAYBE_SYNONYM
                };
                for covered in &mut wanted[at..at + synonym.covers] {
                    covered.add(terms.clone(), quality);
                }
            }
        }
        // `viet gap` for vietgap, `5 kg` for 5kg.
        if let [first, second, ..] = &senses[at..] {
            let joined = format!("{}{}", first.plain, second.plain);
            if vocabulary.has(&joined) {
                for covered in &mut wanted[at..at + 2] {
                    covered.add(vec![joined.clone()], quality::SPELT);
                }
            }
        }
    }
    if wanted.iter().all(|wanted| wanted.optional) {
        for wanted in &mut wanted {
            wanted.optional = false;
        }
    }
    wanted
}

/// As [`read`], for a query that is still being typed: its last word may be the beginning of one.
#[must_use]
pub fn read_beginning(words: &[Word], vocabulary: &Vocabulary) -> Vec<Wanted> {
    let mut wanted = read(words, vocabulary, false);
    if let (Some(last), Some(word)) = (wanted.last_mut(), words.last()) {
        last.optional = false;
        let senses = Senses::of(word, vocabulary);
        let starts =
            std::iter::once(senses.plain.as_str()).chain(senses.meant.iter().map(|meant| meant.plain.as_str()));
        let mut found: Vec<String> = starts
            .flat_map(|start| vocabulary.beginning(start, MOST_BEGINNINGS))
            .map(str::to_owned)
            .collect();
        found.truncate(MOST_BEGINNINGS);
        for term in found {
            last.add(vec![term], quality::SPELT);
        }
    }
    wanted
}

/// What a word was typed as, and what its keys may stand for.
struct Senses {
    plain: String,
    exact: Option<String>,
    /// Keystrokes that make a word of the index, in its exact form or, with another tone, in its plain one.
    meant: Vec<Meant>,
    typed_marks: bool,
}

struct Meant {
    plain: String,
    exact: String,
}

impl Senses {
    fn of(word: &Word, vocabulary: &Vocabulary) -> Self {
        let plain = word.plain();
        let known = vocabulary.has(&plain);
        let mut meant: Vec<Meant> = Vec::new();
        if !word.is_marked() {
            for exact in keystrokes::meant(&plain) {
                let bare: String = super::fold::words(&exact).iter().map(Word::plain).collect();
                let exists = vocabulary.has(&format!("{EXACT}{exact}"));
                if exists || (!known && vocabulary.has(&bare)) {
                    meant.push(Meant { plain: bare, exact });
                }
            }
        }
        Self {
            typed_marks: word.is_marked() || (!meant.is_empty() && !known),
            exact: word.is_marked().then(|| word.exact()),
            plain,
            meant,
        }
    }

    /// For the table of synonyms.
    fn forms(&self) -> Vec<(String, Option<String>)> {
        let typed = std::iter::once((self.plain.clone(), self.exact.clone()));
        typed
            .chain(
                self.meant
                    .iter()
                    .map(|meant| (meant.plain.clone(), Some(meant.exact.clone()))),
            )
            .collect()
    }
}

impl Wanted {
    fn add(&mut self, terms: Vec<String>, quality: u8) {
        match self.ways.iter_mut().find(|way| way.terms == terms) {
            Some(way) => way.quality = way.quality.max(quality),
            None => self.ways.push(Way { terms, quality }),
        }
    }
}

/// What one word may mean by itself.
fn one(word: &Word, senses: &Senses, vocabulary: &Vocabulary, with_marks: bool, lenient: bool) -> Wanted {
    let mut wanted = Wanted {
        main: None,
        ways: Vec::new(),
        optional: is_optional(&senses.plain),
        correction: None,
    };
    let known = vocabulary.has(&senses.plain);
    if let Some(exact) = &senses.exact {
        wanted.add(vec![format!("{EXACT}{exact}")], quality::EXACT);
        wanted.add(vec![senses.plain.clone()], quality::BLIND);
    } else if with_marks {
        wanted.add(vec![format!("{EXACT}{}", senses.plain)], quality::EXACT);
        wanted.add(vec![senses.plain.clone()], quality::LAZY);
    } else {
        wanted.add(vec![senses.plain.clone()], quality::EXACT);
    }
    for meant in &senses.meant {
        wanted.add(
            vec![format!("{EXACT}{}", meant.exact)],
            if known { quality::SYNONYM } else { quality::EXACT },
        );
        wanted.add(vec![meant.plain.clone()], quality::BLIND);
    }
    let meant = senses.meant.first().map(|meant| meant.plain.clone());
    wanted.main = if known { Some(senses.plain.clone()) } else { meant };
    if let Some(spelt) = other_spelling(&senses.plain).filter(|spelt| vocabulary.has(spelt)) {
        wanted.add(
            vec![spelt],
            if senses.exact.is_some() {
                quality::BLIND
            } else {
                quality::SPELT
            },
        );
    }
    if !known
        && senses.meant.is_empty()
        && let Some(parts) = vocabulary.split(&senses.plain)
    {
        if word.is_marked() {
            let exact: Vec<_> = parts
                .iter()
                .map(|part| format!("{EXACT}{}", word.exact_part(part.clone())))
                .collect();
            wanted.add(exact, quality::GLUED);
        }
        let letters: Vec<char> = senses.plain.chars().collect();
        let plain = parts.into_iter().map(|part| letters[part].iter().collect()).collect();
        wanted.add(
            plain,
            if word.is_marked() {
                quality::BLIND
            } else {
                quality::GLUED
            },
        );
    }
    if lenient || (!known && senses.meant.is_empty()) {
        slip(&mut wanted, &senses.plain, vocabulary, !known);
    }
    // What does not occur is not worth looking for.
    wanted
        .ways
        .retain(|way| vocabulary.covers(way.terms.iter().map(String::as_str)));
    wanted
}

fn slip(wanted: &mut Wanted, plain: &str, vocabulary: &Vocabulary, corrects: bool) {
    if plain.chars().count() < slips::SHORTEST || plain.chars().all(|c| c.is_ascii_digit()) {
        return;
    }
    let first = plain.chars().next();
    let mut found: Vec<(bool, u32, String)> = slips::neighbours(plain)
        .into_iter()
        .filter(|word| word.len() > 1)
        .map(|word| (word.chars().next() == first, vocabulary.count(&word), word))
        .filter(|(_, count, _)| *count > 0)
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.dedup();
    for (near, _, word) in found.into_iter().take(MOST_SLIPS) {
        if corrects
            && wanted.correction.is_none()
            && wanted
                .ways
                .iter()
                .all(|way| !vocabulary.covers(way.terms.iter().map(String::as_str)))
        {
            wanted.correction = Some(word.clone());
            wanted.main = Some(word.clone());
        }
        wanted.add(vec![word], if near { quality::SLIP } else { quality::FAR_SLIP });
    }
}

/// `quí` and `quý`, `lí` and `lý`: both are in use.
fn other_spelling(plain: &str) -> Option<String> {
    let stem = plain
        .strip_suffix('y')
        .map(|stem| (stem, 'i'))
        .or_else(|| plain.strip_suffix('i').map(|stem| (stem, 'y')))?;
    let after = stem.0.chars().last()?;
    (!matches!(after, 'a' | 'e' | 'o')).then(|| format!("{}{}", stem.0, stem.1))
}

/// Words of a sentence around the goods.
fn is_optional(plain: &str) -> bool {
    matches!(
        plain,
        "mua"
            | "ban"
            | "can"
            | "cua"
            | "va"
            | "voi"
            | "cho"
            | "o"
            | "tai"
            | "gia"
            | "loai"
            | "nhung"
            | "cac"
            | "toi"
            | "muon"
            | "tim"
            | "re"
    )
}

#[cfg(test)]
mod tests {
    use super::{super::fold::words, *};

    fn vocabulary() -> Vocabulary {
        let texts = [
            "chè đinh",
            "chè tôm nõn",
            "thịt lợn",
            "mật ong",
            "đậu phụ",
            "quý",
            "kg",
            "dừa",
            "hương",
            "lá",
            "las",
        ];
        let mut counts = std::collections::HashMap::new();
        for word in texts.iter().flat_map(|text| words(text)) {
            *counts.entry(word.plain()).or_insert(0) += 1;
            *counts.entry(format!("{EXACT}{}", word.exact())).or_insert(0) += 1;
        }
        Vocabulary::new(counts)
    }

    /// The best way to read each word of `text`.
    fn best(text: &str) -> Vec<(String, u8)> {
        read(&words(text), &vocabulary(), false)
            .iter()
            .map(|wanted| {
                let best = wanted.ways.iter().max_by_key(|way| way.quality);
                best.map_or((String::new(), 0), |way| (way.terms.join(" "), way.quality))
            })
            .collect()
    }

    #[test]
    fn each_kind_of_typing_is_understood() {
        assert_eq!(best("che"), [("che".into(), 100)]);
        assert_eq!(best("chè"), [("=che\u{300}".into(), 100)]);
        assert_eq!(best("chẻ"), [("che".into(), 50)]);
        assert_eq!(best("Chef ddinh"), [("=che\u{300}".into(), 100), ("=đinh".into(), 100)]);
        assert_eq!(best("to6m"), [("=tôm".into(), 100)]);
        assert_eq!(best("las")[0].0, "las");
        assert_eq!(best("chetomnon"), [("che tom non".into(), 90)]);
        assert_eq!(best("chètômnõn"), [("=che\u{300} =tôm =non\u{303}".into(), 90)]);
        assert_eq!(best("heo"), [("=lơn\u{323}".into(), 80)]);
        assert_eq!(best("đậu khuôn")[1], ("=đâu\u{323} =phu\u{323}".into(), 80));
        assert_eq!(best("huwong"), [("=hương".into(), 100)]);
        assert_eq!(best("huogn"), [("huong".into(), 40)]);
        assert_eq!(best("quí")[0], ("quy".into(), 50));
        assert_eq!(best("xyzxyz"), [(String::new(), 0)]);
    }

    #[test]
    fn a_correction_is_told_only_where_nothing_else_fits() {
        let told = |text: &str| read(&words(text), &vocabulary(), false)[0].correction.clone();
        assert_eq!(told("huogn"), Some("huong".into()));
        assert_eq!(told("huong"), None);
        assert_eq!(told("chetomnon"), None);
    }

    #[test]
    fn a_word_that_is_being_typed_may_go_on() {
        let wanted = read_beginning(&words("chè t"), &vocabulary());
        assert!(wanted[1].ways.iter().any(|way| way.terms == ["tom"]), "{wanted:?}");
    }
}
