//! Reviews over HTTP.

use axum::{Json, extract::State};
use entity::{
    ids::{OrderReviewId, ProductId, SellerId},
    orders::review,
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    manage::{answer, hide},
    read::{self, About, ReviewView},
};
use crate::{
    app::App,
    catalogue::sellers_of,
    checked,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::{Officer, SignedIn},
    orders::OrdersError,
};

/// What a buyer says of goods they bought.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuyerReviewWire {
    id: String,
    product_id: String,
    listing_id: String,
    seller_id: String,
    /// The product's name.
    title: String,
    /// 1 to 5.
    stars: i32,
    text: String,
    /// Addresses of photographs.
    photos: Vec<String>,
    /// What the buyer is called by.
    by: String,
    at: String,
    /// The seller's; there is one at most.
    answer: Option<BuyerReviewAnswerWire>,
    /// An officer took it off: nobody finds it in a list.
    hidden: bool,
}

/// What a seller answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuyerReviewAnswerWire {
    text: String,
    at: String,
}

impl From<ReviewView> for BuyerReviewWire {
    fn from(view: ReviewView) -> Self {
        let ReviewView { row, product, photos } = view;
        Self {
            id: row.id.to_string(),
            product_id: row.product_id.to_string(),
            listing_id: row.listing_id.to_string(),
            seller_id: row.seller_id.to_string(),
            title: product,
            stars: row.stars,
            text: row.words,
            photos: photos.into_iter().map(|photo| photo.src).collect(),
            by: row.signed,
            at: row.created_at.rfc3339(),
            answer: row
                .answer
                .zip(row.answered_at)
                .map(|(text, at)| BuyerReviewAnswerWire { text, at: at.rfc3339() }),
            hidden: row.hidden_at.is_some(),
        }
    }
}

/// Of what reviews are asked for: one of the two.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReviewParams {
    #[param(value_type = Option<String>)]
    product_id: Field<String>,
    #[param(value_type = Option<String>)]
    seller_id: Field<String>,
}

/// What buyers say of a product, or of all goods of a seller, the newest first.
#[utoipa::path(get, path = "/api/v1/buyer-reviews", tag = "orders", params(PageParams, ReviewParams),
    responses((status = OK, body = List<BuyerReviewWire>)))]
pub async fn list_buyer_reviews(
    State(app): State<App>,
    Params(page): Params<PageParams>,
    Params(params): Params<ReviewParams>,
) -> Result<Json<List<BuyerReviewWire>>, Problem> {
    let paging = page.paging()?;
    let about = match (params.product_id.given(), params.seller_id.given()) {
        (Some(id), None) => About::Product(
            id.parse::<ProductId>()
                .map_err(|_| Wrong::one("?product_id", "wrong-review-of"))?,
        ),
        (None, Some(id)) => About::Seller(
            id.parse::<SellerId>()
                .map_err(|_| Wrong::one("?seller_id", "wrong-review-of"))?,
        ),
        _ => return Err(Wrong::one("?product_id", "wrong-review-of").into()),
    };
    let views = read::page(app.db().read(), about, paging).await?;
    Ok(Json(List::page(
        views,
        paging.limit,
        |view| view.row.id.to_string(),
        BuyerReviewWire::from,
    )))
}

/// One review.
#[utoipa::path(get, path = "/api/v1/buyer-reviews/{id}", tag = "orders", params(("id" = String, Path)),
    responses((status = OK, body = BuyerReviewWire)))]
pub async fn get_buyer_review(
    State(app): State<App>,
    Id(id): Id<OrderReviewId>,
) -> Result<Json<BuyerReviewWire>, Problem> {
    Ok(Json(shown(app.db().read(), id).await?))
}

pub(in crate::orders) async fn shown(
    db: &impl ConnectionTrait,
    id: OrderReviewId,
) -> Result<BuyerReviewWire, OrdersError> {
    let view = read::find(db, id).await?.ok_or(OrdersError::NoSuchOrder)?;
    Ok(view.into())
}

/// What a seller answers to a review.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct AnswerInput {
    #[schema(value_type = String, max_length = 2000)]
    text: Field<String>,
}

/// Why a review is taken off.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct HideInput {
    #[schema(value_type = String, max_length = 500)]
    reason: Field<String>,
}

/// Answers a review of the caller's goods, once.
#[utoipa::path(post, path = "/api/v1/buyer-reviews/{id}/answer", tag = "orders", request_body = AnswerInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = BuyerReviewWire)))]
pub async fn answer_buyer_review(
    State(app): State<App>,
    caller: SignedIn,
    Id(id): Id<OrderReviewId>,
    once: Once,
    Body { value, digest }: Body<AnswerInput>,
) -> Result<Answer, Problem> {
    let row: review::Model = read::find(app.db().read(), id)
        .await?
        .ok_or_else(Problem::not_found)?
        .row;
    // Everybody sees the review, so this much may be said.
    if !sellers_of(&app, caller.person()).await?.contains(&row.seller_id) {
        return Err(OrdersError::NotTheSeller.into());
    }
    let mut wrong = Wrong::default();
    let words = wrong.lines("/text", &value.text, 2000);
    let words = (|| -> Result<String, Wrong> {
        checked!(wrong; words);
        Ok(words)
    })()?;
    write_once(&app, caller.actor(), once, &digest, move |unit| {
        let words = words.clone();
        Box::pin(async move {
            answer(unit, id, words).await?;
            Answer::ok(&shown(&*unit, id).await?)
        })
    })
    .await
}

/// Takes a review off, by an officer who says why. Its stars count no more.
#[utoipa::path(post, path = "/api/v1/buyer-reviews/{id}/hide", tag = "orders", request_body = HideInput,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = BuyerReviewWire)))]
pub async fn hide_buyer_review(
    State(app): State<App>,
    officer: Officer,
    Id(id): Id<OrderReviewId>,
    once: Once,
    Body { value, digest }: Body<HideInput>,
) -> Result<Answer, Problem> {
    let mut wrong = Wrong::default();
    let why = wrong.line("/reason", &value.reason, 500);
    let why = (|| -> Result<String, Wrong> {
        checked!(wrong; why);
        Ok(why)
    })()?;
    write_once(&app, officer.actor(), once, &digest, move |unit| {
        let why = why.clone();
        Box::pin(async move {
            hide(unit, id, why).await?;
            Answer::ok(&shown(&*unit, id).await?)
        })
    })
    .await
}
