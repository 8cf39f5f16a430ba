//! Reviews as pages: what a buyer writes, and what everybody reads.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use entity::{Quantity, Slug, listings::listing};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    read::{self, About},
    write::ReviewInput,
};
use crate::{
    app::{App, sha256},
    catalogue::{
        rating::{Rating, of_products, of_seller as rating_of_seller},
        read::seller_by_slug,
    },
    http::{
        body::{Form, Params},
        idempotency::Once,
        input::Field,
        list::{List, PageParams},
        problem::{Kind, Problem},
        shell::{self, Shell},
    },
    media::read::PhotoView,
    orders::{
        OrderBuyer, OrderViewer,
        act_api::review_once,
        pages::{back, query, render},
        read::order as find_order,
    },
};

type Sent = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "orders/review_form.html")]
struct FormPage {
    shell: Shell,
    action: String,
    back: String,
    number: String,
    lines: Vec<FormLine>,
    text: String,
    problem: Option<String>,
}

struct FormLine {
    id: String,
    title: String,
    quantity: Quantity,
}

#[derive(Template)]
#[template(path = "orders/reviews.html")]
struct ReviewsPage {
    shell: Shell,
    title: String,
    back: String,
    mean: Option<String>,
    reviews: i64,
    items: Vec<ReviewBox>,
    next: Option<String>,
}

struct ReviewBox {
    stars: i32,
    by: String,
    at: String,
    product: String,
    text: String,
    photos: Vec<PhotoView>,
    answer: Option<String>,
}

/// `GET /don-hang/{order}/danh-gia`.
pub async fn form(
    State(app): State<App>,
    headers: HeaderMap,
    OrderBuyer(buyer): OrderBuyer,
) -> Result<Response, Problem> {
    show_form(&app, &headers, &buyer, "", None).await
}

async fn show_form(
    app: &App,
    headers: &HeaderMap,
    buyer: &OrderViewer,
    text: &str,
    problem: Option<&Problem>,
) -> Result<Response, Problem> {
    let id = buyer.order().id;
    let query = query(buyer.token());
    let mut shell = Shell::new(app, headers, &format!("/don-hang/{id}/danh-gia"));
    shell.path.push_str(&query);
    let view = find_order(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    let page = FormPage {
        action: format!("/don-hang/{id}/danh-gia{query}"),
        back: format!("/don-hang/{}{query}", buyer.order().group_id),
        number: view.order.number.to_string(),
        lines: view
            .lines
            .iter()
            .filter(|view| view.review.is_none() && view.line.quantity.0 > 0)
            .map(|view| FormLine {
                id: view.line.id.to_string(),
                title: view.line.title.clone(),
                quantity: Quantity::new(view.line.quantity, view.line.unit),
            })
            .collect(),
        text: text.to_owned(),
        problem: problem.map(|problem| {
            let first = problem.fields().0.first().map(|error| &error.message);
            shell.language().say(first.unwrap_or_else(|| problem.detail()))
        }),
        shell,
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, render(&page)?).into_response())
}

/// `POST /don-hang/{order}/danh-gia`.
pub async fn send(
    State(app): State<App>,
    headers: HeaderMap,
    OrderBuyer(buyer): OrderBuyer,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let given = |name: &str| sent.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let input = ReviewInput {
        line_id: Field::Given(given("line_id")),
        stars: given("stars").parse().map_or(Field::Missing, Field::Given),
        text: Field::Given(given("text")),
        photos: Field::Missing,
    };
    let path = format!("/don-hang/{}/danh-gia", buyer.order().id);
    let digest = sha256(format!("{sent:?}"));
    let once = Once::of_form("", &path, &digest);
    match review_once(&app, &buyer, once, &digest, &input).await {
        Ok(_) => Ok(back(&buyer)),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            show_form(&app, &headers, &buyer, &given("text"), Some(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// `GET /san-pham/{slug}/danh-gia`: what buyers say of a product.
pub async fn of_product(
    State(app): State<App>,
    headers: HeaderMap,
    Path(slug): Path<String>,
    Params(page): Params<PageParams>,
) -> Result<Response, Problem> {
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    let row = listing::Entity::find()
        .filter(listing::Column::Slug.eq(slug.clone()))
        .filter(listing::Column::State.eq(listing::State::Live))
        .one(app.db().read())
        .await?
        .ok_or_else(Problem::not_found)?;
    let product = row.product_id;
    let rating = of_products(app.db().read(), &[product])
        .await?
        .remove(&product)
        .unwrap_or_default();
    let about = About::Product(product);
    reviews(
        &app,
        &headers,
        &page,
        about,
        rating,
        row.title,
        &format!("/san-pham/{slug}"),
    )
    .await
}

/// `GET /nguoi-ban/{slug}/danh-gia`: what buyers say of a seller's goods.
pub async fn of_seller(
    State(app): State<App>,
    headers: HeaderMap,
    Path(slug): Path<String>,
    Params(page): Params<PageParams>,
) -> Result<Response, Problem> {
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    let row = seller_by_slug(app.db().read(), &slug)
        .await?
        .ok_or_else(Problem::not_found)?;
    let rating = rating_of_seller(app.db().read(), row.id).await?;
    let about = About::Seller(row.id);
    reviews(
        &app,
        &headers,
        &page,
        about,
        rating,
        row.name,
        &format!("/nguoi-ban/{slug}"),
    )
    .await
}

async fn reviews(
    app: &App,
    headers: &HeaderMap,
    page: &PageParams,
    about: About,
    rating: Rating,
    title: String,
    back: &str,
) -> Result<Response, Problem> {
    let paging = page.paging()?;
    let path = format!("{back}/danh-gia");
    let views = read::page(app.db().read(), about, paging).await?;
    let list = List::page(
        views,
        paging.limit,
        |view| view.row.id.to_string(),
        |view| ReviewBox {
            stars: view.row.stars,
            by: view.row.signed,
            at: view.row.created_at.day().to_string(),
            product: view.product,
            text: view.row.words,
            photos: view.photos,
            answer: view.row.answer,
        },
    );
    let page = ReviewsPage {
        shell: Shell::new(app, headers, &path),
        title,
        back: back.to_owned(),
        mean: rating.words(),
        reviews: rating.reviews,
        items: list.items,
        next: list.next_cursor.map(|cursor| format!("{path}?cursor={cursor}")),
    };
    Ok(shell::render(&page)?.into_response())
}
