//! Offers and stock.

pub mod listing;
pub mod pool;
pub mod pool_lot;
pub mod price_tier;
pub mod remote_exchange;
pub mod remote_listing;
pub mod review;
pub mod stock_hold;
pub mod stock_move;
