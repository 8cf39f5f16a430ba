//! Where the link of an invitation leads.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use entity::catalogue::seller;
use sea_orm::EntityTrait;

use super::invite::{self, State as Standing};
use crate::{
    app::App,
    catalogue::CatalogueError,
    http::{
        body::Maybe,
        problem::Problem,
        shell::{Shell, render},
    },
    identity::InPerson,
};

#[derive(Template)]
#[template(path = "catalogue/invitation.html")]
struct InvitationPage {
    shell: Shell,
    seller: String,
    role: String,
    action: String,
    open: bool,
}

/// A code is 64 hexadecimal digits; what else stands there leads nowhere, and not into an address either.
fn path_of(code: &str) -> Result<String, Problem> {
    if code.len() == 64 && code.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(format!("/loi-moi/{code}"))
    } else {
        Err(Problem::not_found())
    }
}

/// `GET /loi-moi/{code}`: who asks whom to work for which seller.
pub async fn invitation(
    State(app): State<App>,
    headers: HeaderMap,
    Maybe(caller): Maybe<InPerson>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let path = path_of(&code)?;
    let Some(caller) = caller else {
        return Ok(Redirect::to(&format!("/dang-nhap?back={path}")).into_response());
    };
    let db = app.db().read();
    let row = invite::opened(db, &code, caller.caller().phone()).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let seller = seller::Entity::find_by_id(row.seller_id).one(db).await?;
    let shell = Shell::new(&app, &headers, &path);
    let page = InvitationPage {
        seller: seller.ok_or_else(Problem::not_found)?.name,
        role: shell.t(&format!("staff-role-{}", row.role.code())),
        open: Standing::of(&row, app.now()) == Standing::Open,
        action: path,
        shell,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], render(&page)?).into_response())
}

/// `POST /loi-moi/{code}`: the button under it.
pub async fn accept(
    State(app): State<App>,
    Maybe(caller): Maybe<InPerson>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let path = path_of(&code)?;
    let Some(caller) = caller else {
        return Ok(Redirect::to(&format!("/dang-nhap?back={path}")).into_response());
    };
    let (person, phone) = (caller.person(), caller.caller().phone().clone());
    app.write(caller.actor(), move |unit| {
        let (code, phone) = (code.clone(), phone.clone());
        Box::pin(async move { invite::accept(unit, &code, person, &phone).await })
    })
    .await
    .map_err(|error: CatalogueError| Problem::from(error))?;
    Ok(Redirect::to("/app/").into_response())
}
