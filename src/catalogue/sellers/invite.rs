//! An owner asks somebody to work for the seller: by a link that opens once, for a week, for one phone number.

use entity::{
    Phone, Timestamp,
    catalogue::{
        invitation,
        staff::{self, StaffRole},
    },
    identity::person,
    ids::{InvitationId, PersonId, SellerId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::sha256,
    catalogue::CatalogueError,
    checked,
    db::Unit,
    http::input::{Field, Wrong},
};

/// How long a link opens: 7 days.
const LASTS_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Whom to ask.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Invite {
    /// Of the account that may accept.
    #[schema(value_type = String, example = "0912345678")]
    pub phone: Field<String>,
    /// `owner`: changes the seller, its money account and its staff. `staff`: lists, sells and keeps the diary.
    #[schema(value_type = String, example = "staff")]
    pub role: Field<String>,
}

impl Invite {
    pub fn check(&self) -> Result<(Phone, StaffRole), Wrong> {
        let mut wrong = Wrong::default();
        let phone = wrong.code::<Phone>("/phone", &self.phone, "identity-say-phone-invalid");
        let role = wrong
            .required("/role", &self.role)
            .map(|code| StaffRole::from_code(code));
        if role == Some(None) {
            wrong.note("/role", "wrong-staff-role");
        }
        let role = role.flatten();
        checked!(wrong; phone, role);
        Ok((phone, role))
    }
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Accepted,
    Revoked,
    Expired,
}

impl State {
    #[must_use]
    pub fn of(row: &invitation::Model, now: Timestamp) -> Self {
        match (row.accepted_at, row.revoked_at) {
            (Some(_), _) => Self::Accepted,
            (None, Some(_)) => Self::Revoked,
            (None, None) if row.expires_at <= now => Self::Expired,
            (None, None) => Self::Open,
        }
    }

    /// The word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

/// Writes the invitation; the code is known only now.
pub async fn invite(
    unit: &mut Unit,
    seller: SellerId,
    by: PersonId,
    phone: Phone,
    role: StaffRole,
) -> Result<(invitation::Model, String), CatalogueError> {
    let known = person::Entity::find()
        .filter(person::Column::Phone.eq(phone.clone()))
        .one(&*unit)
        .await?;
    if let Some(person) = known {
        let works = staff::Entity::find_by_id((seller, person.id)).one(&*unit).await?;
        if works.is_some_and(|works| works.role == role || works.role == StaffRole::Owner) {
            return Err(CatalogueError::AlreadyStaff);
        }
    }
    let code = unit.source().secret();
    let made = invitation::Model {
        id: unit.id::<InvitationId>(),
        seller_id: seller,
        phone,
        role,
        code_hash: sha256(&code),
        created_at: unit.now(),
        created_by: by,
        expires_at: unit.now().plus(LASTS_MS),
        accepted_at: None,
        accepted_by: None,
        revoked_at: None,
    };
    let row = invitation::ActiveModel {
        id: Set(made.id),
        seller_id: Set(made.seller_id),
        phone: Set(made.phone.clone()),
        role: Set(made.role),
        code_hash: Set(made.code_hash.clone()),
        created_at: Set(made.created_at),
        created_by: Set(made.created_by),
        expires_at: Set(made.expires_at),
        accepted_at: Set(None),
        accepted_by: Set(None),
        revoked_at: Set(None),
    };
    invitation::Entity::insert(row).exec_without_returning(&*unit).await?;
    Ok((made, code))
}

/// Takes back an invitation that nobody has accepted.
pub async fn revoke(unit: &mut Unit, seller: SellerId, id: InvitationId) -> Result<(), CatalogueError> {
    use invitation::Column;
    let known = invitation::Entity::find_by_id(id)
        .filter(Column::SellerId.eq(seller))
        .one(&*unit)
        .await?
        .ok_or(CatalogueError::NoSuchThing)?;
    if known.revoked_at.is_some() {
        return Ok(());
    }
    let revoked = invitation::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(unit.now()))
        .filter(Column::Id.eq(id))
        .filter(Column::AcceptedAt.is_null())
        .exec(&*unit)
        .await?;
    if revoked.rows_affected == 0 {
        return Err(CatalogueError::InvitationOver);
    }
    Ok(())
}

/// The invitation that `code` opens for `phone`, whatever became of it.
pub async fn opened(
    db: &impl ConnectionTrait,
    code: &str,
    phone: &Phone,
) -> Result<Option<invitation::Model>, CatalogueError> {
    Ok(invitation::Entity::find()
        .filter(invitation::Column::CodeHash.eq(sha256(code)))
        .filter(invitation::Column::Phone.eq(phone.clone()))
        .one(db)
        .await?)
}

/// The person with `phone` takes the invitation that `code` opens, and works for the seller from now on.
pub async fn accept(unit: &mut Unit, code: &str, person: PersonId, phone: &Phone) -> Result<SellerId, CatalogueError> {
    use invitation::Column;
    let row = opened(&*unit, code, phone).await?.ok_or(CatalogueError::NoSuchThing)?;
    let taken = invitation::Entity::update_many()
        .col_expr(Column::AcceptedAt, Expr::value(unit.now()))
        .col_expr(Column::AcceptedBy, Expr::value(person))
        .filter(Column::Id.eq(row.id))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(unit.now()))
        .exec(&*unit)
        .await?;
    if taken.rows_affected == 0 {
        return Err(CatalogueError::InvitationOver);
    }
    match staff::Entity::find_by_id((row.seller_id, person)).one(&*unit).await? {
        None => {
            let works = staff::ActiveModel {
                seller_id: Set(row.seller_id),
                person_id: Set(person),
                role: Set(row.role),
                since: Set(unit.now()),
            };
            staff::Entity::insert(works).exec_without_returning(&*unit).await?;
        }
        // Nobody is made less by accepting.
        Some(works) if works.role == StaffRole::Staff && row.role == StaffRole::Owner => {
            staff::Entity::update_many()
                .col_expr(staff::Column::Role, Expr::value(StaffRole::Owner))
                .filter(staff::Column::SellerId.eq(row.seller_id))
                .filter(staff::Column::PersonId.eq(person))
                .exec(&*unit)
                .await?;
        }
        Some(_) => {}
    }
    Ok(row.seller_id)
}
