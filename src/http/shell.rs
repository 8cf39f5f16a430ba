//! What every page has around it: language, preferences, assets. It holds nothing about who reads, so that one cached
//! page serves everybody with the same preferences.

use std::{borrow::Cow, collections::HashMap};

use askama::Template;
use axum::{http::HeaderMap, response::Html};
use fluent_templates::fluent_bundle::FluentValue;

use super::{assets, cookies, language::Language, problem::Problem};
use crate::app::App;

/// Preferences that change how a page is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Preferences {
    pub language: Language,
    pub contrast: &'static str,
    pub scale: &'static str,
}

impl Preferences {
    /// What the reader chose earlier, from the cookies.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        Self {
            language: Language::of_page(headers),
            contrast: cookies::get(headers, "contrast")
                .and_then(|value| choice(&CONTRASTS, &value))
                .unwrap_or("normal"),
            scale: cookies::get(headers, "scale")
                .and_then(|value| choice(&SCALES, &value))
                .unwrap_or("normal"),
        }
    }
}

/// What `contrast` may be.
pub const CONTRASTS: [&str; 2] = ["normal", "more"];
/// What `scale` may be.
pub const SCALES: [&str; 3] = ["small", "normal", "large"];

/// The one of `choices` that `value` names.
#[must_use]
pub fn choice(choices: &[&'static str], value: &str) -> Option<&'static str> {
    choices.iter().copied().find(|known| *known == value)
}

/// The frame of a page, as templates see it.
#[derive(Clone, Debug)]
pub struct Shell {
    pub lang: &'static str,
    pub contrast: &'static str,
    pub scale: &'static str,
    /// Where the reader is, so that a preference switch brings them back.
    pub path: String,
    pub canonical: String,
    pub demo: bool,
    language: Language,
}

impl Shell {
    #[must_use]
    pub fn new(app: &App, headers: &HeaderMap, path: &str) -> Self {
        let Preferences {
            language,
            contrast,
            scale,
        } = Preferences::of(headers);
        let canonical = format!("{}{path}", app.config().public_url());
        Self {
            lang: language.code(),
            contrast,
            scale,
            path: path.to_owned(),
            canonical,
            demo: app.is_demo(),
            language,
        }
    }

    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The text under `id`.
    #[must_use]
    pub fn t(&self, id: &str) -> String {
        self.language.text(id, &HashMap::new())
    }

    /// The text under `id` with one argument.
    #[must_use]
    pub fn t1<'a>(&self, id: &str, name: &'static str, value: impl Into<FluentValue<'a>>) -> String {
        self.language
            .text(id, &HashMap::from([(Cow::Borrowed(name), value.into())]))
    }

    /// The text under `id` with two arguments.
    #[must_use]
    pub fn t2<'a>(
        &self,
        id: &str,
        first: &'static str,
        a: impl Into<FluentValue<'a>>,
        second: &'static str,
        b: impl Into<FluentValue<'a>>,
    ) -> String {
        self.language.text(
            id,
            &HashMap::from([(Cow::Borrowed(first), a.into()), (Cow::Borrowed(second), b.into())]),
        )
    }

    /// The address of a built asset, with its content's hash in its name.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }
}

/// The page as HTML.
pub fn render(page: &impl Template) -> Result<Html<String>, Problem> {
    page.render().map(Html).map_err(|error| Problem::internal(&error))
}

/// `path` if it leads nowhere but into this site.
#[must_use]
pub fn local_path(path: &str) -> Option<&str> {
    let local = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']);
    (local && path.is_ascii() && path.len() <= 2000).then_some(path)
}
