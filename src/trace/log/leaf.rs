//! What the log holds of an event (pure): a commitment that is nothing without its salt.

use entity::{
    Timestamp,
    ids::{EventId, SellerId},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Keeps a commitment from ever being read as a hash of anything else.
const DOMAIN: &[u8] = b"choque event commitment v1\n";
/// The first byte of a leaf: which shape the rest has.
const VERSION: u8 = 1;
/// Bytes of a salt.
pub const SALT: usize = 32;
/// Bytes of a leaf: the version and the commitment.
pub const LEAF: usize = 33;

/// An event as it was told: all that a commitment binds.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    pub event: EventId,
    /// When this exchange stored it: a late entry cannot be made an early one afterwards.
    pub recorded_at: Timestamp,
    /// The party that told it.
    pub seller: Option<SellerId>,
    /// The document exactly as it is stored.
    pub document: &'a str,
    /// What the prefixes in the document stand for, exactly as it is stored; `None` for our own.
    pub context: Option<&'a str>,
}

impl Told<'_> {
    /// SHA-256 over the domain, the salt, the event's id (16 bytes), the moment (milliseconds, big-endian), the seller's id
    /// (16 bytes, zeros for none), the SHA-256 of the document and that of its context (of nothing for none). Every part has one length, so no two tellings share a
    /// preimage.
    #[must_use]
    pub fn commitment(&self, salt: &[u8; SALT]) -> [u8; 32] {
        Sha256::new()
            .chain_update(DOMAIN)
            .chain_update(salt)
            .chain_update(self.event.0.as_bytes())
            .chain_update(self.recorded_at.0.to_be_bytes())
            .chain_update(self.seller.map_or(Uuid::nil(), |seller| seller.0).as_bytes())
            .chain_update(Sha256::digest(self.document))
            .chain_update(Sha256::digest(self.context.unwrap_or("")))
            .finalize()
            .into()
    }
}

/// The bytes of the leaf of a commitment.
#[must_use]
pub fn leaf(commitment: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LEAF);
    bytes.push(VERSION);
    bytes.extend_from_slice(commitment);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(document: &str) -> Told<'_> {
        Told {
            event: EventId(Uuid::from_u128(1)),
            recorded_at: Timestamp(1_700_000_000_000),
            seller: Some(SellerId(Uuid::from_u128(2))),
            document,
            context: None,
        }
    }

    #[test]
    fn a_commitment_binds_every_part() {
        let (salt, told) = ([7; SALT], told("{}"));
        let first = told.commitment(&salt);
        let mut others = vec![
            told.commitment(&[8; SALT]),
            Told {
                document: "{ }",
                ..told
            }
            .commitment(&salt),
            Told { seller: None, ..told }.commitment(&salt),
            Told {
                context: Some("{}"),
                ..told
            }
            .commitment(&salt),
        ];
        others.push(
            Told {
                event: EventId(Uuid::from_u128(3)),
                ..told
            }
            .commitment(&salt),
        );
        others.push(
            Told {
                recorded_at: told.recorded_at.plus(1),
                ..told
            }
            .commitment(&salt),
        );
        others.push(first);
        others.sort_unstable();
        others.dedup();
        assert_eq!(others.len(), 7);
    }

    #[test]
    fn a_leaf_stays_as_it_is() {
        // Frozen: leaves that are in a log cannot be made anew.
        let leaf = leaf(&told("{}").commitment(&[7; SALT]));
        assert_eq!(leaf.len(), LEAF);
        assert_eq!(
            crate::app::hex(&leaf),
            "0180866489c3b2964005a562d3cab1ff83c8f79c76ec76a5102696b984c906bb3c"
        );
    }
}
