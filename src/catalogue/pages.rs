//! The OCOP register as a page, and as open data.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use entity::{CommuneCode, frame::change::Subject};
use serde::Deserialize;

use super::{
    badge,
    ocop::product_sets,
    register::{COLUMNS, RegisterFilter, RegisterRow, csv, register},
};
use crate::{
    app::App,
    http::{
        body::Params,
        choice::{Choice, query},
        input::Field,
        language::Language,
        pages::{Built, Shows, page},
        problem::Problem,
        shell::Shell,
    },
    places,
};

/// Lines on a page.
const LINES: usize = 100;
const LONGEST_QUERY: usize = 200;

#[derive(Debug, Default, Deserialize)]
pub struct OcopParams {
    q: Field<String>,
    star: Field<String>,
    commune: Field<String>,
    set: Field<String>,
    state: Field<String>,
    after: Field<String>,
}

#[derive(Template)]
#[template(path = "catalogue/ocop.html")]
struct OcopPage {
    shell: Shell,
    q: String,
    entries: Vec<RegisterLine>,
    stars: Vec<Choice>,
    communes: Vec<Choice>,
    sets: Vec<Choice>,
    states: Vec<Choice>,
    total: i64,
    next: Option<String>,
    csv_href: String,
    columns: Vec<Column>,
}

/// A column of the open data and what it means.
struct Column {
    name: &'static str,
    meaning: String,
}

struct RegisterLine {
    product_name: String,
    product_href: Option<String>,
    seller_name: String,
    seller_slug: String,
    commune_name: &'static str,
    set_name: &'static str,
    star: u8,
    number: Option<String>,
    granted_on: String,
    expires_on: String,
    active: bool,
}

impl RegisterLine {
    fn of(row: RegisterRow, today: entity::Day, language: Language) -> Self {
        let last = row.certificate.revoked_on.map_or_else(
            || badge::last_day(&row.certificate),
            |revoked_on| revoked_on.plus_days(-1),
        );
        Self {
            // The resolver knows where a product is on sale now.
            product_href: Some(format!("/01/{}", row.gtin)),
            commune_name: places::commune(&row.seller.commune_code).map_or("", |commune| &commune.full_name),
            set_name: row.set.map_or("", |set| &set.name),
            star: badge::star(&row.certificate).unwrap_or(0),
            granted_on: badge::granted_on(&row.certificate, language),
            expires_on: last.to_string(),
            active: row.certificate.holds_on(today),
            number: row.certificate.number,
            product_name: row.product_name,
            seller_name: row.seller.name,
            seller_slug: row.seller.slug.to_string(),
        }
    }
}

/// What the query asks for; what cannot be read is left out, as a page does.
fn filter_of(params: &OcopParams) -> RegisterFilter {
    let said = |field: &Field<String>| field.given().map_or("", |text| text.trim()).to_owned();
    RegisterFilter {
        q: said(&params.q).chars().take(LONGEST_QUERY).collect(),
        star: said(&params.star).parse().ok().filter(|star| (3..=5).contains(star)),
        commune: said(&params.commune)
            .parse::<CommuneCode>()
            .ok()
            .filter(|code| places::commune(code).is_some()),
        set: said(&params.set).parse().ok().filter(|no| (1..=26).contains(no)),
        active: match params.state.given().map_or("active", String::as_str) {
            "active" => Some(true),
            "ended" => Some(false),
            _ => None,
        },
    }
}

/// The address of `path` with `filter`, one for each meaning.
fn address(path: &str, filter: &RegisterFilter, skip: usize) -> String {
    let state = match filter.active {
        Some(true) | None => "",
        Some(false) => "ended",
    };
    let star = filter.star.map(|star| star.to_string()).unwrap_or_default();
    let set = filter.set.map(|no| no.to_string()).unwrap_or_default();
    let commune = filter.commune.as_ref().map_or("", CommuneCode::as_str);
    let after = if skip == 0 { String::new() } else { skip.to_string() };
    let pairs = [
        ("q", filter.q.as_str()),
        ("star", &star),
        ("commune", commune),
        ("set", &set),
        ("state", state),
        ("after", &after),
    ];
    let address = query(path, &pairs);
    // An empty state means both, which is not what an absent one means.
    match (filter.active, address.contains('?')) {
        (Some(_), _) => address,
        (None, true) => address + "&state=",
        (None, false) => address + "?state=",
    }
}

