//! The console under `/app/`: files that Vite built, the same for everybody. What a person sees there comes from the API
//! or is kept on their phone.

use axum::{
    Router,
    extract::Path,
    response::{Redirect, Response},
    routing::get,
};

use super::{assets, problem::Problem};
use crate::app::App;

/// `index.html`, the service worker and the web app manifest keep their names, so each use asks whether they are new.
const ASK_AGAIN: &str = "no-cache";

pub fn routes() -> Router<App> {
    Router::new()
        .route("/app", get(|| async { Redirect::permanent("/app/") }))
        .route("/app/", get(|| async { serve("") }))
        .route(
            "/app/{*path}",
            get(|Path(path): Path<String>| async move { serve(&path) }),
        )
}

/// The file at `path`. The console's screens have addresses of their own, which name no file: they are `index.html`.
fn serve(path: &str) -> Result<Response, Problem> {
    let screen = path.rsplit('/').next().is_none_or(|name| !name.contains('.'));
    let (path, cache_control) = if screen {
        ("index.html", ASK_AGAIN)
    } else if path.starts_with("assets/") {
        (path, assets::FOR_GOOD)
    } else {
        (path, ASK_AGAIN)
    };
    assets::file(&format!("app/{path}"), cache_control).ok_or_else(Problem::not_found)
}
