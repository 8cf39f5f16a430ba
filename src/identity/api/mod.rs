//! This room over HTTP.

mod accounts;
mod factors;
mod roles;
mod sessions;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(accounts::list_accounts, accounts::create_account))
        .routes(routes!(accounts::get_own_account))
        .routes(routes!(accounts::get_account))
        .routes(routes!(sessions::list_sessions, sessions::create_session))
        .routes(routes!(sessions::give_code))
        .routes(routes!(sessions::begin_passkey))
        .routes(routes!(sessions::finish_passkey))
        .routes(routes!(sessions::get_session, sessions::delete_session))
        .routes(routes!(sessions::create_phone_code))
        .routes(routes!(factors::offer_totp, factors::remove_totp))
        .routes(routes!(factors::confirm_totp))
        .routes(routes!(factors::renew_recovery_codes))
        .routes(routes!(factors::list_passkeys))
        .routes(routes!(factors::begin_passkey))
        .routes(routes!(factors::finish_passkey))
        .routes(routes!(factors::remove_passkey))
        .routes(routes!(factors::unlink_identity))
        .routes(routes!(roles::list_roles, roles::appoint))
        .routes(routes!(roles::dismiss))
        .routes(routes!(roles::reset_second_factor))
}
