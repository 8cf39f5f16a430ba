//! What a seller sells.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use entity::{Slug, catalogue::seller::Standing, ids::ListingId};
use serde::Deserialize;

use crate::{
    app::App,
    catalogue::{
        badge::{Badge, seller_kind},
        certificates::read::badges,
        rating::of_seller,
        read::{certificates_on, closures_on, hours_of, seller_by_slug},
        sellers::hours::Span,
    },
    http::{
        body::Params,
        choice::query,
        input::Field,
        list::DEFAULT_LIMIT,
        pages::{Built, page},
        problem::Problem,
        shell::Shell,
    },
    listings::read::{Card, live_of_seller},
    places,
};

use super::{on_any_list, product::closed_note};

#[derive(Debug, Deserialize)]
pub struct SellerParams {
    cursor: Field<String>,
}

#[derive(Template)]
#[template(path = "catalogue/seller.html")]
struct SellerPage {
    shell: Shell,
    name: String,
    kind_label: String,
    commune_name: String,
    province_name: &'static str,
    about: String,
    /// An officer knows who they are.
    verified: bool,
    /// Until when they are closed, and their words.
    closed: Option<String>,
    pickup: Option<String>,
    hours: Vec<HoursLine>,
    badges: Vec<Badge>,
    /// What buyers say of their goods: the mean, and how many said something.
    rating: Option<String>,
    rated: i64,
    reviews_href: String,
    cards: Vec<Card>,
    next: Option<String>,
}

/// When the door is open on a day.
struct HoursLine {
    day: String,
    spans: String,
}

/// The days of the week on which the door is open.
fn week(shell: &Shell, hours: Vec<Span>) -> Vec<HoursLine> {
    let mut week: Vec<(i32, HoursLine)> = Vec::new();
    for span in hours {
        let text = format!("{}–{}", span.opens, span.closes);
        match week.last_mut() {
            Some((weekday, line)) if *weekday == span.weekday => line.spans = format!("{}, {text}", line.spans),
            _ => week.push((
                span.weekday,
                HoursLine {
                    day: shell.t(&format!("weekday-{}", span.weekday)),
                    spans: text,
                },
            )),
        }
    }
    week.into_iter().map(|(_, line)| line).collect()
}

/// `GET /nguoi-ban/{slug}`: a seller and what they sell.
pub async fn seller(
    State(app): State<App>,
    headers: HeaderMap,
    Path(slug): Path<String>,
    Params(params): Params<SellerParams>,
) -> Result<Response, Problem> {
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    let before: Option<ListingId> = params.cursor.given().and_then(|text| text.parse().ok());
    let address = |before: Option<ListingId>| {
        query(
            &format!("/nguoi-ban/{slug}"),
            &[("cursor", &before.map(|id| id.to_string()).unwrap_or_default())],
        )
    };
    let path = address(before);
    page(&app, &headers, path.clone(), async || {
        let (db, today) = (app.db().read(), app.today());
        let seller = seller_by_slug(db, &slug).await?.ok_or_else(Problem::not_found)?;
        let shell = Shell::new(&app, &headers, &path);
        let language = shell.language();
        let mut cards = live_of_seller(db, seller.id, before, DEFAULT_LIMIT + 1, today).await?;
        let fits = usize::try_from(DEFAULT_LIMIT).unwrap_or(usize::MAX);
        let more = cards.len() > fits;
        cards.truncate(fits);
        let certificates = certificates_on(db, today, &[], &[seller.id]).await?;
        let closed = closures_on(db, today, &[seller.id]).await?.remove(&seller.id);
        let pickup = match (&seller.pickup_street, &seller.pickup_commune) {
            (Some(street), Some(code)) => Some(format!(
                "{street}, {}",
                places::commune(code).map_or("", |commune| &commune.full_name)
            )),
            _ => None,
        };
        let commune = places::commune(&seller.commune_code);
        let rating = of_seller(db, seller.id).await?;
        let page = SellerPage {
            rating: rating.words(),
            rated: rating.reviews,
            reviews_href: format!("/nguoi-ban/{}/danh-gia", seller.slug),
            kind_label: seller_kind(seller.kind, language),
            name: seller.name,
            commune_name: commune.map(|commune| commune.full_name.clone()).unwrap_or_default(),
            province_name: commune.map_or("", |commune| &commune.province().name),
            about: seller.about,
            verified: seller.standing == Standing::Verified,
            closed: closed.map(|closed| closed_note(&shell, &closed)),
            pickup,
            hours: week(&shell, hours_of(db, seller.id).await?),
            badges: badges(db, &certificates, language).await?,
            next: cards.last().filter(|_| more).map(|card| address(Some(card.id))),
            cards,
            shell,
        };
        Ok(Built {
            html: page.render().map_err(|error| Problem::internal(&error))?,
            // A new listing of this seller has no id yet that could be waited for.
            shows: on_any_list().to_vec(),
            valid_until: today.plus_days(1).start(),
            policy: None,
        })
    })
    .await
}
