//! People: who they are, how they prove it, which offices they hold.
//!
//! [`SignedIn`] is the proof a handler asks for; it cannot be made outside this room.

mod administrator;
mod api;
mod error;
mod office;
mod pages;
pub mod password;
mod read;
mod session;
mod sign_in;
mod sign_up;

pub use administrator::create_administrator;
use axum::{Router, routing::get};
pub use error::IdentityError;
pub use office::{Administrator, MarketManager, Officer};
pub use session::{SignedIn, issue_token, revoke};
pub use sign_up::{NewPerson, SignUp, insert_person, sign_up};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_accounts, api::create_account))
        .routes(routes!(api::get_own_account))
        .routes(routes!(api::get_account))
        .routes(routes!(api::list_sessions, api::create_session))
        .routes(routes!(api::get_session, api::delete_session))
}

pub fn pages() -> Router<App> {
    Router::new()
        .route("/dang-nhap", get(pages::sign_in).post(pages::do_sign_in))
        .route("/dang-ky", get(pages::sign_up).post(pages::do_sign_up))
        .route("/dang-xuat", axum::routing::post(pages::sign_out))
        .route("/tai-khoan", get(pages::account))
}
