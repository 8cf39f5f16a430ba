//! The OCOP register as a page.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use entity::frame::change::Subject;
use serde::Deserialize;

use super::{
    badge,
    read::{RegisterFilter, RegisterRow, register},
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
    states: Vec<Choice>,
    total: i64,
    next: Option<String>,
}

struct RegisterLine {
    product_name: String,
    product_href: Option<String>,
    seller_name: String,
    seller_slug: String,
    commune_name: &'static str,
    star: u8,
    number: Option<String>,
    granted_on: String,
    expires_on: String,
    active: bool,
}

impl RegisterLine {
    fn of(row: RegisterRow, today: entity::Day, language: Language) -> Self {
        Self {
            // The resolver knows where a product is on sale now.
            product_href: Some(format!("/01/{}", row.gtin)),
            commune_name: places::commune(&row.seller.commune_code).map_or("", |commune| &commune.full_name),
            star: badge::star(&row.certificate).unwrap_or(0),
            granted_on: badge::granted_on(&row.certificate, language),
            expires_on: badge::last_day(&row.certificate).to_string(),
            active: row.certificate.granted_on <= today && today < row.certificate.ends_on,
            number: row.certificate.number,
            product_name: row.product_name,
            seller_name: row.seller.name,
            seller_slug: row.seller.slug.to_string(),
        }
    }
}

/// `GET /ocop?q=&star=&state=`: the register of recognitions. Without a `state`, those that hold today.
pub async fn ocop(
    State(app): State<App>,
    headers: HeaderMap,
    Params(params): Params<OcopParams>,
) -> Result<Response, Problem> {
    let q: String = params
        .q
        .given()
        .map_or("", |text| text.trim())
        .chars()
        .take(LONGEST_QUERY)
        .collect();
    let star: Option<u8> = params
        .star
        .given()
        .and_then(|text| text.parse().ok())
        .filter(|star| (3..=5).contains(star));
    let active = match params.state.given().map_or("active", String::as_str) {
        "active" => Some(true),
        "ended" => Some(false),
        _ => None,
    };
    let skip: usize = params.after.given().and_then(|text| text.parse().ok()).unwrap_or(0);
    let state = match active {
        Some(true) => "active",
        Some(false) => "ended",
        None => "",
    };
    let star_text = star.map(|star| star.to_string()).unwrap_or_default();
    let address = |skip: usize| {
        let after = if skip == 0 { String::new() } else { skip.to_string() };
        let unsaid = if state == "active" { "" } else { state };
        let address = query(
            "/ocop",
            &[("q", &q), ("star", &star_text), ("state", unsaid), ("after", &after)],
        );
        // An empty state means both, which is not what an absent one means.
        match (state.is_empty(), address.contains('?')) {
            (false, _) => address,
            (true, true) => address + "&state=",
            (true, false) => address + "?state=",
        }
    };
    let path = address(skip);
    page(&app, &headers, path.clone(), async || {
        let shell = Shell::new(&app, &headers, &path);
        let language = shell.language();
        let today = app.today();
        let rows = register(
            app.db().read(),
            &RegisterFilter {
                q: q.clone(),
                star,
                active,
            },
            today,
        )
        .await?;
        let total = rows.len();
        let entries: Vec<_> = rows
            .into_iter()
            .skip(skip)
            .take(LINES)
            .map(|row| RegisterLine::of(row, today, language))
            .collect();
        let shown = skip.saturating_add(entries.len());
        let stars =
            std::iter::once(Choice::any(&shell, "ocop-say-any", star.is_none()))
                .chain([5, 4, 3].map(|number: u8| {
                    Choice::new(&number, shell.t1("part-star", "star", number), star == Some(number))
                }))
                .collect();
        let states = vec![
            Choice::new("active", shell.t("ocop-active"), active == Some(true)),
            Choice::new("ended", shell.t("ocop-ended"), active == Some(false)),
            Choice::any(&shell, "ocop-say-any", active.is_none()),
        ];
        let next = (shown < total).then(|| address(shown));
        let page = OcopPage {
            q: q.clone(),
            entries,
            stars,
            states,
            total: i64::try_from(total).unwrap_or(i64::MAX),
            next,
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
