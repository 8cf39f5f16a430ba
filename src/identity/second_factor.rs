//! The second factor: who has one shows it after the first, or is not in. What it may be: an authenticator app, a passkey, or
//! a code written down for the day on which those are lost.

use entity::{
    identity::{ceremony::Kind as Under, session::Kind},
    ids::{PasskeyId, PersonId},
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webauthn_rs::prelude::{PasskeyAuthentication, PublicKeyCredential, RequestChallengeResponse};

use super::{
    IdentityError, SignedIn, ceremony, limits, passkeys, recovery_codes,
    session::{self, Issued, Opening},
    totp,
};
use crate::{
    app::App,
    checked,
    db::{Actor, Unit},
    http::input::{Field, Wrong},
};

/// How long ago the first factor may have been shown when the first of the second factors is enrolled.
const FRESH_MS: i64 = 30 * 60 * 1000;

/// Which second factors a person has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factors {
    pub totp: bool,
    pub passkeys: u64,
    pub recovery_codes: u64,
}

impl Factors {
    pub(super) async fn of(db: &impl ConnectionTrait, person: PersonId) -> Result<Self, DbErr> {
        Ok(Self {
            totp: totp::enrolled(db, person).await?,
            passkeys: passkeys::count(db, person).await?,
            recovery_codes: recovery_codes::left(db, person).await?,
        })
    }

    /// Whether sign-in asks for one.
    pub(super) const fn any(self) -> bool {
        self.totp || self.passkeys > 0
    }

    fn methods(self) -> Vec<&'static str> {
        let has = [
            ("totp", self.totp),
            ("passkey", self.passkeys > 0),
            ("recovery", self.recovery_codes > 0),
        ];
        has.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect()
    }
}

/// What is remembered between the two factors.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Between {
    /// What a passkey was asked, if one was.
    asked: Option<PasskeyAuthentication>,
}

/// What becomes of somebody who has shown the first factor.
pub(super) enum Admission {
    In(Issued),
    /// `challenge` stands for the first factor until the second is shown, by one of `methods`.
    Awaiting {
        challenge: String,
        methods: Vec<&'static str>,
    },
}

impl Admission {
    /// Whoever is in; a second factor that is awaited is a refusal.
    pub(super) fn issued(self) -> Result<Issued, IdentityError> {
        match self {
            Self::In(issued) => Ok(issued),
            Self::Awaiting { challenge, methods } => Err(IdentityError::SecondFactorNeeded { challenge, methods }),
        }
    }
}

/// Lets `person` in, who has shown the first factor, unless they have a second.
pub(super) async fn admit(app: &App, person: PersonId, kind: Kind) -> Result<Admission, IdentityError> {
    let factors = Factors::of(app.db().read(), person).await?;
    if !factors.any() {
        return Opening::new(app, person, kind, false)
            .open(app)
            .await
            .map(Admission::In);
    }
    let challenge = ceremony::begin(app, Under::SecondFactor, Some(person), &Between::default()).await?;
    Ok(Admission::Awaiting {
        challenge,
        methods: factors.methods(),
    })
}

/// A second factor that is a code.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct GiveCode {
    /// As the refusal of the sign-in gave it.
    #[schema(value_type = String)]
    pub challenge: Field<String>,
    /// Six digits of the authenticator app, or a recovery code.
    #[schema(value_type = String, example = "123456")]
    pub code: Field<String>,
}

/// Lets in whoever gives a right code for their challenge.
pub(super) async fn pass_with_code(app: &App, input: &GiveCode, kind: Kind) -> Result<Issued, IdentityError> {
    let mut wrong = Wrong::default();
    let challenge = wrong.line("/challenge", &input.challenge, 100);
    let code = wrong.line("/code", &input.code, 40);
    checked!(wrong; challenge, code);
    let under_way = ceremony::attempt::<Between>(app, Under::SecondFactor, &challenge).await?;
    let person = under_way.person()?;
    let limits = vec![(limits::SECOND_FACTORS, person.to_string())];
    limits::refuse_when_over(app, &limits).await?;
    let (keeper, under_way) = (app.clone(), std::sync::Arc::new(under_way));
    let opening = Opening::new(app, person, kind, true);
    let issued = app
        .write(Actor::Person(person), move |unit| {
            let (keeper, code, opening) = (keeper.clone(), code.clone(), opening.clone());
            let under_way = std::sync::Arc::clone(&under_way);
            Box::pin(async move {
                if !spend(&keeper, unit, person, &code).await? {
                    return Ok(None);
                }
                under_way.end(unit).await?;
                opening.insert(unit).await.map(Some)
            })
        })
        .await?;
    let Some(issued) = issued else {
        limits::note_failure(app, limits).await?;
        return Err(IdentityError::WrongSecondFactor);
    };
    Ok(issued)
}

