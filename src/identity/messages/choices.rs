//! By which channels somebody is told of what, and in which language.

use entity::{
    identity::{message::About, message_choice, message_delivery::Channel},
    ids::PersonId,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, sea_query::OnConflict};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    db::Unit,
    http::{
        input::{Field, Wrong},
        language::Language,
    },
};

/// What somebody chose, or what the program thinks best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Nothing was chosen: the language at hand counts.
    pub language: Option<Language>,
    pub orders: Vec<Channel>,
    pub money: Vec<Channel>,
    pub reminders: Vec<Channel>,
}

impl Default for Choices {
    /// A short message costs the exchange money, so it goes for what cannot wait: orders. A push and an e-mail only go to
    /// who asked for them.
    fn default() -> Self {
        Self {
            language: None,
            orders: vec![Channel::Sms, Channel::Push],
            money: vec![Channel::Push, Channel::Email],
            reminders: vec![Channel::Push, Channel::Email],
        }
    }
}

impl Choices {
    #[must_use]
    pub fn of(&self, about: About) -> &[Channel] {
        match about {
            About::Orders => &self.orders,
            About::Money => &self.money,
            About::Reminders => &self.reminders,
        }
    }
}

impl From<message_choice::Model> for Choices {
    fn from(row: message_choice::Model) -> Self {
        let read = |text: &str| text.split_whitespace().filter_map(Channel::from_code).collect();
        Self {
            language: Language::from_code(&row.language),
            orders: read(&row.orders),
            money: read(&row.money),
            reminders: read(&row.reminders),
        }
    }
}

/// What `person` chose.
pub async fn of(db: &impl ConnectionTrait, person: PersonId) -> Result<Choices, DbErr> {
    let row = message_choice::Entity::find_by_id(person).one(db).await?;
    Ok(row.map(Choices::from).unwrap_or_default())
}

/// What to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Choose {
    /// `vi` or `en`.
    #[schema(value_type = Option<String>, example = "vi")]
    pub language: Field<String>,
    #[schema(value_type = Option<ChooseChannels>)]
    pub channels: Field<ChooseChannels>,
}

/// By which channels: `sms`, `zalo`, `email`, `push`; none at all is a choice, too.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct ChooseChannels {
    #[schema(value_type = Option<Vec<String>>)]
    pub orders: Field<Vec<Field<String>>>,
    #[schema(value_type = Option<Vec<String>>)]
    pub money: Field<Vec<Field<String>>>,
    #[schema(value_type = Option<Vec<String>>)]
    pub reminders: Field<Vec<Field<String>>>,
}

/// A choice that may be made.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    language: Option<Language>,
    orders: Option<Vec<Channel>>,
    money: Option<Vec<Channel>>,
    reminders: Option<Vec<Channel>>,
}

impl Choose {
    pub fn check(&self) -> Result<Chosen, Wrong> {
        let mut wrong = Wrong::default();
        let language = match &self.language {
            Field::Missing => None,
            field => {
                let code = wrong.required("/language", field);
                let language = code.and_then(|code| Language::from_code(code));
                if code.is_some() && language.is_none() {
                    wrong.note("/language", "messages-say-language");
                }
                language
            }
        };
        let nothing = ChooseChannels::default();
        let channels = match &self.channels {
            Field::Missing => &nothing,
            field => wrong.required("/channels", field).unwrap_or(&nothing),
        };
        let mut list = |name: &str, field: &Field<Vec<Field<String>>>| channels_in(&mut wrong, name, field);
        let chosen = Chosen {
            language,
            orders: list("orders", &channels.orders),
            money: list("money", &channels.money),
            reminders: list("reminders", &channels.reminders),
        };
        wrong.result()?;
        Ok(chosen)
    }
}

fn channels_in(wrong: &mut Wrong, name: &str, field: &Field<Vec<Field<String>>>) -> Option<Vec<Channel>> {
    if field.is_missing() {
        return None;
    }
    let pointer = format!("/channels/{name}");
    let given = wrong.required(&pointer, field)?;
    let mut channels = Vec::new();
    for (place, item) in given.iter().take(20).enumerate() {
        let pointer = format!("{pointer}/{place}");
        let Some(code) = wrong.required(&pointer, item) else {
            continue;
        };
        match Channel::from_code(code) {
            Some(channel) if !channels.contains(&channel) => channels.push(channel),
            Some(_) => {}
            None => wrong.note(pointer, "messages-say-channel"),
        }
    }
    Some(channels)
}

/// Keeps what `person` chose.
pub async fn choose(unit: &mut Unit, person: PersonId, chosen: Chosen, at_hand: Language) -> Result<(), DbErr> {
    let before = of(&*unit, person).await?;
    let text = |channels: Option<Vec<Channel>>, before: Vec<Channel>| {
        let codes: Vec<_> = channels
            .unwrap_or(before)
            .iter()
            .map(|channel| channel.code())
            .collect();
        codes.join(" ")
    };
    let language = chosen.language.or(before.language).unwrap_or(at_hand);
    let row = message_choice::ActiveModel {
        person_id: Set(person),
        language: Set(language.code().to_owned()),
        orders: Set(text(chosen.orders, before.orders)),
        money: Set(text(chosen.money, before.money)),
        reminders: Set(text(chosen.reminders, before.reminders)),
        updated_at: Set(unit.now()),
    };
    let replace = OnConflict::column(message_choice::Column::PersonId)
        .update_columns([
            message_choice::Column::Language,
            message_choice::Column::Orders,
            message_choice::Column::Money,
            message_choice::Column::Reminders,
            message_choice::Column::UpdatedAt,
        ])
        .to_owned();
    message_choice::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(&*unit)
        .await
        .map(|_| ())
}
