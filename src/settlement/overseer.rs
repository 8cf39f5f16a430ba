//! The proof that somebody may deal with money: of their own accounts, or of all in an office.

use axum::{extract::FromRequestParts, http::request::Parts};
use entity::{
    catalogue::staff::{self, StaffRole},
    ids::{MoneyAccountId, PersonId, SellerId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{SettlementError, read};
use crate::{
    app::App,
    db::Actor,
    http::problem::Problem,
    identity::{Administrator, InPerson, Officer},
};

/// Proof that the request comes from somebody who may deal with the money of some accounts, themselves: an owner with
/// that of their sellers and stalls, officers and administrators with all.
#[derive(Clone, Debug)]
pub struct Overseer {
    actor: Actor,
    person: PersonId,
    /// `None`: all.
    own: Option<Vec<MoneyAccountId>>,
}

impl Overseer {
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Whether the money of every account is theirs to deal with, also such as is in no account of ours.
    #[must_use]
    pub const fn of_all(&self) -> bool {
        self.own.is_none()
    }

    /// Whether money in `account` is theirs to deal with.
    #[must_use]
    pub fn reaches(&self, account: Option<MoneyAccountId>) -> bool {
        match (&self.own, account) {
            (None, _) => true,
            (Some(own), Some(account)) => own.contains(&account),
            (Some(_), None) => false,
        }
    }
}

impl FromRequestParts<App> for Overseer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = InPerson::from_request_parts(parts, app).await?;
        let person = caller.person();
        let office = match Administrator::from_request_parts(parts, app).await {
            Ok(administrator) => Some(administrator.actor()),
            Err(_) => Officer::from_request_parts(parts, app)
                .await
                .ok()
                .map(|officer| officer.actor()),
        };
        if let Some(actor) = office {
            return Ok(Self {
                actor,
                person,
                own: None,
            });
        }
        let db = app.db().read();
        let sellers: Vec<SellerId> = staff::Entity::find()
            .select_only()
            .column(staff::Column::SellerId)
            .filter(staff::Column::PersonId.eq(person))
            .filter(staff::Column::Role.eq(StaffRole::Owner))
            .into_tuple()
            .all(db)
            .await
            .map_err(SettlementError::from)?;
        let own = read::accounts_of(db, person, &sellers)
            .await
            .map_err(SettlementError::from)?;
        Ok(Self {
            actor: caller.actor(),
            person,
            own: Some(own),
        })
    }
}
