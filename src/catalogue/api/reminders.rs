//! Reminders over HTTP.

use axum::{Json, extract::State};
use entity::dossiers::reminder::{self, Topic};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    catalogue::ocop::Party,
    dossiers::read::{Reminded, reminders},
    http::{
        body::Params,
        list::{List, PageParams},
        problem::Problem,
    },
};

/// A day that comes near.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReminderWire {
    id: String,
    /// `dossier.due` or `certificate.ending`.
    topic: &'static str,
    /// How many days ahead it is told: working days of a dossier, days of a certificate.
    days: i32,
    /// The deadline, or the first day the certificate no longer holds.
    due_on: String,
    title: String,
    dossier_id: Option<String>,
    certificate_id: Option<String>,
    seller_id: String,
    at: String,
}

impl From<reminder::Model> for ReminderWire {
    fn from(row: reminder::Model) -> Self {
        let of = |topic| (row.topic == topic).then(|| row.subject_id.to_string());
        Self {
            id: row.id.to_string(),
            topic: row.topic.code(),
            days: row.days,
            due_on: row.due_on.iso(),
            dossier_id: of(Topic::DossierDue),
            certificate_id: of(Topic::CertificateEnding),
            seller_id: row.party_id.to_string(),
            at: row.made_at.rfc3339(),
            title: row.title,
        }
    }
}

/// What comes near, the nearest first: for officers the deadlines of dossiers, for sellers the ends of their certificates.
#[utoipa::path(get, path = "/api/v1/reminders", tag = "dossiers", params(PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<ReminderWire>)))]
pub async fn list_reminders(
    State(app): State<App>,
    party: Party,
    Params(params): Params<PageParams>,
) -> Result<Json<List<ReminderWire>>, Problem> {
    let paging = params.paging()?;
    let whom = Reminded {
        officer: party.is_officer() && !params.only_mine(),
        parties: party.sellers().iter().map(|seller| seller.0).collect(),
    };
    let rows = reminders(app.db().read(), &whom, app.today(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        ReminderWire::from,
    )))
}
