//! Photographs.

pub mod photo;
