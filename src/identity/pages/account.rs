//! The account page, and what guards the account.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::PasskeyId;

use super::{
    super::{
        IdentityError, SignedIn,
        community::pages::{Help, help},
        electronic_identity::{electronic_identity, unlink},
        passkeys,
        second_factor::{self, Change, Factors, OwnCode},
        totp,
    },
    Told, sign_in_first,
};
use crate::{
    app::App,
    http::{
        body::{Form, Id, Maybe},
        list::Paging,
        problem::Problem,
        shell::{Shell, render},
    },
};

/// Passkeys shown on the page; nobody has more.
const PASSKEYS: u64 = 50;

#[derive(Debug)]
struct ShownPasskey {
    id: String,
    name: String,
    since: String,
}

#[derive(Debug)]
struct ShownIdentity {
    name: String,
    since: String,
}

#[derive(Debug, Template)]
#[template(path = "identity/account.html")]
struct AccountPage {
    shell: Shell,
    name: String,
    phone: String,
    roles: Vec<String>,
    /// An office waits for a second factor.
    missing: bool,
    factors: Factors,
    passkeys: Vec<ShownPasskey>,
    passkeys_possible: bool,
    provider: Option<String>,
    identity: Option<ShownIdentity>,
    /// Beside the field of the code, when it was wrong.
    field_code: Option<String>,
    /// Who helps, and what they did.
    help: Help,
}

pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Maybe(caller): Maybe<SignedIn>,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(sign_in_first());
    };
    account_page(
        &app,
        Shell::new(&app, &headers, uri.path()),
        &caller,
        StatusCode::OK,
        None,
    )
    .await
}

async fn account_page(
    app: &App,
    shell: Shell,
    caller: &SignedIn,
    status: StatusCode,
    field_code: Option<String>,
) -> Result<Response, Problem> {
    let db = app.db().read();
    let paging = Paging {
        limit: PASSKEYS,
        after: None,
    };
    let keys = passkeys::list(db, caller.person(), paging).await?;
    let identity = electronic_identity(db, caller.person()).await?;
    let page = AccountPage {
        name: caller.name().to_owned(),
        phone: caller.phone().masked(),
        roles: caller
            .offices()
            .iter()
            .map(|office| shell.t(&format!("office-{}", office.code().replace('_', "-"))))
            .collect(),
        missing: caller.needs_second_factor() && !caller.passed_second_factor(),
        factors: Factors::of(db, caller.person()).await?,
        passkeys: keys
            .into_iter()
            .map(|row| ShownPasskey {
                id: row.id.to_string(),
                name: row.name,
                since: row.created_at.day().to_string(),
            })
            .collect(),
        passkeys_possible: passkeys::available(app),
        provider: app.config().oidc.as_ref().map(|oidc| oidc.name.clone()),
        identity: identity.map(|row| ShownIdentity {
            name: row.name,
            since: row.verified_at.day().to_string(),
        }),
        field_code,
        help: help(app, &shell, caller.person()).await?,
        shell,
    };
    Ok((status, [(header::CACHE_CONTROL, "no-store")], render(&page)?).into_response())
}

#[derive(Debug, Template)]
#[template(path = "identity/totp.html")]
struct TotpPage {
    shell: Shell,
    /// In groups of four, as people type it.
    secret: String,
    uri: String,
    qr_svg: String,
    field_code: Option<String>,
}

/// Offers an authenticator app and goes to the page that shows it.
pub async fn offer_totp(State(app): State<App>, caller: SignedIn) -> Result<Response, Problem> {
    second_factor::may_change(&app, &caller).await?;
    totp::offer(&app, caller.person(), caller.phone().as_str()).await?;
    Ok(Redirect::to("/tai-khoan/totp").into_response())
}

/// The authenticator app on offer.
pub async fn totp(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    Maybe(caller): Maybe<SignedIn>,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(sign_in_first());
    };
    let shell = Shell::new(&app, &headers, uri.path());
    totp_page(&app, shell, &caller, StatusCode::OK, None).await
}

