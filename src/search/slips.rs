//! One-letter slips: a letter too many, too few, another one, or two the wrong way round.

/// Shorter words have too many neighbours.
pub const SHORTEST: usize = 4;

/// Every plain word one slip away from `plain`, those that keep its first letter first. At most some 80 per letter.
#[must_use]
pub fn neighbours(plain: &str) -> Vec<String> {
    let letters: Vec<char> = plain.chars().collect();
    let mut found = Vec::with_capacity(letters.len() * 64);
    for at in 0..letters.len() {
        let mut fewer = letters.clone();
        fewer.remove(at);
        found.push(fewer);
        if at + 1 < letters.len() && letters[at] != letters[at + 1] {
            let mut turned = letters.clone();
            turned.swap(at, at + 1);
            found.push(turned);
        }
    }
    for letter in 'a'..='z' {
        for at in 0..=letters.len() {
            let mut more = letters.clone();
            more.insert(at, letter);
            found.push(more);
            if letters.get(at).is_some_and(|old| *old != letter) {
                let mut other = letters.clone();
                other[at] = letter;
                found.push(other);
            }
        }
    }
    let first = letters.first();
    found.sort_by_key(|word| word.first() != first);
    found.into_iter().map(|word| word.into_iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_slip_is_undone() {
        for (typed, meant) in [
            ("muong", "muog"),
            ("muong", "muongg"),
            ("muong", "mupng"),
            ("muong", "munog"),
            ("muong", "nuong"),
        ] {
            assert!(neighbours(meant).contains(&typed.to_owned()), "{meant}");
        }
        assert!(!neighbours("muong").contains(&"muong".to_owned()));
        assert!(neighbours("muong").len() < 5 * 80);
        assert!(neighbours("abcd")[0].starts_with('a'));
    }
}
