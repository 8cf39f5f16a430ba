//! A consent ends before its time: the farmer, the helper themself or an administrator says so. From that moment nothing
//! more is done under it, not even what the helper wrote before and had not sent.

use entity::{identity::consent, ids::ConsentId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
    identity::IdentityError,
};

/// Why it ends; nobody has to say.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct RevokeConsent {
    #[schema(value_type = Option<String>, max_length = 500)]
    pub reason: Field<String>,
}

impl RevokeConsent {
    pub fn check(&self) -> Result<String, Wrong> {
        let mut wrong = Wrong::default();
        let reason = wrong.prose("/reason", &self.reason, 500);
        checked!(wrong; reason);
        Ok(reason)
    }
}

/// Ends the consent `id`; one that has ended stays as it is.
pub(super) async fn revoke_consent(
    unit: &mut Unit,
    id: ConsentId,
    reason: &str,
) -> Result<consent::Model, IdentityError> {
    use consent::Column;
    let by = unit.actor().hand();
    let ended = consent::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(unit.now()))
        .col_expr(Column::RevokedBy, Expr::value(by))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(&*unit)
        .await?;
    if ended.rows_affected == 0 {
        unit.repeats();
    } else if !reason.is_empty() {
        unit.because(reason);
    }
    consent::Entity::find_by_id(id)
        .one(&*unit)
        .await?
        .ok_or(IdentityError::NoSuchThing)
}
