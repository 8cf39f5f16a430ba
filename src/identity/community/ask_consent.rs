//! A helper asks a farmer for consent: by a code on the farmer's own phone, or aloud before a witness where there is no
//! phone.

use entity::{
    Day, Phone,
    identity::{
        consent::{self, How, Scope, Scopes},
        person,
    },
    ids::{ConsentId, PersonId},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{confirm_consent::give, text};
use crate::{
    app::App,
    checked,
    db::Unit,
    http::{
        input::{Field, Wrong},
        language::Language,
    },
    identity::{
        IdentityError, NewPerson, insert_person,
        phone_codes::{self, Purpose},
    },
};

/// The series of numbers that stand for people without a phone.
pub const WITHOUT_PHONE: &str = "people without a phone";

/// What a new consent needs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct AskConsent {
    /// `code`: a code goes to the farmer's phone. `witness`: the farmer has no phone.
    #[schema(value_type = String, example = "code")]
    pub how: Field<String>,
    /// The farmer's own; only with `code`.
    #[schema(value_type = Option<String>, example = "0912345678")]
    pub phone: Field<String>,
    /// The farmer's name; an account that is there already keeps its own.
    #[schema(value_type = Option<String>, max_length = 120)]
    pub name: Field<String>,
    /// A farmer without a phone who has an account already; only with `witness`.
    #[schema(value_type = Option<String>)]
    pub person_id: Field<String>,
    /// Some of `diary`, `products`, `orders`, `dossiers`.
    #[schema(value_type = Vec<String>, min_items = 1)]
    pub scope: Field<Vec<Field<String>>>,
    /// The version of the text that was read aloud.
    #[schema(value_type = String, example = "2026-11")]
    pub text_version: Field<String>,
    #[schema(value_type = Option<Witness>)]
    pub witness: Field<Witness>,
}

/// Who saw that the farmer agreed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Witness {
    #[schema(value_type = String, max_length = 120)]
    pub name: Field<String>,
    /// What they are in the village.
    #[schema(value_type = String, max_length = 120, example = "Trưởng xóm")]
    pub role: Field<String>,
    /// Where it was.
    #[schema(value_type = String, max_length = 200)]
    pub place: Field<String>,
}

/// A checked consent.
#[derive(Clone, Debug)]
pub struct NewConsent {
    scope: Scopes,
    text_version: String,
    whose: Whose,
}

#[derive(Clone, Debug)]
enum Whose {
    /// By a code to this phone.
    Phone { phone: Phone, name: String },
    /// Before a witness: somebody new, or somebody known who has no phone.
    Witnessed {
        farmer: Farmer,
        name: String,
        role: String,
        place: String,
    },
}

#[derive(Clone, Debug)]
enum Farmer {
    /// Their name, and a hash that no password has.
    New {
        name: String,
        password_hash: String,
    },
    Known(PersonId),
}

impl AskConsent {
    /// Checks it; `unusable` is the hash of a password that nobody knows.
    pub fn check(&self, helper: &Phone, today: Day, unusable: String) -> Result<NewConsent, Wrong> {
        let mut wrong = Wrong::default();
        let scope = scopes(&mut wrong, &self.scope);
        let text_version = wrong
            .required("/text_version", &self.text_version)
            .map(|text| text.trim().to_owned());
        if text_version.as_ref().is_some_and(|given| given != text::version(today)) {
            wrong.note("/text_version", "wrong-consent-text");
        }
        let whose = match wrong.required("/how", &self.how).map(String::as_str) {
            Some("code") => {
                let phone = wrong.code::<Phone>("/phone", &self.phone, "identity-say-phone-invalid");
                if phone.as_ref() == Some(helper) {
                    wrong.note("/phone", "wrong-consent-own-phone");
                }
                let name = wrong.line("/name", &self.name, 120);
                if !self.witness.is_missing() {
                    wrong.note("/witness", "wrong-consent-witness-unused");
                }
                if !self.person_id.is_missing() {
                    wrong.note("/person_id", "wrong-consent-person-unused");
                }
                phone.zip(name).map(|(phone, name)| Whose::Phone { phone, name })
            }
            Some("witness") => {
                if !self.phone.is_missing() {
                    wrong.note("/phone", "wrong-consent-phone-unused");
                }
                let farmer = if self.person_id.is_missing() {
                    let name = wrong.line("/name", &self.name, 120);
                    name.map(|name| Farmer::New {
                        name,
                        password_hash: unusable,
                    })
                } else {
                    let known = wrong.code("/person_id", &self.person_id, "wrong-no-such-person");
                    known.map(Farmer::Known)
                };
                let witness = wrong.required("/witness", &self.witness).map(|witness| {
                    (
                        wrong.line("/witness/name", &witness.name, 120),
                        wrong.line("/witness/role", &witness.role, 120),
                        wrong.line("/witness/place", &witness.place, 200),
                    )
                });
                match (farmer, witness) {
                    (Some(farmer), Some((Some(name), Some(role), Some(place)))) => Some(Whose::Witnessed {
                        farmer,
                        name,
                        role,
                        place,
                    }),
                    _ => None,
                }
            }
            Some(_) => {
                wrong.note("/how", "wrong-consent-how");
                None
            }
            None => None,
        };
        checked!(wrong; scope, text_version, whose);
        Ok(NewConsent {
            scope,
            text_version,
            whose,
        })
    }
}

