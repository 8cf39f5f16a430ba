//! Recalls as the API gives them.

use entity::{
    recall::{drill, recall},
    trace::batch,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    caller::Caller,
    read::{BatchLine, Detail, Drilled},
};

/// How many of each a recall reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecallCountsWire {
    batches: usize,
    /// Things in the traces that are no batches of this exchange.
    foreign_epcs: usize,
    listings: usize,
    orders: usize,
    /// Given up, whole or in part, because they had not left; in a preview: would be.
    orders_given_up: usize,
    /// Goods had left: their buyers were told; in a preview: would be.
    orders_told: usize,
    stalls: usize,
    /// Others who told of its way.
    partners: usize,
}

/// A batch that a recall reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecalledBatchWire {
    id: String,
    gtin: String,
    lot: String,
    product: String,
    seller_id: String,
    seller: String,
    /// `root`, `upstream` or `downstream`.
    direction: &'static str,
    harvested_on: String,
}

/// A batch that may be called back.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundBatchWire {
    id: String,
    gtin: String,
    lot: String,
    product: String,
    seller: String,
    harvested_on: String,
}

impl From<&BatchLine> for FoundBatchWire {
    fn from(line: &BatchLine) -> Self {
        Self {
            id: line.batch.id.to_string(),
            gtin: line.batch.gtin.to_string(),
            lot: line.batch.lot.to_string(),
            product: line.product.name.clone(),
            seller: line.seller.name.clone(),
            harvested_on: line.batch.harvested_on.iso(),
        }
    }
}

/// A listing that drew on what is recalled.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecalledListingWire {
    id: String,
    slug: String,
    title: String,
    seller: Option<String>,
    /// Taken off sale: nothing else was left of it.
    withdrawn: bool,
}

/// A stall that sold of it or bought of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecalledStallWire {
    id: String,
    code: String,
    market: String,
}

/// Somebody else who told of its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecallPartnerWire {
    name: String,
    /// How many events on the way they told.
    events: usize,
}

/// A thing on the way that is no batch of this exchange.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForeignThingWire {
    epc: String,
    /// `root`, `upstream` or `downstream`.
    direction: &'static str,
}

/// A recall. Lists name at most 500 of each; `counts` counts all.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecallWire {
    /// `null` in a preview.
    id: Option<String>,
    /// `null` where it never was a batch of this exchange.
    batch_id: Option<String>,
    epc: String,
    gtin: Option<String>,
    lot: Option<String>,
    product: Option<String>,
    reason: Option<String>,
    /// `batch`, `downstream` or `upstream_and_downstream`.
    scope: &'static str,
    /// `in_force`, `ended`, or `preview`.
    state: &'static str,
    /// `officer`, `administrator` or `seller`; `null` in a preview.
    by: Option<&'static str>,
    recalled_at: Option<String>,
    ended_at: Option<String>,
    end_reason: Option<String>,
    /// More is affected than one recall follows.
    truncated: bool,
    counts: RecallCountsWire,
    batches: Vec<RecalledBatchWire>,
    listings: Vec<RecalledListingWire>,
    stalls: Vec<RecalledStallWire>,
    /// Officers and the batch's seller see it; `null` for others.
    partners: Option<Vec<RecallPartnerWire>>,
    /// Likewise.
    foreign: Option<Vec<ForeignThingWire>>,
    /// The spreadsheet, for those who may have it.
    trace_xlsx: Option<String>,
}

