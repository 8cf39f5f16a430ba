//! What somebody may mean who is still typing.

use std::{collections::HashMap, sync::Arc};

use entity::text::fold;

use super::{
    SearchError,
    filter::Filter,
    find::gates,
    fold::words,
    index::{BETWEEN, SELLER, Search, Snapshot, TITLE, best_texts, matching},
    query::{LONGEST, MOST_WORDS, read_beginning},
};
use crate::{
    app::App,
    catalogue::category,
    http::{choice::query, language::Language},
    places,
};

/// Suggestions at most, and of each kind.
const MOST: usize = 8;
const MOST_PRODUCTS: usize = 5;
const MOST_OF_A_KIND: usize = 2;

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub kind: Kind,
    pub text: String,
    /// A page of this site.
    pub href: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Product,
    Category,
    Seller,
    Commune,
}

impl Kind {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Category => "category",
            Self::Seller => "seller",
            Self::Commune => "commune",
        }
    }
}

/// What begins like `q`: products, categories, sellers, communes.
pub async fn suggest(app: &App, q: &str, language: Language) -> Result<Vec<Suggestion>, SearchError> {
    let search = app.part::<Search>();
    let snapshot = search.snapshot(app.today(), 0).await?;
    let text: String = q.chars().take(LONGEST).collect();
    let now = app.now();
    let _seat = search.seat().await;
    let found = tokio::task::spawn_blocking(move || look(&snapshot, &text, now, language)).await;
    Ok(found.map_err(|error| tantivy::TantivyError::InternalError(error.to_string()))??)
}

fn look(
    snapshot: &Arc<Snapshot>,
    text: &str,
    now: entity::Timestamp,
    language: Language,
) -> tantivy::Result<Vec<Suggestion>> {
    let mut typed = words(text);
    typed.truncate(MOST_WORDS);
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = read_beginning(&typed, &snapshot.vocabulary);
    // Listings of other exchanges are suggested while they vouch for themselves.
    let gates = gates(&Filter::default(), snapshot, &HashMap::new(), now);
    let titles = matching(snapshot, &wanted, &[TITLE])?;
    let mut found: Vec<Suggestion> = best_texts(snapshot, &titles, &gates, |part| part.titles.as_ref(), MOST_PRODUCTS)
        .into_iter()
        .map(|title| Suggestion {
            kind: Kind::Product,
            href: query("/tim", &[("q", &title)]),
            text: title,
        })
        .collect();
    let plain = fold(text.trim());
    let begins = |name: &str| {
        let name = fold(name);
        name.starts_with(&plain) || name.contains(&format!(" {plain}"))
    };
    let categories = category::categories()
        .iter()
        .filter(|category| begins(category.name(language)));
    found.extend(categories.take(MOST_OF_A_KIND).map(|category| Suggestion {
        kind: Kind::Category,
        text: category.name(language).to_owned(),
        href: query("/tim", &[("category", &category.id)]),
    }));
    let sellers = matching(snapshot, &wanted, &[SELLER])?;
    for shown in best_texts(snapshot, &sellers, &gates, |part| part.sellers.as_ref(), MOST_OF_A_KIND) {
        if let Some((slug, name)) = shown.split_once(BETWEEN) {
            found.push(Suggestion {
                kind: Kind::Seller,
                text: name.to_owned(),
                href: format!("/nguoi-ban/{slug}"),
            });
        }
    }
    let communes = snapshot.communes_begin(&plain, MOST_OF_A_KIND);
    found.extend(communes.into_iter().map(|commune: &places::Commune| Suggestion {
        kind: Kind::Commune,
        text: commune.address(),
        href: query("/tim", &[("commune", commune.code())]),
    }));
    found.truncate(MOST);
    Ok(found)
}
