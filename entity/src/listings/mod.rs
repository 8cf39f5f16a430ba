//! Offers and stock.

pub mod listing;
pub mod pool;
pub mod pool_lot;
pub mod stock_hold;
pub mod stock_move;
