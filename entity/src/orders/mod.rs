//! Orders.

pub mod collection;
pub mod cycle;
pub mod cycle_listing;
pub mod delivery_zone;
pub mod farm_day;
pub mod farm_time;
pub mod group;
pub mod line;
pub mod order;
pub mod pickup_point;
pub mod store_credit;
pub mod store_credit_entry;
