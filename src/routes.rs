//! The site's table of contents, one line per room.

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use sea_orm::ConnectionTrait;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    app::App,
    catalogue, demo, dossiers, federation,
    http::{assets, console, layers, openapi, problem::Problem},
    identity, listings, market, media, orders, payments, places, recall, scan, search, settlement, site, trace,
};

/// Everything the program answers to.
pub fn router(app: &App) -> Router {
    let (api, document) = api(app.is_demo());
    let docs = document.clone();
    let router = api
        .merge(pages())
        .merge(site::docs(&docs))
        .route("/api/openapi.json", get(move || async move { Json(document) }))
        .route("/assets/{*path}", get(assets::serve))
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .fallback(scan::compressed);
    let router = router.layer(middleware::from_fn_with_state(app.clone(), identity::community::guard));
    layers::around(app, router.with_state(app.clone()))
}

/// The described part: its routes and their description come from the same lines.
pub fn api(demo: bool) -> (Router<App>, utoipa::openapi::OpenApi) {
    let mut api = OpenApiRouter::with_openapi(openapi::Head::openapi())
        .merge(places::routes())
        .merge(identity::routes())
        .merge(dossiers::routes())
        .merge(catalogue::routes())
        .merge(trace::routes())
        .merge(listings::routes())
        .merge(search::routes())
        .merge(payments::routes())
        .merge(market::routes())
        .merge(orders::routes())
        .merge(settlement::routes())
        .merge(recall::routes())
        .merge(scan::routes())
        .merge(federation::routes());
    if demo {
        api = api.merge(demo::routes());
    }
    let (router, mut document) = api.split_for_parts();
    openapi::finish(&mut document);
    (router, document)
}

fn pages() -> Router<App> {
    Router::new()
        .merge(console::routes())
        .merge(media::routes())
        .merge(identity::pages())
        .merge(catalogue::pages())
        .merge(trace::log::pages())
        .merge(listings::pages())
        .merge(search::pages())
        .merge(market::pages())
        .merge(orders::pages())
        .merge(settlement::pages())
        .merge(scan::pages())
        .merge(recall::pages())
        .merge(federation::pages())
        .merge(site::pages())
}

/// The process answers.
async fn livez() -> &'static str {
    "ok\n"
}

/// The database answers too, and what is on sale can be looked for.
async fn readyz(State(app): State<App>) -> Response {
    if let Err(error) = app.db().read().execute_unprepared("select 1").await {
        return Problem::from(error).into_response();
    }
    match search::ready(&app).await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn metrics() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (StatusCode::OK, kind, layers::metrics_handle().render()).into_response()
}
