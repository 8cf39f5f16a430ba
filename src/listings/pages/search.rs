//! The search list.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use entity::{CommuneCode, Dong, Slug, frame::change::Subject, ids::SellerId};
use serde::Deserialize;

use crate::{
    app::App,
    catalogue::{category, read::seller_by_slug},
    http::{
        body::Params,
        choice::{Choice, query},
        input::Field,
        language::Message,
        pages::{Built, Shows, page},
        problem::Problem,
        shell::Shell,
    },
    listings::read::{Card, Cursor, Facets, Filter, Sort, search as find},
    places,
};

/// Characters of a filter's value that are read and shown again.
const LONGEST: usize = 200;

#[derive(Debug, Deserialize)]
pub struct SearchParams {
    q: Field<String>,
    category: Field<String>,
    commune: Field<String>,
    star: Field<String>,
    seller: Field<String>,
    min_price: Field<String>,
    max_price: Field<String>,
    in_stock: Field<String>,
    sort: Field<String>,
    cursor: Field<String>,
}

/// The filters as they were typed.
#[derive(Debug)]
struct Typed {
    q: String,
    category: String,
    commune: String,
    star: String,
    seller: String,
    min_price: String,
    max_price: String,
    in_stock: bool,
    sort: String,
    cursor: String,
}

impl Typed {
    fn of(params: &SearchParams) -> Self {
        let text = |field: &Field<String>| -> String {
            field
                .given()
                .map_or("", |text| text.trim())
                .chars()
                .take(LONGEST)
                .collect()
        };
        Self {
            q: text(&params.q),
            category: text(&params.category),
            commune: text(&params.commune),
            star: text(&params.star),
            seller: text(&params.seller),
            min_price: text(&params.min_price),
            max_price: text(&params.max_price),
            in_stock: matches!(text(&params.in_stock).as_str(), "1" | "true" | "on"),
            sort: text(&params.sort),
            cursor: text(&params.cursor),
        }
    }

    /// The one address of this search, at `cursor`.
    fn address(&self, cursor: &str) -> String {
        let in_stock = if self.in_stock { "1" } else { "" };
        query(
            "/tim",
            &[
                ("q", &self.q),
                ("category", &self.category),
                ("commune", &self.commune),
                ("star", &self.star),
                ("seller", &self.seller),
                ("min_price", &self.min_price),
                ("max_price", &self.max_price),
                ("in_stock", in_stock),
                ("sort", &self.sort),
                ("cursor", cursor),
            ],
        )
    }

    fn is_filtered(&self) -> bool {
        self.in_stock
            || [
                &self.category,
                &self.commune,
                &self.star,
                &self.seller,
                &self.min_price,
                &self.max_price,
            ]
            .iter()
            .any(|value| !value.is_empty())
    }

    /// The filter, and the name of every field that had to be left out of it with the words why. `seller` is whom
    /// `self.seller` names.
    fn filter(&self, seller: Option<SellerId>) -> (Filter, Vec<(&'static str, Message)>) {
        let mut wrong = Vec::new();
        let mut price = |field: &'static str, text: &str| -> Option<Dong> {
            let digits: String = text
                .chars()
                .filter(|c| !matches!(c, '.' | ',' | ' ' | '\u{a0}' | '₫' | 'đ'))
                .collect();
            let price = digits
                .parse()
                .ok()
                .map(Dong)
                .filter(|price| (Dong::ZERO..=Dong::MAX).contains(price));
            if price.is_none() && !text.is_empty() {
                wrong.push((field, Message::new("list-say-price-not-a-number")));
            }
            price
        };
        let (min_price, max_price) = (price("min_price", &self.min_price), price("max_price", &self.max_price));
        let upside_down = min_price.zip(max_price).is_some_and(|(min, max)| min > max);
        if upside_down {
            wrong.push(("min_price", Message::new("list-say-price-upside-down")));
        }
        let category = known(&mut wrong, "category", &self.category, |id| {
            category::category(id).map(|found| found.id.clone())
        });
        let commune = known(&mut wrong, "commune", &self.commune, |text| {
            text.parse::<CommuneCode>()
                .ok()
                .filter(|code| places::commune(code).is_some())
        });
        let star = known(&mut wrong, "star", &self.star, |text| {
            text.parse().ok().filter(|star| (3..=5).contains(star))
        });
        let seller = known(&mut wrong, "seller", &self.seller, |_| seller);
        let sort = known(&mut wrong, "sort", &self.sort, Sort::from_code).unwrap_or_default();
        let after = known(&mut wrong, "cursor", &self.cursor, |text| text.parse::<Cursor>().ok());
        let filter = Filter {
            q: self.q.clone(),
            category,
            commune,
            star,
            seller,
            min_price: min_price.filter(|_| !upside_down),
            max_price: max_price.filter(|_| !upside_down),
            in_stock: self.in_stock,
            sort,
            after,
            facets: true,
            ..Filter::default()
        };
        (filter, wrong)
    }
}

