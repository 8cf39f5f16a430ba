//! Who may see a return and what they may do with it.

use axum::{extract::FromRequestParts, http::request::Parts};
use entity::{ids::OrderReturnId, orders::return_request};
use sea_orm::EntityTrait;

use super::lifecycle::By;
use crate::{
    app::App,
    db::Actor,
    http::{
        body::{Id, Maybe},
        problem::Problem,
    },
    identity::Officer,
    orders::{OrderViewer, OrdersError},
};

/// Proof that the request comes from buyer or seller of the order that the return in its path is of, or from an officer,
/// who sees what is or was disputed.
#[derive(Clone, Debug)]
pub struct ReturnViewer {
    pub row: return_request::Model,
    pub by: By,
    pub actor: Actor,
    /// The guest's token, when that is what opened it.
    pub token: Option<String>,
    buyer: bool,
}

impl FromRequestParts<App> for ReturnViewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Id(id) = Id::<OrderReturnId>::from_request_parts(parts, app).await?;
        let row = return_request::Entity::find_by_id(id)
            .one(app.db().read())
            .await?
            .ok_or_else(Problem::not_found)?;
        match OrderViewer::of(parts, app, row.order_id).await {
            Ok(viewer) => Ok(Self {
                row,
                by: if viewer.is_seller() { By::Seller } else { By::Buyer },
                actor: viewer.actor(),
                token: viewer.token().map(ToOwned::to_owned),
                buyer: viewer.is_buyer(),
            }),
            Err(problem) => {
                let Ok(Maybe(officer)) = Maybe::<Officer>::from_request_parts(parts, app).await;
                let disputed = row.state == return_request::State::Disputed
                    || row.decided_by == Some(return_request::Decider::Officer);
                let officer = officer.filter(|_| disputed).ok_or(problem)?;
                Ok(Self {
                    row,
                    by: By::Officer,
                    actor: officer.actor(),
                    token: None,
                    buyer: false,
                })
            }
        }
    }
}

impl ReturnViewer {
    pub const fn id(&self) -> OrderReturnId {
        self.row.id
    }

    /// Refuses whoever is not the buyer. They see the return, so this much may be said.
    pub fn must_buy(&self) -> Result<(), OrdersError> {
        if self.buyer {
            Ok(())
        } else {
            Err(OrdersError::NotTheBuyer)
        }
    }

    pub fn must_sell(&self) -> Result<(), OrdersError> {
        if self.by == By::Seller {
            Ok(())
        } else {
            Err(OrdersError::NotTheSeller)
        }
    }

    pub fn must_decide(&self) -> Result<(), OrdersError> {
        if self.by == By::Officer {
            Ok(())
        } else {
            Err(OrdersError::NotAnOfficer)
        }
    }
}
