//! Electronic identity by OpenID Connect (Core 1.0): the authorization code flow, with PKCE (RFC 7636), a state that only the
//! browser that began can bring back, and a nonce. Which provider it is (VNeID, a province's own) is a setting.
//!
//! The provider's lasting name for somebody is linked to their account once; from then on it signs them in. It is linked to
//! whoever is signed in, or, when the provider vouches for a phone number that has an account, to that account after its
//! password.

use std::{collections::HashSet, sync::LazyLock, time::Duration};

use entity::{
    Phone,
    identity::{ceremony::Kind, electronic_identity as table, person},
    ids::PersonId,
};
use moka::sync::Cache;
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, TokenResponse as _,
    core::{CoreClient, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType},
};
use reqwest::{Client, redirect::Policy};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict};
use serde::{Deserialize, Serialize};

use super::{IdentityError, ceremony, sign_in};
use crate::{
    app::{App, sha256},
    checked,
    config::Oidc,
    db::{Actor, Unit, is_duplicate},
    http::{
        address::Address,
        input::{Field, Wrong},
    },
};

/// Where the provider sends people back to.
pub(super) const RETURN_PATH: &str = "/dang-nhap/oidc/ve";
/// The longest the provider may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer of a provider that is read.
const LARGEST: usize = 1024 * 1024;
/// How long what a provider says of itself is believed without asking again.
const DESCRIPTION_LASTS: Duration = Duration::from_mins(5);

/// `person`'s electronic identity, if they have linked one.
pub async fn electronic_identity(db: &impl ConnectionTrait, person: PersonId) -> Result<Option<table::Model>, DbErr> {
    table::Entity::find_by_id(person).one(db).await
}

/// What must be known when somebody comes back from the provider.
#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    verifier: String,
    nonce: String,
    /// Hash of the cookie of the browser that was sent.
    browser: String,
    back: String,
}

/// Somebody about to be sent to the provider.
#[derive(Debug)]
pub(super) struct Journey {
    pub to: String,
    /// The cookie that shows on return that it is the same browser.
    pub cookie: String,
}

/// Sends somebody to the provider: `caller`, to link their identity, or somebody who wants to sign in and then go `back`.
pub(super) async fn begin(app: &App, caller: Option<PersonId>, back: &str) -> Result<Journey, IdentityError> {
    let settings = provider(app)?;
    let client = client(app, settings, &description(settings).await?)?;
    let (verifier, nonce, cookie) = (app.source().secret(), app.source().secret(), app.source().secret());
    let sent = Sent {
        verifier: verifier.clone(),
        nonce: nonce.clone(),
        browser: sha256(&cookie),
        back: back.to_owned(),
    };
    let state = ceremony::begin(app, Kind::Identity, caller, &sent).await?;
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
    let (to, _, _) = client
        .authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        )
        .add_scopes(settings.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(challenge)
        .url();
    Ok(Journey {
        to: to.to_string(),
        cookie,
    })
}

/// What somebody brings back from the provider (OpenID Connect Core 1.0, sections 3.1.2.5 and 3.1.2.6).
#[derive(Debug, Deserialize)]
pub struct Returned {
    state: Field<String>,
    code: Field<String>,
    error: Field<String>,
}

/// Who came back.
#[derive(Debug)]
pub(super) enum Arrival {
    /// Whoever was signed in; their identity is linked now.
    Linked { back: String },
    /// Somebody whose identity was linked before.
    Known { person: PersonId, back: String },
    /// Somebody whose phone number has an account. Its password links the two.
    Unlinked {
        challenge: String,
        phone: Phone,
        back: String,
    },
}

/// Whom the provider vouches for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Vouched {
    issuer: String,
    subject: String,
    name: String,
}

