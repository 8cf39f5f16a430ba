//! The stock that a listing draws on, over HTTP: for its seller only.

use axum::{Json, extract::State};
use entity::{
    Quantity,
    ids::{BatchId, ListingId},
    listings::stock_move,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    adjust::{AdjustStock, Adjusted, adjust},
    read::{self, StockView},
};
use crate::{
    app::App,
    catalogue::Selling,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        list::{List, PageParams},
        problem::Problem,
    },
    trace::QuantityWire,
};

/// A move of stock. Moves are only ever added.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockMoveWire {
    /// `null`: nothing had to be moved.
    id: Option<String>,
    /// `listed`, `received`, `corrected` or `sold`.
    kind: String,
    /// `null`: of no particular lot.
    batch_id: Option<String>,
    /// Below zero: it left.
    delta: QuantityWire,
    /// The seller's own words.
    reason: Option<String>,
    recorded_at: String,
}

impl StockMoveWire {
    fn new(row: stock_move::Model, unit: entity::Unit) -> Self {
        Self {
            id: Some(row.id.to_string()),
            kind: row.reason,
            batch_id: row.batch_id.map(|id| id.to_string()),
            delta: Quantity::new(row.delta, unit).into(),
            reason: row.note,
            recorded_at: row.recorded_at.rfc3339(),
        }
    }
}

/// A move of stock, and what is left after it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdjustedWire {
    #[serde(flatten)]
    moved: StockMoveWire,
    /// What may be sold now of the lot, or of stock of no lot.
    left: QuantityWire,
}

/// A lot of a stock.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockLotWire {
    batch_id: String,
    lot: String,
    harvested_on: String,
    expires_on: Option<String>,
    /// What lies there and is promised to nobody.
    left: QuantityWire,
    /// It may not be sold: an officer holds it, or its last day has passed.
    held_back: bool,
}

/// A stock as it stands now.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockWire {
    unit: &'static str,
    /// All that ever came in.
    received: QuantityWire,
    /// All that left.
    issued: QuantityWire,
    /// Promised to buyers and still there.
    held: QuantityWire,
    /// What lies there and is promised to nobody.
    left: QuantityWire,
    /// The nearest last day first, as they are sold.
    lots: Vec<StockLotWire>,
}

/// The moves of a stock, and how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockList {
    items: Vec<StockMoveWire>,
    next_cursor: Option<String>,
    stock: StockWire,
}

impl From<StockView> for StockWire {
    fn from(view: StockView) -> Self {
        let StockView { pool, lots } = view;
        let told = |amount| Quantity::new(amount, pool.unit).into();
        Self {
            unit: pool.unit.code(),
            received: told(pool.received),
            issued: told(pool.issued),
            held: told(pool.held),
            left: told(pool.left()),
            lots: lots
                .into_iter()
                .map(|lot| StockLotWire {
                    batch_id: BatchId::to_string(&lot.batch_id),
                    lot: lot.lot.to_string(),
                    harvested_on: lot.harvested_on.iso(),
                    expires_on: lot.expires_on.map(|day| day.iso()),
                    left: told(lot.available()),
                    held_back: lot.held_back(),
                })
                .collect(),
        }
    }
}

/// How the stock of a listing of the caller's stands and how it came to that, the newest move first. A listing that
/// counts no stock has none.
#[utoipa::path(get, path = "/api/v1/listings/{id}/stock", tag = "listings", params(("id" = String, Path), PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = StockList)))]
pub async fn list_stock(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ListingId>,
    Params(page): Params<PageParams>,
) -> Result<Json<StockList>, Problem> {
    let paging = page.paging()?;
    let db = app.db().read();
    let view = read::stock_of(db, id, selling.sellers(), app.today())
        .await?
        .ok_or_else(Problem::not_found)?;
    let unit = view.pool.unit;
    let moves = read::moves_of(db, view.pool.id, paging).await?;
    let list = List::page(
        moves,
        paging.limit,
        |row| row.id.to_string(),
        |row| StockMoveWire::new(row, unit),
    );
    Ok(Json(StockList {
        items: list.items,
        next_cursor: list.next_cursor,
        stock: view.into(),
    }))
}

/// Adds to the stock of a listing of the caller's, or sets right how much may be sold of it. It counts at once and leaves
/// a move that says why.
#[utoipa::path(post, path = "/api/v1/listings/{id}/stock", tag = "listings", request_body = AdjustStock,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses(
        (status = CREATED, body = AdjustedWire),
        (status = OK, description = "It was counted, and it was right: nothing is written.", body = AdjustedWire),
    ))]
pub async fn adjust_stock(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Id(id): Id<ListingId>,
    Body { value, digest }: Body<AdjustStock>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    write_once(&app, selling.actor(), once, &digest, move |unit| {
        let (selling, new) = (selling.clone(), new.clone());
        Box::pin(async move {
            let Adjusted { moved, left } = adjust(unit, &selling, id, &new).await?;
            let measure = left.unit;
            match moved {
                Some(row) => Answer::created(
                    format!("/api/v1/listings/{id}/stock"),
                    &AdjustedWire {
                        moved: StockMoveWire::new(row, measure),
                        left: left.into(),
                    },
                ),
                None => Answer::ok(&AdjustedWire {
                    moved: StockMoveWire {
                        id: None,
                        kind: super::pools::CORRECTED.to_owned(),
                        batch_id: None,
                        delta: Quantity::new(entity::Thousandths::ZERO, measure).into(),
                        reason: None,
                        recorded_at: unit.now().rfc3339(),
                    },
                    left: left.into(),
                }),
            }
        })
    })
    .await
}
