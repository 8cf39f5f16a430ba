//! Chợ Quê: the agricultural exchange a province runs.
//!
//! The frame first, which knows no room; then the rooms, in the only order in which one may use another: a later room
//! uses earlier ones. `docs/ARCHITECTURE.md` is the plan of the house.

pub mod app;
pub mod config;
pub mod db;
pub mod http;
pub mod jobs;
pub mod vault;

pub mod catalogue;
pub mod demo;
pub mod dossiers;
pub mod federation;
pub mod identity;
pub mod listings;
pub mod market;
pub mod media;
pub mod orders;
pub mod payments;
pub mod places;
pub mod recall;
pub mod scan;
pub mod search;
pub mod settlement;
pub mod site;
pub mod trace;

pub mod duties;
pub mod erase;
pub mod routes;
