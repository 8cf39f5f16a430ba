//! Dossiers: applications to the state that enter at the commune, have a legal deadline in working days, and a clock that
//! stands while something is missing.
//!
//! A dossier does not know what it is about. The room that a kind belongs to (OCOP: `catalogue`) enters it here, keeps
//! what else it needs beside it, and decides; here are the file number, the states, the clock, the steps, and the
//! reminders of what is due.

mod advance;
mod api;
pub mod calendar;
pub mod clock;
mod enter;
mod error;
mod file_number;
pub mod lifecycle;
mod periods;
pub mod read;
pub mod remind;
mod supplement;

pub use advance::{advance, locked};
pub use enter::{NewDossier, enter};
pub use error::DossierError;
pub use supplement::{Supplement, SupplementInput, answer, ask};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    jobs::{Outbox, Recurring},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(api::on_time))
}

/// Delivers reminders.
#[must_use]
pub fn listens(outbox: Outbox) -> Outbox {
    remind::listens(outbox)
}

/// Reminds officers of deadlines.
#[must_use]
pub fn duty() -> Recurring {
    remind::duty()
}
