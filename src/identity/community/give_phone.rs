//! A farmer who had no phone has one now: from here on they can sign in themselves.

use entity::{Phone, identity::person, ids::PersonId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    checked,
    db::{Unit, is_duplicate},
    http::input::{Field, Wrong},
    identity::{IdentityError, phone_codes::ProvenPhone},
};

/// The farmer's new phone; the second time with the code that came to it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct GivePhone {
    #[schema(value_type = String, example = "0912345678")]
    pub phone: Field<String>,
    #[schema(value_type = Option<String>, example = "123456")]
    pub code: Field<String>,
}

impl GivePhone {
    pub fn check(&self) -> Result<(Phone, Option<String>), Wrong> {
        let mut wrong = Wrong::default();
        let phone = wrong.code::<Phone>("/phone", &self.phone, "identity-say-phone-invalid");
        let code = wrong.optional("/code", &self.code, |wrong, pointer, field| {
            wrong.line(pointer, field, 20)
        });
        checked!(wrong; phone, code);
        Ok((phone, code))
    }
}

/// The account of `farmer`, who has no phone.
pub(super) async fn without_phone(
    db: &impl sea_orm::ConnectionTrait,
    farmer: PersonId,
) -> Result<person::Model, IdentityError> {
    let person = person::Entity::find_by_id(farmer).one(db).await?;
    let person = person.ok_or(IdentityError::NoSuchThing)?;
    if person.phone.can_be_dialled() {
        return Err(IdentityError::HasPhone);
    }
    Ok(person)
}

/// Gives `farmer` the phone that was `proven`.
pub(super) async fn give_phone(
    unit: &mut Unit,
    farmer: PersonId,
    proven: &ProvenPhone,
) -> Result<person::Model, IdentityError> {
    let person = without_phone(&*unit, farmer).await?;
    proven.spend(unit).await?;
    let given = person::Entity::update_many()
        .col_expr(person::Column::Phone, Expr::value(proven.phone().clone()))
        .filter(person::Column::Id.eq(farmer))
        .filter(person::Column::Phone.eq(person.phone.clone()))
        .exec(&*unit)
        .await;
    match given {
        Ok(_) => Ok(person::Model {
            phone: proven.phone().clone(),
            ..person
        }),
        Err(error) if is_duplicate(&error) => Err(IdentityError::PhoneTaken),
        Err(error) => Err(error.into()),
    }
}
