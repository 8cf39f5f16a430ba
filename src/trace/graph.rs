//! What went into what: a graph over EPCs, drawn from the events as they are kept, and walked forward and backward.
//!
//! A transformation draws an arrow from each input to each output, an aggregation from each child to its parent, and a
//! thing that is named together with its lot one from the lot. Events of partners draw like our own, so a walk goes on
//! through batches that were never here. Arrows may close to a circle, by mistake or by malice; a walk goes through each
//! thing once.

use std::collections::{BTreeSet, HashSet};

use digital_link::DigitalLink;
use entity::{
    Gtin, Lot,
    ids::EventId,
    trace::trace_edge::{self, Model as Edge},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Deserialize;
use serde_json::Value;

use super::events::Recorded;
use crate::{app::sha256, db::Unit};

/// The host under which GS1 writes canonical Digital Links, and the graph all of them.
const CANONICAL: &str = "https://id.gs1.org";
/// An EPC of more bytes is kept as its hash: an index row of PostgreSQL has room for two of these.
const LONGEST: usize = 900;
/// What begins the name of a knot: several arrows tied together, no thing. No URI begins so.
const KNOT: char = '#';
/// Things asked about in one statement.
const AT_ONCE: usize = 256;
/// Edges in one insert.
const ROWS: usize = 500;

/// The one form in which the graph keeps an EPC or EPC class: a Digital Link under GS1's own host with the key and its
/// finest qualifier, so that all ways of writing a batch meet. What GS1 has no name for stays as it is written.
#[must_use]
pub fn key(epc: &str) -> String {
    bounded(match DigitalLink::parse(epc) {
        Ok(link) => match (link.gtin(), link.lot(), link.serial()) {
            (Some(gtin), _, Some(serial)) => DigitalLink::for_serial(gtin, &serial).uri(CANONICAL),
            // The variant (22) only repeats what the GTIN's owner knows of the lot.
            (Some(gtin), Some(lot), None) => DigitalLink::for_lot(gtin, &lot).uri(CANONICAL),
            _ => epcis::epc::canonical(epc).into_owned(),
        },
        Err(_) => epcis::epc::canonical(epc).into_owned(),
    })
}

/// The [`key`] of a batch.
#[must_use]
pub fn batch_key(gtin: &Gtin, lot: &Lot) -> String {
    DigitalLink::for_lot(**gtin, lot).uri(CANONICAL)
}

/// GTIN and lot of a [`key`] that is a batch's, whoever's it is.
#[must_use]
pub fn batch_of(key: &str) -> Option<(Gtin, Lot)> {
    let link = DigitalLink::parse(key).ok()?;
    if link.serial().is_some() {
        return None;
    }
    Some((Gtin(link.gtin()?), Lot(link.lot()?)))
}

/// Lots and single things that `document` names together, as [`key`]s.
fn lots_of_things(document: &str) -> Vec<(String, String)> {
    // Most name none; parsing costs.
    if !document.contains("/10/") || !document.contains("/21/") {
        return Vec::new();
    }
    let named: Value = serde_json::from_str(document).unwrap_or_default();
    ["epcList", "childEPCs", "inputEPCList", "outputEPCList"]
        .into_iter()
        .filter_map(|list| named.get(list)?.as_array())
        .flatten()
        .filter_map(|epc| {
            let link = DigitalLink::parse(epc.as_str()?).ok()?;
            let (gtin, lot, serial) = (link.gtin()?, link.lot()?, link.serial()?);
            let thing = DigitalLink::for_serial(gtin, &serial).uri(CANONICAL);
            Some((DigitalLink::for_lot(gtin, &lot).uri(CANONICAL), thing))
        })
        .collect()
}

fn bounded(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    format!("ni:///sha-256;{}", sha256(text))
}

/// The arrows that `recorded` draws (pure).
#[must_use]
pub fn edges_of(recorded: &Recorded) -> Vec<Edge> {
    let of = |role: &str| -> BTreeSet<String> {
        recorded
            .epcs
            .iter()
            .filter(|(of, _)| of.starts_with(role))
            .map(|(_, epc)| key(epc))
            .collect()
    };
    let (inputs, outputs) = (of("input"), of("output"));
    let (children, parents) = (of("child"), of("parent"));
    let mut edges = BTreeSet::new();
    let mut draw = |from: &str, to: &str| {
        if from != to {
            edges.insert((from.to_owned(), to.to_owned()));
        }
    };
    let knot = match transformation(&recorded.document) {
        // Events of one transformation may name its inputs and its outputs apart.
        Some(id) if !inputs.is_empty() || !outputs.is_empty() => Some(bounded(format!("{KNOT}transformation/{id}"))),
        // A hundred inputs and a hundred outputs are two hundred arrows and not ten thousand.
        _ if inputs.len() > 2 && outputs.len() > 2 => Some(format!("{KNOT}event/{}", recorded.id)),
        _ => None,
    };
    if let Some(knot) = &knot {
        for input in &inputs {
            draw(input, knot);
        }
        for output in &outputs {
            draw(knot, output);
        }
    } else {
        for input in &inputs {
            for output in &outputs {
                draw(input, output);
            }
        }
    }
    for parent in &parents {
        for child in &children {
            draw(child, parent);
        }
    }
    for (lot, thing) in lots_of_things(&recorded.document) {
        draw(&lot, &thing);
    }
    edges
        .into_iter()
        .map(|(from_epc, to_epc)| Edge {
            from_epc,
            to_epc,
            event_id: recorded.id,
        })
        .collect()
}

/// What a transformation is called when several events tell of it.
fn transformation(document: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(rename = "transformationID")]
        id: String,
    }
    if !document.contains("\"transformationID\"") {
        return None;
    }
    serde_json::from_str::<Named>(document).ok().map(|named| named.id)
}

