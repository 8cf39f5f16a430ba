//! What partners read of this exchange, and whom it reads from.

pub mod feed;
pub mod key;
pub mod partner;
pub mod position;
pub mod witnessed_checkpoint;
