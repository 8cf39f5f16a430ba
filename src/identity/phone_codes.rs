//! Codes sent to phones: whoever tells one again holds the phone. Six digits, five minutes, five guesses, good once, and for
//! one purpose only. What is sent goes through the outbox, sealed: no network call in a unit, no code in a log.

pub use entity::identity::phone_code::Purpose;
use entity::{
    Phone,
    identity::{person, phone_code},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, Iterable, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{IdentityError, limits, sms};
use crate::{
    app::App,
    checked,
    db::{Actor, Unit},
    http::{
        address::Address,
        input::{Field, Wrong},
        language::{Language, Message},
    },
};

/// How long a code is good.
pub const LASTS_MINUTES: i64 = 5;
/// How often one may be guessed at.
const GUESSES: i32 = 5;

/// Sends `phone` a code for `purpose`, in `language`; an earlier one for the same purpose is good no more. Refuses when
/// the phone was sent many within the hour.
pub async fn send(
    app: &App,
    unit: &mut Unit,
    phone: &Phone,
    purpose: Purpose,
    language: Language,
) -> Result<(), IdentityError> {
    count_one(app, unit, phone).await?;
    make(app, unit, phone, purpose, language).await
}

/// Counts one more code for `phone`, whether or not it is sent in the end.
pub(super) async fn count_one(app: &App, unit: &mut Unit, phone: &Phone) -> Result<(), IdentityError> {
    if limits::apply(app)
        && let Some(minutes) = limits::CODES.count(unit, phone.as_str()).await?
    {
        return Err(IdentityError::TooManyCodes { minutes });
    }
    Ok(())
}

pub(super) async fn make(
    app: &App,
    unit: &mut Unit,
    phone: &Phone,
    purpose: Purpose,
    language: Language,
) -> Result<(), IdentityError> {
    let code = format!("{:06}", unit.random() % 1_000_000);
    let expires_at = unit.now().plus(LASTS_MINUTES * 60 * 1000);
    phone_code::Entity::delete_many()
        .filter(phone_code::Column::ExpiresAt.lte(unit.now()))
        .exec(&*unit)
        .await?;
    let row = phone_code::ActiveModel {
        phone_hash: Set(phone_hash(app, phone)),
        purpose: Set(purpose),
        code_hash: Set(code_hash(app, phone, purpose, &code)),
        attempts: Set(0),
        expires_at: Set(expires_at),
    };
    let replace = OnConflict::columns([phone_code::Column::PhoneHash, phone_code::Column::Purpose])
        .update_columns([
            phone_code::Column::CodeHash,
            phone_code::Column::Attempts,
            phone_code::Column::ExpiresAt,
        ])
        .to_owned();
    phone_code::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(&*unit)
        .await?;
    let words = match purpose {
        Purpose::SignIn => "identity-sms-sign-in",
        Purpose::SignUp => "identity-sms-sign-up",
        Purpose::Consent => "identity-sms-consent",
    };
    let text = language.say(&Message::new(words).with("code", code));
    sms::leave(app, unit, phone, &text, expires_at).await
}

/// What a code is asked for with.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct AskCode {
    #[schema(value_type = String, example = "0912345678")]
    pub phone: Field<String>,
    /// `sign_in`, `sign_up`, or `consent`: to let a helper act for the phone's owner.
    #[schema(value_type = String, example = "sign_in")]
    pub purpose: Field<String>,
}

/// Sends the code that `input` asks for, from `address`. Nothing in the outcome tells whether the phone has an account.
pub(super) async fn request(
    app: &App,
    input: &AskCode,
    signed_in: bool,
    address: Address,
    language: Language,
) -> Result<(), IdentityError> {
    let mut wrong = Wrong::default();
    let phone = wrong.code::<Phone>("/phone", &input.phone, "identity-say-phone-invalid");
    let purpose = wrong.required("/purpose", &input.purpose).and_then(|text| {
        let known = Purpose::iter().find(|purpose| purpose.code() == text);
        if known.is_none() {
            wrong.note("/purpose", "identity-say-purpose");
        }
        known
    });
    checked!(wrong; phone, purpose);
    // A helper asks for it, signed in: otherwise anybody could have anybody asked for their consent.
    if purpose == Purpose::Consent && !signed_in {
        return Err(IdentityError::NotSignedIn);
    }
    let keeper = app.clone();
    app.write(Actor::Guest, move |unit| {
        let (keeper, phone) = (keeper.clone(), phone.clone());
        Box::pin(async move {
            if limits::apply(&keeper)
                && let Some(ip) = address.0
                && let Some(minutes) = limits::CODES_FROM.count(unit, &ip.to_string()).await?
            {
                return Err(IdentityError::TooManyCodes { minutes });
            }
            count_one(&keeper, unit, &phone).await?;
            // Nobody to sign in: nothing is sent, and nothing told.
            let known = person::Entity::find()
                .filter(person::Column::Phone.eq(phone.clone()))
                .one(&*unit)
                .await?;
            if purpose == Purpose::SignIn && known.is_none() {
                return Ok(());
            }
            make(&keeper, unit, &phone, purpose, language).await
        })
    })
    .await
}

