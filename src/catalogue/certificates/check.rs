//! An officer looks at a certificate; or it is taken back, and shows nowhere from then on.

use entity::{
    catalogue::{
        certificate::{self, Kind},
        certificate_check::{self, Outcome},
    },
    frame::change::Cause,
    ids::{CertificateCheckId, CertificateId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CertificateError, declare::changed};
use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
};

/// What an officer found.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Verify {
    #[schema(value_type = bool)]
    pub verified: Field<bool>,
    /// Needed when it could not be confirmed.
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub reason: Field<String>,
}

impl Verify {
    pub fn check(&self) -> Result<(bool, String), Wrong> {
        let mut wrong = Wrong::default();
        let verified = wrong.required("/verified", &self.verified).copied();
        let reason = if verified == Some(false) {
            wrong.lines("/reason", &self.reason, 2000)
        } else {
            wrong.prose("/reason", &self.reason, 2000)
        };
        checked!(wrong; verified, reason);
        Ok((verified, reason))
    }
}

/// Why a certificate is taken back.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Revoke {
    #[schema(value_type = String, max_length = 2000)]
    pub reason: Field<String>,
}

impl Revoke {
    pub fn check(&self) -> Result<String, Wrong> {
        let mut wrong = Wrong::default();
        let reason = wrong.lines("/reason", &self.reason, 2000);
        checked!(wrong; reason);
        Ok(reason)
    }
}

/// The certificate as it is now and stays until this unit ends, unless it was taken back.
async fn locked(unit: &Unit, id: CertificateId) -> Result<certificate::Model, CertificateError> {
    certificate::Entity::update_many()
        .col_expr(certificate::Column::Verified, Expr::col(certificate::Column::Verified))
        .filter(certificate::Column::Id.eq(id))
        .exec(unit)
        .await?;
    let row = certificate::Entity::find_by_id(id).one(unit).await?;
    let row = row.ok_or(CertificateError::NoSuchThing)?;
    if row.revoked_on.is_some() {
        return Err(CertificateError::Revoked);
    }
    Ok(row)
}

/// Writes down whether an officer could confirm what the seller declares.
pub async fn verify(unit: &mut Unit, id: CertificateId, verified: bool, reason: &str) -> Result<(), CertificateError> {
    let row = locked(unit, id).await?;
    if row.kind == Kind::Ocop {
        return Err(CertificateError::ByDecision);
    }
    unit.because(reason);
    certificate::Entity::update_many()
        .col_expr(certificate::Column::Verified, Expr::value(verified))
        .filter(certificate::Column::Id.eq(id))
        .exec(&*unit)
        .await?;
    let outcome = if verified {
        Outcome::Verified
    } else {
        Outcome::Unverified
    };
    note(unit, id, outcome, reason).await?;
    changed(unit, &row, Cause::Edited).await?;
    Ok(())
}

/// Takes a certificate back.
pub async fn revoke(unit: &mut Unit, id: CertificateId, reason: &str) -> Result<(), CertificateError> {
    let row = locked(unit, id).await?;
    unit.because(reason);
    take_back(unit, &row, reason).await?;
    Ok(())
}

/// Takes `row` back today; the public sees it no more.
pub async fn take_back(unit: &mut Unit, row: &certificate::Model, reason: &str) -> Result<(), DbErr> {
    certificate::Entity::update_many()
        .col_expr(certificate::Column::RevokedOn, Expr::value(unit.now().day()))
        .filter(certificate::Column::Id.eq(row.id))
        .exec(&*unit)
        .await?;
    note(unit, row.id, Outcome::Revoked, reason).await?;
    crate::dossiers::remind::settle(unit, row.id.0).await?;
    changed(unit, row, Cause::Ended).await
}

async fn note(unit: &Unit, id: CertificateId, outcome: Outcome, reason: &str) -> Result<(), DbErr> {
    let hand = unit.actor().hand();
    let hand = hand.ok_or_else(|| DbErr::Custom("a certificate is checked by a person".to_owned()))?;
    let row = certificate_check::ActiveModel {
        id: Set(unit.id::<CertificateCheckId>()),
        certificate_id: Set(id),
        outcome: Set(outcome),
        reason: Set(reason.to_owned()),
        person_id: Set(hand),
        at: Set(unit.now()),
    };
    certificate_check::Entity::insert(row)
        .exec_without_returning(unit)
        .await
        .map(|_| ())
}
