//! Orders.

pub mod collection;
pub mod cycle;
pub mod cycle_listing;
pub mod delivery_zone;
pub mod edit;
pub mod edit_line;
pub mod farm_day;
pub mod farm_time;
pub mod further_payment;
pub mod group;
pub mod line;
pub mod order;
pub mod parcel;
pub mod parcel_line;
pub mod pickup_point;
pub mod return_line;
pub mod return_message;
pub mod return_photo;
pub mod return_request;
pub mod review;
pub mod review_photo;
pub mod store_credit;
pub mod store_credit_entry;
