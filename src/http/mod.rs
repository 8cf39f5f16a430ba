//! What lies between the network and the rooms: bodies read into checked fields, refusals turned into answers, the page
//! shell, languages, the cache of public pages, limits and headers. It knows no room.

pub mod address;
pub mod assets;
pub mod body;
pub mod choice;
pub mod console;
pub mod cookies;
pub mod csv;
pub mod idempotency;
pub mod input;
pub mod language;
pub mod layers;
pub mod list;
pub mod openapi;
pub mod pages;
pub mod problem;
pub mod reach;
pub mod shell;
