//! Passkeys (Web Authentication, Level 3). The relying party is the host of the public URL; what a ceremony must remember
//! is in the database, so that it may end in another process than it began in.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{
    identity::{ceremony::Kind, passkey},
    ids::{PasskeyId, PersonId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{
    AuthenticationResult, CreationChallengeResponse, Passkey, PasskeyAuthentication, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, RequestChallengeResponse, Url, Webauthn, WebauthnBuilder,
};

use super::{IdentityError, SignedIn, ceremony, recovery_codes, second_factor, session};
use crate::{
    app::App,
    checked,
    db::{Unit, is_duplicate},
    http::{
        input::{Field, Wrong},
        list::Paging,
    },
};

/// The relying party that the public URL makes us. An address without a domain name cannot be one.
fn relying_party(app: &App) -> Result<Webauthn, IdentityError> {
    let unavailable = |_| IdentityError::PasskeysUnavailable;
    let origin = Url::parse(&app.config().public_url()).map_err(|_| IdentityError::PasskeysUnavailable)?;
    let host = origin.domain().ok_or(IdentityError::PasskeysUnavailable)?;
    WebauthnBuilder::new(host, &origin)
        .map_err(unavailable)?
        .rp_name("Chợ Quê")
        .build()
        .map_err(unavailable)
}

/// Whether there can be passkeys under the public URL.
pub(super) fn available(app: &App) -> bool {
    relying_party(app).is_ok()
}

#[derive(Debug, Serialize, Deserialize)]
struct Enrolling {
    registration: PasskeyRegistration,
}

/// Begins to make a passkey for `caller`: the ceremony's secret, and what the browser is to be asked.
pub(super) async fn begin(app: &App, caller: &SignedIn) -> Result<(String, CreationChallengeResponse), IdentityError> {
    second_factor::may_change(app, caller).await?;
    let party = relying_party(app)?;
    let person = caller.person();
    let known = keys(app.db().read(), person).await?;
    let known = known.iter().map(|(_, key)| key.cred_id().clone()).collect();
    let (options, registration) = party
        .start_passkey_registration(person.0, caller.phone().as_str(), caller.name(), Some(known))
        .map_err(IdentityError::WrongPasskey)?;
    let secret = ceremony::begin(app, Kind::Passkey, Some(person), &Enrolling { registration }).await?;
    Ok((secret, options))
}

/// What ends the making of a passkey.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub struct FinishPasskey {
    /// As the beginning gave it.
    #[schema(value_type = String)]
    ceremony: Field<String>,
    /// What its owner calls it, such as the phone's make.
    #[schema(value_type = String, max_length = 60)]
    name: Field<String>,
    /// What `navigator.credentials.create` gave, its bytes in base64url (WebAuthn Level 3, `RegistrationResponseJSON`).
    #[schema(value_type = Object)]
    credential: Field<RegisterPublicKeyCredential>,
}

/// Keeps the passkey that the browser made, and returns it with recovery codes when the person had none.
pub(super) async fn finish(
    app: &App,
    caller: &SignedIn,
    input: &FinishPasskey,
) -> Result<(passkey::Model, Vec<String>), IdentityError> {
    let mut wrong = Wrong::default();
    let secret = wrong.line("/ceremony", &input.ceremony, 100);
    let name = wrong.line("/name", &input.name, 60);
    let credential = wrong.required("/credential", &input.credential);
    checked!(wrong; secret, name, credential);
    second_factor::may_change(app, caller).await?;
    let party = relying_party(app)?;
    let under_way = ceremony::attempt::<Enrolling>(app, Kind::Passkey, &secret).await?;
    if under_way.person != Some(caller.person()) {
        return Err(IdentityError::ChallengeOver);
    }
    let key = party
        .finish_passkey_registration(credential, &under_way.state.registration)
        .map_err(IdentityError::WrongPasskey)?;
    let (person, in_session) = (caller.person(), caller.session());
    let credential_id = URL_SAFE_NO_PAD.encode(key.cred_id());
    let kept = serde_json::to_string(&key).map_err(IdentityError::Unreadable)?;
    let (keeper, under_way) = (app.clone(), std::sync::Arc::new(under_way));
    app.write(caller.actor(), move |unit| {
        let (credential_id, kept, name) = (credential_id.clone(), kept.clone(), name.clone());
        let (keeper, under_way) = (keeper.clone(), std::sync::Arc::clone(&under_way));
        Box::pin(async move {
            under_way.end(unit).await?;
            let row = passkey::Model {
                id: unit.id(),
                person_id: person,
                credential_id,
                credential: kept,
                name,
                created_at: unit.now(),
                last_used_at: None,
            };
            match passkey::Entity::insert(passkey::ActiveModel::from(row.clone()))
                .exec_without_returning(&*unit)
                .await
            {
                Ok(_) => {}
                Err(error) if is_duplicate(&error) => return Err(IdentityError::PasskeyTaken),
                Err(error) => return Err(error.into()),
            }
            session::note_second_factor(unit, in_session).await?;
            let codes = recovery_codes::make_when_none(&keeper, unit, person).await?;
            Ok((row, codes))
        })
    })
    .await
}

