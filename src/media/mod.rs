//! Photographs: whatever a phone sends comes in, a few small pictures without secrets go out. And what the program
//! draws itself: QR codes, and the ground of its printed sheets.
//!
//! A photograph is never served as it came. It is decoded, turned upright, freed of everything that is not picture
//! (a place, a name, a thumbnail of what was cropped away), and written anew in the widths that pages ask for.

pub mod bitmap;
pub mod body;
mod error;
mod forget;
mod keep;
mod pages;
pub mod photo;
pub mod print;
pub mod qr;
pub mod read;
mod store;
pub mod upload;

use axum::{Router, routing::get};

use crate::app::App;

pub use error::MediaError;
pub use forget::{forget, listens};
pub use keep::{Developed, develop, keep, record, record_of_anybody};

/// The addresses of stored photographs.
pub fn routes() -> Router<App> {
    Router::new().route("/anh/{photo_id}/{file}", get(pages::show))
}
