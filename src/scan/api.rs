//! Verdicts and reports over HTTP.

use axum::{Json, extract::State, http::HeaderMap};
use digital_link::DigitalLink;
use entity::{
    ids::{BatchId, ScanReportId},
    scan::scan_report,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ScanError,
    look_up::{LookedUp, look_up},
    read::Provenance,
    report::{self, LONGEST_URI, MakeScanReport, NewScanReport, contact, make_report},
};
use crate::{
    app::App,
    checked,
    db::Actor,
    http::{
        address::Address,
        body::{Body, Id, Maybe, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        language::Language,
        list::{List, PageParams},
        problem::Problem,
    },
    identity::{Officer, SignedIn},
};

/// What a scanner read.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Scan {
    /// A Digital Link, plain or compressed, of any resolver; a short link; the code of a sticker; a plain GTIN.
    #[schema(value_type = String, max_length = 2000, example = "https://id.example.vn/01/09506000134352/10/L1")]
    pub uri: Field<String>,
}

/// The verdict on what was read.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictWire {
    /// Of a batch or one of its units: `recalled`, `held`, `expired`, `used`, `suspected`, `real`. Else `product` or
    /// `place`; `unbound`: a sticker whose batch nobody has told yet; `unknown`; `malformed`.
    verdict: &'static str,
    /// What the page says first.
    word: String,
    sentence: String,
    /// 14 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    gtin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    lot: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    serial: Option<String>,
    /// The name of the product or place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// The page that says all of it; `null` for what is no code.
    href: Option<String>,
    /// How often the code was scanned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scans: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    first_scanned_at: Option<String>,
}

impl VerdictWire {
    fn plain(verdict: &'static str, word: String, sentence: String) -> Self {
        Self {
            verdict,
            word,
            sentence,
            gtin: None,
            lot: None,
            serial: None,
            name: None,
            href: None,
            scans: None,
            first_scanned_at: None,
        }
    }

    fn of(found: LookedUp, app: &App, language: Language) -> Self {
        let say = |id: &'static str| language.say(&id.into());
        match found {
            LookedUp::Batch(found) => Self::of_batch(&found, app, language),
            LookedUp::Product(level) => Self {
                gtin: Some(level.product.gtin.to_string()),
                name: Some(level.product.name.clone()),
                href: Some(DigitalLink::for_gtin(level.product.gtin.0).path()),
                ..Self::plain("product", level.product.name, say("scan-say-product-detail"))
            },
            LookedUp::Place(place) => Self {
                name: Some(place.name.clone()),
                href: Some(place.link().path()),
                ..Self::plain("place", place.name, say("scan-say-place-detail"))
            },
            LookedUp::Unbound(code) => Self {
                href: Some(format!("/t/{code}")),
                ..Self::plain("unbound", say("scan-say-unbound"), say("scan-say-unbound-detail"))
            },
            LookedUp::Unknown(link, unit) => Self {
                gtin: link.gtin().map(|gtin| gtin.to_string()),
                lot: link.value("10").map(str::to_owned),
                serial: link.value("21").map(str::to_owned),
                href: Some(link.path()),
                ..Self::plain(
                    "unknown",
                    say("scan-say-unknown"),
                    say(if unit {
                        "scan-say-unknown-unit"
                    } else {
                        "scan-say-unknown-detail"
                    }),
                )
            },
            LookedUp::UnknownCode(code) => Self {
                href: Some(format!("/t/{code}")),
                ..Self::plain("unknown", say("scan-say-unknown"), say("scan-say-unknown-detail"))
            },
            LookedUp::Malformed(reason) => Self::plain("malformed", say("scan-say-malformed"), language.say(&reason)),
        }
    }

    fn of_batch(found: &Provenance, app: &App, language: Language) -> Self {
        let verdict = found.verdict(app.today());
        let sentences = verdict.sentences(language);
        let own = found
            .serial
            .text()
            .and_then(|serial| digital_link::Serial::parse(serial).ok());
        let (gtin, lot) = (found.batch.gtin.0, &found.batch.lot.0);
        let link = own.map_or_else(
            || DigitalLink::for_lot(gtin, lot),
            |serial| DigitalLink::for_lot_serial(gtin, lot, &serial),
        );
        Self {
            gtin: Some(found.batch.gtin.to_string()),
            lot: Some(found.batch.lot.to_string()),
            serial: found.serial.text().map(str::to_owned),
            name: Some(found.product.name.clone()),
            href: Some(link.path()),
            scans: Some(found.scans.map_or(0, |scans| scans.count)),
            first_scanned_at: found.scans.map(|scans| scans.first_at.rfc3339()),
            ..Self::plain(verdict.class(), language.say(&verdict.word()), sentences.join(" "))
        }
    }
}

/// The verdict on what a scanner in a page read. It does not count as a scan: opening `href` does.
#[utoipa::path(post, path = "/api/v1/scans", tag = "scan", request_body = Scan,
    security((), ("bearer" = []), ("session" = [])),
    responses((status = OK, body = VerdictWire, description = "Whatever was read, there is a verdict on it.")))]
