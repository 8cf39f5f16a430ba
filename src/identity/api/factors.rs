//! The caller's own second factors and electronic identity over HTTP.

use axum::{Json, extract::State, http::StatusCode};
use entity::{identity::passkey, ids::PasskeyId};
use serde::Serialize;
use utoipa::ToSchema;
use webauthn_rs::prelude::CreationChallengeResponse;

use super::super::{
    IdentityError, SignedIn,
    electronic_identity::unlink,
    passkeys::{self, FinishPasskey},
    second_factor::{self, Change, OwnCode},
    totp,
};
use crate::{
    app::App,
    http::{
        body::{Body, Id, Params},
        list::{List, PageParams},
        problem::{Problem, ProblemDetails},
    },
};

/// An authenticator app on offer; its first code confirms it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotpOfferWire {
    /// In Base32, for whoever types it.
    secret: String,
    /// What the app reads.
    #[schema(example = "otpauth://totp/…")]
    uri: String,
    /// The same as a QR code.
    qr_svg: String,
}

/// Offers an authenticator app (RFC 6238). An earlier offer that was not confirmed is dropped.
#[utoipa::path(post, path = "/api/v1/accounts/me/totp", tag = "identity", security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = TotpOfferWire)))]
pub async fn offer_totp(
    State(app): State<App>,
    caller: SignedIn,
) -> Result<(StatusCode, Json<TotpOfferWire>), Problem> {
    second_factor::may_change(&app, &caller).await?;
    let offer = totp::offer(&app, caller.person(), caller.phone().as_str()).await?;
    let wire = TotpOfferWire {
        secret: offer.secret,
        uri: offer.uri,
        qr_svg: offer.qr_svg,
    };
    Ok((StatusCode::CREATED, Json(wire)))
}

/// Recovery codes just made. They are shown once and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodesWire {
    /// Empty when there were some already.
    recovery_codes: Vec<String>,
}

/// Takes the first code of the authenticator app on offer. The session counts as having passed a second factor from now on.
#[utoipa::path(post, path = "/api/v1/accounts/me/totp/confirm", tag = "identity", request_body = OwnCode,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = RecoveryCodesWire),
        (status = TOO_MANY_REQUESTS, description = "Too many wrong codes.", body = ProblemDetails)))]
pub async fn confirm_totp(
    State(app): State<App>,
    caller: SignedIn,
    Body { value, .. }: Body<OwnCode>,
) -> Result<Json<RecoveryCodesWire>, Problem> {
    let recovery_codes = second_factor::change(&app, &caller, &value, Change::ConfirmTotp).await?;
    Ok(Json(RecoveryCodesWire { recovery_codes }))
}

/// Removes the authenticator app, for which a code is given.
#[utoipa::path(delete, path = "/api/v1/accounts/me/totp", tag = "identity", request_body = OwnCode,
    security(("bearer" = []), ("session" = [])), responses((status = NO_CONTENT, description = "There is none any more."),
        (status = NOT_FOUND, description = "There is none.", body = ProblemDetails),
        (status = TOO_MANY_REQUESTS, description = "Too many wrong codes.", body = ProblemDetails)))]
pub async fn remove_totp(
    State(app): State<App>,
    caller: SignedIn,
    Body { value, .. }: Body<OwnCode>,
) -> Result<StatusCode, Problem> {
    second_factor::change(&app, &caller, &value, Change::RemoveTotp).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes new recovery codes, for which a code is given; the old ones end.
#[utoipa::path(post, path = "/api/v1/accounts/me/recovery-codes", tag = "identity", request_body = OwnCode,
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = RecoveryCodesWire),
        (status = TOO_MANY_REQUESTS, description = "Too many wrong codes.", body = ProblemDetails)))]
pub async fn renew_recovery_codes(
    State(app): State<App>,
    caller: SignedIn,
    Body { value, .. }: Body<OwnCode>,
) -> Result<(StatusCode, Json<RecoveryCodesWire>), Problem> {
    let recovery_codes = second_factor::change(&app, &caller, &value, Change::RenewRecoveryCodes).await?;
    Ok((StatusCode::CREATED, Json(RecoveryCodesWire { recovery_codes })))
}

