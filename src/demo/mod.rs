//! The demonstration province: a deterministic, believable world of sellers, produce, markets and stalls.
//!
//! [`World::generate`] gives plain values and touches no database; [`sellers`] gives the same sellers one at a time for
//! the scales that do not fit in memory. The same scale and the same day give the same world on every machine: no clock,
//! no global randomness. [`fill`] writes that world into an empty database, and [`open`] is the command `choque demo`.
//!
//! Real OCOP products keep their name, producer, star and recognition date exactly as published. Everything invented
//! (certificates, diaries, batches) belongs to invented producers, with one exception: HTX chè Hảo Đạt, the demo's farmer
//! account, has an invented plot and batch so that the whole walk from diary to sticker can be shown.

pub mod accounts;
mod api;
mod bank;
mod clock;
mod command;
mod crops;
mod date;
mod error;
mod farming;
mod fill;
mod holdings;
mod invented;
mod markets;
mod model;
mod money;
mod names;
mod progress;
mod real;
mod rng;
mod rows;
mod story;
mod tables;
mod tell;
mod wording;
mod world;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_bank;
#[cfg(test)]
mod tests_fill;
#[cfg(test)]
mod tests_open;

pub use command::open;
pub use date::Date;
pub use error::{DemoError, FillError};
pub use fill::{Summary, fill};
pub use model::{
    Certificate, CertificateScheme, DatePrecision, DemoBatch, DemoDiary, DemoListing, DemoMarket, DemoPlot,
    DemoProduct, DemoSeller, DemoStall, DiaryKind, Input, Ocop, OcopStatus, Recognition, SellerKind,
};
pub use names::fold;
pub use progress::{Progress, Silent};
pub use world::{Scale, Sizes, World, sellers};

use axum::routing::get;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// What exists only where [`App::is_demo`] holds; elsewhere these are never added to the site.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::advance_clock))
        .routes(routes!(bank::pay))
        .route("/demo/bank", get(bank::page).post(bank::confirm))
}
