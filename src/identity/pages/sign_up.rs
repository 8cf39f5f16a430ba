//! The page that makes an account.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{Html, IntoResponse, Response},
};

use super::{
    super::{SignUp, sign_up::sign_up},
    Told, admit,
};
use crate::{
    app::App,
    http::{
        body::Form,
        problem::Problem,
        shell::{Shell, render},
    },
};

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

pub async fn form(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Html<String>, Problem> {
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

pub async fn enter(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Form(form): Form<SignUp>,
) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, uri.path());
    let refused = match sign_up(&app, &form).await {
        Ok(person) => return admit(&app, shell, person, "/tai-khoan".to_owned()).await,
        Err(error) => Told::of(error, &shell),
    };
    let fields = (
        refused.at("/name", &shell),
        refused.at("/phone", &shell),
        refused.at("/password", &shell),
    );
    let page = SignUpPage {
        problem: refused.above(&[&fields.0, &fields.1, &fields.2]),
        name: form.name.given().cloned().unwrap_or_default(),
        phone: form.phone.given().cloned().unwrap_or_default(),
        field_name: fields.0,
        field_phone: fields.1,
        field_password: fields.2,
        shell,
    };
    Ok((refused.status, render(&page)?).into_response())
}