/// A passkey of the caller's.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyWire {
    id: String,
    name: String,
    created_at: String,
    last_used_at: Option<String>,
}

impl From<passkey::Model> for PasskeyWire {
    fn from(row: passkey::Model) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            created_at: row.created_at.rfc3339(),
            last_used_at: row.last_used_at.map(entity::Timestamp::rfc3339),
        }
    }
}

/// The caller's passkeys.
#[utoipa::path(get, path = "/api/v1/accounts/me/passkeys", tag = "identity", params(PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<PasskeyWire>)))]
pub async fn list_passkeys(
    State(app): State<App>,
    caller: SignedIn,
    Params(params): Params<PageParams>,
) -> Result<Json<List<PasskeyWire>>, Problem> {
    let paging = params.paging()?;
    let rows = passkeys::list(app.db().read(), caller.person(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        PasskeyWire::from,
    )))
}

/// What a browser is to be asked to make a passkey.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyOfferWire {
    /// Give it back with the browser's answer, within five minutes.
    ceremony: String,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    options: CreationChallengeResponse,
}

/// Begins to make a passkey: `publicKey` is for `navigator.credentials.create` (`PublicKeyCredentialCreationOptionsJSON`).
#[utoipa::path(post, path = "/api/v1/accounts/me/passkeys/begin", tag = "identity",
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = PasskeyOfferWire)))]
pub async fn begin_passkey(State(app): State<App>, caller: SignedIn) -> Result<Json<PasskeyOfferWire>, Problem> {
    let (ceremony, options) = passkeys::begin(&app, &caller).await?;
    Ok(Json(PasskeyOfferWire { ceremony, options }))
}

/// A passkey just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewPasskeyWire {
    #[serde(flatten)]
    passkey: PasskeyWire,
    /// Empty when there were some already; otherwise shown once and never again.
    recovery_codes: Vec<String>,
}

/// Keeps the passkey that the browser made. The session counts as having passed a second factor from now on.
#[utoipa::path(post, path = "/api/v1/accounts/me/passkeys/finish", tag = "identity", request_body = FinishPasskey,
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = NewPasskeyWire)))]
pub async fn finish_passkey(
    State(app): State<App>,
    caller: SignedIn,
    Body { value, .. }: Body<FinishPasskey>,
) -> Result<(StatusCode, Json<NewPasskeyWire>), Problem> {
    let (row, recovery_codes) = passkeys::finish(&app, &caller, &value).await?;
    let wire = NewPasskeyWire {
        passkey: row.into(),
        recovery_codes,
    };
    Ok((StatusCode::CREATED, Json(wire)))
}

/// Removes a passkey.
#[utoipa::path(delete, path = "/api/v1/accounts/me/passkeys/{id}", tag = "identity", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = NO_CONTENT, description = "It signs nobody in any more.")))]
pub async fn remove_passkey(
    State(app): State<App>,
    caller: SignedIn,
    Id(id): Id<PasskeyId>,
) -> Result<StatusCode, Problem> {
    second_factor::remove_passkey(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets the caller's electronic identity.
#[utoipa::path(delete, path = "/api/v1/accounts/me/electronic-identity", tag = "identity",
    security(("bearer" = []), ("session" = [])), responses((status = NO_CONTENT, description = "It is linked no more."),
        (status = NOT_FOUND, description = "None was linked.", body = ProblemDetails)))]
pub async fn unlink_identity(State(app): State<App>, caller: SignedIn) -> Result<StatusCode, Problem> {
    let person = caller.person();
    let was_linked = app
        .write(caller.actor(), move |unit| {
            Box::pin(async move { unlink(unit, person).await })
        })
        .await?;
    if was_linked {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(IdentityError::NoSuchThing.into())
    }
}
