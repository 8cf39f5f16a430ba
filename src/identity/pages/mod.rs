//! What people see of this room: signing in and up, and their account.

mod account;
mod electronic_identity;
mod sign_in;
mod sign_up;

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use entity::identity::session::Kind;
use serde::Deserialize;

use super::{
    IdentityError,
    second_factor::Admission,
    session::{self, Issued},
};
use crate::{
    app::App,
    http::{
        cookies,
        input::{Field, Wrong},
        layers::SESSION_COOKIE,
        problem::Problem,
        shell::{Shell, local_path},
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/dang-nhap", get(sign_in::form).post(sign_in::enter))
        .route("/dang-nhap/buoc-hai", post(sign_in::second_step))
        .route("/dang-nhap/ma", get(sign_in::code_form).post(sign_in::by_code))
        .route("/dang-nhap/oidc", get(electronic_identity::go))
        .route(
            super::electronic_identity::RETURN_PATH,
            get(electronic_identity::arrive),
        )
        .route("/dang-nhap/oidc/mat-khau", post(electronic_identity::link))
        .route("/dang-ky", get(sign_up::form).post(sign_up::enter))
        .route("/dang-xuat", post(sign_in::sign_out))
        .route("/tai-khoan", get(account::show))
        .route("/tai-khoan/nguoi-giup/{id}", post(super::community::pages::revoke))
        .route("/tai-khoan/totp", get(account::totp).post(account::offer_totp))
        .route("/tai-khoan/totp/xac-nhan", post(account::confirm_totp))
        .route("/tai-khoan/totp/go", post(account::remove_totp))
        .route("/tai-khoan/ma-du-phong", post(account::renew_recovery_codes))
        .route("/tai-khoan/khoa/{id}/go", post(account::remove_passkey))
        .route("/tai-khoan/dinh-danh/go", post(account::unlink_identity))
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
        local_back(self.back.given().map(String::as_str))
    }
}

fn local_back(path: Option<&str>) -> String {
    path.and_then(local_path).unwrap_or("/tai-khoan").to_owned()
}

/// A refusal as a form shows it: beside its fields, or above them.
struct Told {
    status: StatusCode,
    wrong: Wrong,
    detail: String,
}

impl Told {
    fn of(refused: IdentityError, shell: &Shell) -> Self {
        let wrong = refused.wrong().unwrap_or_default();
        let problem = Problem::from(refused);
        Self {
            // A form shown again answers with the refusal's status, but is a page of its own and not a problem page.
            status: problem.clone().into_response().status(),
            detail: shell.language().say(problem.detail()),
            wrong,
        }
    }

    /// The words beside the field at `pointer`.
    fn at(&self, pointer: &str, shell: &Shell) -> Option<String> {
        self.wrong.at(pointer).map(|message| shell.language().say(message))
    }

    /// The words above the form, when none of `shown` says what is wrong.
    fn above(&self, shown: &[&Option<String>]) -> Option<String> {
        shown.iter().all(|field| field.is_none()).then(|| self.detail.clone())
    }
}

/// Whether cookies are to be kept from plain connections.
fn secure(app: &App) -> bool {
    app.config().public_url().starts_with("https:")
}

/// Signed in: on to `to`.
fn entered(app: &App, issued: &Issued, to: &str) -> Response {
    let cookie = cookies::set(SESSION_COOKIE, &issued.secret, session::LASTS_DAYS, secure(app));
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

/// To the page that signs in, and back to the account.
fn sign_in_first() -> Response {
    Redirect::to("/dang-nhap?back=/tai-khoan").into_response()
}

/// Lets `person` in by this browser, or shows the page that asks for the second factor.
async fn admit(app: &App, shell: Shell, person: entity::ids::PersonId, back: String) -> Result<Response, Problem> {
    match super::second_factor::admit(app, person, Kind::Browser).await? {
        Admission::In(issued) => Ok(entered(app, &issued, &back)),
        Admission::Awaiting { challenge, methods } => sign_in::ask_second(shell, challenge, &methods, back),
    }
}
