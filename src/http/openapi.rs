//! The description of the API, finished: what every operation may answer beyond its own words.

use std::collections::BTreeSet;

use utoipa::{
    Modify, OpenApi,
    openapi::{
        ContentBuilder, OpenApi as Document, Ref, RefOr, Response, ResponseBuilder,
        path::{Operation, ParameterIn},
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
    },
};

use super::problem::{ProblemDetails, ProblemField, ProblemLeft};

/// The head of the description; the rooms add their paths.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Chợ Quê",
        description = "The agricultural exchange of a province: products, plots, batches and their origin, listings. \
            Money is a whole number of đồng; a quantity is `{value: \"1.5\", unit: \"kg\"}`; times are RFC 3339; ids are opaque. \
            A request that names an account in `Choque-Account` is answered 401 unless that account makes it.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ProblemDetails, ProblemField, ProblemLeft)),
    modifiers(&Schemes)
)]
pub struct Head;

#[derive(Debug)]
struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(super::layers::SESSION_COOKIE))),
        );
    }
}

/// Adds to every operation the refusals that the frame gives: they are the same everywhere, so no room repeats them.
pub fn finish(document: &mut Document) {
    for (path, item) in &mut document.paths.paths {
        for (operation, writes) in [
            (&mut item.get, false),
            (&mut item.head, false),
            (&mut item.post, true),
            (&mut item.put, true),
            (&mut item.patch, true),
            (&mut item.delete, true),
            (&mut item.options, false),
        ] {
            if let Some(operation) = operation {
                add_refusals(operation, writes);
                if path.starts_with("/epcis/") {
                    add_refusals_of_epcis(operation, writes);
                }
                if path.starts_with("/api/v1/") {
                    let behalf = refusal("Not for this account, or not on behalf of somebody.");
                    operation.responses.responses.entry("403".to_owned()).or_insert(behalf);
                }
            }
        }
    }
}

fn add_refusals(operation: &mut Operation, writes: bool) {
    let mut refusals = BTreeSet::from([("503", "The database cannot be reached just now; try again.")]);
    let places: Vec<_> = operation
        .parameters
        .iter()
        .flatten()
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter.parameter_in.clone()),
            RefOr::Ref(_) => None,
        })
        .collect();
    if places.contains(&ParameterIn::Path) {
        refusals.insert((
            "404",
            "There is nothing at this address, or nothing that you may know of.",
        ));
    }
    if places.contains(&ParameterIn::Query) || writes {
        refusals.insert(("422", "A field cannot be accepted; `errors` names every one."));
    }
    if operation.security.is_some() {
        refusals.insert(("401", "Nobody is signed in."));
        refusals.insert(("403", "Not for this account."));
    }
    if writes {
        refusals.insert(("400", "The request cannot be read; `detail` says where."));
        refusals.insert(("403", "Not for this account, or sent by another site's page."));
        refusals.insert(("409", "Already there, or the same Idempotency-Key is being worked on."));
        refusals.insert(("413", "The body is too large."));
        refusals.insert(("415", "The body is not of a type that is read here."));
    }
    for (status, description) in refusals {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| refusal(description));
    }
}

/// EPCIS 2.0 has statuses of its own for what the rest of the API refuses otherwise.
fn add_refusals_of_epcis(operation: &mut Operation, writes: bool) {
    let responses = &mut operation.responses.responses;
    if !writes {
        responses.remove("422");
    }
    for (status, description) in [
        (
            "400",
            "A document, event or parameter breaks a rule; `errors` names every place.",
        ),
        ("401", "The token is nobody's."),
        ("403", "Not for this account."),
        ("406", "There is no answer in the form or version that was asked for."),
        ("413", "More is asked for, or sent, than is worked on at once."),
        ("414", "The query string is longer than is read."),
    ] {
        responses
            .entry(status.to_owned())
            .or_insert_with(|| refusal(description));
    }
}

fn refusal(description: &str) -> RefOr<Response> {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ProblemDetails")))
        .build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
        .into()
}
