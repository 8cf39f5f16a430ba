//! Offers and stock; files of listings; what is reported and taken down.

pub mod import;
pub mod import_row;
pub mod listing;
pub mod pool;
pub mod pool_lot;
pub mod price_tier;
pub mod remote_exchange;
pub mod remote_listing;
pub mod report;
pub mod report_count;
pub mod review;
pub mod sku;
pub mod stock_hold;
pub mod stock_move;
pub mod takedown;
pub mod takedown_listing;
