//! What sellers earn: once for each order, with commission and withheld tax frozen beside it, and taken back in part when
//! goods come back.

mod earn;
mod share;
mod unearn;

pub use earn::{Earning, earn};
pub(super) use share::{of_rate, part};
pub use unearn::{Unearned, unearn};
