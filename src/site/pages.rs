//! Home and help.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use entity::{Slug, Timestamp, frame::change::Subject};

use super::read::{count_live, newest_recognitions};
use crate::{
    app::App,
    catalogue::{badge, category, read::count_ocop},
    http::{
        language::Language,
        pages::{Built, Shows, page, projected_page},
        problem::Problem,
        shell::Shell,
    },
    listings::read::Card,
    market::{MarketCard, read::all_markets},
    search::{self, Filter, Sort},
};

/// Cards, markets and recognitions on the home page.
const CARDS: u64 = 8;
const MARKETS: u64 = 6;
const RECOGNITIONS: u64 = 6;
/// Markets write no change rows, so a page that shows them is built anew this often.
const MARKETS_KEPT_MS: i64 = 10 * 60 * 1000;

#[derive(Template)]
#[template(path = "site/home.html")]
struct HomePage {
    shell: Shell,
    in_season: Vec<Card>,
    markets: Vec<MarketCard>,
    certificates: Vec<NewCertificate>,
    product_count: i64,
    ocop_count: i64,
    categories: Vec<CategoryLink>,
}

struct NewCertificate {
    product_name: String,
    seller_name: String,
    seller_slug: Slug,
    star: u8,
    granted_on: String,
    expires_on: String,
}

struct CategoryLink {
    id: &'static str,
    name: &'static str,
    motif: &'static str,
}

/// The groups of the catalogue.
fn category_links(language: Language) -> Vec<CategoryLink> {
    category::categories()
        .iter()
        .filter(|category| category.parent.is_none())
        .map(|category| CategoryLink {
            id: &category.id,
            name: category.name(language),
            motif: &category.motif,
        })
        .collect()
}

/// `GET /`.
pub async fn home(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    projected_page(&app, &headers, "/".to_owned(), async || {
        let (db, today) = (app.db().read(), app.today());
        let shell = Shell::new(&app, &headers, "/");
        let fresh = Filter {
            in_stock: true,
            sort: Sort::Newest,
            limit: CARDS,
            ..Filter::default()
        };
        let in_season = search::find(&app, &fresh).await?;
        let recognitions = newest_recognitions(db, today, RECOGNITIONS).await?;
        let page = HomePage {
            in_season: in_season.cards,
            markets: all_markets(db, Some(MARKETS))
                .await?
                .into_iter()
                .map(Into::into)
                .collect(),
            certificates: recognitions
                .into_iter()
                .map(|row| NewCertificate {
                    star: badge::star(&row.certificate).unwrap_or(0),
                    granted_on: badge::granted_on(&row.certificate, shell.language()),
                    expires_on: badge::last_day(&row.certificate).to_string(),
                    product_name: row.product_name,
                    seller_name: row.seller_name,
                    seller_slug: row.seller_slug,
                })
                .collect(),
            product_count: i64::try_from(count_live(db).await?).unwrap_or(i64::MAX),
            ocop_count: i64::try_from(count_ocop(db, today).await?).unwrap_or(i64::MAX),
            categories: category_links(shell.language()),
            shell,
        };
        let subjects = [
            Subject::Listing,
            Subject::Product,
            Subject::Seller,
            Subject::Certificate,
            Subject::Batch,
        ];
        let built = built(
            &page,
            subjects.map(Shows::Any).to_vec(),
            in_season.valid_until.min(app.now().plus(MARKETS_KEPT_MS)),
        )?;
        Ok((built, in_season.as_of))
    })
    .await
}

pub(super) fn built(page: &impl Template, shows: Vec<Shows>, valid_until: Timestamp) -> Result<Built, Problem> {
    let html = page.render().map_err(|error| Problem::internal(&error))?;
    Ok(Built {
        html,
        shows,
        valid_until,
        policy: None,
    })
}

#[derive(Template)]
#[template(path = "site/help.html")]
struct HelpPage {
    shell: Shell,
}

/// `GET /tro-giup`.
pub async fn help(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    page(&app, &headers, "/tro-giup".to_owned(), async || {
        built(
            &HelpPage {
                shell: Shell::new(&app, &headers, "/tro-giup"),
            },
            Vec::new(),
            Timestamp::MAX,
        )
    })
    .await
}
