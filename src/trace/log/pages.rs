//! `/kiem-chung`: anybody checks a proof bundle in their browser. Nothing is sent anywhere; a saved copy works without us.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use entity::Timestamp;

use crate::{
    app::App,
    http::{
        pages::{Built, page},
        problem::Problem,
        shell::Shell,
    },
};

/// Its address.
pub const PAGE: &str = "/kiem-chung";

#[derive(Template)]
#[template(path = "trace/checker.html")]
struct CheckerPage {
    shell: Shell,
}

/// `GET /kiem-chung`.
pub async fn checker(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    page(&app, &headers, PAGE.to_owned(), async || {
        let page = CheckerPage {
            shell: Shell::new(&app, &headers, PAGE),
        };
        Ok(Built {
            html: page.render().map_err(|error| Problem::internal(&error))?,
            shows: Vec::new(),
            valid_until: Timestamp::MAX,
            policy: None,
        })
    })
    .await
}