async fn totp_page(
    app: &App,
    shell: Shell,
    caller: &SignedIn,
    status: StatusCode,
    field_code: Option<String>,
) -> Result<Response, Problem> {
    second_factor::may_change(app, caller).await?;
    let Some(offer) = totp::offered(app, caller.person(), caller.phone().as_str()).await? else {
        return Ok(Redirect::to("/tai-khoan").into_response());
    };
    let groups: Vec<_> = offer
        .secret
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    let page = TotpPage {
        shell,
        secret: groups.join(" "),
        uri: offer.uri,
        qr_svg: offer.qr_svg,
        field_code,
    };
    Ok((status, [(header::CACHE_CONTROL, "no-store")], render(&page)?).into_response())
}

#[derive(Debug, Template)]
#[template(path = "identity/recovery_codes.html")]
struct RecoveryCodesPage {
    shell: Shell,
    codes: Vec<String>,
}

/// Shows new recovery codes, once; without any it goes on to the account.
fn codes_page(shell: Shell, codes: Vec<String>) -> Result<Response, Problem> {
    if codes.is_empty() {
        return Ok(Redirect::to("/tai-khoan").into_response());
    }
    let page = RecoveryCodesPage { shell, codes };
    Ok(([(header::CACHE_CONTROL, "no-store")], render(&page)?).into_response())
}

pub async fn confirm_totp(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    caller: SignedIn,
    Form(form): Form<OwnCode>,
) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, uri.path());
    match second_factor::change(&app, &caller, &form, Change::ConfirmTotp).await {
        Ok(codes) => codes_page(shell, codes),
        Err(error) => {
            let (status, words) = about_code(error, &shell)?;
            totp_page(&app, shell, &caller, status, Some(words)).await
        }
    }
}

pub async fn remove_totp(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    caller: SignedIn,
    Form(form): Form<OwnCode>,
) -> Result<Response, Problem> {
    change(
        &app,
        Shell::new(&app, &headers, uri.path()),
        &caller,
        &form,
        Change::RemoveTotp,
    )
    .await
}

pub async fn renew_recovery_codes(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    caller: SignedIn,
    Form(form): Form<OwnCode>,
) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, uri.path());
    change(&app, shell, &caller, &form, Change::RenewRecoveryCodes).await
}

async fn change(
    app: &App,
    shell: Shell,
    caller: &SignedIn,
    form: &OwnCode,
    change: Change,
) -> Result<Response, Problem> {
    match second_factor::change(app, caller, form, change).await {
        Ok(codes) => codes_page(shell, codes),
        Err(error) => {
            let (status, words) = about_code(error, &shell)?;
            account_page(app, shell, caller, status, Some(words)).await
        }
    }
}

/// What is wrong with the code that was given; any other refusal is a page of its own.
fn about_code(error: IdentityError, shell: &Shell) -> Result<(StatusCode, String), Problem> {
    if error.wrong().is_none() {
        return Err(error.into());
    }
    let told = Told::of(error, shell);
    let words = told.at("/code", shell).unwrap_or_else(|| told.detail.clone());
    Ok((told.status, words))
}

pub async fn remove_passkey(
    State(app): State<App>,
    caller: SignedIn,
    Id(id): Id<PasskeyId>,
) -> Result<Response, Problem> {
    match second_factor::remove_passkey(&app, &caller, id).await {
        // Pressed twice: it is gone all the same.
        Ok(()) | Err(IdentityError::NoSuchThing) => Ok(Redirect::to("/tai-khoan").into_response()),
        Err(error) => Err(error.into()),
    }
}

pub async fn unlink_identity(State(app): State<App>, caller: SignedIn) -> Result<Response, Problem> {
    let person = caller.person();
    app.write(caller.actor(), move |unit| {
        Box::pin(async move { unlink(unit, person).await })
    })
    .await?;
    Ok(Redirect::to("/tai-khoan").into_response())
}
