//! EPC patterns: what a `MATCH_` parameter asks for.

use thiserror::Error;

use super::{CANONICAL, SCHEMES, Tail, canonical, is_digits};

/// A text that is no pattern for names of things.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is neither a URI nor an EPC pattern")]
pub struct PatternError(pub String);

/// One way to match a pattern, over canonical forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Glob {
    /// This form.
    Exactly(String),
    /// Forms like these: pieces of text with so many single characters before each, and anything at the end or not.
    Like {
        /// A character or digit that may be anything is `None`.
        form: Vec<Option<char>>,
        /// Whether more may follow.
        open: bool,
    },
}

impl Glob {
    /// Whether a canonical form matches.
    #[must_use]
    pub fn matches(&self, canonical: &str) -> bool {
        match self {
            Self::Exactly(form) => form == canonical,
            Self::Like { form, open } => {
                let mut characters = canonical.chars();
                for wanted in form {
                    match (wanted, characters.next()) {
                        (_, None) => return false,
                        (Some(wanted), Some(c)) if *wanted != c => return false,
                        _ => {}
                    }
                }
                let more = characters.next().is_some();
                // The part that may be anything is not empty.
                *open == more
            }
        }
    }

    /// The text that every match begins with: the range of an index that is worth reading.
    #[must_use]
    pub fn prefix(&self) -> String {
        match self {
            Self::Exactly(form) => form.clone(),
            Self::Like { form, .. } => form.iter().map_while(|c| *c).collect(),
        }
    }

    /// A pattern for SQL's `LIKE … ESCAPE '\'` over canonical forms.
    #[must_use]
    pub fn like(&self) -> String {
        fn push(pattern: &mut String, c: char) {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        let mut pattern = String::new();
        match self {
            Self::Exactly(form) => form.chars().for_each(|c| push(&mut pattern, c)),
            Self::Like { form, open } => {
                for c in form {
                    match c {
                        Some(c) => push(&mut pattern, *c),
                        None => pattern.push('_'),
                    }
                }
                if *open {
                    pattern.push_str("_%");
                }
            }
        }
        pattern
    }
}

/// What a `MATCH_` parameter asks for: a thing, a class, or an EPC pattern with `*` (EPCIS 2.0, 8.2.7.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpcPattern {
    text: String,
    alternatives: Vec<Glob>,
}

impl EpcPattern {
    /// Reads a URI or a pattern such as `urn:epc:idpat:sgtin:0614141.112345.*`.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let wrong = || PatternError(text.to_owned());
        if !crate::vocabulary::is_uri(text) {
            return Err(wrong());
        }
        let alternatives = match text.strip_prefix("urn:epc:idpat:") {
            Some(pattern) if text.contains('*') => pattern_globs(text, pattern).ok_or_else(wrong)?,
            _ => vec![Glob::Exactly(canonical(text).into_owned())],
        };
        Ok(Self {
            text: text.to_owned(),
            alternatives,
        })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The ways to match it; one is enough.
    #[must_use]
    pub fn alternatives(&self) -> &[Glob] {
        &self.alternatives
    }

    /// Whether this is the name of something that matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let canonical = canonical(name);
        self.alternatives.iter().any(|glob| glob.matches(&canonical))
    }
}

/// The things that a pattern covers, and the class when it names one. A `*` covers everything to its right.
fn pattern_globs(whole: &str, pattern: &str) -> Option<Vec<Glob>> {
    let (name, value) = pattern.split_once(':')?;
    let scheme = SCHEMES.iter().find(|scheme| scheme.name == name)?;
    let mut fields = value.split('.');
    let company = fields.next()?;
    let reference = fields.next()?;
    let tail: Vec<&str> = fields.collect();
    let stars_end_it = value
        .split('.')
        .skip_while(|field| *field != "*")
        .all(|field| field == "*");
    if !stars_end_it || (company != "*" && !((6..=12).contains(&company.len()) && is_digits(company))) {
        return None;
    }
    let wanted_tail = match scheme.tail {
        Tail::Nothing => 0,
        Tail::Piece => 3,
        Tail::Serial(_) | Tail::Qualifier(..) | Tail::Extension => 1,
    };
    if tail.len() != wanted_tail {
        return None;
    }
    let mut form: Vec<Option<char>> = format!("{CANONICAL}/{}/", scheme.ai).chars().map(Some).collect();
    if reference != "*" {
        form.extend(scheme.key(company, reference)?.chars().map(Some));
        return match (scheme.tail, tail.first()) {
            (Tail::Serial(_), Some(&"*")) => Some(with_class(whole, form)),
            (Tail::Qualifier(qualifier, _), Some(&"*")) => {
                form.extend(format!("/{qualifier}/").chars().map(Some));
                Some(with_class(whole, form))
            }
            (Tail::Extension, Some(&"*")) => {
                let plain: String = form.iter().filter_map(|c| *c).collect();
                form.extend("/254/".chars().map(Some));
                Some(vec![Glob::Exactly(plain), Glob::Like { form, open: true }])
            }
            (Tail::Piece, _) => {
                let numbers: Vec<_> = tail.iter().take(2).copied().collect();
                for number in numbers {
                    match number {
                        "*" => form.extend([None, None]),
                        digits if digits.len() == 2 && is_digits(digits) => form.extend(digits.chars().map(Some)),
                        _ => return None,
                    }
                }
                form.extend("/21/".chars().map(Some));
                (tail.last() == Some(&"*")).then(|| with_class(whole, form))
            }
            // Nothing is left open.
            _ => None,
        };
    }
    let Some(digits) = scheme.digits else {
        form.extend(company.chars().filter(|c| *c != '*').map(Some));
        return Some(vec![Glob::Like { form, open: true }]);
    };
    form.extend(scheme.leading.chars().map(Some));
    let company = if company == "*" { "" } else { company };
    if scheme.indicator {
        form.push(None);
    }
    form.extend(company.chars().map(Some));
    let open_digits = digits - company.len() - usize::from(scheme.indicator);
    form.extend(std::iter::repeat_n(None, open_digits + 1));
    Some(match scheme.tail {
        Tail::Nothing => vec![Glob::Like { form, open: false }],
        Tail::Extension => vec![
            Glob::Like {
                form: form.clone(),
                open: false,
            },
            Glob::Like {
                form: form.into_iter().chain("/254/".chars().map(Some)).collect(),
                open: true,
            },
        ],
        Tail::Qualifier(qualifier, _) => {
            form.extend(format!("/{qualifier}/").chars().map(Some));
            vec![Glob::Like { form, open: true }]
        }
        Tail::Serial(_) => vec![Glob::Like { form, open: true }],
        Tail::Piece => {
            form.extend([None; 4]);
            form.extend("/21/".chars().map(Some));
            vec![Glob::Like { form, open: true }]
        }
    })
}

/// The things of a class, and the class itself, which the same pattern names in a list of quantities.
fn with_class(whole: &str, form: Vec<Option<char>>) -> Vec<Glob> {
    let class = Glob::Exactly(canonical(whole).into_owned());
    vec![class, Glob::Like { form, open: true }]
}
