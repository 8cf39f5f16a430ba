//! The demonstration province: a deterministic, believable world of sellers, produce, markets and stalls.
//!
//! Nothing here touches the database. [`World::generate`] gives plain values that a loader writes through the rooms' own
//! verbs; [`sellers`] gives the same sellers one at a time for the scales that do not fit in memory. The same scale and
//! the same day give the same world on every machine: no clock, no global randomness.
//!
//! Real OCOP products keep their name, producer, star and recognition date exactly as published. Everything invented
//! (certificates, diaries, batches) belongs to invented producers, with one exception: HTX chè Hảo Đạt, the demo's farmer
//! account, has an invented plot and batch so that the whole walk from diary to sticker can be shown.

mod crops;
mod date;
mod farming;
mod holdings;
mod invented;
mod markets;
mod model;
mod names;
mod real;
mod rng;
mod story;
mod tables;
mod wording;
mod world;

#[cfg(test)]
mod tests;

pub use date::Date;
pub use model::{
    Certificate, CertificateScheme, DatePrecision, DemoBatch, DemoDiary, DemoListing, DemoMarket, DemoPlot,
    DemoProduct, DemoSeller, DemoStall, DiaryKind, Input, Ocop, OcopStatus, Recognition, SellerKind,
};
pub use names::fold;
pub use world::{Scale, Sizes, World, sellers};
