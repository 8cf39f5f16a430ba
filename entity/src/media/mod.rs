//! Photographs.

pub mod photo;
pub mod upload;
pub mod upload_piece;