/// What a browser is to be asked so that one of `person`'s passkeys answers, and what to remember until it has.
pub(super) async fn ask(
    app: &App,
    person: PersonId,
) -> Result<(RequestChallengeResponse, PasskeyAuthentication), IdentityError> {
    let party = relying_party(app)?;
    let known: Vec<Passkey> = keys(app.db().read(), person)
        .await?
        .into_iter()
        .map(|(_, key)| key)
        .collect();
    if known.is_empty() {
        return Err(IdentityError::NoSuchThing);
    }
    party
        .start_passkey_authentication(&known)
        .map_err(IdentityError::WrongPasskey)
}

/// Whether `answer` is one that a passkey gave to what was asked.
pub(super) fn verify(
    app: &App,
    answer: &PublicKeyCredential,
    asked: &PasskeyAuthentication,
) -> Result<AuthenticationResult, IdentityError> {
    relying_party(app)?
        .finish_passkey_authentication(answer, asked)
        .map_err(IdentityError::WrongPasskey)
}

/// Notes that one of `person`'s passkeys was used: a counter that goes on is how a copied one is found out.
pub(super) async fn note_use(
    unit: &mut Unit,
    person: PersonId,
    result: &AuthenticationResult,
) -> Result<(), IdentityError> {
    let known = keys(&*unit, person).await?;
    let used = known.into_iter().find(|(_, key)| key.cred_id() == result.cred_id());
    // Removed since it was asked: it proves nothing any more.
    let (id, mut key) = used.ok_or(IdentityError::ChallengeOver)?;
    key.update_credential(result);
    let kept = serde_json::to_string(&key).map_err(IdentityError::Unreadable)?;
    passkey::Entity::update_many()
        .col_expr(passkey::Column::Credential, Expr::value(kept))
        .col_expr(passkey::Column::LastUsedAt, Expr::value(unit.now()))
        .filter(passkey::Column::Id.eq(id))
        .exec(&*unit)
        .await?;
    Ok(())
}

async fn keys(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<(PasskeyId, Passkey)>, IdentityError> {
    let rows = passkey::Entity::find()
        .filter(passkey::Column::PersonId.eq(person))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let key = serde_json::from_str(&row.credential).map_err(IdentityError::Unreadable)?;
            Ok((row.id, key))
        })
        .collect()
}

/// How many `person` has.
pub(super) async fn count(db: &impl ConnectionTrait, person: PersonId) -> Result<u64, DbErr> {
    passkey::Entity::find()
        .filter(passkey::Column::PersonId.eq(person))
        .count(db)
        .await
}

/// `person`'s, oldest first, a page at a time; one row more than fits.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    person: PersonId,
    paging: Paging,
) -> Result<Vec<passkey::Model>, DbErr> {
    let mut query = passkey::Entity::find()
        .filter(passkey::Column::PersonId.eq(person))
        .order_by_asc(passkey::Column::Id)
        .limit(paging.limit + 1);
    if let Some(after) = paging.after {
        query = query.filter(passkey::Column::Id.gt(PasskeyId(after)));
    }
    query.all(db).await
}

/// Removes one of `person`'s, and tells whether it was there.
pub(super) async fn remove(unit: &mut Unit, person: PersonId, id: PasskeyId) -> Result<bool, DbErr> {
    let gone = passkey::Entity::delete_many()
        .filter(passkey::Column::Id.eq(id))
        .filter(passkey::Column::PersonId.eq(person))
        .exec(&*unit)
        .await?;
    Ok(gone.rows_affected > 0)
}

/// Removes all of `person`'s.
pub(super) async fn remove_all(unit: &mut Unit, person: PersonId) -> Result<(), DbErr> {
    passkey::Entity::delete_many()
        .filter(passkey::Column::PersonId.eq(person))
        .exec(&*unit)
        .await
        .map(|_| ())
}
