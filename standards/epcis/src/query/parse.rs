//! From parameters to predicates.

use serde_json::Value;

use super::{Fault, Query, QueryError};
use crate::namespaces::Namespaces;

/// Every parameter with a fixed name.
pub const PARAMETERS: &[&str] = &[];

impl Query {
    /// Reads the parameters of a URL, decoded. Lists are separated by `|`. `namespaces` say what prefixes in names and
    /// values stand for.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        namespaces: &Namespaces,
    ) -> Result<Self, QueryError> {
        let _ = namespaces;
        match pairs.into_iter().next() {
            None => Ok(Self::default()),
            Some((name, _)) => Err(QueryError {
                parameter: name.to_owned(),
                fault: Fault::Unknown,
            }),
        }
    }

    /// Reads the `query` object of a named query. Its `@context` declares prefixes.
    pub fn from_json(query: &Value) -> Result<Self, QueryError> {
        let _ = query;
        Ok(Self::default())
    }
}
