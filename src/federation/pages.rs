//! The page that tells another exchange's programmer how to pull from here.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use entity::Timestamp;

use super::{CHANGES, PAGE, SCHEMA, SNAPSHOT};
use crate::{
    app::App,
    http::{
        pages::{Built, page},
        problem::Problem,
        shell::Shell,
    },
};

/// The very file that the tests run.
const PULLER: &str = include_str!("../../tests/interop/pull.mjs");

#[derive(Template)]
#[template(path = "federation/federation.html")]
struct FederationPage {
    shell: Shell,
    public: String,
    changes: &'static str,
    snapshot: &'static str,
    schema: &'static str,
    puller: &'static str,
}

/// `GET /federation`.
pub async fn federation(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    page(&app, &headers, PAGE.to_owned(), async || {
        let page = FederationPage {
            shell: Shell::new(&app, &headers, PAGE),
            public: app.config().public_url(),
            changes: CHANGES,
            snapshot: SNAPSHOT,
            schema: SCHEMA,
            puller: PULLER,
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
