//! Sessions over HTTP: signing in with one factor and with two, and ending it.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use entity::{
    identity::{session, session::Kind},
    ids::SessionId,
};
use serde::Serialize;
use utoipa::ToSchema;
use webauthn_rs::prelude::RequestChallengeResponse;

use super::{
    super::{
        IdentityError, SignedIn,
        phone_codes::{self, AskCode},
        read,
        second_factor::{self, AskPasskey, GiveCode, GivePasskey},
        session::{self as sessions, Issued},
        sign_in::{SignIn, sign_in},
    },
    accounts::AccountWire,
};
use crate::{
    app::App,
    http::{
        address::Address,
        body::{Body, Id, Maybe, Params},
        language::Language,
        list::{List, PageParams},
        problem::{Problem, ProblemDetails},
    },
};

/// A token just made. It is shown once and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewSessionWire {
    id: String,
    /// Send it as `Authorization: Bearer`.
    token: String,
    expires_at: String,
    account: AccountWire,
}

/// What lets somebody in, for the answer.
async fn issued(app: &App, issued: Issued) -> Result<Response, Problem> {
    let row = sessions::owner(app.db().read(), issued.id).await?;
    let person = row.ok_or(IdentityError::NoSuchThing)?;
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

/// Signs in, by password or by a code sent to the phone, and gives an API token.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "identity", request_body = SignIn,
    responses(
        (status = CREATED, body = NewSessionWire),
        (status = UNAUTHORIZED, description = "Phone, password or code is wrong; or, with the type `second-factor-needed`, \
            they were right and a second factor is awaited: `challenge` stands for them for five minutes, `methods` names what \
            the account has (`totp`, `passkey`, `recovery`).", body = ProblemDetails,
            content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many failed sign-ins; `Retry-After` says how long to wait.",
            body = ProblemDetails, content_type = "application/problem+json"),
    ))]
pub async fn create_session(
    State(app): State<App>,
    address: Address,
    Body { value, .. }: Body<SignIn>,
) -> Result<Response, Problem> {
    let person = sign_in(&app, &value, address).await?;
    issued(&app, second_factor::admit(&app, person, Kind::Token).await?.issued()?).await
}

/// Gives the second factor as a code and gets what `POST /sessions` would have given.
#[utoipa::path(post, path = "/api/v1/sessions/second-factor", tag = "identity", request_body = GiveCode,
    responses(
        (status = CREATED, body = NewSessionWire),
        (status = UNAUTHORIZED, description = "The code is wrong; or, with the type `challenge-over`, sign in again.",
            body = ProblemDetails, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many wrong codes; `Retry-After` says how long to wait.",
            body = ProblemDetails, content_type = "application/problem+json"),
    ))]
pub async fn give_code(State(app): State<App>, Body { value, .. }: Body<GiveCode>) -> Result<Response, Problem> {
    issued(&app, second_factor::pass_with_code(&app, &value, Kind::Token).await?).await
}

/// Asks what a passkey of the account is to be asked (`navigator.credentials.get`).
#[utoipa::path(post, path = "/api/v1/sessions/second-factor/passkey/begin", tag = "identity", request_body = AskPasskey,
    responses(
        (status = OK, description = "`PublicKeyCredentialRequestOptionsJSON` under `publicKey`.", body = Object),
        (status = UNAUTHORIZED, description = "Sign in again.", body = ProblemDetails,
            content_type = "application/problem+json"),
    ))]
pub async fn begin_passkey(
    State(app): State<App>,
    Body { value, .. }: Body<AskPasskey>,
) -> Result<Json<RequestChallengeResponse>, Problem> {
    Ok(Json(second_factor::ask_passkey(&app, &value).await?))
}

/// Gives the passkey's answer and gets what `POST /sessions` would have given.
#[utoipa::path(post, path = "/api/v1/sessions/second-factor/passkey/finish", tag = "identity", request_body = GivePasskey,
    responses(
        (status = CREATED, body = NewSessionWire),
        (status = UNAUTHORIZED, description = "The answer does not hold; or, with the type `challenge-over`, sign in again.",
            body = ProblemDetails, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many wrong answers; `Retry-After` says how long to wait.",
            body = ProblemDetails, content_type = "application/problem+json"),
    ))]
pub async fn finish_passkey(
    State(app): State<App>,
    Body { value, .. }: Body<GivePasskey>,
) -> Result<Response, Problem> {
    issued(&app, second_factor::pass_with_passkey(&app, &value, Kind::Token).await?).await
}

/// That a code is on its way, if it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeSentWire {
    /// Seconds for which it is good.
    expires_in: i64,
}

/// Sends a code of six digits to a phone. The answer is the same whether or not the phone has an account. A `consent` code is
/// sent only for somebody signed in.
#[utoipa::path(post, path = "/api/v1/phone-codes", tag = "identity", request_body = AskCode,
    security((), ("bearer" = []), ("session" = [])),
    responses(
        (status = ACCEPTED, body = CodeSentWire),
        (status = TOO_MANY_REQUESTS, description = "Too many codes for this phone or from this address; `Retry-After` says how \
            long to wait.", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
pub async fn create_phone_code(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    address: Address,
    headers: HeaderMap,
    Body { value, .. }: Body<AskCode>,
) -> Result<(StatusCode, Json<CodeSentWire>), Problem> {
    let language = Language::of_api(&headers);
    phone_codes::request(&app, &value, caller.is_some(), address, language).await?;
    let expires_in = phone_codes::LASTS_MINUTES * 60;
    Ok((StatusCode::ACCEPTED, Json(CodeSentWire { expires_in })))
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