/// What `read` makes of a choice, or a note that there is no such choice; an empty one is none.
fn known<T>(
    wrong: &mut Vec<(&'static str, Message)>,
    field: &'static str,
    text: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    if text.is_empty() {
        return None;
    }
    let value = read(text);
    if value.is_none() {
        wrong.push((field, Message::new("list-say-no-such-choice").with("value", text)));
    }
    value
}

#[derive(Template)]
#[template(path = "listings/list.html")]
struct ListPage {
    shell: Shell,
    q: String,
    cards: Vec<Card>,
    total: i64,
    next: Option<String>,
    categories: Vec<Choice>,
    communes: Vec<Choice>,
    stars: Vec<Choice>,
    sorts: Vec<Choice>,
    in_stock_only: bool,
    min_price: String,
    max_price: String,
    problems: Vec<FieldProblem>,
    filtered: bool,
}

struct FieldProblem {
    field: &'static str,
    label: String,
    detail: String,
}

impl FieldProblem {
    fn of((field, message): (&'static str, Message), shell: &Shell) -> Self {
        let label = match field {
            "category" => "list-category",
            "commune" => "list-commune",
            "star" => "list-star",
            "seller" => "detail-seller",
            "min_price" => "list-price-from-label",
            "max_price" => "list-price-to-label",
            "sort" => "list-sort",
            _ => "part-pages",
        };
        Self {
            field,
            label: shell.t(label),
            detail: shell.language().say(&message),
        }
    }
}

/// `GET /tim`: what is on sale. A filter that cannot be used is named on the page and left out; the rest still filters.
pub async fn search(
    State(app): State<App>,
    headers: HeaderMap,
    Params(params): Params<SearchParams>,
) -> Result<Response, Problem> {
    let typed = Typed::of(&params);
    let path = typed.address(&typed.cursor);
    page(&app, &headers, path.clone(), async || {
        let shell = Shell::new(&app, &headers, &path);
        let db = app.db().read();
        let seller = match typed.seller.parse::<SellerId>() {
            Ok(id) => Some(id),
            Err(_) => match typed.seller.parse::<Slug>() {
                Ok(slug) => seller_by_slug(db, &slug).await?.map(|seller| seller.id),
                Err(_) => None,
            },
        };
        let (filter, wrong) = typed.filter(seller);
        let found = find(db, &filter, app.now()).await?;
        let facets = found.facets.unwrap_or_default();
        let page = ListPage {
            q: typed.q.clone(),
            total: i64::try_from(found.total).unwrap_or(i64::MAX),
            next: found.next.map(|cursor| typed.address(&cursor.to_string())),
            categories: category_choices(&shell, &facets, filter.category.as_deref()),
            communes: commune_choices(&shell, &facets, filter.commune.as_ref()),
            stars: star_choices(&shell, &facets, filter.star),
            sorts: sort_choices(&shell, filter.sort),
            in_stock_only: typed.in_stock,
            min_price: typed.min_price.clone(),
            max_price: typed.max_price.clone(),
            problems: wrong.into_iter().map(|wrong| FieldProblem::of(wrong, &shell)).collect(),
            filtered: typed.is_filtered(),
            cards: found.cards,
            shell,
        };
        Ok(Built {
            html: page.render().map_err(|error| Problem::internal(&error))?,
            shows: on_any_list().to_vec(),
            valid_until: found.valid_until,
            policy: None,
        })
    })
    .await
}

/// What a list of cards depends on.
#[must_use]
pub(in crate::listings) const fn on_any_list() -> [Shows; 5] {
    [
        Shows::Any(Subject::Listing),
        Shows::Any(Subject::Product),
        Shows::Any(Subject::Seller),
        Shows::Any(Subject::Certificate),
        // A hold on a batch takes its stock away.
        Shows::Any(Subject::Batch),
    ]
}

/// A label with how many there are behind it.
fn counted(label: &str, count: u64) -> String {
    format!("{label} ({count})")
}

/// Groups with their leaves set in; what nobody sells is not offered, unless it is what was asked for.
fn category_choices(shell: &Shell, facets: &Facets, chosen: Option<&str>) -> Vec<Choice> {
    let count = |id: &str| -> u64 {
        let within = category::within(id);
        facets
            .categories
            .iter()
            .filter(|(id, _)| within.contains(&id.as_str()))
            .map(|(_, count)| count)
            .sum()
    };
    let choices = category::categories().iter().filter_map(|category| {
        let (count, selected) = (count(&category.id), chosen == Some(category.id.as_str()));
        let set_in = if category.parent.is_some() { "\u{2003}" } else { "" };
        (count > 0 || selected).then(|| {
            Choice::new(
                &category.id,
                format!("{set_in}{}", counted(category.name(shell.language()), count)),
                selected,
            )
        })
    });
    std::iter::once(Choice::any(shell, "list-say-any", chosen.is_none()))
        .chain(choices)
        .collect()
}

fn commune_choices(shell: &Shell, facets: &Facets, chosen: Option<&CommuneCode>) -> Vec<Choice> {
    let mut counts: Vec<(&CommuneCode, u64)> = facets.communes.iter().map(|(code, count)| (code, *count)).collect();
    if let Some(code) = chosen.filter(|code| !counts.iter().any(|(known, _)| known == code)) {
        counts.push((code, 0));
    }
    let mut choices: Vec<_> = counts
        .into_iter()
        .filter_map(|(code, count)| {
            let commune = places::commune(code)?;
            let choice = Choice::new(code, counted(&commune.full_name, count), chosen == Some(code));
            Some((entity::text::fold(&commune.name), choice))
        })
        .collect();
    choices.sort_by(|(a, _), (b, _)| a.cmp(b));
    std::iter::once(Choice::any(shell, "list-say-any", chosen.is_none()))
        .chain(choices.into_iter().map(|(_, choice)| choice))
        .collect()
}

fn star_choices(shell: &Shell, facets: &Facets, chosen: Option<u8>) -> Vec<Choice> {
    let choices = [5, 4, 3].map(|star: u8| {
        let count = facets
            .stars
            .iter()
            .find(|(known, _)| *known == star)
            .map_or(0, |(_, count)| *count);
        Choice::new(
            &star,
            counted(&shell.t1("part-star", "star", star), count),
            chosen == Some(star),
        )
    });
    std::iter::once(Choice::any(shell, "list-say-any", chosen.is_none()))
        .chain(choices)
        .collect()
}

fn sort_choices(shell: &Shell, chosen: Sort) -> Vec<Choice> {
    let label = |sort| match sort {
        Sort::Best => "list-say-sort-best",
        Sort::Newest => "list-say-sort-newest",
        Sort::Cheapest => "list-say-sort-cheapest",
        Sort::Dearest => "list-say-sort-dearest",
    };
    Sort::ALL
        .iter()
        .map(|sort| Choice::new(sort.code(), shell.t(label(*sort)), *sort == chosen))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        let object = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), serde_json::Value::from(*value)))
            .collect();
        Typed::of(&serde_json::from_value(serde_json::Value::Object(object)).expect("parameters"))
    }

    #[test]
    fn what_cannot_be_used_is_named_and_the_rest_still_filters() {
        let typed = typed(&[
            ("q", "chè"),
            ("category", "space"),
            ("commune", "99999"),
            ("star", "2"),
            ("min_price", "bao nhiêu"),
            ("max_price", "50.000 ₫"),
            ("sort", "beauty"),
        ]);
        let (filter, wrong) = typed.filter(None);
        let fields: Vec<_> = wrong.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["min_price", "category", "commune", "star", "sort"]);
        assert_eq!(filter.max_price, Some(Dong(50_000)));
        assert_eq!(filter.q, "chè");
        assert!(filter.category.is_none() && filter.star.is_none() && filter.min_price.is_none());
    }

    #[test]
    fn a_range_upside_down_is_told_and_not_used() {
        let (filter, wrong) = typed(&[("min_price", "9"), ("max_price", "8")]).filter(None);
        assert_eq!(wrong.len(), 1);
        assert_eq!((filter.min_price, filter.max_price), (None, None));
    }

    #[test]
    fn one_search_has_one_address() {
        assert_eq!(
            typed(&[("sort", ""), ("q", " che "), ("utm_source", "x")]).address(""),
            "/tim?q=che"
        );
    }
}
