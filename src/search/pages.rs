//! The search list.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use entity::{
    CommuneCode, Dong, Slug,
    catalogue::{certificate, seller},
    ids::SellerId,
};
use serde::Deserialize;

use super::{
    api::{certificate_kind, star},
    filter::{Cursor, Filter, Origin, Sort},
    find::{Facets, Understood, find},
    index::{CERTIFICATE_KINDS, PriceBand},
};
use crate::{
    app::App,
    catalogue::{badge, category, read::seller_by_slug},
    http::{
        body::{Many, Repeats},
        choice::{Choice, query},
        input::Field,
        language::Message,
        pages::{Built, projected_page},
        problem::Problem,
        shell::Shell,
    },
    listings::{on_any_list, read::Card},
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
    seller_kind: Field<String>,
    certificate: Field<String>,
    origin: Field<String>,
    min_price: Field<String>,
    max_price: Field<String>,
    in_stock: Field<String>,
    sort: Field<String>,
    cursor: Field<String>,
}

impl Repeats for SearchParams {
    const NAMES: &'static [&'static str] = &["star", "seller_kind", "certificate", "origin"];
}

/// The filters as they were typed.
#[derive(Clone, Debug)]
struct Typed {
    q: String,
    /// The query was longer than what is read.
    cut: bool,
    category: String,
    commune: String,
    star: String,
    seller: String,
    seller_kind: String,
    certificate: String,
    origin: String,
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
            cut: params.q.given().is_some_and(|q| q.trim().chars().count() > LONGEST),
            category: text(&params.category),
            commune: text(&params.commune),
            star: text(&params.star),
            seller: text(&params.seller),
            seller_kind: text(&params.seller_kind),
            certificate: text(&params.certificate),
            origin: text(&params.origin),
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
                ("seller_kind", &self.seller_kind),
                ("certificate", &self.certificate),
                ("origin", &self.origin),
                ("min_price", &self.min_price),
                ("max_price", &self.max_price),
                ("in_stock", in_stock),
                ("sort", &self.sort),
                ("cursor", cursor),
            ],
        )
    }

    /// This search, changed, from its first page.
    fn but(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        change(&mut changed);
        changed.address("")
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
        let categories = known(&mut wrong, "category", &self.category, |id| {
            category::category(id).map(|found| found.id.clone())
        });
        let communes = known(&mut wrong, "commune", &self.commune, |text| {
            text.parse::<CommuneCode>()
                .ok()
                .filter(|code| places::commune(code).is_some())
        });
        let stars = known(&mut wrong, "star", &self.star, star);
        let seller_kinds = known(&mut wrong, "seller_kind", &self.seller_kind, seller::Kind::from_code);
        let certificates = known(&mut wrong, "certificate", &self.certificate, certificate_kind);
        let origins = known(&mut wrong, "origin", &self.origin, |code| Some(Origin::from_code(code)));
        let seller = known(&mut wrong, "seller", &self.seller, |_| seller).pop();
        let sort = known(&mut wrong, "sort", &self.sort, Sort::from_code)
            .pop()
            .unwrap_or_default();
        let after = known(&mut wrong, "cursor", &self.cursor, |text| text.parse::<Cursor>().ok()).pop();
        let filter = Filter {
            q: self.q.clone(),
            categories,
            communes,
            stars,
            seller,
            seller_kinds,
            certificates,
            origins,
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

/// What `read` makes of choices with commas between them, or a note that one of them is none.
fn known<T>(
    wrong: &mut Vec<(&'static str, Message)>,
    field: &'static str,
    text: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Vec<T> {
    let mut values = Vec::new();
    for text in text.split(',').map(str::trim).filter(|text| !text.is_empty()) {
        match read(text) {
            Some(value) => values.push(value),
            None => wrong.push((field, Message::new("list-say-no-such-choice").with("value", text))),
        }
    }
    values
}

#[derive(Template)]
#[template(path = "search/list.html")]
struct ListPage {
    shell: Shell,
    q: String,
    cards: Vec<Card>,
    total: i64,
    next: Option<String>,
    categories: Vec<Choice>,
    communes: Vec<Choice>,
    stars: Vec<Choice>,
    seller_kinds: Vec<Choice>,
    certificates: Vec<Choice>,
    origins: Vec<Choice>,
    bands: Vec<Band>,
    sorts: Vec<Choice>,
    in_stock_only: bool,
    in_stock_count: u64,
    min_price: String,
    max_price: String,
    seller: String,
    problems: Vec<FieldProblem>,
    chips: Vec<Chip>,
    /// A filter besides words is on: the drawer stands open.
    filtered: bool,
    corrected: Option<String>,
    dropped: String,
    cut: bool,
}

/// A filter that is on, and the address without it.
struct Chip {
    label: String,
    href: String,
}

/// A span of prices to choose, with its address.
struct Band {
    label: String,
    href: String,
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
            "seller_kind" => "list-seller-kind",
            "certificate" => "list-certificate",
            "origin" => "list-origin",
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
    Many(params): Many<SearchParams>,
) -> Result<Response, Problem> {
    let typed = Typed::of(&params);
    let path = typed.address(&typed.cursor);
    // Two queries may be cut to the same words; only one of them is told so.
    let key = if typed.cut { format!("{path}#") } else { path.clone() };
    projected_page(&app, &headers, key, async || {
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
        let found = find(&app, &filter).await?;
        let facets = found.facets.unwrap_or_default();
        let understood = found.understood.unwrap_or_default();
        let chips = chips(&shell, &typed, &filter, &facets, &understood);
        let page = ListPage {
            q: typed.q.clone(),
            total: i64::try_from(found.total).unwrap_or(i64::MAX),
            next: found.next.map(|cursor| typed.address(&cursor.to_string())),
            categories: category_choices(&shell, &facets, filter.categories.first().map(String::as_str)),
            communes: commune_choices(&shell, &facets, filter.communes.first()),
            stars: star_choices(&shell, &facets, &filter.stars),
            seller_kinds: seller_kind_choices(&shell, &facets, &filter.seller_kinds),
            certificates: certificate_choices(&shell, &facets, &filter.certificates),
            origins: origin_choices(&shell, &facets, &filter.origins),
            bands: band_choices(&shell, &facets, &typed),
            sorts: sort_choices(&shell, filter.sort),
            in_stock_only: typed.in_stock,
            in_stock_count: facets.in_stock,
            min_price: typed.min_price.clone(),
            max_price: typed.max_price.clone(),
            seller: typed.seller.clone(),
            problems: wrong.into_iter().map(|wrong| FieldProblem::of(wrong, &shell)).collect(),
            filtered: chips.len() > understood.chips.len(),
            chips,
            corrected: understood.corrected,
            dropped: understood.dropped.join(", "),
            cut: typed.cut || understood.cut,
            cards: found.cards,
            shell,
        };
        let built = Built {
            html: page.render().map_err(|error| Problem::internal(&error))?,
            shows: on_any_list().to_vec(),
            valid_until: found.valid_until,
            policy: None,
        };
        Ok((built, found.as_of))
    })
    .await
}

/// Everything that narrows the list, each to be taken off by itself.
fn chips(shell: &Shell, typed: &Typed, filter: &Filter, facets: &Facets, understood: &Understood) -> Vec<Chip> {
    let mut chips: Vec<Chip> = understood
        .chips
        .iter()
        .map(|chip| Chip {
            label: chip.said.clone(),
            href: typed.but(|typed| typed.q.clone_from(&chip.without)),
        })
        .collect();
    let mut add = |label: String, href: String| chips.push(Chip { label, href });
    for id in &filter.categories {
        if let Some(category) = category::category(id) {
            add(
                category.name(shell.language()).to_owned(),
                typed.but(|typed| typed.category.clear()),
            );
        }
    }
    for code in &filter.communes {
        if let Some(commune) = places::commune(code) {
            add(commune.full_name.clone(), typed.but(|typed| typed.commune.clear()));
        }
    }
    for star in &filter.stars {
        let rest = without(&typed.star, &star.to_string());
        add(
            shell.t1("part-star", "star", *star),
            typed.but(|typed| typed.star = rest),
        );
    }
    for kind in &filter.seller_kinds {
        let rest = without(&typed.seller_kind, kind.code());
        add(
            badge::seller_kind(*kind, shell.language()),
            typed.but(|typed| typed.seller_kind = rest),
        );
    }
    for kind in &filter.certificates {
        let rest = without(&typed.certificate, kind.code());
        add(
            certificate_label(shell, *kind),
            typed.but(|typed| typed.certificate = rest),
        );
    }
    for origin in &filter.origins {
        let rest = without(&typed.origin, origin.code());
        add(
            origin_label(shell, facets, origin),
            typed.but(|typed| typed.origin = rest),
        );
    }
    if filter.seller.is_some() {
        add(shell.t("detail-seller"), typed.but(|typed| typed.seller.clear()));
    }
    match (filter.min_price, filter.max_price) {
        (None, None) => {}
        (least, most) => add(
            price_label(shell, least.map(|price| price.0), most.map(|price| price.0)),
            typed.but(|typed| {
                typed.min_price.clear();
                typed.max_price.clear();
            }),
        ),
    }
    if filter.in_stock {
        add(shell.t("list-in-stock"), typed.but(|typed| typed.in_stock = false));
    }
    chips
}

/// `values` without `one` of them.
fn without(values: &str, one: &str) -> String {
    let rest: Vec<&str> = values.split(',').map(str::trim).filter(|value| *value != one).collect();
    rest.join(",")
}

fn price_label(shell: &Shell, least: Option<i64>, most: Option<i64>) -> String {
    let dong = |amount: i64| Dong(amount).to_string();
    match (least.filter(|least| *least > 0), most) {
        (Some(least), Some(most)) => shell.t2("list-say-price-between", "least", dong(least), "most", dong(most)),
        (Some(least), None) => shell.t1("list-say-price-from", "least", dong(least)),
        (None, Some(most)) => shell.t1("list-say-price-to", "most", dong(most)),
        (None, None) => shell.t("list-say-any"),
    }
}

fn certificate_label(shell: &Shell, kind: certificate::Kind) -> String {
    shell.t(match kind {
        certificate::Kind::Ocop => "list-say-ocop",
        certificate::Kind::VietGap => "list-say-vietgap",
        certificate::Kind::Organic => "list-say-organic",
        certificate::Kind::Gi => "list-say-gi",
    })
}

fn origin_label(shell: &Shell, facets: &Facets, origin: &Origin) -> String {
    match origin {
        Origin::Here => shell.t("list-say-own"),
        Origin::Exchange(id) => facets
            .origins
            .iter()
            .find(|row| row.origin == *origin)
            .map_or_else(|| id.clone(), |row| row.name.clone()),
    }
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

/// Those of `counts` that somebody has or that are chosen.
fn ticks<K: PartialEq + Copy>(
    all: impl IntoIterator<Item = K>,
    counts: &[(K, u64)],
    chosen: &[K],
    code: impl Fn(K) -> String,
    label: impl Fn(K) -> String,
) -> Vec<Choice> {
    all.into_iter()
        .filter_map(|key| {
            let count = counts
                .iter()
                .find(|(known, _)| *known == key)
                .map_or(0, |(_, count)| *count);
            let selected = chosen.contains(&key);
            (count > 0 || selected).then(|| Choice::new(&code(key), counted(&label(key), count), selected))
        })
        .collect()
}

fn star_choices(shell: &Shell, facets: &Facets, chosen: &[u8]) -> Vec<Choice> {
    let label = |star: u8| shell.t1("part-star", "star", star);
    ticks([5, 4, 3], &facets.stars, chosen, |star| star.to_string(), label)
}

fn seller_kind_choices(shell: &Shell, facets: &Facets, chosen: &[seller::Kind]) -> Vec<Choice> {
    let all = [
        seller::Kind::Household,
        seller::Kind::Cooperative,
        seller::Kind::Company,
    ];
    let label = |kind| badge::seller_kind(kind, shell.language());
    ticks(all, &facets.seller_kinds, chosen, |kind| kind.code().to_owned(), label)
}

fn certificate_choices(shell: &Shell, facets: &Facets, chosen: &[certificate::Kind]) -> Vec<Choice> {
    let label = |kind| certificate_label(shell, kind);
    ticks(
        CERTIFICATE_KINDS,
        &facets.certificates,
        chosen,
        |kind| kind.code().to_owned(),
        label,
    )
}

/// Nothing to choose where everything is ours.
fn origin_choices(shell: &Shell, facets: &Facets, chosen: &[Origin]) -> Vec<Choice> {
    if chosen.is_empty() && facets.origins.iter().all(|row| row.origin == Origin::Here) {
        return Vec::new();
    }
    facets
        .origins
        .iter()
        .map(|row| {
            let label = counted(&origin_label(shell, facets, &row.origin), row.count);
            Choice::new(row.origin.code(), label, chosen.contains(&row.origin))
        })
        .collect()
}

fn band_choices(shell: &Shell, facets: &Facets, typed: &Typed) -> Vec<Band> {
    let prices = facets.prices.iter();
    prices
        .map(|(PriceBand { least, below }, count)| Band {
            label: counted(&price_label(shell, Some(*least), *below), *count),
            href: typed.but(|typed| {
                typed.min_price = if *least > 0 { least.to_string() } else { String::new() };
                // A band ends just below the next one's beginning.
                typed.max_price = below.map(|below| (below - 1).to_string()).unwrap_or_default();
            }),
        })
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
            ("star", "2,4"),
            ("min_price", "bao nhiêu"),
            ("max_price", "50.000 ₫"),
            ("sort", "beauty"),
        ]);
        let (filter, wrong) = typed.filter(None);
        let fields: Vec<_> = wrong.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["min_price", "category", "commune", "star", "sort"]);
        assert_eq!(filter.max_price, Some(Dong(50_000)));
        assert_eq!((filter.q.as_str(), filter.stars.as_slice()), ("chè", &[4][..]));
        assert!(filter.categories.is_empty() && filter.min_price.is_none());
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
        let some = typed(&[("star", "3,4"), ("q", "chè")]);
        assert_eq!(
            some.but(|typed| typed.star = without(&typed.star, "3")),
            "/tim?q=ch%C3%A8&star=4"
        );
    }
}
