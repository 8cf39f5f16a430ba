//! Why a batch may not be sold yet. What happened is recorded as it was told, be it a harvest that was too early or more
//! stickers than goods; the hold keeps the batch from sale, on every listing that draws on it, until an officer has looked
//! and says why it may go. A hold that was released stays to be read, with the reason and the office.

pub mod api;
mod put_hold;
pub mod read;
mod release_hold;

use entity::{Day, trace::batch_hold::Reason};
pub use put_hold::put_hold;
pub use release_hold::release_hold;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// A hold that a batch gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub reason: Reason,
    /// The first day on which the harvest would have been in time.
    pub until: Option<Day>,
    /// The numbers behind it, in Vietnamese, as an officer reads them.
    pub detail: String,
    /// The same in English.
    pub detail_en: String,
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::list_holds))
        .routes(routes!(api::get_hold))
        .routes(routes!(api::release))
}
