//! A farmer agrees: the code that came to their phone is read out to the helper.

use entity::{
    identity::{consent, person},
    ids::{ConsentId, PersonId},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use super::text;
use crate::{
    db::Unit,
    http::input::Field,
    identity::{IdentityError, NewPerson, insert_person, phone_codes::ProvenPhone},
};

/// The code that came to the farmer's phone.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ConfirmConsent {
    #[schema(value_type = String, example = "123456")]
    pub code: Field<String>,
}

/// The consent `id` that `helper` asked for and that waits for its code.
pub(super) async fn waiting(
    db: &impl sea_orm::ConnectionTrait,
    helper: PersonId,
    id: ConsentId,
) -> Result<consent::Model, IdentityError> {
    let row = consent::Entity::find_by_id(id)
        .filter(consent::Column::HelperId.eq(helper))
        .one(db)
        .await?
        .ok_or(IdentityError::NoSuchThing)?;
    if row.given_at.is_some() || row.revoked_at.is_some() {
        return Err(IdentityError::ConsentOver);
    }
    Ok(row)
}

/// Takes the consent as given by who has `proven` the phone; an account is made for them where there is none, with a
/// password that nobody knows (`unusable` is its hash).
pub(super) async fn confirm_consent(
    unit: &mut Unit,
    helper: PersonId,
    id: ConsentId,
    proven: &ProvenPhone,
    unusable: String,
) -> Result<consent::Model, IdentityError> {
    let row = waiting(&*unit, helper, id).await?;
    if row.phone.as_ref() != Some(proven.phone()) {
        return Err(IdentityError::NoSuchThing);
    }
    proven.spend(unit).await?;
    let known = person::Entity::find()
        .filter(person::Column::Phone.eq(proven.phone().clone()))
        .one(&*unit)
        .await?;
    let farmer = if let Some(person) = known {
        person.id
    } else {
        let new = NewPerson {
            phone: proven.phone().clone(),
            name: row.name.clone(),
            password_hash: unusable,
        };
        insert_person(unit, new).await?
    };
    give(unit, row, farmer).await
}

/// Takes `row` as given by `farmer` from now on. What they had agreed to between the two of them before is replaced.
pub(super) async fn give(unit: &Unit, row: consent::Model, farmer: PersonId) -> Result<consent::Model, IdentityError> {
    use consent::Column;
    let (now, today) = (unit.now(), unit.now().day());
    let until = today.plus_months(text::months(today));
    let replaced = Condition::all()
        .add(Column::HelperId.eq(row.helper_id))
        .add(Column::FarmerId.eq(farmer))
        .add(Column::Id.ne(row.id))
        .add(Column::RevokedAt.is_null());
    consent::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .col_expr(Column::RevokedBy, Expr::value(row.helper_id))
        .filter(replaced)
        .exec(unit)
        .await?;
    let given = consent::Entity::update_many()
        .col_expr(Column::FarmerId, Expr::value(farmer))
        .col_expr(Column::GivenAt, Expr::value(now))
        .col_expr(Column::UntilOn, Expr::value(until))
        .filter(Column::Id.eq(row.id))
        .filter(Column::GivenAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .exec(unit)
        .await?;
    if given.rows_affected == 0 {
        return Err(IdentityError::ConsentOver);
    }
    Ok(consent::Model {
        farmer_id: Some(farmer),
        given_at: Some(now),
        until_on: Some(until),
        ..row
    })
}
