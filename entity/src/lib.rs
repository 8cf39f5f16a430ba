//! The vocabulary of Chợ Quê and its tables.
//!
//! First the words that mean the same in every room ([`ids`], [`time`], [`money`], [`quantity`], [`codes`]), then one
//! module per room with a file per table. A room's tables may name only tables of rooms above it in
//! `docs/ARCHITECTURE.md`; `tests/it/architecture.rs` checks that.
//!
//! Nothing here is `Serialize` or `Deserialize` as a row: what leaves the program is a wire type of the room that sends it.

pub mod codes;
pub mod ids;
pub mod money;
pub mod quantity;
pub mod text;
pub mod time;

pub mod catalogue;
pub mod dossiers;
pub mod federation;
pub mod frame;
pub mod identity;
pub mod listings;
pub mod market;
pub mod media;
pub mod orders;
pub mod payments;
pub mod recall;
pub mod scan;
pub mod trace;

pub use codes::{CommuneCode, Gln, Gtin, Lot, PaymentReference, Phone, ShortCode, Slug};
pub use money::{Dong, Rate};
pub use quantity::{Quantity, Thousandths, Unit};
pub use time::{Day, Timestamp};

/// Writes the two items every table without relations needs beside its `Model`.
macro_rules! plain_table {
    () => {
        #[derive(Copy, Clone, Debug, sea_orm::EnumIter, sea_orm::DeriveRelation)]
        pub enum Relation {}

        impl sea_orm::ActiveModelBehavior for ActiveModel {}
    };
}
pub(crate) use plain_table;
