//! What somebody with an account has ordered.

use askama::Template;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use super::{group::OrderBox, render};
use crate::{
    app::App,
    http::{
        body::{Maybe, Params},
        list::{List, PageParams},
        problem::Problem,
        shell::Shell,
    },
    identity::SignedIn,
    orders::read::{self, Mine},
};

#[derive(Template)]
#[template(path = "orders/own.html")]
struct OwnPage {
    shell: Shell,
    orders: Vec<OrderBox>,
    /// The address of the next page.
    next: Option<String>,
}

/// `GET /don-hang`.
pub async fn own_orders(
    State(app): State<App>,
    headers: HeaderMap,
    Maybe(caller): Maybe<SignedIn>,
    Params(params): Params<PageParams>,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(Redirect::to("/dang-nhap?back=/don-hang").into_response());
    };
    let paging = params.paging()?;
    let bought = Mine {
        bought_by: Some(caller.person()),
        sold_by: Vec::new(),
    };
    let views = read::page(app.db().read(), &bought, paging).await?;
    let shell = Shell::new(&app, &headers, "/don-hang");
    let list = List::page(
        views,
        paging.limit,
        |view| view.order.id.to_string(),
        |view| OrderBox::of(&app, &shell, &view, "", true),
    );
    render(&OwnPage {
        orders: list.items,
        next: list.next_cursor.map(|cursor| format!("/don-hang?cursor={cursor}")),
        shell,
    })
}