pub async fn create_scan(
    State(app): State<App>,
    headers: HeaderMap,
    Body { value, .. }: Body<Scan>,
) -> Result<Json<VerdictWire>, Problem> {
    let mut wrong = Wrong::default();
    let uri = wrong.line("/uri", &value.uri, LONGEST_URI);
    let uri = uri_of(wrong, uri)?;
    let found = look_up(&app, &uri).await?;
    Ok(Json(VerdictWire::of(found, &app, Language::of_api(&headers))))
}

fn uri_of(wrong: Wrong, uri: Option<String>) -> Result<String, Wrong> {
    checked!(wrong; uri);
    Ok(uri)
}

/// A report that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScanReportMade {
    id: String,
    created_at: String,
}

/// Reports what is wrong with a sticker or with what is under it; nobody needs to be signed in. At most ten an hour from
/// one address.
#[utoipa::path(post, path = "/api/v1/scan-reports", tag = "scan", request_body = MakeScanReport,
    params(("Idempotency-Key" = Option<String>, Header)), security((), ("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = ScanReportMade), (status = TOO_MANY_REQUESTS, description = "More than ten within an hour from one address.")))]
pub async fn create_scan_report(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    address: Address,
    once: Once,
    Body { value, digest }: Body<MakeScanReport>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    let actor = caller.as_ref().map_or(Actor::Guest, SignedIn::actor);
    report_once(&app, actor, address, once, &digest, new).await
}

/// The verb, done once; the form uses it as well.
pub(super) async fn report_once(
    app: &App,
    actor: Actor,
    address: Address,
    once: Once,
    digest: &str,
    new: NewScanReport,
) -> Result<Answer, Problem> {
    // What the sticker names does not change by being reported: it is looked up before the unit.
    let named = report::named(app, &new).await?;
    let shared = app.clone();
    write_once(app, actor, once, digest, move |unit| {
        let (app, new, named) = (shared.clone(), new.clone(), named.clone());
        Box::pin(async move {
            let made = make_report(unit, &app, address.0, new, named).await?;
            let wire = ScanReportMade {
                id: made.id.to_string(),
                created_at: made.created_at.rfc3339(),
            };
            Answer::created(format!("/api/v1/scan-reports/{}", made.id), &wire)
        })
    })
    .await
}

/// A report, for officers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScanReportWire {
    id: String,
    /// What the sticker says.
    uri: String,
    /// The batch it names, if it names one of ours.
    batch_id: Option<String>,
    serial: Option<String>,
    /// `copy`, `different`, `spoiled`, `label` or `other`.
    reason: &'static str,
    text: String,
    /// How whoever reported it may be reached.
    contact: Option<String>,
    created_at: String,
}

impl ScanReportWire {
    fn of(app: &App, report: scan_report::Model) -> Result<Self, ScanError> {
        Ok(Self {
            contact: contact(app, &report)?,
            id: report.id.to_string(),
            uri: report.uri,
            batch_id: report.batch_id.map(|id| id.to_string()),
            serial: report.serial,
            reason: report.reason.code(),
            text: report.words,
            created_at: report.created_at.rfc3339(),
        })
    }
}

/// Which reports.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ScanReportParams {
    #[serde(flatten)]
    page: PageParams,
    /// Only of this batch.
    #[serde(default)]
    batch: Field<String>,
}

/// What people report of stickers, newest first.
#[utoipa::path(get, path = "/api/v1/scan-reports", tag = "scan", params(PageParams, ("batch" = Option<String>, Query)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<ScanReportWire>)))]
pub async fn list_scan_reports(
    State(app): State<App>,
    _: Officer,
    Params(params): Params<ScanReportParams>,
) -> Result<Json<List<ScanReportWire>>, Problem> {
    let paging = params.page.paging()?;
    let batch = match params.batch.given().filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(
            text.parse::<BatchId>()
                .map_err(|_| Wrong::one("?batch", "wrong-scan-report-batch"))?,
        ),
    };
    let rows = report::reports(app.db().read(), batch, paging).await?;
    let mut sealed = None;
    let list = List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        |row| ScanReportWire::of(&app, row).map_err(|error| sealed = Some(error)).ok(),
    );
    if let Some(error) = sealed {
        return Err(error.into());
    }
    Ok(Json(List {
        items: list.items.into_iter().flatten().collect(),
        next_cursor: list.next_cursor,
        total: None,
    }))
}

/// One report of a sticker.
#[utoipa::path(get, path = "/api/v1/scan-reports/{id}", tag = "scan", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ScanReportWire)))]
pub async fn get_scan_report(
    State(app): State<App>,
    _: Officer,
    Id(id): Id<ScanReportId>,
) -> Result<Json<ScanReportWire>, Problem> {
    let found = report::report(app.db().read(), id).await?;
    Ok(Json(ScanReportWire::of(&app, found)?))
}
