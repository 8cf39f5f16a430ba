//! Who may see an order and what they may do with it. Who may not see it learns nothing: for them it is not there.

use axum::{extract::FromRequestParts, http::request::Parts};
use entity::{
    ids::{OrderGroupId, OrderId},
    orders::{
        group,
        order::{self, Side},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Deserialize;

use super::{OrdersError, news::page_of};
use crate::{
    app::{App, sha256},
    catalogue::sellers_of,
    db::Actor,
    http::{
        body::{Id, Maybe, Params},
        input::Field,
        layers::bearer,
        problem::Problem,
    },
    identity::{SignedIn, messages::proof},
};

/// Who stands before an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sides {
    buyer: bool,
    seller: bool,
}

/// Proof that the request comes from the buyer of the order in its path, or from its seller's people.
#[derive(Clone, Debug)]
pub struct OrderViewer {
    order: order::Model,
    sides: Sides,
    actor: Actor,
    /// The guest's token, when that is what opened the order.
    token: Option<String>,
}

impl OrderViewer {
    #[must_use]
    pub const fn order(&self) -> &order::Model {
        &self.order
    }

    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// Whether they bought it. Somebody who buys of themselves is both.
    #[must_use]
    pub const fn is_buyer(&self) -> bool {
        self.sides.buyer
    }

    #[must_use]
    pub const fn is_seller(&self) -> bool {
        self.sides.seller
    }

    /// On which side they act: who buys of themselves acts as the seller.
    #[must_use]
    pub const fn side(&self) -> Side {
        if self.sides.seller { Side::Seller } else { Side::Buyer }
    }

    /// What a link to the order's page must carry.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }
}

impl FromRequestParts<App> for OrderViewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Id(id) = Id::<OrderId>::from_request_parts(parts, app).await?;
        Self::of(parts, app, id).await
    }
}

impl OrderViewer {
    /// Whoever sends the request, before the order `id`.
    pub(super) async fn of(parts: &mut Parts, app: &App, id: OrderId) -> Result<Self, Problem> {
        let visitor = Visitor::of(parts, app).await?;
        let db = app.db().read();
        let order = order::Entity::find_by_id(id)
            .one(db)
            .await?
            .ok_or_else(Problem::not_found)?;
        let group = group::Entity::find_by_id(order.group_id)
            .one(db)
            .await?
            .ok_or_else(Problem::not_found)?;
        let sides = Sides {
            buyer: visitor.bought(&group),
            seller: visitor.sells(app, &order).await?,
        };
        if !sides.buyer && !sides.seller {
            return Err(OrdersError::NoSuchOrder.into());
        }
        Ok(Self {
            order,
            sides,
            actor: visitor.actor(),
            token: visitor.token_of(&group),
        })
    }
}

/// Proof that the request comes from the people of the seller of the order in its path.
#[derive(Clone, Debug)]
pub struct OrderSeller(pub(super) OrderViewer);

impl OrderSeller {
    #[must_use]
    pub const fn order(&self) -> &order::Model {
        self.0.order()
    }

    #[must_use]
    pub fn actor(&self) -> Actor {
        self.0.actor()
    }
}

impl FromRequestParts<App> for OrderSeller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let viewer = OrderViewer::from_request_parts(parts, app).await?;
        if viewer.is_seller() {
            Ok(Self(viewer))
        } else {
            // The buyer sees the order, so this much may be said.
            Err(OrdersError::NotTheSeller.into())
        }
    }
}

/// Proof that the request comes from the buyer of the order in its path.
#[derive(Clone, Debug)]
pub struct OrderBuyer(pub(super) OrderViewer);

impl FromRequestParts<App> for OrderBuyer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let viewer = OrderViewer::from_request_parts(parts, app).await?;
        if viewer.is_buyer() {
            Ok(Self(viewer))
        } else {
            // The seller sees the order, so this much may be said.
            Err(OrdersError::NotTheBuyer.into())
        }
    }
}

/// Proof that the request comes from the buyer of what was checked out at once, or from a seller in it. The path names
/// the group, or any order in it.
#[derive(Clone, Debug)]
pub struct GroupViewer {
    pub group: group::Model,
    /// Those the visitor may see: all of them for the buyer, their own for a seller.
    pub orders: Vec<order::Model>,
    pub is_buyer: bool,
    /// What a link to the group's page must carry.
    pub token: Option<String>,
}

impl FromRequestParts<App> for GroupViewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Id(id) = Id::<uuid::Uuid>::from_request_parts(parts, app).await?;
        let visitor = Visitor::of(parts, app).await?;
        let db = app.db().read();
        let named = order::Entity::find_by_id(OrderId(id)).one(db).await?;
        let group_id = named.map_or(OrderGroupId(id), |order| order.group_id);
        let group = group::Entity::find_by_id(group_id)
            .one(db)
            .await?
            .ok_or_else(Problem::not_found)?;
        let all = order::Entity::find()
            .filter(order::Column::GroupId.eq(group_id))
            .order_by_asc(order::Column::Id)
            .all(db)
            .await?;
        let is_buyer = visitor.bought(&group);
        let mut orders = Vec::with_capacity(all.len());
        for order in all {
            if is_buyer || visitor.sells(app, &order).await? {
                orders.push(order);
            }
        }
        if orders.is_empty() {
            return Err(OrdersError::NoSuchOrder.into());
        }
        Ok(Self {
            token: visitor.token_of(&group),
            group,
            orders,
            is_buyer,
        })
    }
}

/// Somebody at the door, with whatever they show.
struct Visitor {
    app: App,
    /// A guest's access token, or the proof of a message that was sent to their phone; if it is one.
    token: Option<String>,
    person: Option<SignedIn>,
}

/// How a page's link carries the token.
#[derive(Debug, Deserialize)]
struct Link {
    t: Field<String>,
}

impl Visitor {
    async fn of(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        // In an address a token is for people who open the link of a receipt. A program sends it in a header.
        let Params(link) = Params::<Link>::from_request_parts(parts, app).await?;
        let page = parts.uri.path().starts_with("/don-hang/");
        let linked = link.t.given().filter(|_| page).cloned();
        let shown = linked.or_else(|| bearer(&parts.headers).map(str::to_owned));
        let Ok(Maybe(person)) = Maybe::<SignedIn>::from_request_parts(parts, app).await;
        Ok(Self {
            app: app.clone(),
            token: shown,
            person,
        })
    }

    fn actor(&self) -> Actor {
        self.person.as_ref().map_or(Actor::Guest, SignedIn::actor)
    }

    fn token_of(&self, group: &group::Model) -> Option<String> {
        let is_told = |token: &str| {
            let path = page_of(group.id);
            sha256(token) == sha256(proof(self.app.vault(), &group.buyer_phone, &path))
        };
        self.token
            .clone()
            .filter(|token| sha256(token) == group.token_hash || is_told(token))
    }

    fn bought(&self, group: &group::Model) -> bool {
        let person = self.person.as_ref().map(SignedIn::person);
        self.token_of(group).is_some() || (person.is_some() && person == group.person_id)
    }

    async fn sells(&self, app: &App, order: &order::Model) -> Result<bool, OrdersError> {
        match &self.person {
            Some(person) => Ok(sellers_of(app, person.person()).await?.contains(&order.seller_id)),
            None => Ok(false),
        }
    }
}