/// Takes somebody in who comes back from the provider with `returned`, in the browser that holds `cookie`.
pub(super) async fn arrive(
    app: &App,
    returned: &Returned,
    cookie: Option<&str>,
    caller: Option<PersonId>,
) -> Result<Arrival, IdentityError> {
    let settings = provider(app)?;
    let state = returned.state.given().ok_or(IdentityError::UnknownState)?;
    // Good once, whatever comes of it: a code that is replayed finds nothing.
    let under_way = match ceremony::take::<Sent>(app, Kind::Identity, state).await {
        Err(IdentityError::ChallengeOver) => return Err(IdentityError::UnknownState),
        other => other?,
    };
    let same_browser = cookie.is_some_and(|cookie| sha256(cookie) == under_way.state.browser);
    if !same_browser || under_way.person.is_some_and(|person| caller != Some(person)) {
        return Err(IdentityError::UnknownState);
    }
    if let Some(error) = returned.error.given() {
        return Err(if error == "access_denied" {
            IdentityError::Declined
        } else {
            IdentityError::Unbelievable(error.chars().take(100).collect())
        });
    }
    let code = returned.code.given().ok_or(IdentityError::UnknownState)?;
    let sent = under_way.state;
    let (vouched, phone) = redeem(app, settings, code, sent.verifier, sent.nonce).await?;
    let back = sent.back;
    if let Some(person) = under_way.person {
        link(app, person, vouched).await?;
        return Ok(Arrival::Linked { back });
    }
    let db = app.db().read();
    let linked = table::Entity::find()
        .filter(table::Column::Issuer.eq(&vouched.issuer))
        .filter(table::Column::Subject.eq(&vouched.subject))
        .one(db)
        .await?;
    if let Some(linked) = linked {
        link(app, linked.person_id, vouched).await?;
        return Ok(Arrival::Known {
            person: linked.person_id,
            back,
        });
    }
    let phone = phone.ok_or(IdentityError::UnknownIdentity)?;
    let account = person::Entity::find()
        .filter(person::Column::Phone.eq(phone.clone()))
        .one(db)
        .await?
        .ok_or(IdentityError::UnknownIdentity)?;
    let challenge = ceremony::begin(app, Kind::IdentityLink, Some(account.id), &vouched).await?;
    Ok(Arrival::Unlinked { challenge, phone, back })
}

/// The password of the account to which an identity is to be linked.
#[derive(Clone, Debug, Deserialize)]
pub struct LinkWithPassword {
    pub challenge: Field<String>,
    pub password: Field<String>,
}

/// Links an identity to the account whose password is given, and returns the account.
pub(super) async fn link_with_password(
    app: &App,
    input: &LinkWithPassword,
    address: Address,
) -> Result<PersonId, IdentityError> {
    let mut wrong = Wrong::default();
    let challenge = wrong.line("/challenge", &input.challenge, 100);
    checked!(wrong; challenge);
    let under_way = ceremony::attempt::<Vouched>(app, Kind::IdentityLink, &challenge).await?;
    let person = under_way.person()?;
    sign_in::prove_password(app, person, &input.password, address).await?;
    let under_way = std::sync::Arc::new(under_way);
    app.write(Actor::Person(person), move |unit| {
        let under_way = std::sync::Arc::clone(&under_way);
        Box::pin(async move {
            under_way.end(unit).await?;
            write_link(unit, person, under_way.state.clone()).await
        })
    })
    .await?;
    Ok(person)
}

/// Forgets `person`'s identity, and tells whether there was one.
pub(super) async fn unlink(unit: &mut Unit, person: PersonId) -> Result<bool, DbErr> {
    let gone = table::Entity::delete_by_id(person).exec(&*unit).await?;
    Ok(gone.rows_affected > 0)
}

async fn link(app: &App, person: PersonId, vouched: Vouched) -> Result<(), IdentityError> {
    app.write(Actor::Person(person), move |unit| {
        let vouched = vouched.clone();
        Box::pin(async move { write_link(unit, person, vouched).await })
    })
    .await
}

async fn write_link(unit: &mut Unit, person: PersonId, vouched: Vouched) -> Result<(), IdentityError> {
    let row = table::ActiveModel {
        person_id: Set(person),
        issuer: Set(vouched.issuer),
        subject: Set(vouched.subject),
        name: Set(vouched.name),
        verified_at: Set(unit.now()),
    };
    let renew = OnConflict::column(table::Column::PersonId)
        .update_columns([
            table::Column::Issuer,
            table::Column::Subject,
            table::Column::Name,
            table::Column::VerifiedAt,
        ])
        .to_owned();
    match table::Entity::insert(row)
        .on_conflict(renew)
        .exec_without_returning(&*unit)
        .await
    {
        Ok(_) => Ok(()),
        Err(error) if is_duplicate(&error) => Err(IdentityError::IdentityTaken),
        Err(error) => Err(error.into()),
    }
}

fn provider(app: &App) -> Result<&Oidc, IdentityError> {
    app.config().oidc.as_ref().ok_or(IdentityError::NoProvider)
}

type Provider =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

