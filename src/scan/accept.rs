//! What a caller wants to have: a page, data, a linkset, or to be sent to a link of a type.

use axum::http::{HeaderMap, header};

use crate::http::language::Language;

/// A form in which the resolver answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Page,
    /// JSON-LD, under the media type that was asked for.
    Data(&'static str),
    Linkset,
    /// The link of this type (its name in the GS1 Web vocabulary).
    Link(String),
    /// A link of a type from no vocabulary that is known here.
    Elsewhere,
}

pub const LD_JSON: &str = "application/ld+json";
pub const LINKSET_JSON: &str = "application/linkset+json";
const JSON: &str = "application/json";
const HTML: &str = "text/html";

/// The namespaces of the GS1 Web vocabulary, the older one too.
const NAMESPACES: [&str; 4] = [
    "gs1:",
    "https://ref.gs1.org/voc/",
    "https://gs1.org/voc/",
    "https://www.gs1.org/voc/",
];

/// What the query and the headers ask for; the query is stronger.
pub fn wanted(query: &str, headers: &HeaderMap) -> Wanted {
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match (&*name, &*value) {
            ("linkType", "linkset" | "all") => return Wanted::Linkset,
            ("linkType", "defaultLink" | "gs1:defaultLink") => return Wanted::Page,
            ("linkType", "") => {}
            ("linkType", link) => {
                return NAMESPACES
                    .iter()
                    .find_map(|namespace| link.strip_prefix(namespace))
                    .map_or(Wanted::Elsewhere, |name| Wanted::Link(name.to_owned()));
            }
            ("as", "jsonld") => return Wanted::Data(LD_JSON),
            _ => {}
        }
    }
    match preferred(headers) {
        LD_JSON => Wanted::Data(LD_JSON),
        JSON => Wanted::Data(JSON),
        LINKSET_JSON => Wanted::Linkset,
        _ => Wanted::Page,
    }
}

/// The language that the query names: `context` of the resolver standard, or our own `lang`.
pub fn language_asked(query: &str) -> Option<Language> {
    form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| matches!(&**name, "context" | "lang"))
        .find_map(|(_, value)| Language::from_code(value.split('-').next()?))
}

/// In which language a link is wanted of those that differ in nothing else: the query is stronger than the header.
pub fn language(query: &str, headers: &HeaderMap) -> Language {
    language_asked(query).unwrap_or_else(|| Language::of_api(headers))
}

/// Whether refusals should be JSON.
pub fn wants_json(headers: &HeaderMap) -> bool {
    preferred(headers) != HTML
}

/// The best of what can be given (RFC 9110, 12.5.1); a page when nothing fits, since most that ask wrongly are browsers.
fn preferred(headers: &HeaderMap) -> &'static str {
    let accept: Vec<&str> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .collect();
    let mut best = (HTML, 0);
    for offered in [HTML, LD_JSON, LINKSET_JSON, JSON] {
        let weight = weight(&accept, offered);
        if weight > best.1 {
            best = (offered, weight);
        }
    }
    best.0
}

/// The weight, in thousandths, of the most specific range that covers `offered`.
fn weight(accept: &[&str], offered: &str) -> u16 {
    let family = offered.split('/').next().unwrap_or("");
    let mut found = (0, 0);
    for range in accept {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or("").to_ascii_lowercase();
        let specific = if name == offered {
            3
        } else if name.strip_suffix("/*") == Some(family) {
            2
        } else if name == "*/*" {
            1
        } else {
            continue;
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, thousandths);
        if specific > found.0 {
            found = (specific, weight);
        }
    }
    found.1
}

/// `0.75` as 750; what is no weight counts as none.
fn thousandths(text: &str) -> u16 {
    text.parse::<entity::Thousandths>()
        .ok()
        .and_then(|weight| u16::try_from(weight.0).ok())
        .filter(|weight| *weight <= 1000)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(query: &str, accept: &'static str) -> Wanted {
        wanted(
            query,
            &HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]),
        )
    }

    #[test]
    fn browsers_get_pages_and_programs_what_they_ask_for() {
        assert_eq!(wanted("", &HeaderMap::new()), Wanted::Page);
        assert_eq!(
            asked("", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            Wanted::Page
        );
        assert_eq!(asked("", "*/*"), Wanted::Page);
        assert_eq!(asked("", "application/ld+json"), Wanted::Data(LD_JSON));
        assert_eq!(asked("", "application/linkset+json, text/html;q=0.5"), Wanted::Linkset);
        assert_eq!(asked("", "text/html;q=0.5, application/json"), Wanted::Data(JSON));
        assert_eq!(asked("", "text/html;q=0, */*"), Wanted::Data(LD_JSON));
        assert_eq!(asked("", "image/png"), Wanted::Page);
    }

    #[test]
    fn a_language_is_asked_for_by_context_or_header() {
        assert_eq!(language_asked("context=en"), Some(Language::English));
        assert_eq!(language_asked("lang=vi-VN"), Some(Language::Vietnamese));
        assert_eq!(language_asked("context=fr&17=261231"), None);
        let english = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en-GB, vi;q=0.5"))]);
        assert_eq!(language("", &english), Language::English);
        assert_eq!(language("context=vi", &english), Language::Vietnamese);
        assert_eq!(language("", &HeaderMap::new()), Language::Vietnamese);
    }

    #[test]
    fn a_link_type_wins_over_the_header() {
        assert_eq!(asked("linkType=linkset", "text/html"), Wanted::Linkset);
        assert_eq!(asked("linkType=all", "text/html"), Wanted::Linkset);
        assert_eq!(
            asked("17=261231&linkType=gs1:pip", "application/ld+json"),
            Wanted::Link("pip".into())
        );
        assert_eq!(
            asked("linkType=https%3A%2F%2Fref.gs1.org%2Fvoc%2Fpip", ""),
            Wanted::Link("pip".into())
        );
        assert_eq!(asked("linkType=https://example.org/x", ""), Wanted::Elsewhere);
    }
}
