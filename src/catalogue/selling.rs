//! The proof that a person sells: for which sellers they may act.

use axum::{extract::FromRequestParts, http::request::Parts};
use entity::{
    catalogue::staff::{self, StaffRole},
    ids::{PersonId, SellerId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::CatalogueError;
use crate::{
    app::App,
    db::Actor,
    http::{
        input::{Field, Wrong},
        problem::Problem,
    },
    identity::SignedIn,
};

/// Proof that the request comes from somebody who may act for at least one seller.
#[derive(Clone, Debug)]
pub struct Selling {
    person: PersonId,
    actor: Actor,
    /// In the order in which the person joined them.
    sellers: Vec<SellerId>,
    /// Those of them that the person owns; jobs and the command line do nothing that only owners do.
    owned: Vec<SellerId>,
}

impl Selling {
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// For a job that goes on with what `person` asked for in a request that has been answered: whom they may act for
    /// now. `None`: for nobody any more.
    pub async fn of_job(app: &App, person: PersonId) -> Result<Option<Self>, CatalogueError> {
        let sellers = sellers_of(app, person).await?;
        Ok((!sellers.is_empty()).then(|| Self {
            person,
            actor: Actor::Person(person),
            sellers,
            owned: Vec::new(),
        }))
    }

    /// For the command line, whose hand is the program's: in the name of somebody who sells for `seller`. `None`: nobody
    /// does.
    pub async fn of_command(app: &App, seller: SellerId) -> Result<Option<Self>, CatalogueError> {
        let first = staff::Entity::find()
            .filter(staff::Column::SellerId.eq(seller))
            .order_by_asc(staff::Column::Since)
            .order_by_asc(staff::Column::PersonId)
            .one(app.db().read())
            .await?;
        Ok(first.map(|row| Self {
            person: row.person_id,
            actor: Actor::System,
            sellers: vec![seller],
            owned: Vec::new(),
        }))
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

    /// Whether the person is an owner of `seller`; staff are not.
    #[must_use]
    pub fn owns(&self, seller: SellerId) -> bool {
        self.owned.contains(&seller)
    }

    /// Refuses whoever is not an owner of `seller`; of a stranger's seller nothing is told.
    pub fn must_own(&self, seller: SellerId) -> Result<(), CatalogueError> {
        if self.owns(seller) {
            Ok(())
        } else if self.acts_for(seller) {
            Err(CatalogueError::OwnersOnly)
        } else {
            Err(CatalogueError::NoSuchThing)
        }
    }

    /// The seller that `field` names, or the first one when it names none.
    pub fn choose(&self, wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<SellerId> {
        if field.is_missing() {
            return self.sellers.first().copied();
        }
        let chosen = wrong.code::<SellerId>(pointer, field, "wrong-id")?;
        if self.acts_for(chosen) {
            return Some(chosen);
        }
        wrong.note(pointer, "wrong-no-such-seller");
        None
    }
}

impl FromRequestParts<App> for Selling {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        let works = works_for(app, caller.person()).await?;
        if works.is_empty() {
            return Err(CatalogueError::NoSeller.into());
        }
        let owned = works.iter().filter(|row| row.role == StaffRole::Owner);
        Ok(Self {
            person: caller.person(),
            actor: caller.actor(),
            owned: owned.map(|row| row.seller_id).collect(),
            sellers: works.iter().map(|row| row.seller_id).collect(),
        })
    }
}

/// Whom `person` may act for, in the order in which they joined them.
pub async fn sellers_of(app: &App, person: PersonId) -> Result<Vec<SellerId>, CatalogueError> {
    let rows = works_for(app, person).await?;
    Ok(rows.into_iter().map(|row| row.seller_id).collect())
}

async fn works_for(app: &App, person: PersonId) -> Result<Vec<staff::Model>, CatalogueError> {
    Ok(staff::Entity::find()
        .filter(staff::Column::PersonId.eq(person))
        .order_by_asc(staff::Column::Since)
        .order_by_asc(staff::Column::SellerId)
        .all(app.db().read())
        .await?)
}
