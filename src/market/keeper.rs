//! The proof that a person keeps the stall they speak of.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use entity::{
    ids::{PersonId, StallId},
    market::stall,
};
use sea_orm::EntityTrait;

use super::MarketError;
use crate::{app::App, db::Actor, http::problem::Problem, identity::SignedIn};

/// Proof that the request comes from the keeper of the stall that `{id}` in the path names. Anybody else's stall is not
/// there.
#[derive(Clone, Debug)]
pub struct StallKeeper {
    caller: SignedIn,
    stall: stall::Model,
}

impl StallKeeper {
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.caller.person()
    }

    #[must_use]
    pub fn actor(&self) -> Actor {
        self.caller.actor()
    }

    /// The stall as it was when the request came.
    #[must_use]
    pub const fn stall(&self) -> &stall::Model {
        &self.stall
    }
}

impl FromRequestParts<App> for StallKeeper {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let Path(named) = Path::<Vec<(String, String)>>::from_request_parts(parts, app)
            .await
            .map_err(|_| Problem::not_found())?;
        let id: StallId = named
            .iter()
            .find_map(|(name, text)| (name == "id").then(|| text.parse().ok())?)
            .ok_or_else(Problem::not_found)?;
        let stall = stall::Entity::find_by_id(id)
            .one(app.db().read())
            .await?
            .filter(|stall| stall.person_id == Some(caller.person()))
            .ok_or(MarketError::NoSuchThing)?;
        Ok(Self { caller, stall })
    }
}
