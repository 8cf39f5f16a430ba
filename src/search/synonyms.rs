//! Words that mean one thing: `heo` in the south is `lợn` in the north.

use std::{collections::HashMap, sync::LazyLock};

use super::fold::{Word, words};

/// A word of a phrase as the table writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    pub plain: String,
    pub exact: String,
}

impl Term {
    fn of(word: &Word) -> Self {
        Self {
            plain: word.plain(),
            exact: word.exact(),
        }
    }
}

type Phrase = Vec<Term>;

/// A phrase of a query that means the same as another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synonym {
    /// How many words of the query it stands for.
    pub covers: usize,
    /// Whether those were written as the table writes them, marks included.
    pub sure: bool,
    pub phrase: Phrase,
}

/// A phrase, and what else it is called.
type Entry = (Phrase, Vec<Phrase>);

/// Per first plain word: phrases that begin with it.
static TABLE: LazyLock<HashMap<String, Vec<Entry>>> = LazyLock::new(|| {
    let mut direct: Vec<(Phrase, Phrase)> = Vec::new();
    let mut both: Vec<(Phrase, Phrase)> = Vec::new();
    for line in include_str!("data/synonyms.csv").lines().skip(1) {
        let mut cells = line.split(',');
        let (Some(a), Some(b), Some(expand)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        let phrase = |text: &str| -> Phrase { words(text).iter().map(Term::of).collect() };
        direct.push((phrase(a), phrase(b)));
        if expand == "two_way" {
            direct.push((phrase(b), phrase(a)));
            both.push((phrase(a), phrase(b)));
            both.push((phrase(b), phrase(a)));
        }
    }
    let mut meanings: Vec<(Phrase, Vec<Phrase>)> = Vec::new();
    for (from, to) in &direct {
        // What a synonym that goes both ways is called elsewhere is a synonym too.
        let further = both.iter().filter(|(a, _)| a == to).map(|(_, b)| b);
        let onward = both
            .iter()
            .filter(|(a, _)| a == from)
            .flat_map(|(_, b)| direct.iter().filter(move |(a, _)| a == b).map(|(_, c)| c));
        let all = std::iter::once(to)
            .chain(further)
            .chain(onward)
            .filter(|phrase| *phrase != from);
        let at = meanings
            .iter()
            .position(|(phrase, _)| phrase == from)
            .unwrap_or_else(|| {
                meanings.push((from.clone(), Vec::new()));
                meanings.len() - 1
            });
        let known = &mut meanings[at].1;
        for phrase in all {
            if !known.contains(phrase) {
                known.push(phrase.clone());
            }
        }
    }
    let mut table: HashMap<String, Vec<(Phrase, Vec<Phrase>)>> = HashMap::new();
    for (from, to) in meanings {
        if let Some(first) = from.first() {
            table.entry(first.plain.clone()).or_default().push((from, to));
        }
    }
    table
});

/// What the first words of `query` are called elsewhere. Each word is given by the forms it may have: plain, and exact
/// when it was written with marks.
#[must_use]
pub fn synonyms(query: &[Vec<(String, Option<String>)>]) -> Vec<Synonym> {
    let mut found = Vec::new();
    let Some(first) = query.first() else { return found };
    for (plain, _) in first {
        for (from, to) in TABLE.get(plain).into_iter().flatten() {
            if from.len() > query.len() {
                continue;
            }
            let mut sure = true;
            let same = from.iter().zip(query).all(|(term, forms)| {
                forms.iter().any(|(plain, exact)| {
                    if let Some(exact) = exact {
                        return *exact == term.exact;
                    }
                    sure &= term.plain == term.exact;
                    *plain == term.plain
                })
            });
            if same {
                found.extend(to.iter().map(|phrase| Synonym {
                    covers: from.len(),
                    sure,
                    phrase: phrase.clone(),
                }));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(text: &str) -> Vec<String> {
        let forms: Vec<_> = words(text)
            .iter()
            .map(|word| vec![(word.plain(), word.is_marked().then(|| word.exact()))])
            .collect();
        synonyms(&forms)
            .iter()
            .map(|synonym| {
                let plain: Vec<_> = synonym.phrase.iter().map(|term| term.plain.as_str()).collect();
                plain.join(" ")
            })
            .collect()
    }

    #[test]
    fn regional_words_meet() {
        assert!(meaning("heo").contains(&"lon".into()));
        assert!(meaning("thịt").is_empty());
        assert!(meaning("đậu phộng rang").contains(&"lac".into()));
        assert!(meaning("dau phong rang").contains(&"lac".into()), "without marks too");
        assert!(meaning("bí rợ").contains(&"bi ngo".into()), "by way of bí đỏ");
        assert!(meaning("dứa").contains(&"thom".into()));
        assert!(!meaning("sườn non").contains(&"suon".into()), "one way");
    }

    #[test]
    fn ambiguous_words_and_other_tones_do_not() {
        assert!(!meaning("chè").contains(&"tra".into()));
        assert!(meaning("dừa").iter().all(|word| word != "thom"));
        assert!(!meaning("trà").contains(&"che".into()));
    }
}
