//! Plots, farm diary, batches and their EPCIS events.

pub mod batch;
pub mod batch_hold;
pub mod batch_input;
pub mod batch_plot;
pub mod capture_job;
pub mod diary_entry;
pub mod event;
pub mod event_epc;
pub mod named_query;
pub mod plot;
pub mod query_sent;
pub mod query_subscription;
