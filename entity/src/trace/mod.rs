//! Plots, farm diary, batches and their EPCIS events.

pub mod batch;
pub mod batch_hold;
pub mod batch_input;
pub mod batch_plot;
pub mod crop_cycle;
pub mod capture_job;
pub mod diary_entry;
pub mod event;
pub mod event_epc;
pub mod named_query;
pub mod plot;
pub mod trace_edge;
pub mod transformation;
pub mod transformation_input;
pub mod transformation_output;
pub mod yield_ratio;
pub mod roll;
pub mod roll_binding;
pub mod roll_code;
pub mod unit_serial;
pub mod query_sent;
pub mod query_subscription;
