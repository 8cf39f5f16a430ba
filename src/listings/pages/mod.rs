//! The search list, a product, and what a seller sells, as pages.

mod product;
mod remote;
mod search;
mod seller;

pub(super) use product::product;
pub(super) use search::search;
pub(super) use seller::seller;
