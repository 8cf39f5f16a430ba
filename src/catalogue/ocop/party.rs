//! Who stands at the desk: an officer, somebody of a seller, or both.

use axum::{extract::FromRequestParts, http::request::Parts};
use entity::{dossiers::dossier, ids::SellerId};

use super::OcopError;
use crate::{
    app::App,
    catalogue::selling::sellers_of,
    db::Actor,
    http::problem::Problem,
    identity::{Officer, SignedIn},
};

/// Proof of who asks, and on which sides of a dossier they stand.
#[derive(Clone, Debug)]
pub struct Party {
    caller: SignedIn,
    officer: Option<Officer>,
    sellers: Vec<SellerId>,
}

impl Party {
    #[must_use]
    pub const fn caller(&self) -> &SignedIn {
        &self.caller
    }

    #[must_use]
    pub const fn is_officer(&self) -> bool {
        self.officer.is_some()
    }

    /// Whom the person may act for.
    #[must_use]
    pub fn sellers(&self) -> &[SellerId] {
        &self.sellers
    }

    #[must_use]
    pub fn acts_for(&self, seller: SellerId) -> bool {
        self.sellers.contains(&seller)
    }

    /// Whether they are of the seller that applied.
    #[must_use]
    pub fn applied(&self, dossier: &dossier::Model) -> bool {
        self.acts_for(SellerId(dossier.party_id))
    }

    /// Whether they may know of the dossier at all.
    #[must_use]
    pub fn sees(&self, dossier: &dossier::Model) -> bool {
        self.is_officer() || self.applied(dossier)
    }

    /// With whose hand they write about `seller`: their own where they are of that seller, else the office's.
    pub fn actor_for(&self, seller: SellerId) -> Result<Actor, OcopError> {
        match &self.officer {
            _ if self.acts_for(seller) => Ok(self.caller.actor()),
            Some(officer) => Ok(officer.actor()),
            None => Err(OcopError::NoSuchThing),
        }
    }

    /// The office's hand, for what an officer alone does with a dossier; never with one of their own.
    pub fn in_office(&self, dossier: &dossier::Model) -> Result<Actor, OcopError> {
        match &self.officer {
            _ if !self.sees(dossier) => Err(OcopError::NoSuchThing),
            None => Err(OcopError::NotAnOfficer),
            Some(_) if self.applied(dossier) => Err(OcopError::OwnDossier),
            Some(officer) => Ok(officer.actor()),
        }
    }
}

impl FromRequestParts<App> for Party {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let officer = Officer::from_request_parts(parts, app).await.ok();
        let sellers = sellers_of(app, caller.person()).await?;
        Ok(Self {
            caller,
            officer,
            sellers,
        })
    }
}