/// `GET /ocop?q=&star=&commune=&set=&state=`: the register of recognitions. Without a `state`, those that hold today.
pub async fn ocop(
    State(app): State<App>,
    headers: HeaderMap,
    Params(params): Params<OcopParams>,
) -> Result<Response, Problem> {
    let filter = filter_of(&params);
    let skip: usize = params.after.given().and_then(|text| text.parse().ok()).unwrap_or(0);
    let path = address("/ocop", &filter, skip);
    page(&app, &headers, path.clone(), async || {
        let shell = Shell::new(&app, &headers, &path);
        let language = shell.language();
        let today = app.today();
        let rows = register(app.db().read(), &filter, today).await?;
        // The choices of communes are those that have anything to show, whatever else is filtered.
        let all = register(app.db().read(), &RegisterFilter::default(), today).await?;
        let total = rows.len();
        let entries: Vec<_> = rows
            .into_iter()
            .skip(skip)
            .take(LINES)
            .map(|row| RegisterLine::of(row, today, language))
            .collect();
        let shown = skip.saturating_add(entries.len());
        let next = (shown < total).then(|| address("/ocop", &filter, shown));
        let page = OcopPage {
            q: filter.q.clone(),
            entries,
            stars: stars(&shell, filter.star),
            communes: communes(&shell, &all, filter.commune.as_ref()),
            sets: sets(&shell, filter.set),
            states: states(&shell, filter.active),
            total: i64::try_from(total).unwrap_or(i64::MAX),
            next,
            csv_href: address("/ocop.csv", &filter, 0),
            columns: columns(&shell),
            shell,
        };
        Ok(Built {
            html: page.render().map_err(|error| Problem::internal(&error))?,
            shows: vec![
                Shows::Any(Subject::Certificate),
                Shows::Any(Subject::Seller),
                Shows::Any(Subject::Product),
            ],
            valid_until: today.plus_days(1).start(),
            policy: None,
        })
    })
    .await
}

fn stars(shell: &Shell, chosen: Option<u8>) -> Vec<Choice> {
    let choices =
        [5, 4, 3].map(|star: u8| Choice::new(&star, shell.t1("part-star", "star", star), chosen == Some(star)));
    std::iter::once(Choice::any(shell, "ocop-say-any", chosen.is_none()))
        .chain(choices)
        .collect()
}

fn communes(shell: &Shell, rows: &[RegisterRow], chosen: Option<&CommuneCode>) -> Vec<Choice> {
    let mut codes: Vec<&CommuneCode> = rows.iter().map(|row| &row.seller.commune_code).chain(chosen).collect();
    codes.sort_by_key(|code| places::commune(code).map(|commune| entity::text::fold(&commune.name)));
    codes.dedup();
    let choices = codes.into_iter().filter_map(|code| {
        let commune = places::commune(code)?;
        Some(Choice::new(code.as_str(), &commune.full_name, chosen == Some(code)))
    });
    std::iter::once(Choice::any(shell, "ocop-say-any", chosen.is_none()))
        .chain(choices)
        .collect()
}

fn sets(shell: &Shell, chosen: Option<u8>) -> Vec<Choice> {
    let choices = product_sets()
        .iter()
        .map(|set| Choice::new(&set.no, &set.name, chosen == Some(set.no)));
    std::iter::once(Choice::any(shell, "ocop-say-any", chosen.is_none()))
        .chain(choices)
        .collect()
}

fn states(shell: &Shell, active: Option<bool>) -> Vec<Choice> {
    vec![
        Choice::new("active", shell.t("ocop-active"), active == Some(true)),
        Choice::new("ended", shell.t("ocop-ended"), active == Some(false)),
        Choice::any(shell, "ocop-say-any", active.is_none()),
    ]
}

fn columns(shell: &Shell) -> Vec<Column> {
    let meanings = [
        "ocop-csv-certificate",
        "ocop-csv-product",
        "ocop-csv-gtin",
        "ocop-csv-producer",
        "ocop-csv-commune-code",
        "ocop-csv-commune",
        "ocop-csv-set-no",
        "ocop-csv-set",
        "ocop-csv-star",
        "ocop-csv-number",
        "ocop-csv-issuer",
        "ocop-csv-granted",
        "ocop-csv-last-day",
        "ocop-csv-holds",
        "ocop-csv-source",
    ];
    COLUMNS
        .into_iter()
        .zip(meanings)
        .map(|(name, meaning)| Column {
            name,
            meaning: shell.t(meaning),
        })
        .collect()
}

/// `GET /ocop.csv`: the register as open data, with the filters of the page.
pub async fn ocop_csv(State(app): State<App>, Params(params): Params<OcopParams>) -> Result<Response, Problem> {
    let today = app.today();
    let rows = register(app.db().read(), &filter_of(&params), today).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"ocop.csv\""),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, csv(&rows, today)).into_response())
}
