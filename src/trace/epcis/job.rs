//! Capture jobs: what became of a document. A job is done when it is answered, for it is written in the unit that keeps its
//! events; its client may ask as long after as it likes (ADR 0028).

use entity::{
    Timestamp,
    ids::CaptureId,
    trace::capture_job::{self as job, Behaviour},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    EpcisError,
    capture::{Fault, Outcome},
    party::Party,
};
use crate::{db::Unit, http::language::Language};

/// Why an event was not kept, or what is odd about one that was (RFC 9457).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JobProblem {
    /// The exception of EPCIS 2.0, section 12.2.
    #[serde(rename = "type")]
    #[schema(example = "epcisException:ValidationException")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    /// JSON Pointer into the document.
    pointer: String,
    /// Which event of the document, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
}

impl JobProblem {
    fn of(fault: &Fault, language: Language) -> Self {
        let (kind, status) = if fault.exists {
            ("epcisException:ResourceAlreadyExistsException", 409)
        } else {
            ("epcisException:ValidationException", 400)
        };
        Self {
            kind: kind.to_owned(),
            title: kind.rsplit(':').next().unwrap_or(kind).to_owned(),
            status,
            detail: language.say(&fault.message),
            pointer: fault.pointer.clone(),
            index: fault.index,
        }
    }
}

/// A capture job.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobWire {
    #[serde(rename = "captureID")]
    capture_id: String,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    finished_at: Option<String>,
    running: bool,
    success: bool,
    /// `rollback` or `proceed`.
    capture_error_behaviour: &'static str,
    /// Why events were not kept; empty when all were.
    errors: Vec<JobProblem>,
    /// What is odd about events that were kept.
    warnings: Vec<JobProblem>,
}

impl TryFrom<job::Model> for JobWire {
    type Error = serde_json::Error;

    fn try_from(row: job::Model) -> Result<Self, serde_json::Error> {
        Ok(Self {
            capture_id: row.id.to_string(),
            created_at: row.created_at.rfc3339(),
            finished_at: row.finished_at.map(Timestamp::rfc3339),
            running: row.running,
            success: row.success,
            capture_error_behaviour: row.behaviour.code(),
            errors: serde_json::from_str(&row.errors)?,
            warnings: serde_json::from_str(&row.warnings)?,
        })
    }
}

/// Writes down what became of a document.
pub fn finish(
    unit: &mut Unit,
    id: CaptureId,
    party: &Party,
    behaviour: Behaviour,
    outcome: &Outcome,
    language: Language,
) -> Result<job::Model, DbErr> {
    let told = |faults: &[Fault]| {
        let told: Vec<_> = faults.iter().map(|fault| JobProblem::of(fault, language)).collect();
        serde_json::to_string(&told).map_err(|error| DbErr::Custom(error.to_string()))
    };
    let row = job::Model {
        id,
        seller_id: party.seller(),
        made_by: party.person(),
        behaviour,
        running: false,
        success: outcome.faults.is_empty(),
        kept: i32::try_from(outcome.kept).unwrap_or(i32::MAX),
        errors: told(&outcome.faults)?,
        warnings: told(&outcome.warnings)?,
        created_at: unit.now(),
        finished_at: Some(unit.now()),
    };
    let active = job::ActiveModel {
        id: Set(row.id),
        seller_id: Set(row.seller_id),
        made_by: Set(row.made_by),
        behaviour: Set(row.behaviour),
        running: Set(row.running),
        success: Set(row.success),
        kept: Set(row.kept),
        errors: Set(row.errors.clone()),
        warnings: Set(row.warnings.clone()),
        created_at: Set(row.created_at),
        finished_at: Set(row.finished_at),
    };
    unit.later(&job::Entity::insert(active));
    Ok(row)
}

/// A job that `party` may see.
pub async fn job(db: &impl ConnectionTrait, party: &Party, id: CaptureId) -> Result<job::Model, EpcisError> {
    let mut select = job::Entity::find_by_id(id);
    if let Some(own) = party.jobs() {
        select = select.filter(own);
    }
    select.one(db).await?.ok_or(EpcisError::NoSuchName)
}

/// Jobs that `party` may see, the newest first, behind `after`; one more than fits.
pub async fn jobs(
    db: &impl ConnectionTrait,
    party: &Party,
    after: Option<CaptureId>,
    fits: usize,
) -> Result<Vec<job::Model>, DbErr> {
    let mut select = job::Entity::find()
        .order_by_desc(job::Column::Id)
        .limit(fits as u64 + 1);
    if let Some(own) = party.jobs() {
        select = select.filter(own);
    }
    if let Some(after) = after {
        select = select.filter(job::Column::Id.lt(after));
    }
    select.all(db).await
}
