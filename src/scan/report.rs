//! Somebody, signed in or not, reports what is wrong with a sticker or with what is under it. Officers read it.

use std::net::IpAddr;

use entity::{
    ids::{BatchId, ScanReportId},
    scan::scan_report::{self, Reason},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ScanError,
    look_up::{LookedUp, look_up},
};
use crate::{
    app::App,
    checked,
    db::Unit,
    http::{
        input::{Field, Wrong},
        list::Paging,
    },
    listings::moderation::count_report,
};

/// The longest address that is looked at.
pub const LONGEST_URI: usize = 2000;
const LONGEST_TEXT: usize = 2000;

/// What somebody reports.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct MakeScanReport {
    /// What the sticker says: its address or its code.
    #[schema(value_type = String, max_length = 2000)]
    pub uri: Field<String>,
    /// `copy`, `different` (what is in it is something else), `spoiled`, `label` (torn, illegible, pasted over) or `other`.
    #[schema(value_type = String, example = "copy")]
    pub reason: Field<String>,
    /// What is the matter; needed with `other`.
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub text: Field<String>,
    /// How to be reached, if they want to be; kept sealed.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub contact: Field<String>,
}

/// A checked report.
#[derive(Clone, Debug)]
pub struct NewScanReport {
    uri: String,
    reason: Reason,
    words: String,
    contact: Option<String>,
}

impl MakeScanReport {
    pub fn check(&self) -> Result<NewScanReport, Wrong> {
        let mut wrong = Wrong::default();
        let uri = wrong.line("/uri", &self.uri, LONGEST_URI);
        let reason = wrong.required("/reason", &self.reason).and_then(|code| {
            let reason = Reason::from_code(code);
            if reason.is_none() {
                wrong.note("/reason", "wrong-scan-report-reason");
            }
            reason
        });
        let words = wrong.prose("/text", &self.text, LONGEST_TEXT);
        if reason == Some(Reason::Other) && words.as_deref() == Some("") {
            wrong.note("/text", "wrong-scan-report-text");
        }
        let empty = self.contact.given().is_some_and(|contact| contact.trim().is_empty());
        let contact = if empty {
            Some(None)
        } else {
            wrong.optional("/contact", &self.contact, |wrong, pointer, field| {
                wrong.line(pointer, field, 200)
            })
        };
        checked!(wrong; uri, reason, words, contact);
        Ok(NewScanReport {
            uri,
            reason,
            words,
            contact,
        })
    }
}

/// Which batch and which of its units the sticker of `new` names, as far as it names any of ours.
pub async fn named(app: &App, new: &NewScanReport) -> Result<Option<(BatchId, Option<String>)>, DbErr> {
    Ok(match look_up(app, &new.uri).await? {
        LookedUp::Batch(found) => Some((found.batch.id, found.serial.text().map(str::to_owned))),
        _ => None,
    })
}

/// Keeps a report that came from `address`.
pub async fn make_report(
    unit: &mut Unit,
    app: &App,
    address: Option<IpAddr>,
    new: NewScanReport,
    named: Option<(BatchId, Option<String>)>,
) -> Result<scan_report::Model, ScanError> {
    if let Some(address) = address
        && app.config().limits
        && !app.is_demo()
    {
        let within = count_report(unit, app.vault().blind("scan-report", &address.to_string())).await?;
        if !within {
            return Err(ScanError::TooMany);
        }
    }
    let id: ScanReportId = unit.id();
    let (batch_id, serial) = named.map_or((None, None), |(batch, serial)| (Some(batch), serial));
    let made = scan_report::Model {
        id,
        uri: new.uri,
        batch_id,
        serial,
        reason: new.reason,
        words: new.words,
        contact_sealed: new
            .contact
            .map(|contact| app.vault().seal(unit.source(), &context(id), &contact)),
        person_id: unit.actor().person(),
        created_at: unit.now(),
    };
    let row = scan_report::ActiveModel {
        id: Set(made.id),
        uri: Set(made.uri.clone()),
        batch_id: Set(made.batch_id),
        serial: Set(made.serial.clone()),
        reason: Set(made.reason),
        words: Set(made.words.clone()),
        contact_sealed: Set(made.contact_sealed.clone()),
        person_id: Set(made.person_id),
        created_at: Set(made.created_at),
    };
    scan_report::Entity::insert(row).exec_without_returning(&*unit).await?;
    Ok(made)
}

/// What the vault seals a report's contact under.
fn context(id: ScanReportId) -> String {
    format!("scan report {id} contact")
}

/// How whoever made `report` may be reached.
pub fn contact(app: &App, report: &scan_report::Model) -> Result<Option<String>, ScanError> {
    let open = |sealed: &String| app.vault().open(&context(report.id), sealed);
    Ok(report.contact_sealed.as_ref().map(open).transpose()?)
}

/// Reports, newest first, of one batch where it is given; one more than fits.
pub async fn reports(
    db: &impl ConnectionTrait,
    batch: Option<BatchId>,
    paging: Paging,
) -> Result<Vec<scan_report::Model>, DbErr> {
    let mut query = scan_report::Entity::find()
        .order_by_desc(scan_report::Column::Id)
        .limit(paging.limit + 1);
    if let Some(batch) = batch {
        query = query.filter(scan_report::Column::BatchId.eq(batch));
    }
    if let Some(before) = paging.after {
        query = query.filter(scan_report::Column::Id.lt(ScanReportId(before)));
    }
    query.all(db).await
}

/// One report.
pub async fn report(db: &impl ConnectionTrait, id: ScanReportId) -> Result<scan_report::Model, ScanError> {
    let found = scan_report::Entity::find_by_id(id).one(db).await?;
    found.ok_or(ScanError::NoSuchReport)
}
