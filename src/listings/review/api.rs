//! The officers' queue over HTTP.

use axum::{Json, extract::State};
use entity::{
    ids::{ListingId, ReviewId},
    listings::review,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    decide::{Decide, decide},
    read::{self, ReviewView},
};
use crate::{
    app::App,
    http::{
        body::{Body, Id, Params},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::Officer,
    listings::api::{ListingDetail, shown},
};

/// What waited, or waits, of a listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewWire {
    id: String,
    /// `listing`, or `edit` of one that is on sale.
    kind: &'static str,
    /// `pending`, `approved`, `returned`, `replaced` (by a newer one) or `withdrawn`.
    state: &'static str,
    /// The edit, in the shape of `PATCH /listings/{id}`; `null`: the listing itself.
    #[schema(value_type = Option<Object>)]
    proposed: Option<Value>,
    /// Why it was sent back.
    reason: Option<String>,
    submitted_at: String,
    decided_at: Option<String>,
}

impl From<review::Model> for ReviewWire {
    fn from(row: review::Model) -> Self {
        Self {
            id: row.id.to_string(),
            kind: if row.proposed.is_some() { "edit" } else { "listing" },
            state: row.state.code(),
            // It was written as JSON.
            proposed: row.proposed.and_then(|text| serde_json::from_str(&text).ok()),
            reason: row.reason,
            submitted_at: row.submitted_at.rfc3339(),
            decided_at: row.decided_at.map(entity::Timestamp::rfc3339),
        }
    }
}

/// The listing that a review is of.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewedListing {
    id: String,
    slug: String,
    title: String,
    state: &'static str,
    /// Đồng for one unit, as it stands now.
    price: i64,
    /// A unit's code.
    unit: &'static str,
}

/// Whose listing it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewedSeller {
    id: String,
    slug: String,
    name: String,
}

/// A review in the queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewItem {
    #[serde(flatten)]
    review: ReviewWire,
    listing: ReviewedListing,
    seller: ReviewedSeller,
}

impl From<ReviewView> for ReviewItem {
    fn from(view: ReviewView) -> Self {
        let ReviewView {
            review,
            listing,
            seller,
        } = view;
        Self {
            review: review.into(),
            listing: ReviewedListing {
                id: listing.id.to_string(),
                slug: listing.slug.to_string(),
                title: listing.title,
                state: listing.state.code(),
                price: listing.price.0,
                unit: listing.unit.code(),
            },
            seller: ReviewedSeller {
                id: seller.id.to_string(),
                slug: seller.slug.to_string(),
                name: seller.name,
            },
        }
    }
}

/// A review with its listing in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewDetail {
    #[serde(flatten)]
    item: ReviewItem,
    /// The listing as it is now.
    detail: ListingDetail,
}

/// What waits for an officer, the oldest first.
#[utoipa::path(get, path = "/api/v1/reviews", tag = "listings", params(PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<ReviewItem>)))]
pub async fn list_reviews(
    State(app): State<App>,
    _officer: Officer,
    Params(page): Params<PageParams>,
) -> Result<Json<List<ReviewItem>>, Problem> {
    let paging = page.paging()?;
    let views = read::queue(app.db().read(), paging).await?;
    Ok(Json(List::page(
        views,
        paging.limit,
        |view| view.review.id.to_string(),
        Into::into,
    )))
}

/// One review, decided or not, with its listing.
#[utoipa::path(get, path = "/api/v1/reviews/{id}", tag = "listings", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ReviewDetail)))]
pub async fn get_review(
    State(app): State<App>,
    _officer: Officer,
    Id(id): Id<ReviewId>,
) -> Result<Json<ReviewDetail>, Problem> {
    let view = read::one(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    let detail = shown(&app, view.listing.id).await?;
    Ok(Json(ReviewDetail {
        item: view.into(),
        detail,
    }))
}

/// Approves what waits of a listing, or sends it back with a reason. An approved listing goes on sale and an approved edit
/// takes effect; sent back, a listing is a draft again, and one on sale sells as it was.
#[utoipa::path(post, path = "/api/v1/listings/{id}/review", tag = "listings", params(("id" = String, Path)),
    request_body = Decide, security(("bearer" = []), ("session" = [])), responses((status = OK, body = ListingDetail)))]
pub async fn review_listing(
    State(app): State<App>,
    officer: Officer,
    Id(id): Id<ListingId>,
    Body { value, .. }: Body<Decide>,
) -> Result<Json<ListingDetail>, Problem> {
    let (decision, policy) = (value.check()?, app.policy());
    app.write(officer.actor(), {
        let officer = officer.clone();
        move |unit| {
            let (officer, decision) = (officer.clone(), decision.clone());
            Box::pin(async move { decide(unit, &officer, policy, id, decision).await })
        }
    })
    .await?;
    shown(&app, id).await.map(Json)
}
