//! A helper acts for a farmer. The request says so itself, each time, in a header: a cookie alone never acts for another,
//! so no page and no link can (ADR 0015).

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderValue, Method, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use entity::{
    identity::{person, role::Office},
    ids::PersonId,
};
use sea_orm::EntityTrait;

use super::{
    ON_BEHALF, read,
    scope::{self, Reach},
};
use crate::{
    app::App,
    db::Actor,
    http::problem::{Kind, Problem},
    identity::{IdentityError, SignedIn},
};

/// `caller` as the hand of the person whom `header` names.
pub(in crate::identity) async fn on_behalf(
    app: &App,
    caller: SignedIn,
    header: &HeaderValue,
) -> Result<SignedIn, IdentityError> {
    let farmer: PersonId = header
        .to_str()
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .ok_or(IdentityError::NotActing)?;
    if !caller.holds(Office::Helper) {
        return Err(IdentityError::NotActing);
    }
    let db = app.db().read();
    let scopes = read::scopes_now(db, caller.person(), farmer, app.today())
        .await?
        .ok_or(IdentityError::NotActing)?;
    let request = caller.request();
    match scope::reach(&request.method, &request.route) {
        Reach::Any => {}
        Reach::With(scope) if scopes.contains(scope) => {}
        Reach::With(_) => return Err(IdentityError::OutOfScope),
        Reach::InPerson => return Err(IdentityError::InPersonOnly),
    }
    let farmer = person::Entity::find_by_id(farmer).one(db).await?;
    Ok(caller.acting_for(farmer.ok_or(IdentityError::NotActing)?))
}

/// Refuses what is sent for somebody else without the right to it, whether or not the route asks who is there: a guest
/// could do some of it, but what a helper wrote for a farmer must never become a guest's.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    if !request.headers().contains_key(ON_BEHALF) {
        return next.run(request).await;
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let (mut parts, body) = request.into_parts();
    match SignedIn::from_request_parts(&mut parts, &app).await {
        Ok(_) => {}
        // What everybody may read may be read with the header, too: the route decides.
        Err(problem) if reads && problem.kind() == Kind::Forbidden && is_in_person(&parts) => {}
        Err(problem) => return problem.into_response(),
    }
    next.run(Request::from_parts(parts, body)).await
}

fn is_in_person(parts: &Parts) -> bool {
    let route = parts.extensions.get::<axum::extract::MatchedPath>();
    route.is_none_or(|route| scope::reach(parts.method.as_str(), route.as_str()) == Reach::InPerson)
}

/// Proof that the request comes from this person's own hand: for what nobody does for somebody else.
#[derive(Clone, Debug)]
pub struct InPerson(SignedIn);

impl InPerson {
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
        self.0.actor()
    }
}

impl FromRequestParts<App> for InPerson {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = SignedIn::from_request_parts(parts, app).await?;
        if caller.helper().is_some() {
            return Err(IdentityError::InPersonOnly.into());
        }
        Ok(Self(caller))
    }
}
