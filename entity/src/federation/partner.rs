//! Another exchange from which this one pulls.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, ids::PartnerId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartnerId,
    /// The id that it gave itself, pinned when it was added.
    pub exchange_id: String,
    pub name: String,
    /// Scheme, host and port, without a slash at its end.
    pub url: String,
    /// Its public keys when it was added: a JSON array of JWKs.
    pub keys: String,
    /// Whether its answers were signed when it was added; from then on an unsigned one is refused.
    pub signs: bool,
    pub changes_url: String,
    pub snapshot_url: String,
    /// Where its feed goes on; `None`: from the beginning.
    pub cursor: Option<String>,
    /// Raised with each snapshot.
    pub generation: i64,
    /// While a snapshot is being read: the address of its next part.
    pub snapshot_next: Option<String>,
    /// Items taken in, and items refused, since it was added.
    pub received: i64,
    pub refused: i64,
    pub last_refusal: Option<String>,
    pub last_pull_at: Option<Timestamp>,
    /// Why the last pull did not succeed, in a sentence.
    pub last_failure: Option<String>,
    pub added_at: Timestamp,
    /// The key of its log, pinned when it was added: its checkpoints may be co-signed.
    pub log_key: Option<String>,
    /// The key with which it co-signs our log, and where it is asked to.
    pub witness_key: Option<String>,
    pub witness_url: Option<String>,
    /// The size of our log that it has seen last.
    pub witnessed_size: Option<i64>,
    /// Why it did not co-sign when it was last asked, in a sentence.
    pub witness_failure: Option<String>,
}

crate::plain_table!();
