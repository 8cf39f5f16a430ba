//! What people are told: an order came, money came, a day is near.
//!
//! [`tell`] writes one row in the unit of whatever happened, so that what is told has happened. A leased job then decides
//! by which channels each message goes ([`plan`]), and every process takes what is due and sends it ([`send`]): at least
//! once, by one process at a time, again after a while when it failed (ADR 0026). Whoever has an account finds everything
//! in a list, whatever the channels did; a guest gets short messages to the phone of the order and nothing else.

mod api;
mod channels;
mod choices;
mod email;
mod mark;
mod plan;
mod push_cipher;
mod read;
mod send;
mod subscriptions;
mod vapid;

pub use entity::identity::message::About;
use entity::{
    Phone,
    identity::message,
    ids::{MessageId, PersonId},
};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::{App, sha256},
    db::Unit,
    http::language::{Language, Message},
    jobs::{Outbox, Projection, Recurring},
    vault::Vault,
};

/// Who is told.
#[derive(Clone, Debug, Default)]
pub struct To {
    /// Somebody with an account: by the channels they chose.
    pub person: Option<PersonId>,
    /// A guest's phone; of no account when `person` is there.
    pub phone: Option<Phone>,
    /// The language at hand, unless the person chose one.
    pub locale: Option<Language>,
}

impl To {
    #[must_use]
    pub const fn person(person: PersonId) -> Self {
        Self {
            person: Some(person),
            phone: None,
            locale: None,
        }
    }

    #[must_use]
    pub const fn guest(phone: Phone, language: Language) -> Self {
        Self {
            person: None,
            phone: Some(phone),
            locale: Some(language),
        }
    }
}

/// What somebody is told. The text is one short sentence that stands by itself: it goes into the list, onto a locked
/// screen, and without its marks into a short message.
#[derive(Clone, Debug)]
pub struct Note {
    pub about: About,
    pub text: Message,
    /// Where one reads more: a path of this exchange. A guest gets it with a [`proof`] as `t`.
    pub link: Option<String>,
}

impl Note {
    #[must_use]
    pub const fn new(about: About, text: Message) -> Self {
        Self {
            about,
            text,
            link: None,
        }
    }

    #[must_use]
    pub fn linked(mut self, path: impl Into<String>) -> Self {
        self.link = Some(path.into());
        self
    }
}

/// What a guest's link carries: that it was sent to `phone`, and so that whoever holds that phone opens it.
#[must_use]
pub fn proof(vault: &Vault, phone: &Phone, path: &str) -> String {
    let mut proof = vault.blind("a link of a message", &format!("{phone}\n{path}"));
    proof.truncate(32);
    proof
}

/// Tells `to` of `note`, once this unit is durable. Whoever has neither account nor phone is told nothing.
pub async fn tell(unit: &mut Unit, to: To, note: Note) -> Result<(), DbErr> {
    tell_all(unit, [to], &note).await
}

/// [`tell`] for many at once.
pub async fn tell_all(unit: &mut Unit, all: impl IntoIterator<Item = To> + Send, note: &Note) -> Result<(), DbErr> {
    let arguments = note.text.kept();
    let rows: Vec<_> = all
        .into_iter()
        .filter_map(|to| {
            let phone = to.phone.filter(|phone| to.person.is_none() && phone.can_be_dialled());
            let whom = match (to.person, &phone) {
                (Some(person), _) => person.to_string(),
                (None, Some(phone)) => phone.to_string(),
                (None, None) => return None,
            };
            let link = note.link.as_deref().unwrap_or("");
            Some(message::ActiveModel {
                id: Set(unit.id::<MessageId>()),
                person_id: Set(to.person),
                phone: Set(phone),
                about: Set(note.about),
                text_id: Set(note.text.id().to_owned()),
                digest: Set(sha256(format!("{whom}\n{}\n{arguments}\n{link}", note.text.id()))),
                arguments: Set(arguments.clone()),
                link: Set(note.link.clone()),
                language: Set(to.locale.map(|language| language.code().to_owned())),
                made_at: Set(unit.now()),
                planned_at: Set(None),
                read_at: Set(None),
            })
        })
        .collect();
    if !rows.is_empty() {
        unit.later(&message::Entity::insert_many(rows));
    }
    Ok(())
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_messages))
        .routes(routes!(api::read_messages))
        .routes(routes!(api::get_choices, api::put_choices))
        .routes(routes!(api::put_email, api::remove_email))
        .routes(routes!(api::confirm_email))
        .routes(routes!(api::get_push_key))
        .routes(routes!(api::list_subscriptions, api::create_subscription))
        .routes(routes!(api::remove_subscription))
}

/// Sends the codes by which addresses are confirmed.
pub(super) fn listens(outbox: Outbox) -> Outbox {
    email::listens(outbox)
}

/// Decides by which channels messages go, and forgets old ones.
#[must_use]
pub fn duties() -> [Recurring; 2] {
    [plan::duty(), plan::sweeper()]
}

/// Sends what is due, in every process.
#[must_use]
pub fn sender() -> Projection {
    Projection {
        name: "messages",
        run: |app| Box::pin(send::run(app)),
    }
}
