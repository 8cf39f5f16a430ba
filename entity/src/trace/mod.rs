//! Plots, farm diary, batches and their EPCIS events.

pub mod batch;
pub mod batch_hold;
pub mod batch_input;
pub mod batch_plot;
pub mod diary_entry;
pub mod event;
pub mod event_epc;
pub mod plot;
pub mod roll;
pub mod roll_binding;
pub mod roll_code;
pub mod unit_serial;
