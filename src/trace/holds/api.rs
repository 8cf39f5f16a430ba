//! The officers' desk of holds over HTTP.

use axum::{Json, extract::State};
use entity::{CommuneCode, identity::role::Office, ids::BatchHoldId, trace::batch_hold};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    read::{self, HoldView, Wanted},
    release_hold::release_alone,
};
use crate::{
    app::App,
    checked,
    http::{
        body::{Body, Id, Params},
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::Officer,
    trace::{QuantityWire, TraceError},
};

/// Why a batch may not be sold, or why it might not.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldWire {
    id: String,
    /// `pre_harvest_interval`, `mass_balance`, `over_printed`, `over_sold` or `recalled`.
    reason: &'static str,
    /// The first day on which the harvest would have been in time.
    until: Option<String>,
    /// The numbers, in Vietnamese.
    detail: String,
    /// The same in English; empty where nobody has said it.
    detail_en: String,
    at: String,
}

impl From<&batch_hold::Model> for HoldWire {
    fn from(row: &batch_hold::Model) -> Self {
        Self {
            id: row.id.to_string(),
            reason: row.reason.code(),
            until: row.until.map(|day| day.iso()),
            detail: row.detail.clone(),
            detail_en: row.detail_en.clone(),
            at: row.created_at.rfc3339(),
        }
    }
}

/// A hold that an officer has released: it stays to be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleasedHoldWire {
    #[serde(flatten)]
    hold: HoldWire,
    released_at: Option<String>,
    /// `officer` or `administrator`: the office, not the person.
    released_by_office: Option<&'static str>,
    release_reason: Option<String>,
}

impl From<&batch_hold::Model> for ReleasedHoldWire {
    fn from(row: &batch_hold::Model) -> Self {
        Self {
            hold: row.into(),
            released_at: row.released_at.map(entity::Timestamp::rfc3339),
            released_by_office: row.released_office.map(Office::code),
            release_reason: row.release_reason.clone(),
        }
    }
}

/// A batch as the officers' desk names it.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldBatchWire {
    id: String,
    gtin: String,
    lot: String,
    product: String,
    seller_id: String,
    seller: String,
    commune_code: String,
    quantity: QuantityWire,
    harvested_on: String,
}

/// A hold on the officers' desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskHoldWire {
    #[serde(flatten)]
    hold: ReleasedHoldWire,
    batch: HeldBatchWire,
}

impl From<HoldView> for DeskHoldWire {
    fn from(view: HoldView) -> Self {
        Self {
            hold: (&view.hold).into(),
            batch: HeldBatchWire {
                id: view.batch.id.to_string(),
                gtin: view.batch.gtin.to_string(),
                lot: view.batch.lot.to_string(),
                product: view.product.name,
                seller_id: view.seller.id.to_string(),
                seller: view.seller.name,
                commune_code: view.seller.commune_code.to_string(),
                quantity: entity::Quantity::new(view.batch.quantity, view.batch.unit).into(),
                harvested_on: view.batch.harvested_on.iso(),
            },
        }
    }
}

/// Which holds.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HoldParams {
    /// `open` (the default): those that keep a batch from sale; `released`: those that an officer has let go.
    #[param(value_type = Option<String>)]
    pub state: Field<String>,
    /// Only of sellers in this commune.
    #[param(value_type = Option<String>)]
    pub commune: Field<String>,
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Field<String>,
}

impl HoldParams {
    fn check(&self) -> Result<Wanted, Wrong> {
        let mut wrong = Wrong::default();
        let released = match self.state.given().map(String::as_str) {
            None | Some("" | "open") => Some(false),
            Some("released") => Some(true),
            Some(_) => {
                wrong.note("?state", "wrong-hold-state");
                None
            }
        };
        let commune = match self.commune.given().filter(|text| !text.is_empty()) {
            None => Some(None),
            Some(text) => {
                if let Ok(code) = text.parse::<CommuneCode>() {
                    Some(Some(code))
                } else {
                    wrong.note("?commune", "wrong-commune");
                    None
                }
            }
        };
        checked!(wrong; released, commune);
        Ok(Wanted { released, commune })
    }
}

/// Holds, newest first, with the numbers behind them.
#[utoipa::path(get, path = "/api/v1/batch-holds", tag = "trace", params(HoldParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<DeskHoldWire>)))]
pub async fn list_holds(
    State(app): State<App>,
    _officer: Officer,
    Params(params): Params<HoldParams>,
) -> Result<Json<List<DeskHoldWire>>, Problem> {
    let wanted = params.check()?;
    let page = PageParams {
        limit: params.limit,
        cursor: params.cursor,
        ..PageParams::default()
    };
    let paging = page.paging()?;
    let rows = read::holds(app.db().read(), &wanted, paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |view| view.hold.id.to_string(),
        DeskHoldWire::from,
    )))
}

/// One hold.
#[utoipa::path(get, path = "/api/v1/batch-holds/{id}", tag = "trace", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = DeskHoldWire)))]
pub async fn get_hold(
    State(app): State<App>,
    _officer: Officer,
    Id(id): Id<BatchHoldId>,
) -> Result<Json<DeskHoldWire>, Problem> {
    let view = read::hold(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(view.into()))
}

/// Why a hold is released.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ReleaseHold {
    /// Everybody who scans the batch reads it.
    #[schema(value_type = String, max_length = 500, example = "Đã kiểm tra tại vườn ngày 24/11, mẫu thử đạt.")]
    pub reason: Field<String>,
}

/// Lets a batch be sold again; the reason stays beside it for everybody to read. A hold that is released already is 409, and
/// so is one of a recall: that is lifted with the recall, for all that it reached at once.
#[utoipa::path(post, path = "/api/v1/batch-holds/{id}/release", tag = "trace", params(("id" = String, Path)),
    request_body = ReleaseHold, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = DeskHoldWire)))]
pub async fn release(
    State(app): State<App>,
    officer: Officer,
    Id(id): Id<BatchHoldId>,
    Body { value, .. }: Body<ReleaseHold>,
) -> Result<Json<DeskHoldWire>, Problem> {
    let mut wrong = Wrong::default();
    let reason = wrong.lines("/reason", &value.reason, 500);
    checked!(wrong; reason);
    let view = app
        .write(officer.actor(), move |unit| {
            let reason = reason.clone();
            Box::pin(async move {
                release_alone(unit, id, Office::Officer, &reason).await?;
                read::hold(&*unit, id).await?.ok_or(TraceError::NoSuchThing)
            })
        })
        .await?;
    Ok(Json(view.into()))
}
