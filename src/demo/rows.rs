//! Rows on their way into the database, many to a statement.

use std::fmt;

use entity::{
    catalogue::{certificate, check, council_member, product, seller, staff},
    frame::{change, counter, skill_count},
    identity::{consent, person, role},
    listings::{listing, pool, pool_lot, stock_move},
    market::{market, stall},
    payments::account,
    trace::{
        batch, batch_plot, diary_entry, event, event_epc, plot, roll, roll_binding, roll_code, trace_edge, unit_serial,
    },
};
use sea_orm::{DbErr, EntityTrait, IntoActiveModel, Iterable};

use crate::db::Unit;

/// Rows in one statement at most: more make the statement longer to prepare and save nothing.
const ROWS: usize = 400;
/// Values in one statement at most: SQLite takes 32,766, PostgreSQL 65,535.
const VALUES: usize = 32_000;

/// Declares [`Rows`] and [`Summary`]: one list and one count for each table, in the order in which rows may refer to
/// each other.
macro_rules! tables {
    ($($list:ident: $table:ident),+ $(,)?) => {
        /// Rows to be written together.
        #[derive(Debug, Default)]
        pub struct Rows {
            $(pub $list: Vec<$table::Model>,)+
        }

        impl Rows {
            /// Writes all of them.
            pub async fn insert(&self, unit: &Unit) -> Result<(), DbErr> {
                $(insert::<$table::Entity>(unit, &self.$list).await?;)+
                Ok(())
            }
        }

        /// How many rows of each kind were written.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Summary {
            $(pub $list: usize,)+
        }

        impl Summary {
            /// Counts `rows` in.
            pub fn add(&mut self, rows: &Rows) {
                $(self.$list += rows.$list.len();)+
            }

            /// All rows together.
            #[must_use]
            pub fn total(&self) -> usize {
                0 $(+ self.$list)+
            }
        }
    };
}

tables! {
    people: person,
    roles: role,
    council: council_member,
    consents: consent,
    skills: skill_count,
    sellers: seller,
    checks: check,
    accounts: account,
    staff: staff,
    products: product,
    certificates: certificate,
    plots: plot,
    events: event,
    event_epcs: event_epc,
    trace_edges: trace_edge,
    batches: batch,
    batch_plots: batch_plot,
    rolls: roll,
    roll_codes: roll_code,
    roll_bindings: roll_binding,
    serials: unit_serial,
    counters: counter,
    diary_entries: diary_entry,
    pools: pool,
    pool_lots: pool_lot,
    stock_moves: stock_move,
    listings: listing,
    markets: market,
    stalls: stall,
    changes: change,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} sellers, {} products, {} certificates, {} batches, {} events, {} listings, {} markets and {} stalls",
            self.sellers,
            self.products,
            self.certificates,
            self.batches,
            self.events,
            self.listings,
            self.markets,
            self.stalls
        )
    }
}

async fn insert<E>(unit: &Unit, rows: &[E::Model]) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + Sync,
    E::ActiveModel: Send,
{
    let columns = E::Column::iter().count();
    for rows in rows.chunks(ROWS.min(VALUES / columns)) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        E::insert_many(rows).exec_without_returning(unit).await?;
    }
    Ok(())
}
