//! The pages that sign in and out.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use entity::identity::{phone_code::Purpose, session::Kind};
use serde::Deserialize;

use super::{
    super::{
        IdentityError, SignedIn,
        phone_codes::{self, AskCode},
        second_factor::{self, GiveCode, GivePasskey},
        session,
        sign_in::{SignIn, sign_in},
    },
    Back, Told, admit, entered, secure,
};
use crate::{
    app::App,
    http::{
        address::Address,
        body::{Form, Maybe, Params},
        cookies,
        input::Field,
        layers::SESSION_COOKIE,
        problem::Problem,
        shell::{Shell, render},
    },
};

#[derive(Debug, Template)]
#[template(path = "identity/sign_in.html")]
struct SignInPage {
    shell: Shell,
    phone: String,
    back: String,
    provider: Option<String>,
    problem: Option<String>,
    field_phone: Option<String>,
    field_password: Option<String>,
}

pub async fn form(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Params(back): Params<Back>,
) -> Result<Html<String>, Problem> {
    let page = SignInPage {
        shell: Shell::new(&app, &headers, uri.path()),
        phone: String::new(),
        back: back.path(),
        provider: app.config().oidc.as_ref().map(|oidc| oidc.name.clone()),
        problem: None,
        field_phone: None,
        field_password: None,
    };
    render(&page)
}

#[derive(Debug, Deserialize)]
pub struct SignInForm {
    #[serde(flatten)]
    sign_in: SignIn,
    #[serde(flatten)]
    back: Back,
}

pub async fn enter(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    address: Address,
    Form(form): Form<SignInForm>,
) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, uri.path());
    let refused = match sign_in(&app, &form.sign_in, address).await {
        Ok(person) => return admit(&app, shell, person, form.back.path()).await,
        Err(error) => Told::of(error, &shell),
    };
    let (field_phone, field_password) = (refused.at("/phone", &shell), refused.at("/password", &shell));
    let page = SignInPage {
        problem: refused.above(&[&field_phone, &field_password]),
        phone: form.sign_in.phone.given().cloned().unwrap_or_default(),
        back: form.back.path(),
        provider: app.config().oidc.as_ref().map(|oidc| oidc.name.clone()),
        field_phone,
        field_password,
        shell,
    };
    Ok((refused.status, render(&page)?).into_response())
}

#[derive(Debug, Template)]
#[template(path = "identity/second_factor.html")]
struct SecondFactorPage {
    shell: Shell,
    challenge: String,
    back: String,
    /// There is an authenticator app.
    app: bool,
    passkey: bool,
    field_code: Option<String>,
}

/// The page that asks for the second factor.
pub(super) fn ask_second(shell: Shell, challenge: String, methods: &[&str], back: String) -> Result<Response, Problem> {
    let page = SecondFactorPage {
        shell,
        challenge,
        back,
        app: methods.contains(&"totp"),
        passkey: methods.contains(&"passkey"),
        field_code: None,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], render(&page)?).into_response())
}

#[derive(Debug, Deserialize)]
pub struct SecondFactorForm {
    challenge: Field<String>,
    code: Field<String>,
    /// What a passkey answered, as JSON: the script of the page fills it in.
    passkey: Field<String>,
    /// What the page offered, for showing it again.
    offered: Field<String>,
    #[serde(flatten)]
    back: Back,
}

pub async fn second_step(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Form(form): Form<SecondFactorForm>,
) -> Result<Response, Problem> {
    let answer = form.passkey.given().filter(|text| !text.is_empty());
    let outcome = if let Some(answer) = answer {
        let input = GivePasskey {
            challenge: form.challenge.clone(),
            credential: serde_json::from_str(answer).map_or(Field::WrongType, Field::Given),
        };
        second_factor::pass_with_passkey(&app, &input, Kind::Browser).await
    } else {
        let input = GiveCode {
            challenge: form.challenge.clone(),
            code: form.code.clone(),
        };
        second_factor::pass_with_code(&app, &input, Kind::Browser).await
    };
    let shell = Shell::new(&app, &headers, uri.path());
    let refused = match outcome {
        Ok(issued) => return Ok(entered(&app, &issued, &form.back.path())),
        // Nothing on this page can help any more.
        Err(error @ IdentityError::ChallengeOver) => return Err(error.into()),
        Err(error) => Told::of(error, &shell),
    };
    let offered = form.offered.given().cloned().unwrap_or_default();
    let page = SecondFactorPage {
        challenge: form.challenge.given().cloned().unwrap_or_default(),
        back: form.back.path(),
        app: offered.contains("totp"),
        passkey: offered.contains("passkey"),
        field_code: Some(refused.at("/code", &shell).unwrap_or_else(|| refused.detail.clone())),
        shell,
    };
    Ok((refused.status, [(header::CACHE_CONTROL, "no-store")], render(&page)?).into_response())
}

#[derive(Debug, Template)]
#[template(path = "identity/phone_code.html")]
struct PhoneCodePage {
    shell: Shell,
    phone: String,
    back: String,
    /// A code is on its way: the page asks for it.
    sent: bool,
    problem: Option<String>,
    field_phone: Option<String>,
    field_code: Option<String>,
}

pub async fn code_form(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Params(back): Params<Back>,
) -> Result<Html<String>, Problem> {
    let page = PhoneCodePage {
        shell: Shell::new(&app, &headers, uri.path()),
        phone: String::new(),
        back: back.path(),
        sent: false,
        problem: None,
        field_phone: None,
        field_code: None,
    };
    render(&page)
}

/// Without a code: sends one. With one: signs in.
pub async fn by_code(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    address: Address,
    Form(form): Form<SignInForm>,
) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, uri.path());
    let asks = form.sign_in.code.is_missing();
    let refused = if asks {
        let input = AskCode {
            phone: form.sign_in.phone.clone(),
            purpose: Field::Given(Purpose::SignIn.code().to_owned()),
        };
        phone_codes::request(&app, &input, false, address, shell.language())
            .await
            .err()
    } else {
        match sign_in(&app, &form.sign_in, address).await {
            Ok(person) => return admit(&app, shell, person, form.back.path()).await,
            Err(error) => Some(error),
        }
    };
    let refused = refused.map(|error| Told::of(error, &shell));
    let at = |pointer| refused.as_ref().and_then(|told| told.at(pointer, &shell));
    let (field_phone, field_code) = (at("/phone"), at("/code"));
    let page = PhoneCodePage {
        problem: refused
            .as_ref()
            .and_then(|told| told.above(&[&field_phone, &field_code])),
        phone: form.sign_in.phone.given().cloned().unwrap_or_default(),
        back: form.back.path(),
        sent: !asks || refused.is_none(),
        field_phone,
        field_code,
        shell: shell.clone(),
    };
    let status = refused.as_ref().map_or(StatusCode::OK, |told| told.status);
    Ok((status, render(&page)?).into_response())
}

pub async fn sign_out(State(app): State<App>, Maybe(caller): Maybe<SignedIn>) -> Result<Response, Problem> {
    if let Some(caller) = caller {
        match session::revoke(&app, caller.person(), caller.session()).await {
            // Signed out elsewhere a moment ago: signed out all the same.
            Ok(()) | Err(IdentityError::NoSuchThing) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok((
        [(header::SET_COOKIE, cookies::set(SESSION_COOKIE, "", 0, secure(&app)))],
        Redirect::to("/"),
    )
        .into_response())
}
