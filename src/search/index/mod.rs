//! The index: a projection of the change log into a folder of this process.
//!
//! [`schema`] says what a document looks like, [`attributes`] how what is filtered by is packed, [`slot`] which folder is
//! ours, [`store`] writes and reads it, [`snapshot`] is what a search sees, [`evaluate`] searches, and [`follow`] keeps it
//! up with the log.

mod attributes;
mod evaluate;
mod follow;
mod handle;
mod schema;
mod slot;
mod snapshot;
mod store;

pub use attributes::{
    CATEGORIES, CERTIFICATE_KINDS, COMMUNES, Measure, ORIGINS, PriceBand, category_position, commune_position,
};
pub use evaluate::{Counts, Gates, Order, Place, Words, best_texts, collect, matching};
pub use follow::follow;
pub use handle::Search;
pub use schema::{BETWEEN, SELLER, TITLE};
pub use snapshot::Snapshot;
