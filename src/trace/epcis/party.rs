//! Who asks: what they may read, and for whom they capture (ADR 0028).

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use entity::{
    identity::role::{self, Office},
    ids::{PersonId, SellerId},
    trace::{capture_job, event},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::EpcisError;
use crate::{
    app::App,
    catalogue::{CatalogueError, sellers_of},
    db::Actor,
    http::{cookies, layers::SESSION_COOKIE, problem::Problem},
    identity::{Administrator, InPerson, SignedIn},
};

/// What somebody may read: everybody the events that name a batch of ours, parties also their own, offices all.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    person: Option<PersonId>,
    sellers: Vec<SellerId>,
    everything: bool,
}

impl Reader {
    /// For a job that goes on with what `person` asked for: what they may read now.
    pub async fn of_job(app: &App, person: PersonId) -> Result<Self, CatalogueError> {
        let offices = role::Entity::find()
            .filter(role::Column::PersonId.eq(person))
            .filter(role::Column::Role.is_in([Office::Officer, Office::Administrator]))
            .count(app.db().read())
            .await?;
        Ok(Self {
            person: Some(person),
            sellers: sellers_of(app, person).await?,
            everything: offices > 0,
        })
    }

    /// For what the repository itself has to know.
    #[must_use]
    pub fn all() -> Self {
        Self {
            everything: true,
            ..Self::default()
        }
    }

    /// Whose master data counts; `None`: everybody's.
    #[must_use]
    pub fn owners(&self) -> Option<Vec<Uuid>> {
        let own = self.sellers.iter().map(|seller| seller.0);
        (!self.everything).then(|| own.chain(self.person.map(|person| person.0)).collect())
    }

    /// The rows of `event` that may be read; `None`: all.
    #[must_use]
    pub fn events(&self) -> Option<Condition> {
        (!self.everything).then(|| {
            let mut own = Condition::any().add(event::Column::Public.eq(true));
            if !self.sellers.is_empty() {
                own = own.add(event::Column::SellerId.is_in(self.sellers.clone()));
            }
            match self.person {
                // What somebody captured for no seller is theirs alone.
                Some(person) => own.add(
                    Condition::all()
                        .add(event::Column::RecordedBy.eq(person))
                        .add(event::Column::SellerId.is_null()),
                ),
                None => own,
            }
        })
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = Problem;

    /// A token that nobody holds is refused; without any, somebody reads what everybody may.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let shows =
            parts.headers.contains_key(header::AUTHORIZATION) || cookies::get(&parts.headers, SESSION_COOKIE).is_some();
        if !shows {
            return Ok(Self::default());
        }
        let caller = SignedIn::from_request_parts(parts, app).await.map_err(secure)?;
        Ok(Self {
            person: Some(caller.person()),
            sellers: sellers_of(app, caller.person()).await?,
            everything: [Office::Officer, Office::Administrator]
                .into_iter()
                .any(|office| caller.in_office_now(office)),
        })
    }
}

/// Proof that the request comes from a party that may capture: somebody who sells, for their seller, or an
/// administrator, for no seller. Nobody does it for somebody else.
#[derive(Clone, Debug)]
pub struct Party {
    person: PersonId,
    seller: Option<SellerId>,
    sellers: Vec<SellerId>,
    actor: Actor,
    administers: bool,
}

impl Party {
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    #[must_use]
    pub const fn seller(&self) -> Option<SellerId> {
        self.seller
    }

    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// Under whom its master data is kept.
    #[must_use]
    pub fn owner(&self) -> Uuid {
        self.seller.map_or(self.person.0, |seller| seller.0)
    }

    /// Whether an event or job that `seller` or else `person` told is this party's.
    #[must_use]
    pub fn told(&self, seller: Option<SellerId>, person: Option<PersonId>) -> bool {
        match seller {
            Some(seller) => self.sellers.contains(&seller),
            None => person == Some(self.person),
        }
    }

    /// The capture jobs that it may see; `None`: all.
    #[must_use]
    pub fn jobs(&self) -> Option<Condition> {
        (!self.administers).then(|| {
            Condition::any()
                .add(capture_job::Column::SellerId.is_in(self.sellers.clone()))
                .add(capture_job::Column::MadeBy.eq(self.person))
        })
    }
}

impl FromRequestParts<App> for Party {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = InPerson::from_request_parts(parts, app).await.map_err(secure)?;
        let sellers = sellers_of(app, caller.person()).await?;
        let administers = caller.caller().in_office_now(Office::Administrator);
        if sellers.is_empty() && !administers {
            return Err(EpcisError::Nobody.into());
        }
        Ok(Self {
            person: caller.person(),
            seller: sellers.first().copied(),
            actor: if sellers.is_empty() {
                Administrator::from_request_parts(parts, app).await?.actor()
            } else {
                caller.actor()
            },
            sellers,
            administers,
        })
    }
}

/// Whose named queries somebody keeps: their seller's, or their own.
#[derive(Clone, Debug)]
pub struct Asker {
    pub person: PersonId,
    pub owner: Uuid,
    pub actor: Actor,
    pub reader: Reader,
}

impl FromRequestParts<App> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = InPerson::from_request_parts(parts, app).await.map_err(secure)?;
        let reader = Reader::from_request_parts(parts, app).await?;
        Ok(Self {
            person: caller.person(),
            owner: reader.sellers.first().map_or(caller.person().0, |seller| seller.0),
            actor: caller.actor(),
            reader,
        })
    }
}

/// A refusal of somebody, under the exception that EPCIS has for it.
const fn secure(problem: Problem) -> Problem {
    problem.of_type("epcisException:SecurityException")
}
