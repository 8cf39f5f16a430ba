//! An address for e-mail, which is used once its owner has told the code that was sent there.

use std::sync::Arc;

use entity::{Timestamp, identity::person_email as email, ids::PersonId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::channels::{Untaken, mail};
use crate::{
    app::App,
    checked,
    db::{Actor, Unit},
    http::{
        input::{Field, Wrong},
        language::{Language, Message},
    },
    identity::{IdentityError, limits},
    jobs::{Handler, Outbox},
};

/// How long a code is good.
pub const LASTS_MINUTES: i64 = 30;
/// How often one may be guessed at.
const GUESSES: i32 = 5;
/// The topic of codes to be sent.
const TOPIC: &str = "email code";
const LONGEST: usize = 254;

/// Where to send e-mail.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct GiveEmail {
    #[schema(value_type = String, example = "lan@example.vn")]
    pub address: Field<String>,
}

impl GiveEmail {
    pub fn check(&self) -> Result<String, Wrong> {
        let mut wrong = Wrong::default();
        let address = wrong.line("/address", &self.address, LONGEST);
        if address.as_deref().is_some_and(|address| !mail::is_address(address)) {
            wrong.note("/address", "messages-say-email");
        }
        checked!(wrong; address);
        Ok(address)
    }
}

/// The code that came by e-mail.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ConfirmEmail {
    #[schema(value_type = String, example = "123456")]
    pub code: Field<String>,
}

impl ConfirmEmail {
    pub fn check(&self) -> Result<String, Wrong> {
        let mut wrong = Wrong::default();
        let code = wrong.line("/code", &self.code, 20);
        checked!(wrong; code);
        Ok(code.chars().filter(|c| !c.is_whitespace()).collect())
    }
}

/// A code that waits to be sent.
#[derive(Serialize, Deserialize)]
struct Waiting {
    to: String,
    code: String,
    language: String,
    until: i64,
}

/// Keeps `address` as the one of `person`, unconfirmed, and leaves a code to be sent there.
pub async fn give(
    app: &App,
    unit: &mut Unit,
    person: PersonId,
    address: &str,
    language: Language,
) -> Result<(), IdentityError> {
    if limits::apply(app) {
        // By the person and by the address: neither are others to be written to, nor is anybody to write much.
        for whom in [person.to_string(), address.to_lowercase()] {
            if let Some(minutes) = limits::MAIL_CODES.count(unit, &whom).await? {
                return Err(IdentityError::TooManyCodes { minutes });
            }
        }
    }
    let code = format!("{:06}", unit.random() % 1_000_000);
    let until = unit.now().plus(LASTS_MINUTES * 60 * 1000);
    let row = email::ActiveModel {
        person_id: Set(person),
        address: Set(address.to_owned()),
        confirmed_at: Set(None),
        code_hash: Set(Some(code_hash(app, person, address, &code))),
        code_until: Set(Some(until)),
        guesses: Set(0),
    };
    let replace = OnConflict::column(email::Column::PersonId)
        .update_columns([
            email::Column::Address,
            email::Column::ConfirmedAt,
            email::Column::CodeHash,
            email::Column::CodeUntil,
            email::Column::Guesses,
        ])
        .to_owned();
    email::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(&*unit)
        .await?;
    let waiting = Waiting {
        to: address.to_owned(),
        code,
        language: language.code().to_owned(),
        until: until.0,
    };
    let plain = serde_json::to_string(&waiting).map_err(IdentityError::Unreadable)?;
    let sealed = app.vault().seal(unit.source(), TOPIC, &plain);
    Ok(unit.leave(TOPIC, format!("\"{sealed}\"")).await?)
}

fn code_hash(app: &App, person: PersonId, address: &str, code: &str) -> String {
    app.vault().blind(TOPIC, &format!("{person}\n{address}\n{code}"))
}

/// Confirms the address of `person` by the `code` that was sent there. A wrong guess is counted in a unit of its own.
pub async fn confirm(app: &App, actor: Actor, person: PersonId, code: String) -> Result<(), IdentityError> {
    let app_of_unit = app.clone();
    let right = app
        .write(actor, move |unit| {
            let (app, code) = (app_of_unit.clone(), code.clone());
            Box::pin(async move {
                let counted = email::Entity::update_many()
                    .col_expr(email::Column::Guesses, Expr::col(email::Column::Guesses).add(1))
                    .filter(email::Column::PersonId.eq(person))
                    .filter(email::Column::Guesses.lt(GUESSES))
                    .filter(email::Column::CodeUntil.gt(unit.now()))
                    .exec(&*unit)
                    .await?;
                if counted.rows_affected == 0 {
                    return Ok::<_, DbErr>(false);
                }
                let Some(row) = email::Entity::find_by_id(person).one(&*unit).await? else {
                    return Ok(false);
                };
                if row.code_hash != Some(code_hash(&app, person, &row.address, &code)) {
                    return Ok(false);
                }
                email::Entity::update_many()
                    .col_expr(email::Column::ConfirmedAt, Expr::value(unit.now()))
                    .col_expr(email::Column::CodeHash, Expr::value(None::<String>))
                    .col_expr(email::Column::CodeUntil, Expr::value(None::<Timestamp>))
                    .filter(email::Column::PersonId.eq(person))
                    .exec(&*unit)
                    .await?;
                Ok(true)
            })
        })
        .await?;
    if right { Ok(()) } else { Err(IdentityError::WrongCode) }
}

/// Forgets the address of `person`.
pub async fn forget(unit: &Unit, person: PersonId) -> Result<(), DbErr> {
    email::Entity::delete_by_id(person).exec(unit).await.map(|_| ())
}

pub async fn of(db: &impl ConnectionTrait, person: PersonId) -> Result<Option<email::Model>, DbErr> {
    email::Entity::find_by_id(person).one(db).await
}

pub(super) fn listens(outbox: Outbox) -> Outbox {
    let handler: Handler = Arc::new(|app, payload| Box::pin(deliver(app, payload)));
    outbox.on(TOPIC, handler)
}

async fn deliver(app: App, payload: String) -> Result<(), String> {
    let sealed: String = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
    let plain = app.vault().open(TOPIC, &sealed).map_err(|error| error.to_string())?;
    let waiting: Waiting = serde_json::from_str(&plain).map_err(|_| "a code that cannot be read".to_owned())?;
    if app.now().0 >= waiting.until {
        return Ok(());
    }
    let language = Language::from_code(&waiting.language).unwrap_or_default();
    let subject = language.say(&Message::new("messages-mail-code-title"));
    let text = Message::new("messages-mail-code")
        .with("code", waiting.code.as_str())
        .with("minutes", usize::try_from(LASTS_MINUTES).unwrap_or(30));
    let email = mail::Email {
        to: &waiting.to,
        subject: &subject,
        text: format!("{}\n", language.say(&text)),
    };
    // The same code is the same message.
    let id = app.vault().blind(TOPIC, &sealed);
    match mail::send(&app, &email, &id[..32]).await {
        Ok(()) => Ok(()),
        Err(Untaken::Later(why)) => Err(why),
        Err(untaken) => {
            tracing::info!(%untaken, "a code was not taken; its owner will ask for another");
            Ok(())
        }
    }
}
