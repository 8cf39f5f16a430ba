//! A batch's stickers over HTTP: files for printers, the units that are known one by one, and the check of a hidden code.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use entity::{ids::BatchId, trace::unit_serial};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    COUNTS, Format, LabelData, LabelError, Template,
    check::{self, CheckSerial},
    read::{Printed, printed_against_produced},
    rolls::template,
    serials::{self, Wanted, print_serials, serial},
};
use crate::{
    app::App,
    catalogue::Selling,
    db::Actor,
    http::{
        address::Address,
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{List, limit},
        problem::{Problem, ProblemDetails},
    },
    trace::{
        TraceError, log,
        print::{self, serial_uri},
        read::{self, BatchView},
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LabelParams {
    /// `a4-24` (the default), `a4-65`, `roll-50x30` or `roll-40x25`.
    #[param(value_type = Option<String>)]
    template: Field<String>,
    /// Stickers, 1 to 1000; one sheet by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    count: Field<String>,
    /// `1`: each sticker names one unit, with a serial number that nobody can guess.
    #[param(value_type = Option<String>)]
    serials: Field<String>,
    /// With `serials=1`, the running number to begin with: numbers printed before are printed again as they are. When
    /// absent, numbers go on after the last one that was printed.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1_000_000)]
    from: Field<String>,
    /// With `serials=1`: `1` prints a hidden code where a scratch layer goes. It is printed once and kept nowhere.
    #[param(value_type = Option<String>)]
    scratch: Field<String>,
}

/// Checked parameters.
struct Asked {
    template: Template,
    count: usize,
    serials: Option<Wanted>,
}

impl LabelParams {
    fn check(&self) -> Result<Asked, Wrong> {
        let mut wrong = Wrong::default();
        let template = template(&mut wrong, "?template", &self.template, Template::A4x24);
        let sheet = template.map_or(1, Template::per_page);
        let count = wrong.count("?count", &self.count, COUNTS, sheet);
        let serials = switch(&mut wrong, "?serials", &self.serials);
        let scratch = switch(&mut wrong, "?scratch", &self.scratch);
        let most = usize::try_from(serials::MOST).unwrap_or(usize::MAX);
        let from = match self.from.given() {
            None => Some(None),
            Some(_) => wrong.count("?from", &self.from, 1..=most, 1).map(Some),
        };
        if serials == Some(false) && scratch == Some(true) {
            wrong.note("?scratch", "wrong-scratch-serials");
        }
        crate::checked!(wrong; template, count, serials, scratch, from);
        let small = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        Ok(Asked {
            template,
            count,
            serials: serials.then(|| Wanted {
                from: from.map(small),
                count: small(count),
                scratch,
            }),
        })
    }
}

/// `1` or `0`; off when absent.
fn switch(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<bool> {
    match field.given().map(String::as_str) {
        None | Some("" | "0") => Some(false),
        Some("1") => Some(true),
        Some(_) => {
            wrong.note(pointer, "wrong-switch");
            None
        }
    }
}

/// Stickers of a batch of the caller's as a PDF, ready to print.
#[utoipa::path(get, path = "/api/v1/batches/{id}/labels.pdf", tag = "trace", params(("id" = String, Path), LabelParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/pdf"),
        (status = CONFLICT, description = "A hidden code is printed once; these numbers have been printed.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn labels_pdf(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<BatchId>,
    Params(params): Params<LabelParams>,
) -> Result<Response, Problem> {
    labels(&app, &selling, id, &params, Format::Pdf).await
}

/// The same for label printers that speak ZPL II, at 203 dpi; stickers of a sheet come one by one.
#[utoipa::path(get, path = "/api/v1/batches/{id}/labels.zpl", tag = "trace", params(("id" = String, Path), LabelParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = String, content_type = "application/zpl"),
        (status = CONFLICT, description = "A hidden code is printed once; these numbers have been printed.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn labels_zpl(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<BatchId>,
    Params(params): Params<LabelParams>,
) -> Result<Response, Problem> {
    labels(&app, &selling, id, &params, Format::Zpl).await
}

/// The same for small printers that speak ESC/POS, at 203 dpi; stickers of a sheet come one by one.
#[utoipa::path(get, path = "/api/v1/batches/{id}/labels.escpos", tag = "trace", params(("id" = String, Path), LabelParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = CONFLICT, description = "A hidden code is printed once; these numbers have been printed.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn labels_escpos(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<BatchId>,
    Params(params): Params<LabelParams>,
) -> Result<Response, Problem> {
    labels(&app, &selling, id, &params, Format::EscPos).await
}

async fn labels(
    app: &App,
    selling: &Selling,
    id: BatchId,
    params: &LabelParams,
    format: Format,
) -> Result<Response, Problem> {
    let asked = params.check()?;
    let view = own_batch(app, selling, id).await?;
    let (resolver, batch) = (app.resolver_url().to_owned(), view.batch.clone());
    let stickers = match asked.serials {
        None => print::alike(&resolver, &batch, asked.count),
        Some(wanted) => {
            // What would not fit is refused before its numbers are used up.
            let sample = |bits| serial_uri(&resolver, &batch, &serial(serials::MOST, bits));
            super::check(asked.template, format, &[sample(0), sample(1)], None).map_err(TraceError::from)?;
            let printing = app
                .write(selling.actor(), {
                    let (app, batch) = (app.clone(), batch.clone());
                    move |unit| {
                        let (app, batch) = (app.clone(), batch.clone());
                        Box::pin(async move { print_serials(unit, app.vault(), &batch, wanted).await })
                    }
                })
                .await?;
            print::one_by_one(&resolver, &batch, printing)
        }
    };
    let mut data = print::of_batch(app.db().read(), &resolver, &view, stickers).await?;
    if format == Format::Pdf {
        // Whoever verifies a proof has the key from the sheet and need not ask this server for it.
        data.margin = Some(format!("Khoá kiểm chứng: {}", log::verifier_key(app).await?));
    }
    file(asked.template, format, data, &format!("tem-{}", batch.short_code)).await
}

async fn own_batch(app: &App, selling: &Selling, id: BatchId) -> Result<BatchView, Problem> {
    read::batch(app.db().read(), id)
        .await?
        .filter(|view| selling.acts_for(view.batch.seller_id))
        .ok_or_else(Problem::not_found)
}

/// The stickers as an answer.
pub(super) async fn file(template: Template, format: Format, data: LabelData, name: &str) -> Result<Response, Problem> {
    let file = print::set(template, format, data).await?;
    // A browser shows a PDF; what only a printer reads is kept.
    let how = if format == Format::Pdf { "inline" } else { "attachment" };
    let disposition = format!("{how}; filename=\"{name}.{}\"", format.extension());
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        // Hidden codes are nobody's but the printer's.
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, file).into_response())
}

