//! Community digital teams: helpers who sign up farmers and act for them, with their consent. Every act is in a log that
//! the farmer reads and may put an end to; and what a farmer does alone is counted, because the aim is skill, not proxy
//! (ADR 0015).

pub(super) mod acting;
mod acts;
mod api;
mod ask_consent;
mod confirm_consent;
mod give_phone;
pub(super) mod pages;
mod read;
mod revoke_consent;
mod scope;
pub(super) mod skill;
mod text;
mod what;

pub use acting::{InPerson, guard};
pub use ask_consent::WITHOUT_PHONE;
pub use text::{CONSENT_MONTHS, CONSENT_TEXT};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// The header by which a helper says for whom a request is.
pub const ON_BEHALF: &str = "choque-on-behalf";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::get_consent_text))
        .routes(routes!(api::list_consents, api::create_consent))
        .routes(routes!(api::get_consent))
        .routes(routes!(api::confirm))
        .routes(routes!(api::send_code_again))
        .routes(routes!(api::revoke))
        .routes(routes!(api::get_skill))
        .routes(routes!(api::get_summary))
        .routes(routes!(api::give_phone))
        .routes(routes!(api::list_acts))
}