/// Uses `code` up, be it of the authenticator app or of the recovery codes; `false` when it is neither.
async fn spend(app: &App, unit: &mut Unit, person: PersonId, code: &str) -> Result<bool, IdentityError> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
        totp::spend(app, unit, person, &digits).await
    } else {
        Ok(recovery_codes::spend(app, unit, person, code).await?)
    }
}

/// A challenge, to be answered by a passkey.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct AskPasskey {
    /// As the refusal of the sign-in gave it.
    #[schema(value_type = String)]
    pub challenge: Field<String>,
}

/// What the browser is to be asked so that a passkey answers for `input`'s challenge.
pub(super) async fn ask_passkey(app: &App, input: &AskPasskey) -> Result<RequestChallengeResponse, IdentityError> {
    let mut wrong = Wrong::default();
    let challenge = wrong.line("/challenge", &input.challenge, 100);
    checked!(wrong; challenge);
    let under_way = ceremony::attempt::<Between>(app, Under::SecondFactor, &challenge).await?;
    let (options, asked) = match passkeys::ask(app, under_way.person()?).await {
        Ok(asked) => asked,
        Err(IdentityError::NoSuchThing) => {
            return Err(Wrong::one("/challenge", "identity-say-no-passkey").into());
        }
        Err(error) => return Err(error),
    };
    ceremony::keep(app, &challenge, &Between { asked: Some(asked) }).await?;
    Ok(options)
}

/// A second factor that is a passkey.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct GivePasskey {
    /// As the refusal of the sign-in gave it.
    #[schema(value_type = String)]
    pub challenge: Field<String>,
    /// What `navigator.credentials.get` gave, its bytes in base64url (WebAuthn Level 3, `AuthenticationResponseJSON`).
    #[schema(value_type = Object)]
    pub credential: Field<PublicKeyCredential>,
}

/// Lets in whoever's passkey answers for their challenge.
pub(super) async fn pass_with_passkey(app: &App, input: &GivePasskey, kind: Kind) -> Result<Issued, IdentityError> {
    let mut wrong = Wrong::default();
    let challenge = wrong.line("/challenge", &input.challenge, 100);
    let credential = wrong.required("/credential", &input.credential);
    checked!(wrong; challenge, credential);
    let under_way = ceremony::attempt::<Between>(app, Under::SecondFactor, &challenge).await?;
    let person = under_way.person()?;
    let limits = vec![(limits::SECOND_FACTORS, person.to_string())];
    limits::refuse_when_over(app, &limits).await?;
    let asked = under_way.state.asked.as_ref();
    let asked = asked.ok_or_else(|| Wrong::one("/challenge", "identity-say-no-passkey"))?;
    let result = match passkeys::verify(app, credential, asked) {
        Ok(result) => std::sync::Arc::new(result),
        Err(IdentityError::WrongPasskey(cause)) => {
            tracing::info!(%cause, "a passkey's answer was refused");
            limits::note_failure(app, limits).await?;
            return Err(IdentityError::WrongSecondFactor);
        }
        Err(error) => return Err(error),
    };
    let (opening, under_way) = (Opening::new(app, person, kind, true), std::sync::Arc::new(under_way));
    app.write(Actor::Person(person), move |unit| {
        let (opening, result) = (opening.clone(), std::sync::Arc::clone(&result));
        let under_way = std::sync::Arc::clone(&under_way);
        Box::pin(async move {
            under_way.end(unit).await?;
            passkeys::note_use(unit, person, &result).await?;
            opening.insert(unit).await
        })
    })
    .await
}

