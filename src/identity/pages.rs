//! Sign-in, sign-up and account pages.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use entity::{identity::session::Kind, ids::PersonId};
use serde::Deserialize;

use super::{
    IdentityError, SignUp, SignedIn, session,
    sign_in::{SignIn, sign_in as check_sign_in},
    sign_up::sign_up as make_account,
};
use crate::{
    app::App,
    http::{
        body::{Form, Maybe, Params},
        cookies,
        input::Field,
        layers::SESSION_COOKIE,
        problem::Problem,
        shell::{Shell, local_path, render},
    },
};

#[derive(Debug, Template)]
#[template(path = "identity/sign_in.html")]
struct SignInPage {
    shell: Shell,
    phone: String,
    back: String,
    problem: Option<String>,
    field_phone: Option<String>,
    field_password: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "identity/sign_up.html")]
struct SignUpPage {
    shell: Shell,
    name: String,
    phone: String,
    problem: Option<String>,
    field_name: Option<String>,
    field_phone: Option<String>,
    field_password: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "identity/account.html")]
struct AccountPage {
    shell: Shell,
    name: String,
    phone: String,
    roles: Vec<String>,
}

/// Where to go after signing in.
#[derive(Debug, Deserialize)]
pub struct Back {
    #[serde(alias = "next")]
    back: Field<String>,
}

impl Back {
    /// A path of this site, whatever was asked.
    fn path(&self) -> String {
        self.back
            .given()
            .and_then(|path| local_path(path))
            .unwrap_or("/tai-khoan")
            .to_owned()
    }
}

pub async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Params(back): Params<Back>,
) -> Result<Html<String>, Problem> {
    let page = SignInPage {
        shell: Shell::new(&app, &headers, uri.path()),
        phone: String::new(),
        back: back.path(),
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

pub async fn do_sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Form(form): Form<SignInForm>,
) -> Result<Response, Problem> {
    let refused = match check_sign_in(&app, &form.sign_in).await {
        Ok(person) => return enter(&app, person, &form.back.path()).await,
        Err(error) => error,
    };
    let shell = Shell::new(&app, &headers, uri.path());
    let wrong = refused.wrong().unwrap_or_default();
    let at = |pointer| wrong.at(pointer).map(|message| shell.language().say(message));
    let (field_phone, field_password) = (at("/phone"), at("/password"));
    let problem = Problem::from(refused);
    let page = SignInPage {
        problem: (field_phone.is_none() && field_password.is_none()).then(|| shell.language().say(problem.detail())),
        phone: form.sign_in.phone.given().cloned().unwrap_or_default(),
        back: form.back.path(),
        field_phone,
        field_password,
        shell,
    };
    Ok((status_of(&problem), render(&page)?).into_response())
}

pub async fn sign_up(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Html<String>, Problem> {
    let page = SignUpPage {
        shell: Shell::new(&app, &headers, uri.path()),
        name: String::new(),
        phone: String::new(),
        problem: None,
        field_name: None,
        field_phone: None,
        field_password: None,
    };
    render(&page)
}

pub async fn do_sign_up(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Form(form): Form<SignUp>,
) -> Result<Response, Problem> {
    let refused = match make_account(&app, &form).await {
        Ok(person) => return enter(&app, person, "/tai-khoan").await,
        Err(error) => error,
    };
    let shell = Shell::new(&app, &headers, uri.path());
    let wrong = refused.wrong().unwrap_or_default();
    let at = |pointer| wrong.at(pointer).map(|message| shell.language().say(message));
    let fields = (at("/name"), at("/phone"), at("/password"));
    let problem = Problem::from(refused);
    let untold = fields == (None, None, None);
    let page = SignUpPage {
        problem: untold.then(|| shell.language().say(problem.detail())),
        name: form.name.given().cloned().unwrap_or_default(),
        phone: form.phone.given().cloned().unwrap_or_default(),
        field_name: fields.0,
        field_phone: fields.1,
        field_password: fields.2,
        shell,
    };
    Ok((status_of(&problem), render(&page)?).into_response())
}

/// A form shown again answers with the refusal's status, but is a page of its own and not a problem page.
fn status_of(problem: &Problem) -> StatusCode {
    problem.clone().into_response().status()
}

async fn enter(app: &App, person: PersonId, to: &str) -> Result<Response, Problem> {
    let issued = session::open(app, person, Kind::Browser, None, session::LASTS_DAYS).await?;
    let secure = app.config().public_url().starts_with("https:");
    let cookie = cookies::set(SESSION_COOKIE, &issued.secret, session::LASTS_DAYS, secure);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response())
}

pub async fn sign_out(State(app): State<App>, Maybe(caller): Maybe<SignedIn>) -> Result<Response, Problem> {
    if let Some(caller) = caller {
        match session::revoke(&app, caller.person(), caller.session()).await {
            // Signed out elsewhere a moment ago: signed out all the same.
            Ok(()) | Err(IdentityError::NoSuchThing) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let secure = app.config().public_url().starts_with("https:");
    Ok((
        [(header::SET_COOKIE, cookies::set(SESSION_COOKIE, "", 0, secure))],
        Redirect::to("/"),
    )
        .into_response())
}

pub async fn account(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Maybe(caller): Maybe<SignedIn>,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(Redirect::to("/dang-nhap?back=/tai-khoan").into_response());
    };
    let shell = Shell::new(&app, &headers, uri.path());
    let page = AccountPage {
        name: caller.name().to_owned(),
        phone: caller.phone().masked(),
        roles: caller
            .offices()
            .iter()
            .map(|office| shell.t(&format!("office-{}", office.code().replace('_', "-"))))
            .collect(),
        shell,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], render(&page)?).into_response())
}