fn scopes(wrong: &mut Wrong, field: &Field<Vec<Field<String>>>) -> Option<Scopes> {
    let given = wrong.required("/scope", field)?;
    if given.is_empty() {
        wrong.note("/scope", "wrong-required");
        return None;
    }
    let read: Vec<_> = given
        .iter()
        .take(20)
        .enumerate()
        .map(|(place, field)| {
            let pointer = format!("/scope/{place}");
            let known = wrong.required(&pointer, field).map(|code| Scope::from_code(code))?;
            if known.is_none() {
                wrong.note(pointer, "wrong-consent-scope");
            }
            known
        })
        .collect();
    read.into_iter()
        .collect::<Option<Vec<_>>>()
        .map(|some| Scopes::of(&some))
}

/// Writes down what `helper` asks for. With a phone it waits for the code; before a witness it holds at once.
pub(super) async fn ask_consent(
    app: &App,
    unit: &mut Unit,
    helper: PersonId,
    new: NewConsent,
    language: Language,
) -> Result<consent::Model, IdentityError> {
    let row = consent::Model {
        id: unit.id::<ConsentId>(),
        helper_id: helper,
        farmer_id: None,
        phone: None,
        name: String::new(),
        scope: new.scope,
        text_version: new.text_version,
        how: How::Code,
        witness_name: None,
        witness_role: None,
        witness_place: None,
        created_at: unit.now(),
        given_at: None,
        until_on: None,
        revoked_at: None,
        revoked_by: None,
    };
    match new.whose {
        Whose::Phone { phone, name } => {
            phone_codes::send(app, unit, &phone, Purpose::Consent, language).await?;
            let row = consent::Model {
                phone: Some(phone),
                name,
                ..row
            };
            insert(unit, &row).await?;
            Ok(row)
        }
        Whose::Witnessed {
            farmer,
            name,
            role,
            place,
        } => {
            let farmer = without_phone(unit, farmer).await?;
            let row = consent::Model {
                name: farmer.name.clone(),
                how: How::Witness,
                witness_name: Some(name),
                witness_role: Some(role),
                witness_place: Some(place),
                ..row
            };
            insert(unit, &row).await?;
            give(unit, row, farmer.id).await
        }
    }
}

async fn insert(unit: &Unit, row: &consent::Model) -> Result<(), IdentityError> {
    let row = consent::ActiveModel {
        id: Set(row.id),
        helper_id: Set(row.helper_id),
        farmer_id: Set(row.farmer_id),
        phone: Set(row.phone.clone()),
        name: Set(row.name.clone()),
        scope: Set(row.scope.clone()),
        text_version: Set(row.text_version.clone()),
        how: Set(row.how),
        witness_name: Set(row.witness_name.clone()),
        witness_role: Set(row.witness_role.clone()),
        witness_place: Set(row.witness_place.clone()),
        created_at: Set(row.created_at),
        given_at: Set(row.given_at),
        until_on: Set(row.until_on),
        revoked_at: Set(row.revoked_at),
        revoked_by: Set(row.revoked_by),
    };
    consent::Entity::insert(row).exec_without_returning(unit).await?;
    Ok(())
}

/// The account of a farmer without a phone: nobody can sign in to it.
async fn without_phone(unit: &mut Unit, farmer: Farmer) -> Result<person::Model, IdentityError> {
    let id = match farmer {
        Farmer::New { name, password_hash } => {
            let nth = unit.next_number(WITHOUT_PHONE).await?;
            let phone = Phone::none(nth).ok_or(IdentityError::NumbersUsedUp)?;
            let new = NewPerson {
                phone,
                name,
                password_hash,
            };
            insert_person(unit, new).await?
        }
        Farmer::Known(id) => id,
    };
    person::Entity::find_by_id(id)
        .one(&*unit)
        .await?
        // Whoever has a phone is asked on it, not before others.
        .filter(|person| !person.phone.can_be_dialled())
        .ok_or_else(|| Wrong::one("/person_id", "wrong-no-such-person").into())
}
