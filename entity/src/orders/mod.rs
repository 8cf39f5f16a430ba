//! Orders.

pub mod edit;
pub mod edit_line;
pub mod further_payment;
pub mod group;
pub mod line;
pub mod order;
pub mod parcel;
pub mod parcel_line;
pub mod return_line;
pub mod return_message;
pub mod return_photo;
pub mod return_request;
pub mod review;
pub mod review_photo;
