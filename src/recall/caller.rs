//! The proof that somebody may call goods back: an officer anybody's, a seller their own.

use axum::{extract::FromRequestParts, http::request::Parts};
use entity::{
    identity::role::Office,
    ids::{PersonId, SellerId},
};

use crate::{
    app::App,
    catalogue::Selling,
    db::Actor,
    http::problem::Problem,
    identity::{Administrator, Officer, SignedIn},
};

/// Proof that the request comes from somebody who may call goods back.
#[derive(Clone, Debug)]
pub struct Caller {
    person: PersonId,
    actor: Actor,
    office: Option<Office>,
    sellers: Vec<SellerId>,
}

impl Caller {
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// In which office they act; `None`: as the seller.
    #[must_use]
    pub const fn office(&self) -> Option<Office> {
        self.office
    }

    /// Whether goods of `seller` are theirs to deal with.
    #[must_use]
    pub fn reaches(&self, seller: SellerId) -> bool {
        self.office.is_some() || self.sellers.contains(&seller)
    }

    /// Whom they sell for.
    #[must_use]
    pub fn sellers(&self) -> &[SellerId] {
        &self.sellers
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let in_office = match Officer::from_request_parts(parts, app).await {
            Ok(officer) => Some((Office::Officer, officer.actor())),
            Err(_) => Administrator::from_request_parts(parts, app)
                .await
                .ok()
                .map(|administrator| (Office::Administrator, administrator.actor())),
        };
        if let Some((office, actor)) = in_office {
            return Ok(Self {
                person: caller.person(),
                actor,
                office: Some(office),
                sellers: Vec::new(),
            });
        }
        let selling = Selling::from_request_parts(parts, app).await?;
        Ok(Self {
            person: selling.person(),
            actor: selling.actor(),
            office: None,
            sellers: selling.sellers().to_vec(),
        })
    }
}