/// [`check`], where there may be no code at all.
pub(super) async fn check_optional(
    app: &App,
    phone: &Phone,
    purpose: Purpose,
    code: &Field<String>,
) -> Result<Option<ProvenPhone>, IdentityError> {
    if code.is_missing() {
        return Ok(None);
    }
    let mut wrong = Wrong::default();
    let code = wrong.line("/code", code, 20);
    checked!(wrong; code);
    check(app, phone, purpose, &code).await.map(Some)
}

/// That somebody told the code that was sent to a phone.
#[derive(Clone, Debug)]
pub struct ProvenPhone {
    phone: Phone,
    purpose: Purpose,
    phone_hash: String,
    code_hash: String,
}

/// Whether `code` is the one sent to `phone` for `purpose`. The guess is counted whatever becomes of it, so this is no part
/// of another unit; what the code was for is then done in a unit that [spends](ProvenPhone::spend) it.
pub async fn check(app: &App, phone: &Phone, purpose: Purpose, code: &str) -> Result<ProvenPhone, IdentityError> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let proven = ProvenPhone {
        phone: phone.clone(),
        purpose,
        phone_hash: phone_hash(app, phone),
        code_hash: code_hash(app, phone, purpose, &code),
    };
    let asked = proven.clone();
    let right = app
        .write(Actor::Guest, move |unit| {
            let asked = asked.clone();
            Box::pin(async move {
                let counted = phone_code::Entity::update_many()
                    .col_expr(
                        phone_code::Column::Attempts,
                        Expr::col(phone_code::Column::Attempts).add(1),
                    )
                    .filter(phone_code::Column::PhoneHash.eq(&asked.phone_hash))
                    .filter(phone_code::Column::Purpose.eq(purpose))
                    .filter(phone_code::Column::ExpiresAt.gt(unit.now()))
                    .filter(phone_code::Column::Attempts.lt(GUESSES))
                    .exec(&*unit)
                    .await?;
                if counted.rows_affected == 0 {
                    return Ok::<_, IdentityError>(false);
                }
                let row = phone_code::Entity::find_by_id((asked.phone_hash, purpose))
                    .one(&*unit)
                    .await?;
                Ok(row.is_some_and(|row| row.code_hash == asked.code_hash))
            })
        })
        .await?;
    if right {
        Ok(proven)
    } else {
        Err(IdentityError::WrongCode)
    }
}

impl ProvenPhone {
    #[must_use]
    pub const fn phone(&self) -> &Phone {
        &self.phone
    }

    /// Uses the code up, in the unit of what it was for. It is refused when it was used already, or is too old by now.
    pub async fn spend(&self, unit: &mut Unit) -> Result<(), IdentityError> {
        let gone = phone_code::Entity::delete_many()
            .filter(phone_code::Column::PhoneHash.eq(&self.phone_hash))
            .filter(phone_code::Column::Purpose.eq(self.purpose))
            .filter(phone_code::Column::CodeHash.eq(&self.code_hash))
            .filter(phone_code::Column::ExpiresAt.gt(unit.now()))
            .exec(&*unit)
            .await?;
        if gone.rows_affected == 0 {
            Err(IdentityError::WrongCode)
        } else {
            Ok(())
        }
    }
}

fn phone_hash(app: &App, phone: &Phone) -> String {
    app.vault().blind("phone", phone.as_str())
}

fn code_hash(app: &App, phone: &Phone, purpose: Purpose, code: &str) -> String {
    let context = format!("phone code {} {phone}", purpose.code());
    app.vault().blind(&context, code)
}
