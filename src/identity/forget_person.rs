//! Erases a person's account (Law 91/2025 on personal data): what says who they are goes, and a row without a name stays
//! where others refer to it.

use entity::{
    identity::{
        ceremony, consent, electronic_identity, message, message_choice, passkey, person, person_email,
        push_subscription, recovery_code, role, session, totp,
    },
    ids::PersonId,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

use super::{IdentityError, community::WITHOUT_PHONE};
use crate::db::Unit;
use entity::Phone;

/// What stands where a name was.
pub const ERASED: &str = "Đã xoá";

/// The account with this phone.
pub async fn person_with_phone(db: &impl ConnectionTrait, phone: &Phone) -> Result<Option<person::Model>, DbErr> {
    person::Entity::find()
        .filter(person::Column::Phone.eq(phone.clone()))
        .one(db)
        .await
}

/// Whether the person holds an office.
pub async fn holds_office(db: &impl ConnectionTrait, id: PersonId) -> Result<bool, DbErr> {
    let held = role::Entity::find()
        .filter(role::Column::PersonId.eq(id))
        .one(db)
        .await?;
    Ok(held.is_some())
}

/// Takes name, phone, credentials, messages and consents from `person`. Nobody can sign in as them again.
pub async fn forget_person(unit: &mut Unit, person: &person::Model) -> Result<(), IdentityError> {
    let id = person.id;
    let nth = unit.next_number(WITHOUT_PHONE).await?;
    let nobody = Phone::none(nth).ok_or(IdentityError::NumbersUsedUp)?;
    person::Entity::update_many()
        .col_expr(person::Column::Name, Expr::value(ERASED))
        .col_expr(person::Column::Phone, Expr::value(nobody))
        .col_expr(person::Column::PasswordHash, Expr::value(""))
        .filter(person::Column::Id.eq(id))
        .exec(&*unit)
        .await?;
    let theirs = Condition::any()
        .add(message::Column::PersonId.eq(id))
        .add(message::Column::Phone.eq(person.phone.clone()));
    message::Entity::delete_many().filter(theirs).exec(&*unit).await?;
    macro_rules! forget {
        ($($table:ident),+) => {$(
            $table::Entity::delete_many().filter($table::Column::PersonId.eq(id)).exec(&*unit).await?;
        )+};
    }
    forget!(
        ceremony,
        electronic_identity,
        message_choice,
        passkey,
        person_email,
        push_subscription,
        recovery_code,
        session,
        totp
    );
    // That somebody was allowed to act for them is what the acts of others rest on; who it was for is not.
    consent::Entity::update_many()
        .col_expr(consent::Column::Name, Expr::value(ERASED))
        .filter(consent::Column::FarmerId.eq(id))
        .exec(&*unit)
        .await?;
    consent::Entity::update_many()
        .col_expr(
            consent::Column::Phone,
            Expr::case(Expr::col(consent::Column::Phone).is_null(), Expr::value(None::<String>))
                .finally(Expr::value(Phone::none(nth).map(|phone| phone.to_string())))
                .into(),
        )
        .filter(consent::Column::FarmerId.eq(id))
        .exec(&*unit)
        .await?;
    consent::Entity::update_many()
        .col_expr(consent::Column::WitnessName, Expr::value(ERASED))
        .col_expr(consent::Column::WitnessPlace, Expr::value(""))
        .filter(consent::Column::FarmerId.eq(id))
        .filter(consent::Column::WitnessName.is_not_null())
        .exec(&*unit)
        .await?;
    Ok(())
}
