//! Styles, scripts and fonts as Vite built them, carried inside the program. Their names hold a hash of their content,
//! so a browser keeps them for good.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use serde::Deserialize;

use super::problem::Problem;

#[derive(RustEmbed)]
#[folder = "frontend/dist"]
#[allow_missing = true]
struct Built;

#[derive(Deserialize)]
struct Entry {
    file: String,
}

/// From the plain name (`site.css`) to the built file (`assets/site-3f2a9c.css`).
static NAMES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let manifest = Built::get(".vite/manifest.json");
    let entries: HashMap<String, Entry> = manifest
        .and_then(|file| serde_json::from_slice(&file.data).ok())
        .unwrap_or_default();
    entries
        .into_values()
        .map(|entry| (plain_name(&entry.file), entry.file))
        .collect()
});

/// `assets/site-3f2a9c.css` without folder and hash.
fn plain_name(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    match (name.rfind('-'), name.rfind('.')) {
        (Some(dash), Some(dot)) if dash < dot => format!("{}{}", &name[..dash], &name[dot..]),
        _ => name.to_owned(),
    }
}

/// The address of the built asset `name`.
#[must_use]
pub fn address(name: &str) -> String {
    match NAMES.get(name) {
        Some(file) => format!("/{file}"),
        None => format!("/assets/{name}"),
    }
}

/// `GET /assets/{*path}`.
pub async fn serve(Path(path): Path<String>) -> Result<Response, Problem> {
    file(&format!("assets/{path}"), FOR_GOOD).ok_or_else(Problem::not_found)
}

/// `Cache-Control` of what has its content's hash in its name.
pub(super) const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// The built file at `path` under `frontend/dist`.
pub(super) fn file(path: &str, cache_control: &'static str) -> Option<Response> {
    let data = Built::get(path)?.data;
    let kind = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache_control)];
    Some((headers, data.into_owned()).into_response())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_built_name_loses_its_hash() {
        assert_eq!(super::plain_name("assets/site-3f2a9c.css"), "site.css");
        assert_eq!(
            super::plain_name("assets/be-vietnam-pro-400-Ab_1.woff2"),
            "be-vietnam-pro-400.woff2"
        );
        assert_eq!(super::plain_name("sw.js"), "sw.js");
    }
}
