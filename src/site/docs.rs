//! The API's documentation as a page, written from the OpenAPI document of the running program.

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, http::HeaderMap, routing::get};
use entity::Timestamp;
use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;

use super::pages::built;
use crate::{
    app::App,
    http::{pages::page, shell::Shell},
};

#[derive(Template)]
#[template(path = "site/docs.html")]
struct DocsPage<'g> {
    shell: Shell,
    groups: &'g [DocGroup],
}

#[derive(Debug, PartialEq, Eq)]
struct DocGroup {
    tag: String,
    operations: Vec<DocOperation>,
}

#[derive(Debug, PartialEq, Eq)]
struct DocOperation {
    method: String,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<DocParameter>,
    responses: Vec<DocResponse>,
}

#[derive(Debug, PartialEq, Eq)]
struct DocParameter {
    name: String,
    place: String,
    required: bool,
    description: String,
}

#[derive(Debug, PartialEq, Eq)]
struct DocResponse {
    status: String,
    description: String,
}

/// `GET /api/docs`, a page of `document`.
pub fn docs(document: &OpenApi) -> Router<App> {
    // A document that was built in memory always has a JSON form.
    let groups = Arc::new(groups(&serde_json::to_value(document).unwrap_or_default()));
    Router::new().route(
        "/api/docs",
        get(async move |State(app): State<App>, headers: HeaderMap| {
            page(&app, &headers, "/api/docs".to_owned(), async || {
                let page = DocsPage {
                    shell: Shell::new(&app, &headers, "/api/docs"),
                    groups: &groups,
                };
                built(&page, Vec::new(), Timestamp::MAX)
            })
            .await
        }),
    )
}

/// The operations by their tag, in the order of the document.
fn groups(document: &Value) -> Vec<DocGroup> {
    let mut groups: Vec<DocGroup> = Vec::new();
    for (path, item) in object(&document["paths"]) {
        for (method, operation) in object(item).iter().filter(|(method, _)| is_method(method)) {
            let tag = operation["tags"][0].as_str().unwrap_or("other");
            let operation = DocOperation {
                method: method.to_uppercase(),
                path: path.clone(),
                summary: text(&operation["summary"]),
                description: text(&operation["description"]),
                parameters: operation["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(parameter)
                    .collect(),
                responses: object(&operation["responses"])
                    .iter()
                    .map(|(status, response)| DocResponse {
                        status: status.clone(),
                        description: text(&response["description"]),
                    })
                    .collect(),
            };
            match groups.iter_mut().find(|group| group.tag == tag) {
                Some(group) => group.operations.push(operation),
                None => groups.push(DocGroup {
                    tag: tag.to_owned(),
                    operations: vec![operation],
                }),
            }
        }
    }
    groups
}

/// The fields of a path item that are operations; the others describe it.
fn is_method(field: &str) -> bool {
    matches!(
        field,
        "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace"
    )
}

fn parameter(parameter: &Value) -> DocParameter {
    DocParameter {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        required: parameter["required"].as_bool().unwrap_or(false),
        description: text(&parameter["description"]),
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rooms_operations_are_grouped_and_told_in_full() {
        let (_, document) = crate::scan::routes().split_for_parts();
        let groups = groups(&serde_json::to_value(document).expect("a document"));
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].tag, "scan");
        let lot = groups[0]
            .operations
            .iter()
            .find(|operation| operation.path == "/01/{gtin}/10/{lot}")
            .expect("described");
        assert_eq!(lot.method, "GET");
        assert!(
            lot.summary.contains("batch")
                && lot
                    .parameters
                    .iter()
                    .any(|parameter| parameter.name == "lot" && parameter.required)
        );
        assert!(
            lot.responses
                .iter()
                .any(|response| response.status == "400" && !response.description.is_empty())
        );
    }
}
