//! Accounts over HTTP.

use axum::{Json, extract::State};
use entity::{
    Phone,
    identity::{phone_code::Purpose, role::Office},
    ids::PersonId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::{
    IdentityError, SignUp, SignedIn, electronic_identity, phone_codes, read, second_factor::Factors, sign_up,
};
use crate::{
    app::App,
    checked,
    db::Actor,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
};

/// An account, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountWire {
    id: String,
    /// `null`: the person has no phone.
    phone: Option<String>,
    name: String,
    /// `officer`, `market_manager`, `helper`, `administrator`.
    roles: Vec<&'static str>,
}

impl From<read::Account> for AccountWire {
    fn from((person, offices): read::Account) -> Self {
        Self {
            id: person.id.to_string(),
            phone: person.phone.can_be_dialled().then(|| person.phone.to_string()),
            name: person.name,
            roles: offices.into_iter().map(Office::code).collect(),
        }
    }
}

/// An account to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct CreateAccount {
    #[serde(flatten)]
    sign_up: SignUp,
    /// The six digits that `POST /phone-codes` sent for `sign_up`; whoever gives them shows that the phone is theirs.
    #[schema(value_type = Option<String>, example = "123456")]
    code: Field<String>,
}

/// Makes an account.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "identity", request_body = CreateAccount,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = CREATED, body = AccountWire)))]
pub async fn create_account(
    State(app): State<App>,
    once: Once,
    Body { value, digest }: Body<CreateAccount>,
) -> Result<Answer, Problem> {
    let new = sign_up::check(&app, &value.sign_up).await?;
    let code = phone_codes::check_optional(&app, &new.phone, Purpose::SignUp, &value.code).await;
    let code = match code {
        Ok(proven) => Some(proven),
        // Told only where there is no answer yet: the request that is repeated has used its code up itself.
        Err(IdentityError::WrongCode) => None,
        Err(error) => return Err(error.into()),
    };
    write_once(&app, Actor::Guest, once, &digest, move |unit| {
        let (new, code) = (new.clone(), code.clone());
        Box::pin(async move {
            if let Some(proven) = code.ok_or(IdentityError::WrongCode)? {
                proven.spend(unit).await?;
            }
            let (phone, name) = (new.phone.to_string(), new.name.clone());
            let id = sign_up::insert_person(unit, new).await?.to_string();
            Answer::created(
                format!("/api/v1/accounts/{id}"),
                &AccountWire {
                    id,
                    phone: Some(phone),
                    name,
                    roles: Vec::new(),
                },
            )
        })
    })
    .await
}

/// Which accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccountParams {
    /// Only the one with this number.
    #[param(value_type = Option<String>)]
    phone: Field<String>,
}

/// The accounts the caller may see: their own; an administrator's list is everybody.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "identity", params(PageParams, AccountParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<AccountWire>)))]
pub async fn list_accounts(
    State(app): State<App>,
    caller: SignedIn,
    Params(params): Params<PageParams>,
    Params(filter): Params<AccountParams>,
) -> Result<Json<List<AccountWire>>, Problem> {
    let paging = params.paging()?;
    let mut wrong = Wrong::default();
    let phone = wrong.optional("?phone", &filter.phone, |wrong, pointer, field| {
        wrong.code::<Phone>(pointer, field, "identity-say-phone-invalid")
    });
    checked!(wrong; phone);
    let rows = read::accounts(app.db().read(), &caller, phone.as_ref(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |(person, _)| person.id.to_string(),
        AccountWire::from,
    )))
}

/// How it stands with the caller's second factor.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorWire {
    /// An office is held that is exercised only with a second factor.
    needed: bool,
    /// This session passed one.
    passed: bool,
    /// There is an authenticator app.
    totp: bool,
    passkeys: u64,
    /// Recovery codes not yet used.
    recovery_codes: u64,
}

/// Who the caller is according to their provider of electronic identity.
#[derive(Debug, Serialize, ToSchema)]
pub struct ElectronicIdentityWire {
    issuer: String,
    name: String,
    verified_at: String,
}

/// The caller's own account.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnAccountWire {
    #[serde(flatten)]
    account: AccountWire,
    second_factor: SecondFactorWire,
    electronic_identity: Option<ElectronicIdentityWire>,
}

/// The caller's own account.
#[utoipa::path(get, path = "/api/v1/accounts/me", tag = "identity", security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = OwnAccountWire)))]
pub async fn get_own_account(State(app): State<App>, caller: SignedIn) -> Result<Json<OwnAccountWire>, Problem> {
    let db = app.db().read();
    let account = read::own_account(db, caller.person()).await?;
    let factors = Factors::of(db, caller.person()).await?;
    let identity = electronic_identity(db, caller.person()).await?;
    Ok(Json(OwnAccountWire {
        account: account.ok_or(IdentityError::NotSignedIn)?.into(),
        second_factor: SecondFactorWire {
            needed: caller.needs_second_factor(),
            passed: caller.passed_second_factor(),
            totp: factors.totp,
            passkeys: factors.passkeys,
            recovery_codes: factors.recovery_codes,
        },
        electronic_identity: identity.map(|row| ElectronicIdentityWire {
            issuer: row.issuer,
            name: row.name,
            verified_at: row.verified_at.rfc3339(),
        }),
    }))
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