/// A unit that is known by itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct SerialWire {
    number: i32,
    serial: String,
    digital_link: String,
    /// Whether there is a hidden code under a scratch layer.
    scratch: bool,
    printed_at: String,
    sold_at: Option<String>,
    /// When the hidden code was told for the first time.
    used_at: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SerialParams {
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before: the running number after which to go on.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
}

/// The units of a batch of the caller's that have a sticker of their own, by running number.
#[utoipa::path(get, path = "/api/v1/batches/{id}/serials", tag = "trace", params(("id" = String, Path), SerialParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<SerialWire>)))]
pub async fn list_serials(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<BatchId>,
    Params(params): Params<SerialParams>,
) -> Result<Json<List<SerialWire>>, Problem> {
    let mut wrong = Wrong::default();
    let limit = limit(&mut wrong, &params.limit);
    let after = params.cursor.given().map(|text| text.parse::<i32>());
    if matches!(after, Some(Err(_))) {
        wrong.note("?cursor", "wrong-cursor");
    }
    wrong.result()?;
    let batch = own_batch(&app, &selling, id).await?.batch;
    let rows = unit_serial::Entity::find()
        .filter(unit_serial::Column::BatchId.eq(id))
        .filter(unit_serial::Column::Number.gt(after.and_then(Result::ok).unwrap_or(0)))
        .order_by_asc(unit_serial::Column::Number)
        .limit(limit + 1)
        .all(app.db().read())
        .await?;
    let wire = |row: unit_serial::Model| SerialWire {
        number: row.number,
        digital_link: serial_uri(app.resolver_url(), &batch, &row.serial),
        serial: row.serial,
        scratch: row.scratch_hash.is_some(),
        printed_at: row.printed_at.rfc3339(),
        sold_at: row.sold_at.map(entity::Timestamp::rfc3339),
        used_at: row.used_at.map(entity::Timestamp::rfc3339),
    };
    Ok(Json(List::page(rows, limit, |row| row.number.to_string(), wire)))
}

