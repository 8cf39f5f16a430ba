//! Accounts and sessions over HTTP.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use entity::{
    identity::{role::Office, session, session::Kind},
    ids::{PersonId, SessionId},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    IdentityError, SignUp, SignedIn, read, session as sessions,
    sign_in::{SignIn, sign_in},
    sign_up,
};
use crate::{
    app::App,
    db::Actor,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        list::{List, PageParams},
        problem::Problem,
    },
};

/// An account, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountWire {
    id: String,
    phone: String,
    name: String,
    /// `officer`, `market_manager`, `helper`, `administrator`.
    roles: Vec<&'static str>,
}

impl From<read::Account> for AccountWire {
    fn from((person, offices): read::Account) -> Self {
        Self {
            id: person.id.to_string(),
            phone: person.phone.to_string(),
            name: person.name,
            roles: offices.into_iter().map(Office::code).collect(),
        }
    }
}

/// Makes an account.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "identity", request_body = SignUp,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = CREATED, body = AccountWire)))]
pub async fn create_account(
    State(app): State<App>,
    once: Once,
    Body { value, digest }: Body<SignUp>,
) -> Result<Answer, Problem> {
    let new = sign_up::check(&app, &value).await?;
    write_once(&app, Actor::Guest, once, &digest, move |unit| {
        let new = new.clone();
        Box::pin(async move {
            let (phone, name) = (new.phone.to_string(), new.name.clone());
            let id = sign_up::insert_person(unit, new).await?.to_string();
            Answer::created(
                format!("/api/v1/accounts/{id}"),
                &AccountWire {
                    id,
                    phone,
                    name,
                    roles: Vec::new(),
                },
            )
        })
    })
    .await
}

/// The accounts the caller may see: their own; an administrator's list is everybody.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "identity", params(PageParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<AccountWire>)))]
pub async fn list_accounts(
    State(app): State<App>,
    caller: SignedIn,
    Params(params): Params<PageParams>,
) -> Result<Json<List<AccountWire>>, Problem> {
    let paging = params.paging()?;
    let rows = read::accounts(app.db().read(), &caller, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |(person, _)| person.id.to_string(),
        AccountWire::from,
    )))
}

/// The caller's own account.
#[utoipa::path(get, path = "/api/v1/accounts/me", tag = "identity", security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = AccountWire)))]
pub async fn get_own_account(State(app): State<App>, caller: SignedIn) -> Result<Json<AccountWire>, Problem> {
    let account = read::own_account(app.db().read(), caller.person()).await?;
    Ok(Json(account.ok_or(IdentityError::NotSignedIn)?.into()))
}

/// One account.
#[utoipa::path(get, path = "/api/v1/accounts/{id}", tag = "identity", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = AccountWire)))]
pub async fn get_account(
    State(app): State<App>,
    caller: SignedIn,
    Id(id): Id<PersonId>,
) -> Result<Json<AccountWire>, Problem> {
    let account = read::account(app.db().read(), &caller, id).await?;
    account
        .map(|account| Json(account.into()))
        .ok_or_else(Problem::not_found)
}

/// A token just made. It is shown once and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewSessionWire {
    id: String,
    /// Send it as `Authorization: Bearer`.
    token: String,
    expires_at: String,
    account: AccountWire,
}

/// Signs in and gives an API token.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "identity", request_body = SignIn,
    responses(
        (status = CREATED, body = NewSessionWire),
        (status = UNAUTHORIZED, description = "Phone or password is wrong.", body = crate::http::problem::ProblemDetails,
            content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many failed sign-ins; `Retry-After` says how long to wait.",
            body = crate::http::problem::ProblemDetails, content_type = "application/problem+json"),
    ))]
pub async fn create_session(State(app): State<App>, Body { value, .. }: Body<SignIn>) -> Result<Response, Problem> {
    let person = sign_in(&app, &value).await?;
    let issued = sessions::open(&app, person, Kind::Token, None, sessions::LASTS_DAYS).await?;
    let account = read::own_account(app.db().read(), person)
        .await?
        .ok_or(IdentityError::NoSuchThing)?;
    let wire = NewSessionWire {
        id: issued.id.to_string(),
        token: issued.secret,
        expires_at: issued.expires_at.rfc3339(),
        account: account.into(),
    };
    Ok((StatusCode::CREATED, Json(wire)).into_response())
}

/// A session or token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionWire {
    id: String,
    /// `browser` or `token`.
    kind: &'static str,
    name: Option<String>,
    created_at: String,
    expires_at: String,
}

impl From<session::Model> for SessionWire {
    fn from(row: session::Model) -> Self {
        let kind = match row.kind {
            Kind::Browser => "browser",
            Kind::Token => "token",
        };
        let (created_at, expires_at) = (row.created_at.rfc3339(), row.expires_at.rfc3339());
        Self {
            id: row.id.to_string(),
            kind,
            name: row.name,
            created_at,
            expires_at,
        }
    }
}

/// The caller's sessions and tokens, newest first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "identity", params(PageParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<SessionWire>)))]
pub async fn list_sessions(
    State(app): State<App>,
    caller: SignedIn,
    Params(params): Params<PageParams>,
) -> Result<Json<List<SessionWire>>, Problem> {
    let paging = params.paging()?;
    let rows = read::sessions(app.db().read(), &caller, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        SessionWire::from,
    )))
}

/// One of the caller's sessions or tokens.
#[utoipa::path(get, path = "/api/v1/sessions/{id}", tag = "identity", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = SessionWire)))]
pub async fn get_session(
    State(app): State<App>,
    caller: SignedIn,
    Id(id): Id<SessionId>,
) -> Result<Json<SessionWire>, Problem> {
    let row = read::session(app.db().read(), &caller, id).await?;
    row.map(|row| Json(row.into())).ok_or_else(Problem::not_found)
}

/// Ends one of the caller's sessions or tokens.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "identity", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = NO_CONTENT, description = "It signs nobody in any more.")))]
pub async fn delete_session(
    State(app): State<App>,
    caller: SignedIn,
    Id(id): Id<SessionId>,
) -> Result<StatusCode, Problem> {
    sessions::revoke(&app, caller.person(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
