//! People: who they are, how they prove it, which offices they hold.
//!
//! [`SignedIn`] is the proof a handler asks for, and [`Officer`], [`MarketManager`] and [`Administrator`] are those of an
//! office; none of them can be made outside this room.

mod administrator;
mod api;
mod appoint;
mod ceremony;
pub mod community;
mod electronic_identity;
mod error;
mod forget_person;
pub mod limits;
pub mod messages;
mod office;
mod pages;
mod passkeys;
pub mod password;
pub mod phone_codes;
mod read;
mod recovery_codes;
mod second_factor;
mod session;
mod sign_in;
mod sign_up;
mod sms;
mod totp;

pub use administrator::{create_administrator, forget_second_factors};
use axum::Router;
pub use community::InPerson;
pub use electronic_identity::electronic_identity;
pub use error::IdentityError;
pub use forget_person::{ERASED, forget_person, holds_office, person_with_phone};
pub use office::{Administrator, Helper, MarketManager, Officer};
pub use session::{SignedIn, issue_token, revoke};
pub use sign_up::{NewPerson, SignUp, insert_person, sign_up};
use utoipa_axum::router::OpenApiRouter;

use crate::{app::App, jobs::Outbox};

#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    api::routes().merge(community::routes()).merge(messages::routes())
}

pub fn pages() -> Router<App> {
    pages::routes()
}

/// What this room does when somebody leaves it something: it sends codes to phones and addresses.
#[must_use]
pub fn listens(outbox: Outbox) -> Outbox {
    messages::listens(sms::listens(outbox))
}