/// How many units of a batch have a sticker of their own, against how many there can be.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrintedWire {
    /// Serial numbers that were printed; the next one is one more.
    serials: u64,
    /// Stickers of rolls that were told to be stuck on it.
    bound: u64,
    /// Units that were made; `null` where the batch is told by weight or volume.
    produced: Option<u64>,
    /// Stickers beyond the units.
    over: u64,
}

impl From<Printed> for PrintedWire {
    fn from(printed: Printed) -> Self {
        Self {
            serials: printed.serials,
            bound: printed.bound,
            produced: printed.produced,
            over: printed.over(),
        }
    }
}

/// Stickers of a batch of the caller's against its units.
#[utoipa::path(get, path = "/api/v1/batches/{id}/printed", tag = "trace", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = PrintedWire)))]
pub async fn printed(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<BatchId>,
) -> Result<Json<PrintedWire>, Problem> {
    let view = own_batch(&app, &selling, id).await?;
    Ok(Json(
        printed_against_produced(app.db().read(), &view.batch).await?.into(),
    ))
}

/// What is said of a hidden code that is right.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedSerial {
    gtin: String,
    lot: String,
    serial: String,
    /// Whether nobody told it before. If somebody did and it was not you, the goods were opened before, or this is a copy.
    first: bool,
    /// When it was told for the first time.
    used_at: String,
}

/// Checks what stands under a sticker's scratch layer. The first check marks the unit as used; later ones hear when that
/// was. What is told wrongly counts: ten times an hour for one unit, thirty from one address.
#[utoipa::path(post, path = "/api/v1/serials/check", tag = "trace", request_body = CheckSerial,
    params(("Idempotency-Key" = Option<String>, Header)), responses((status = OK, body = CheckedSerial),
        (status = TOO_MANY_REQUESTS, description = "Too many wrong codes for this unit, or from this address.", body = ProblemDetails,
            content_type = "application/problem+json")))]
pub async fn check_serial(
    State(app): State<App>,
    address: Address,
    once: Once,
    Body { value, digest }: Body<CheckSerial>,
) -> Result<Answer, Problem> {
    let told = value.check()?;
    check::believe(&app, address, &told).await?;
    write_once(&app, Actor::Guest, once, &digest, move |unit| {
        let told = told.clone();
        Box::pin(async move {
            let (row, first) = check::use_up(unit, &told).await?;
            Answer::ok(&CheckedSerial {
                gtin: row.gtin.to_string(),
                lot: row.lot.to_string(),
                serial: row.serial,
                first,
                used_at: row.used_at.unwrap_or(unit.now()).rfc3339(),
            })
        })
    })
    .await
}

impl From<LabelError> for Problem {
    fn from(error: LabelError) -> Self {
        TraceError::from(error).into()
    }
}