impl RecallWire {
    /// `detail` as `caller` may see it: what buyers and partners did is for officers and the seller of the batch.
    #[must_use]
    pub fn new(detail: &Detail, caller: Option<&Caller>) -> Self {
        let root = detail.root();
        let all = sees_all(detail, caller);
        let recall = detail.recall.as_ref();
        let counts = &detail.counts;
        Self {
            id: recall.map(|row| row.id.to_string()),
            batch_id: root.map(|line| line.batch.id.to_string()),
            epc: detail.epc.clone(),
            gtin: root.map(|line| line.batch.gtin.to_string()),
            lot: root.map(|line| line.batch.lot.to_string()),
            product: root.map(|line| line.product.name.clone()),
            reason: recall.map(|row| row.reason.clone()),
            scope: detail.scope.code(),
            state: recall.map_or("preview", state),
            by: recall.map(|row| row.office.map_or("seller", entity::identity::role::Office::code)),
            recalled_at: recall.map(|row| row.made_at.rfc3339()),
            ended_at: recall.and_then(|row| row.ended_at).map(entity::Timestamp::rfc3339),
            end_reason: recall.and_then(|row| row.end_reason.clone()),
            truncated: detail.truncated,
            counts: RecallCountsWire {
                batches: counts.batches,
                foreign_epcs: counts.foreign_epcs,
                listings: counts.listings,
                orders: counts.orders,
                orders_given_up: counts.orders_given_up,
                orders_told: counts.orders_told,
                stalls: counts.stalls,
                partners: counts.partners,
            },
            batches: detail
                .batches
                .iter()
                .map(|line| RecalledBatchWire {
                    id: line.batch.id.to_string(),
                    gtin: line.batch.gtin.to_string(),
                    lot: line.batch.lot.to_string(),
                    product: line.product.name.clone(),
                    seller_id: line.seller.id.to_string(),
                    seller: line.seller.name.clone(),
                    direction: line.direction.code(),
                    harvested_on: line.batch.harvested_on.iso(),
                })
                .collect(),
            listings: detail
                .listings
                .iter()
                .map(|line| RecalledListingWire {
                    id: line.listing.id.to_string(),
                    slug: line.listing.slug.to_string(),
                    title: line.listing.title.clone(),
                    seller: line.seller.as_ref().map(|seller| seller.name.clone()),
                    withdrawn: line.withdrawn,
                })
                .collect(),
            stalls: detail
                .stalls
                .iter()
                .map(|line| RecalledStallWire {
                    id: line.stall.id.to_string(),
                    code: line.stall.code.clone(),
                    market: line.market.name.clone(),
                })
                .collect(),
            partners: all.then(|| {
                let partner = |(name, events): &(String, usize)| RecallPartnerWire {
                    name: name.clone(),
                    events: *events,
                };
                detail.partners.iter().map(partner).collect()
            }),
            foreign: all.then(|| {
                let thing = |(epc, direction): &(String, entity::recall::thing::Direction)| ForeignThingWire {
                    epc: epc.clone(),
                    direction: direction.code(),
                };
                detail.foreign.iter().map(thing).collect()
            }),
            trace_xlsx: recall
                .filter(|_| all)
                .map(|row| format!("/api/v1/recalls/{}/trace.xlsx", row.id)),
        }
    }
}

/// Whether `caller` sees what buyers and partners did: in an office, or as the seller of what is called back.
#[must_use]
pub fn sees_all(detail: &Detail, caller: Option<&Caller>) -> bool {
    caller.is_some_and(|caller| {
        caller.office().is_some() || detail.root().is_some_and(|root| caller.reaches(root.seller.id))
    })
}

/// `in_force` or `ended`.
#[must_use]
pub const fn state(row: &recall::Model) -> &'static str {
    if row.ended_at.is_some() { "ended" } else { "in_force" }
}

/// A recall in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecallLineWire {
    id: String,
    batch_id: Option<String>,
    epc: String,
    gtin: Option<String>,
    lot: Option<String>,
    reason: String,
    scope: &'static str,
    /// `in_force` or `ended`.
    state: &'static str,
    recalled_at: String,
    ended_at: Option<String>,
}

impl From<recall::Model> for RecallLineWire {
    fn from(row: recall::Model) -> Self {
        let (gtin, lot) = crate::trace::graph::batch_of(&row.epc)
            .map(|(gtin, lot)| (gtin.to_string(), lot.to_string()))
            .unzip();
        Self {
            id: row.id.to_string(),
            batch_id: row.batch_id.map(|id| id.to_string()),
            gtin,
            lot,
            scope: row.scope.code(),
            state: state(&row),
            recalled_at: row.made_at.rfc3339(),
            ended_at: row.ended_at.map(entity::Timestamp::rfc3339),
            epc: row.epc,
            reason: row.reason,
        }
    }
}

/// A recall that was tried out and taken back at once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecallDrillWire {
    id: String,
    at: String,
    batch: Option<DrilledBatchWire>,
    batches: i64,
    foreign_epcs: i64,
    listings: i64,
    orders: i64,
    stalls: i64,
    partners: i64,
    truncated: bool,
    /// Milliseconds it took to find out what is affected.
    trace_ms: f64,
    /// Milliseconds it took to hold, freeze and note all of it.
    effects_ms: f64,
    total_ms: f64,
}

/// The batch of a drill.
#[derive(Debug, Serialize, ToSchema)]
pub struct DrilledBatchWire {
    id: String,
    gtin: String,
    lot: String,
}

/// Microseconds as milliseconds.
#[must_use]
pub fn ms(us: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a drill takes less than 285 years")]
    let us = us as f64;
    us / 1000.0
}

impl From<Drilled> for RecallDrillWire {
    fn from((row, batch): (drill::Model, Option<batch::Model>)) -> Self {
        Self {
            id: row.id.to_string(),
            at: row.at.rfc3339(),
            batch: batch.map(|batch| DrilledBatchWire {
                id: batch.id.to_string(),
                gtin: batch.gtin.to_string(),
                lot: batch.lot.to_string(),
            }),
            batches: row.batches,
            foreign_epcs: row.foreign_epcs,
            listings: row.listings,
            orders: row.orders,
            stalls: row.stalls,
            partners: row.partners,
            truncated: row.truncated,
            trace_ms: ms(row.trace_us),
            effects_ms: ms(row.effects_us),
            total_ms: ms(row.trace_us + row.effects_us),
        }
    }
}
