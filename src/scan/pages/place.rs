//! The page of a place: a market, one of its stalls, or where a seller makes and packs.

use askama::Template;
use axum::{http::HeaderMap, response::Response};
use entity::{frame::change::Subject, scan::place_code::Kind};

use super::{LOT, Style, built};
use crate::{
    app::App,
    http::{
        pages::{Shows, page},
        problem::Problem,
        shell::Shell,
    },
    places,
    scan::{
        map::{self, MapPoint},
        place::PlaceView,
    },
};

#[derive(Template)]
#[template(path = "scan/place.html")]
struct PlacePage {
    shell: Shell,
    style: Style,
    name: String,
    kind: String,
    stall: Option<(String, String)>,
    address: String,
    gln: String,
    href: String,
    point: Option<MapPoint>,
    outline: &'static str,
    linkset_href: String,
}

/// The page of `place`, whose code is `canonical`.
pub async fn place_page(
    app: &App,
    headers: &HeaderMap,
    place: PlaceView,
    canonical: &str,
) -> Result<Response, Problem> {
    page(app, headers, canonical.to_owned(), async || {
        let shell = Shell::new(app, headers, canonical);
        let commune = place.commune_code.as_ref().and_then(places::commune);
        let street = place
            .street
            .as_deref()
            .map(str::trim)
            .filter(|street| !street.is_empty());
        let address: Vec<String> = street
            .map(str::to_owned)
            .into_iter()
            .chain(commune.map(places::Commune::address))
            .collect();
        let kind = shell.t(match (place.kind, &place.stall) {
            (Kind::Market, Some(_)) => "scan-place-stall",
            (Kind::Market, None) => "scan-place-market",
            (Kind::Seller, _) => "scan-place-seller",
        });
        let page = PlacePage {
            style: Style::of(LOT, Some("place")),
            name: place.name.clone(),
            kind,
            stall: place
                .stall
                .as_ref()
                .map(|stall| (stall.code.clone(), stall.goods.clone())),
            address: address.join(", "),
            gln: place.gln.to_string(),
            href: place.href(),
            point: place.commune_code.as_ref().and_then(map::point),
            outline: map::OUTLINE,
            linkset_href: format!("{canonical}?linkType=linkset"),
            shell,
        };
        // Markets and their stalls are not in the change log; their pages are built anew every minute.
        built(
            &page,
            &page.style,
            vec![Shows::Any(Subject::Seller)],
            app.now().plus(60_000),
        )
    })
    .await
}
