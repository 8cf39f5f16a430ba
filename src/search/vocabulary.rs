//! The words that occur in the index.

use std::collections::HashMap;

/// Each word of the index, with how many listings have it, about: some of them may be gone since.
#[derive(Debug, Default)]
pub struct Vocabulary {
    counts: HashMap<String, u32>,
    /// The plain words, in order, for those that begin in some way.
    plain: Vec<String>,
}

/// What an exact form begins with in the index, so that it is never taken for a plain one.
pub const EXACT: char = '=';

impl Vocabulary {
    #[must_use]
    pub fn new(counts: HashMap<String, u32>) -> Self {
        let mut plain: Vec<String> = counts.keys().filter(|word| !word.starts_with(EXACT)).cloned().collect();
        plain.sort_unstable();
        Self { counts, plain }
    }

    #[must_use]
    pub fn has(&self, term: &str) -> bool {
        self.counts.contains_key(term)
    }

    #[must_use]
    pub fn count(&self, term: &str) -> u32 {
        self.counts.get(term).copied().unwrap_or(0)
    }

    /// Whether every one of `terms` is known.
    #[must_use]
    pub fn covers<'t>(&self, mut terms: impl Iterator<Item = &'t str>) -> bool {
        terms.all(|term| self.has(term))
    }

    /// Every term with its count.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.counts.iter().map(|(term, count)| (term.as_str(), *count))
    }

    /// The plain words that begin with `start`, the most frequent first, at most `most`.
    #[must_use]
    pub fn beginning(&self, start: &str, most: usize) -> Vec<&str> {
        let from = self.plain.partition_point(|word| word.as_str() < start);
        let mut found: Vec<&str> = self.plain[from..]
            .iter()
            .map(String::as_str)
            .take_while(|word| word.starts_with(start))
            .collect();
        found.sort_by_key(|word| std::cmp::Reverse(self.count(word)));
        found.truncate(most);
        found
    }

    /// `plain` cut into known words, where it was typed without the spaces between them: the fewest words, and of those
    /// the most frequent. The parts are given as ranges of letters.
    #[must_use]
    pub fn split(&self, plain: &str) -> Option<Vec<std::ops::Range<usize>>> {
        const MOST_LETTERS: usize = 30;
        const MOST_PARTS: usize = 6;
        let letters: Vec<char> = plain.chars().collect();
        if letters.len() > MOST_LETTERS {
            return None;
        }
        // Per end: parts so far, frequency of the rarest (the more the better), and where the last part begins.
        let mut best: Vec<Option<(usize, u32, usize)>> = vec![None; letters.len() + 1];
        best[0] = Some((0, u32::MAX, 0));
        for end in 1..=letters.len() {
            for start in 0..end {
                let Some((parts, rarest, _)) = best[start] else {
                    continue;
                };
                let part: String = letters[start..end].iter().collect();
                // Single letters make nonsense of anything; digits may stand alone.
                if end - start < 2 && !letters[start].is_ascii_digit() {
                    continue;
                }
                let count = self.count(&part);
                if count == 0 || parts >= MOST_PARTS {
                    continue;
                }
                let new = (parts + 1, rarest.min(count), start);
                if best[end].is_none_or(|(parts, rarest, _)| {
                    (new.0, std::cmp::Reverse(new.1)) < (parts, std::cmp::Reverse(rarest))
                }) {
                    best[end] = Some(new);
                }
            }
        }
        let (mut parts, mut end) = (Vec::new(), letters.len());
        while end > 0 {
            let (_, _, start) = best[end]?;
            parts.push(start..end);
            end = start;
        }
        parts.reverse();
        (parts.len() > 1).then_some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let words = [
            ("che", 90),
            ("tom", 30),
            ("non", 30),
            ("to", 5),
            ("mn", 1),
            ("chet", 1),
            ("om", 1),
            ("5", 3),
            ("kg", 40),
            ("=che\u{300}", 80),
        ];
        Vocabulary::new(
            words
                .into_iter()
                .map(|(word, count)| (word.to_owned(), count))
                .collect(),
        )
    }

    #[test]
    fn glued_words_come_apart() {
        let known = vocabulary();
        assert_eq!(known.split("chetomnon"), Some(vec![0..3, 3..6, 6..9]));
        assert_eq!(known.split("5kg"), Some(vec![0..1, 1..3]));
        assert_eq!(known.split("che"), None, "one word is not glued");
        assert_eq!(known.split("chexyz"), None);
        assert_eq!(known.split(&"che".repeat(50)), None);
    }

    #[test]
    fn the_most_frequent_come_first() {
        assert_eq!(vocabulary().beginning("che", 9), ["che", "chet"]);
        assert_eq!(vocabulary().beginning("x", 9), Vec::<&str>::new());
    }
}
