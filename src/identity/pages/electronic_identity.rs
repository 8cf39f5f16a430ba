//! The way to the provider of electronic identity and back.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    super::{
        IdentityError, SignedIn,
        electronic_identity::{self, Arrival, LinkWithPassword, Returned},
    },
    Back, Told, admit, secure,
};
use crate::{
    app::App,
    http::{
        address::Address,
        body::{Form, Maybe, Params},
        cookies,
        problem::Problem,
        shell::{Shell, render},
    },
};

/// The cookie by which the browser that went is known again.
const COOKIE: &str = "choque_identity";

/// Sends the reader to the provider.
pub async fn go(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Params(back): Params<Back>,
) -> Result<Response, Problem> {
    let person = caller.map(|caller| caller.person());
    let journey = electronic_identity::begin(&app, person, &back.path()).await?;
    let cookie = cookies::set(COOKIE, &journey.cookie, 1, secure(&app));
    let mut response = Redirect::to(&journey.to).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Takes the reader in who comes back.
pub async fn arrive(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Maybe(caller): Maybe<SignedIn>,
    Params(returned): Params<Returned>,
) -> Result<Response, Problem> {
    let cookie = cookies::get(&headers, COOKIE);
    let person = caller.map(|caller| caller.person());
    let arrival = electronic_identity::arrive(&app, &returned, cookie.as_deref(), person).await?;
    let shell = Shell::new(&app, &headers, uri.path());
    let mut response = match arrival {
        Arrival::Linked { back } => Redirect::to(&back).into_response(),
        Arrival::Known { person, back } => admit(&app, shell, person, back).await?,
        Arrival::Unlinked { challenge, phone, back } => {
            let page = LinkPage {
                provider: provider_name(&app),
                phone: phone.masked(),
                challenge,
                back,
                field_password: None,
                shell,
            };
            ([(header::CACHE_CONTROL, "no-store")], render(&page)?).into_response()
        }
    };
    response
        .headers_mut()
        .append(header::SET_COOKIE, cookies::set(COOKIE, "", 0, secure(&app)));
    Ok(response)
}

#[derive(Debug, Template)]
#[template(path = "identity/link_identity.html")]
struct LinkPage {
    shell: Shell,
    provider: String,
    phone: String,
    challenge: String,
    back: String,
    field_password: Option<String>,
}

fn provider_name(app: &App) -> String {
    app.config()
        .oidc
        .as_ref()
        .map(|oidc| oidc.name.clone())
        .unwrap_or_default()
}

#[derive(Debug, Deserialize)]
pub struct LinkForm {
    #[serde(flatten)]
    link: LinkWithPassword,
    /// The masked number that the page shows.
    phone: crate::http::input::Field<String>,
    #[serde(flatten)]
    back: Back,
}

/// Links the identity to the account whose password is given, and signs in.
pub async fn link(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    address: Address,
    Form(form): Form<LinkForm>,
) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, uri.path());
    let refused = match electronic_identity::link_with_password(&app, &form.link, address).await {
        Ok(person) => return admit(&app, shell, person, form.back.path()).await,
        Err(error @ IdentityError::ChallengeOver) => return Err(error.into()),
        Err(error) => Told::of(error, &shell),
    };
    let page = LinkPage {
        provider: provider_name(&app),
        phone: form.phone.given().cloned().unwrap_or_default(),
        challenge: form.link.challenge.given().cloned().unwrap_or_default(),
        back: form.back.path(),
        field_password: Some(
            refused
                .at("/password", &shell)
                .unwrap_or_else(|| refused.detail.clone()),
        ),
        shell,
    };
    Ok((refused.status, [(header::CACHE_CONTROL, "no-store")], render(&page)?).into_response())
}
