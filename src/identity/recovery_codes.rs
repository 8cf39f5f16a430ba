//! Codes to write down, for the day on which the phone is lost. Each is good once.

use entity::{identity::recovery_code, ids::PersonId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};

use crate::{app::App, db::Unit};

/// How many there are in a set.
const MANY: usize = 10;
/// Letters that are not taken for one another, read aloud or written by hand.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Makes `person` a new set; the old one ends. This is the only moment at which they are known.
pub(super) async fn renew(app: &App, unit: &mut Unit, person: PersonId) -> Result<Vec<String>, DbErr> {
    remove(unit, person).await?;
    let mut codes = Vec::with_capacity(MANY);
    for _ in 0..MANY {
        // Fifty bits each: with a keyed hash and few tries, more than enough.
        let random = unit.random();
        let letters: String = (0..10)
            .map(|place| char::from(LETTERS[usize::try_from(random >> (5 * place) & 31).unwrap_or(0)]))
            .collect();
        let row = recovery_code::ActiveModel {
            person_id: Set(person),
            code_hash: Set(hash(app, person, &letters)),
            created_at: Set(unit.now()),
            used_at: Set(None),
        };
        recovery_code::Entity::insert(row)
            .exec_without_returning(&*unit)
            .await?;
        codes.push(format!("{}-{}", &letters[..5], &letters[5..]));
    }
    Ok(codes)
}

/// A set for `person`, unless some are left; then nothing.
pub(super) async fn make_when_none(app: &App, unit: &mut Unit, person: PersonId) -> Result<Vec<String>, DbErr> {
    if left(&*unit, person).await? > 0 {
        Ok(Vec::new())
    } else {
        renew(app, unit, person).await
    }
}

/// How many `person` has not used.
pub(super) async fn left(db: &impl ConnectionTrait, person: PersonId) -> Result<u64, DbErr> {
    recovery_code::Entity::find()
        .filter(recovery_code::Column::PersonId.eq(person))
        .filter(recovery_code::Column::UsedAt.is_null())
        .count(db)
        .await
}

/// Uses `code` up. `false` when it is wrong, or was used before.
pub(super) async fn spend(app: &App, unit: &mut Unit, person: PersonId, code: &str) -> Result<bool, DbErr> {
    let letters: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let used = recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(unit.now()))
        .filter(recovery_code::Column::PersonId.eq(person))
        .filter(recovery_code::Column::CodeHash.eq(hash(app, person, &letters)))
        .filter(recovery_code::Column::UsedAt.is_null())
        .exec(&*unit)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Removes all of `person`'s.
pub(super) async fn remove(unit: &mut Unit, person: PersonId) -> Result<(), DbErr> {
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::PersonId.eq(person))
        .exec(&*unit)
        .await
        .map(|_| ())
}

fn hash(app: &App, person: PersonId, letters: &str) -> String {
    app.vault().blind(&format!("recovery code {person}"), letters)
}