/// Refuses unless `caller` may change which second factors there are. With one enrolled, the session must have passed it: a
/// session from before, perhaps stolen, must not put another in its place. Without one, the sign-in must be recent.
pub(super) async fn may_change(app: &App, caller: &SignedIn) -> Result<(), IdentityError> {
    if caller.passed_second_factor() {
        Ok(())
    } else if Factors::of(app.db().read(), caller.person()).await?.any() {
        Err(IdentityError::SecondFactorMissing)
    } else if app.now() > caller.opened_at().plus(FRESH_MS) {
        Err(IdentityError::SignInAgain)
    } else {
        Ok(())
    }
}

/// A code of one of the caller's own second factors.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct OwnCode {
    /// Six digits of the authenticator app, or a recovery code.
    #[schema(value_type = String, example = "123456")]
    pub code: Field<String>,
}

impl OwnCode {
    fn check(&self) -> Result<String, Wrong> {
        let mut wrong = Wrong::default();
        let code = wrong.line("/code", &self.code, 40);
        match code {
            Some(code) => Ok(code),
            None => Err(wrong),
        }
    }
}

/// What is done with a right code.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// Takes the first code of the authenticator app that was offered.
    ConfirmTotp,
    RemoveTotp,
    RenewRecoveryCodes,
}

/// Makes `change` to `caller`'s second factors, for which a right code is given, and returns new recovery codes, if any.
pub(super) async fn change(
    app: &App,
    caller: &SignedIn,
    input: &OwnCode,
    change: Change,
) -> Result<Vec<String>, IdentityError> {
    let code = input.check()?;
    may_change(app, caller).await?;
    let (person, in_session, keeper) = (caller.person(), caller.session(), app.clone());
    let limits = vec![(limits::SECOND_FACTORS, person.to_string())];
    limits::refuse_when_over(app, &limits).await?;
    let done = app
        .write(caller.actor(), move |unit| {
            let (keeper, code) = (keeper.clone(), code.clone());
            Box::pin(async move {
                let right = match change {
                    Change::ConfirmTotp => {
                        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
                        totp::confirm(&keeper, unit, person, &digits).await?
                    }
                    Change::RemoveTotp | Change::RenewRecoveryCodes => spend(&keeper, unit, person, &code).await?,
                };
                if !right {
                    return Ok::<_, IdentityError>(None);
                }
                let codes = match change {
                    Change::ConfirmTotp => {
                        session::note_second_factor(unit, in_session).await?;
                        recovery_codes::make_when_none(&keeper, unit, person).await?
                    }
                    Change::RemoveTotp => {
                        if !totp::remove(unit, person).await? {
                            return Err(IdentityError::NoSuchThing);
                        }
                        end_when_none_left(unit, person).await?;
                        Vec::new()
                    }
                    Change::RenewRecoveryCodes => recovery_codes::renew(&keeper, unit, person).await?,
                };
                Ok(Some(codes))
            })
        })
        .await?;
    let Some(codes) = done else {
        limits::note_failure(app, limits).await?;
        return Err(IdentityError::WrongOwnCode);
    };
    Ok(codes)
}

/// Removes one of `caller`'s passkeys.
pub(super) async fn remove_passkey(app: &App, caller: &SignedIn, id: PasskeyId) -> Result<(), IdentityError> {
    may_change(app, caller).await?;
    let person = caller.person();
    app.write(caller.actor(), move |unit| {
        Box::pin(async move {
            if !passkeys::remove(unit, person, id).await? {
                return Err(IdentityError::NoSuchThing);
            }
            end_when_none_left(unit, person).await
        })
    })
    .await
}

/// With the last factor go the codes that stood in for it, and what sessions had proven with it.
async fn end_when_none_left(unit: &mut Unit, person: PersonId) -> Result<(), IdentityError> {
    if !Factors::of(&*unit, person).await?.any() {
        recovery_codes::remove(unit, person).await?;
        session::forget_second_factor(unit, person).await?;
    }
    Ok(())
}

/// Removes every second factor of `person`, who has lost them all; whoever does it has made sure who asks.
pub(super) async fn reset(unit: &mut Unit, person: PersonId) -> Result<(), IdentityError> {
    totp::remove(unit, person).await?;
    passkeys::remove_all(unit, person).await?;
    end_when_none_left(unit, person).await
}
