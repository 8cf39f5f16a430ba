//! Plots, farm diary, batches and their EPCIS events.

pub mod batch;
pub mod batch_hold;
pub mod batch_input;
pub mod batch_plot;
pub mod diary_entry;
pub mod event;
pub mod event_epc;
pub mod event_leaf;
pub mod log_checkpoint;
pub mod log_cosignature;
pub mod log_key;
pub mod log_tile;
pub mod plot;
