//! The EPCIS 2.0 repository at `/epcis/v2`: events are captured, asked for, and sent to who subscribes. What an event is,
//! what it must fulfil, its hash and the meaning of a query are the crate `epcis`; here is what a repository adds (ADR 0028).

mod answer;
mod api;
mod backfill;
mod capture;
mod document;
mod error;
mod follow;
mod headers;
mod index;
mod job;
mod master;
mod named;
mod paging;
mod party;
mod query;
mod resources;
mod schedule;
mod search;
mod send;
mod socket;
mod subscribe;
mod wish;
mod xml;

use axum::{extract::DefaultBodyLimit, middleware::from_fn};
pub use error::EpcisError;
pub use index::{index_name, recorded};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    jobs::{Projection, Recurring},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::root, api::root_options))
        .routes(routes!(api::capture, api::list_jobs, api::capture_options))
        .routes(routes!(api::get_job, api::job_options))
        .routes(routes!(api::list_events, api::capture_event, api::events_options))
        .routes(routes!(api::get_event, api::event_options))
        .routes(routes!(api::forget_token))
        .merge(resources::routes())
        .merge(named::routes())
        .merge(subscribe::routes())
        .layer(from_fn(headers::discover))
        .layer(DefaultBodyLimit::max(headers::CAPTURE_BYTES))
}

/// Sends what subscribers are to hear, in every process.
#[must_use]
pub fn sender() -> Projection {
    Projection {
        name: "epcis.subscriptions",
        run: |app| Box::pin(send::run(app)),
    }
}

pub(super) fn duties() -> Vec<Recurring> {
    vec![backfill::duty()]
}
