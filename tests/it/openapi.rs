use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::{
    harness::{Answer, document},
    on_both,
};

/// (method, path) of every operation described.
fn operations() -> Vec<(Method, String)> {
    let document = document();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            operations.push((
                Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(),
                path.clone(),
            ));
        }
    }
    operations
}

#[test]
fn the_description_is_what_it_was() {
    let lines: Vec<_> = operations()
        .into_iter()
        .map(|(method, path)| {
            let responses = &document()["paths"][&path][method.as_str().to_lowercase()]["responses"];
            let statuses: Vec<_> = responses.as_object().unwrap().keys().cloned().collect();
            format!("{method} {path}: {}", statuses.join(" "))
        })
        .collect();
    insta::assert_snapshot!("operations", lines.join("\n"));
}

#[test]
fn every_route_of_the_api_is_described() {
    let described: BTreeSet<String> = operations().into_iter().map(|(_, path)| path).collect();
    let mut files = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(file) = files.pop() {
        if file.is_dir() {
            files.extend(std::fs::read_dir(&file).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap_or_default();
        // A route added beside the description would escape it: those of the API may only come with one.
        assert!(
            !source.contains(".route(\"/api/v1"),
            "{} adds a route that is not described",
            file.display()
        );
    }
    assert!(described.len() > 30);
}

on_both!(what_is_described_answers_and_nothing_breaks, |app| {
    let described = app.guest().get("/api/openapi.json").await.expect(StatusCode::OK);
    assert_eq!(described["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    let farmer = app.farmer().await;
    for (method, template) in operations() {
        if template.starts_with("/demo") {
            continue;
        }
        let filled = |with: &str| {
            template
                .split('/')
                .map(|part| if part.starts_with('{') { with } else { part })
                .collect::<Vec<_>>()
                .join("/")
        };
        for with in ["0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10", "nothing", "%00", "%F0%9F%8D%B5"] {
            let path = filled(with);
            for client in [&app.guest(), &farmer.client] {
                let request = client.request(method.clone(), &path).json(&Value::Null);
                let answer = Answer::of(method.clone(), &path, request).await;
                assert_ne!(
                    answer.status,
                    StatusCode::METHOD_NOT_ALLOWED,
                    "{method} {path} is described and not there"
                );
            }
        }
    }
});
