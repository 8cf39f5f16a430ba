//! The proofs that a person holds an office of the province. What they write is noted as an act of that office.

use axum::{extract::FromRequestParts, http::request::Parts};
use entity::{identity::role::Office, ids::PersonId};

use super::SignedIn;
use crate::{app::App, db::Actor, http::problem::Problem};

macro_rules! offices {
    ($($(#[$doc:meta])* $proof:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $proof(SignedIn);

        impl $proof {
            #[must_use]
            pub const fn person(&self) -> PersonId {
                self.0.person()
            }

            #[must_use]
            pub const fn caller(&self) -> &SignedIn {
                &self.0
            }

            #[must_use]
            pub fn actor(&self) -> Actor {
                self.0.in_office(Office::$proof)
            }
        }

        impl FromRequestParts<App> for $proof {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let caller = SignedIn::from_request_parts(parts, app).await?;
                caller.exercises(Office::$proof)?;
                Ok(Self(caller))
            }
        }
    )+};
}

offices! {
    /// Proof that the request comes from an officer: OCOP council, commune, department.
    Officer,
    /// Proof that the request comes from who manages the markets.
    MarketManager,
    /// Proof that the request comes from a helper of a community digital team, in their own name.
    Helper,
    /// Proof that the request comes from an administrator of the exchange.
    Administrator,
}