/// Keeps `edges`, together with the events that tell them.
pub(super) async fn draw(unit: &Unit, edges: Vec<Edge>) -> Result<(), DbErr> {
    for edges in edges.chunks(ROWS) {
        let rows = edges.iter().cloned().map(IntoActiveModel::into_active_model);
        trace_edge::Entity::insert_many(rows)
            .exec_without_returning(unit)
            .await?;
    }
    Ok(())
}

/// What a walk found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The keys of what was reached, the nearest first; not where it began.
    pub epcs: Vec<String>,
    /// The events whose arrows were followed, each once.
    pub events: Vec<EventId>,
    /// There is more: the walk ended at its limit.
    pub truncated: bool,
}

/// What the things `from` ([`key`]s) went into, and what those went into, up to `limit` things.
pub async fn forward(db: &impl ConnectionTrait, from: &[String], limit: usize) -> Result<Reach, DbErr> {
    walk(db, from, limit, trace_edge::Column::FromEpc).await
}

/// What the things `from` ([`key`]s) came from, and what those came from, up to `limit` things.
pub async fn backward(db: &impl ConnectionTrait, from: &[String], limit: usize) -> Result<Reach, DbErr> {
    walk(db, from, limit, trace_edge::Column::ToEpc).await
}

/// Walks breadth first against `near`, the end of the arrows at which it stands: one statement for each generation, by
/// the index, whatever the planner believes of the table.
async fn walk(
    db: &impl ConnectionTrait,
    from: &[String],
    limit: usize,
    near: trace_edge::Column,
) -> Result<Reach, DbErr> {
    let far = |edge: &Edge| match near {
        trace_edge::Column::FromEpc => edge.to_epc.clone(),
        _ => edge.from_epc.clone(),
    };
    let mut seen: HashSet<String> = from.iter().cloned().collect();
    let mut events = BTreeSet::new();
    let mut reach = Reach::default();
    let mut standing: Vec<String> = from.to_vec();
    while !standing.is_empty() {
        let mut next = Vec::new();
        for some in standing.chunks(AT_ONCE) {
            let left = limit.saturating_sub(seen.len() - from.len().min(seen.len()));
            // Arrows may lead to what is known, so there is room for more of them than for things.
            let most = (left + 1).saturating_mul(4).max(1024);
            let edges = trace_edge::Entity::find()
                .filter(near.is_in(padded(some)))
                .order_by_asc(near)
                .order_by_asc(trace_edge::Column::EventId)
                .limit(u64::try_from(most).unwrap_or(u64::MAX))
                .all(db)
                .await?;
            reach.truncated |= edges.len() == most;
            for edge in edges {
                let thing = far(&edge);
                if !seen.contains(&thing) {
                    if reach.epcs.len() + next.len() >= limit {
                        reach.truncated = true;
                        continue;
                    }
                    seen.insert(thing.clone());
                    next.push(thing);
                }
                events.insert(edge.event_id);
            }
        }
        reach
            .epcs
            .extend(next.iter().filter(|thing| !thing.starts_with(KNOT)).cloned());
        standing = next;
    }
    reach.events = events.into_iter().collect();
    Ok(reach)
}

/// `some`, the last repeated, so that statements differ in few lengths and the database keeps them prepared.
fn padded(some: &[String]) -> Vec<&String> {
    let wanted = some.len().next_power_of_two();
    some.iter()
        .chain(std::iter::repeat_n(some.last(), wanted - some.len()).flatten())
        .collect()
}

#[cfg(test)]
mod tests;
