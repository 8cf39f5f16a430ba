//! Who asks after money: its owners in person, and those whose office it is. Nobody else learns that it is there.

use axum::{extract::FromRequestParts, http::request::Parts};
use entity::{catalogue::seller, ids::SellerId};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::{
    app::App,
    catalogue::{CatalogueError, Selling},
    db::Actor,
    http::{body::Maybe, problem::Problem},
    identity::{Administrator, InPerson, Officer},
};

/// Proof that somebody asks in person, with what they own and which office they hold.
#[derive(Clone, Debug)]
pub struct Party {
    person: InPerson,
    selling: Option<Selling>,
    officer: Option<Officer>,
    administrator: Option<Administrator>,
}

impl Party {
    /// In their own name.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.person.actor()
    }

    /// Whether their office lets them see everybody's.
    #[must_use]
    pub const fn sees_all(&self) -> bool {
        self.officer.is_some() || self.administrator.is_some()
    }

    #[must_use]
    pub const fn administrator(&self) -> Option<&Administrator> {
        self.administrator.as_ref()
    }

    /// The sellers they work for.
    #[must_use]
    pub fn works_for(&self) -> &[SellerId] {
        self.selling.as_ref().map_or(&[], Selling::sellers)
    }

    #[must_use]
    pub fn owns(&self, seller: SellerId) -> bool {
        self.selling.as_ref().is_some_and(|selling| selling.owns(seller))
    }

    /// The sellers they own.
    #[must_use]
    pub fn owned(&self) -> Vec<SellerId> {
        let all = self.works_for().iter().copied();
        all.filter(|seller| self.owns(*seller)).collect()
    }

    /// Whose things a list shows: everybody's to an office that does not ask for its own, else those of the sellers they
    /// own.
    #[must_use]
    pub fn whose(&self, only_mine: bool) -> Option<Vec<SellerId>> {
        (!self.sees_all() || only_mine).then(|| self.owned())
    }

    /// Refuses whoever neither owns `seller` nor holds an office; a stranger is told nothing.
    pub fn must_see(&self, seller: SellerId) -> Result<(), Problem> {
        if self.sees_all() || self.owns(seller) {
            Ok(())
        } else if self.works_for().contains(&seller) {
            Err(CatalogueError::OwnersOnly.into())
        } else {
            Err(Problem::not_found())
        }
    }

    /// In whose name something of `seller`'s is changed: its owner's, or an administrator's in office.
    pub fn must_change(&self, seller: SellerId) -> Result<Actor, Problem> {
        if self.owns(seller) {
            return Ok(self.actor());
        }
        match &self.administrator {
            Some(administrator) => Ok(administrator.actor()),
            None if self.works_for().contains(&seller) => Err(CatalogueError::OwnersOnly.into()),
            None => Err(Problem::not_found()),
        }
    }
}

impl FromRequestParts<App> for Party {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let person = InPerson::from_request_parts(parts, app).await?;
        let Ok(Maybe(selling)) = Maybe::<Selling>::from_request_parts(parts, app).await;
        let Ok(Maybe(officer)) = Maybe::<Officer>::from_request_parts(parts, app).await;
        let Ok(Maybe(administrator)) = Maybe::<Administrator>::from_request_parts(parts, app).await;
        Ok(Self {
            person,
            selling,
            officer,
            administrator,
        })
    }
}

/// The seller with this id, for whoever may see all of them.
pub async fn known(db: &impl ConnectionTrait, id: SellerId) -> Result<seller::Model, Problem> {
    seller::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or_else(Problem::not_found)
}