fn client(app: &App, settings: &Oidc, description: &CoreProviderMetadata) -> Result<Provider, IdentityError> {
    let back = RedirectUrl::new(format!("{}{RETURN_PATH}", app.config().public_url()))
        .map_err(|error| IdentityError::ProviderDown(error.to_string()))?;
    let secret = settings.client_secret.clone().map(ClientSecret::new);
    let id = ClientId::new(settings.client_id.clone());
    Ok(CoreClient::from_provider_metadata(description.clone(), id, secret).set_redirect_uri(back))
}

static DESCRIPTIONS: LazyLock<Cache<String, CoreProviderMetadata>> = LazyLock::new(|| {
    let cache = Cache::builder().max_capacity(8).time_to_live(DESCRIPTION_LASTS);
    cache.build()
});

/// What the provider says of itself and its keys (OpenID Connect Discovery 1.0).
async fn description(settings: &Oidc) -> Result<CoreProviderMetadata, IdentityError> {
    if let Some(known) = DESCRIPTIONS.get(&settings.issuer) {
        return Ok(known);
    }
    let down = |error: &dyn std::error::Error| IdentityError::ProviderDown(chain(error));
    let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| down(&error))?;
    let described = CoreProviderMetadata::discover_async(issuer, &ask)
        .await
        .map_err(|error| down(&error))?;
    DESCRIPTIONS.insert(settings.issuer.clone(), described.clone());
    Ok(described)
}

/// Redeems `code` for whom the provider vouches for, and the phone number it vouches for.
async fn redeem(
    app: &App,
    settings: &Oidc,
    code: &str,
    verifier: String,
    nonce: String,
) -> Result<(Vouched, Option<Phone>), IdentityError> {
    let known = client(app, settings, &description(settings).await?)?;
    let request = known
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|error| IdentityError::ProviderDown(error.to_string()))?
        .set_pkce_verifier(PkceCodeVerifier::new(verifier));
    let answer = request.request_async(&ask).await.map_err(|error| match error {
        RequestTokenError::ServerResponse(refusal) => IdentityError::Unbelievable(refusal.to_string()),
        other => IdentityError::ProviderDown(chain(&other)),
    })?;
    let token = answer
        .id_token()
        .ok_or_else(|| IdentityError::Unbelievable("there is no ID token".to_owned()))?;
    let nonce = Nonce::new(nonce);
    let verify = |client: &Provider| -> Result<(Vouched, Option<Phone>), ClaimsVerificationError> {
        // Signed with a key that only the provider has: never with our shared secret, never not at all.
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        token.claims(&verifier, &nonce).map(read)
    };
    let outcome = match verify(&known) {
        Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
            // The provider may have a new key since it was last asked.
            DESCRIPTIONS.invalidate(&settings.issuer);
            verify(&client(app, settings, &description(settings).await?)?)
        }
        other => other,
    };
    outcome.map_err(|error| IdentityError::Unbelievable(chain(&error)))
}

const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

fn read(claims: &CoreIdTokenClaims) -> (Vouched, Option<Phone>) {
    let name = claims
        .name()
        .and_then(|name| name.get(None).or_else(|| name.iter().next().map(|(_, name)| name)));
    let vouched = Vouched {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        name: name.map(|name| name.chars().take(120).collect()).unwrap_or_default(),
    };
    let phone = claims
        .phone_number()
        .filter(|_| claims.phone_number_verified() == Some(true));
    (vouched, phone.and_then(|phone| phone.parse().ok()))
}

/// Why a provider gave no answer.
#[derive(Debug, thiserror::Error)]
enum Unheard {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Malformed(#[from] openidconnect::http::Error),
    #[error("its answer is larger than {LARGEST} bytes")]
    TooLarge,
}

/// Asks the provider, which an administrator named: unlike a partner it may well stand inside the province's own network.
async fn ask(request: HttpRequest) -> Result<HttpResponse, Unheard> {
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let builder = Client::builder().timeout(PATIENCE).redirect(Policy::none());
        builder.build().unwrap_or_default()
    });
    let mut answer = CLIENT.execute(request.try_into()?).await?;
    let mut heard = openidconnect::http::Response::builder().status(answer.status());
    if let Some(headers) = heard.headers_mut() {
        headers.clone_from(answer.headers());
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Unheard::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(heard.body(body)?)
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut seen = HashSet::new();
    let mut text = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let words = error.to_string();
        if seen.insert(words.clone()) {
            text.push(words);
        }
        next = error.source();
    }
    text.join(": ")
}
