//! Codes of an authenticator app (RFC 6238): HMAC-SHA-1, six digits, steps of 30 seconds, a phone's clock may be one step off.

use entity::{identity::totp, ids::PersonId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use totp_rs::{Builder, Secret, Totp};

use super::IdentityError;
use crate::{
    app::{App, hex},
    db::{Actor, Unit},
    media::qr::Qr,
};

/// An authenticator app offered to a person: confirmed by its first code.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    /// The secret in Base32 (RFC 4648, section 6), for whoever types it.
    pub secret: String,
    /// The `otpauth:` address that apps read.
    pub uri: String,
    pub qr_svg: String,
}

type Bytes = [u8; 20];

/// Offers `person` a new secret; one that was offered and never confirmed is dropped.
pub(super) async fn offer(app: &App, person: PersonId, account: &str) -> Result<Offer, IdentityError> {
    let mut bytes: Bytes = [0; 20];
    app.source().fill(&mut bytes);
    let sealed = app.vault().seal(app.source(), &context(person), &hex(&bytes));
    app.write(Actor::Person(person), move |unit| {
        let sealed = sealed.clone();
        Box::pin(async move {
            totp::Entity::delete_many()
                .filter(totp::Column::PersonId.eq(person))
                .filter(totp::Column::ConfirmedAt.is_null())
                .exec(&*unit)
                .await?;
            let row = totp::ActiveModel {
                person_id: Set(person),
                secret: Set(sealed),
                last_step: Set(0),
                created_at: Set(unit.now()),
                confirmed_at: Set(None),
            };
            match totp::Entity::insert(row).exec_without_returning(&*unit).await {
                Ok(_) => Ok(()),
                Err(error) if crate::db::is_duplicate(&error) => Err(IdentityError::TotpEnrolled),
                Err(error) => Err(error.into()),
            }
        })
    })
    .await?;
    Ok(tell(account, bytes))
}

/// What was offered to `person` and not confirmed yet.
pub(super) async fn offered(app: &App, person: PersonId, account: &str) -> Result<Option<Offer>, IdentityError> {
    let row = totp::Entity::find_by_id(person)
        .filter(totp::Column::ConfirmedAt.is_null())
        .one(app.db().read())
        .await?;
    row.map(|row| Ok(tell(account, secret(app, &row)?))).transpose()
}

/// Whether `person` has an authenticator app.
pub(super) async fn enrolled(db: &impl ConnectionTrait, person: PersonId) -> Result<bool, DbErr> {
    let row = totp::Entity::find_by_id(person).one(db).await?;
    Ok(row.is_some_and(|row| row.confirmed_at.is_some()))
}

/// Takes the first `code` of what was offered. `false` when it is wrong, or nothing is on offer.
pub(super) async fn confirm(app: &App, unit: &mut Unit, person: PersonId, code: &str) -> Result<bool, IdentityError> {
    let pending = totp::Column::ConfirmedAt.is_null();
    if !spend_where(app, unit, person, code, pending).await? {
        return Ok(false);
    }
    totp::Entity::update_many()
        .col_expr(totp::Column::ConfirmedAt, Expr::value(unit.now()))
        .filter(totp::Column::PersonId.eq(person))
        .exec(&*unit)
        .await?;
    Ok(true)
}

/// Uses `code` up. `false` when it is wrong, or was used before.
pub(super) async fn spend(app: &App, unit: &mut Unit, person: PersonId, code: &str) -> Result<bool, IdentityError> {
    let confirmed = totp::Column::ConfirmedAt.is_not_null();
    spend_where(app, unit, person, code, confirmed).await
}

async fn spend_where(
    app: &App,
    unit: &mut Unit,
    person: PersonId,
    code: &str,
    state: Expr,
) -> Result<bool, IdentityError> {
    let row = totp::Entity::find_by_id(person).filter(state).one(&*unit).await?;
    let Some(row) = row else { return Ok(false) };
    // The phone knows the real time, whatever a demo's clock says.
    let seconds = u64::try_from(unit.source().wall_clock().0 / 1000).unwrap_or(0);
    let Some(step) = reader(secret(app, &row)?).check(code, seconds) else {
        return Ok(false);
    };
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    // RFC 6238, section 5.2: the second attempt with a code is refused.
    let moved = totp::Entity::update_many()
        .col_expr(totp::Column::LastStep, Expr::value(step))
        .filter(totp::Column::PersonId.eq(person))
        .filter(totp::Column::LastStep.lt(step))
        .exec(&*unit)
        .await?;
    Ok(moved.rows_affected == 1)
}

/// Removes `person`'s authenticator app, and tells whether there was one.
pub(super) async fn remove(unit: &mut Unit, person: PersonId) -> Result<bool, DbErr> {
    let gone = totp::Entity::delete_by_id(person).exec(&*unit).await?;
    Ok(gone.rows_affected > 0)
}

fn reader(secret: Bytes) -> Totp {
    // RFC 6238's defaults, which every app understands: SHA-1, six digits, 30 seconds, one step of drift.
    Builder::new()
        .with_secret(Secret::new_stack(secret))
        .build_noncompliant()
}

fn context(person: PersonId) -> String {
    format!("totp {person}")
}

fn secret(app: &App, row: &totp::Model) -> Result<Bytes, IdentityError> {
    let text = app.vault().open(&context(row.person_id), &row.secret)?;
    let mut bytes: Bytes = [0; 20];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).unwrap_or_default();
        *byte = u8::from_str_radix(digits, 16).map_err(|_| crate::vault::Sealed)?;
    }
    Ok(bytes)
}

fn tell(account: &str, bytes: Bytes) -> Offer {
    let secret = base32(&bytes);
    // The label is a path, in which a space is no plus.
    let issuer: String = form_urlencoded::byte_serialize("Chợ Quê".as_bytes()).collect();
    let issuer = issuer.replace('+', "%20");
    let uri =
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30");
    let qr_svg = Qr::of(&uri).expect("far below what a code holds").svg();
    Offer { secret, uri, qr_svg }
}

/// RFC 4648, section 6, for whole groups of five bytes: no padding is ever needed.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    bytes
        .chunks(5)
        .flat_map(|group| {
            let bits = group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            (0..8)
                .rev()
                .map(move |place| char::from(LETTERS[usize::try_from(bits >> (5 * place) & 31).unwrap_or(0)]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, cut to six digits.
        let reader = reader(*b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(reader.check(code, seconds), Some(seconds / 30), "{seconds}");
            assert_eq!(reader.check(code, seconds + 30), Some(seconds / 30), "one step late");
            assert_eq!(reader.check(code, seconds + 60), None, "two steps late");
        }
    }

    #[test]
    fn a_secret_is_written_as_the_standard_writes_it() {
        // RFC 4648, section 10.
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
        assert_eq!(base32(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn the_address_is_one_that_apps_read() {
        let offer = tell("0912345678", *b"12345678901234567890");
        assert_eq!(
            offer.uri,
            "otpauth://totp/Ch%E1%BB%A3%20Qu%C3%AA:0912345678?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Ch%E1%BB%A3%20Qu%C3%AA&algorithm=SHA1&digits=6&period=30"
        );
        assert!(offer.qr_svg.starts_with("<svg"));
    }
}
