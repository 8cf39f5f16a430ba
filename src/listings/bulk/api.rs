//! Files of listings over HTTP.

use std::sync::Arc;

use axum::{
    Json,
    body::{Body as ResponseBody, Bytes},
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::{
    identity::role::Office,
    ids::ImportId,
    listings::{import, import::Format},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    BulkError, apply,
    current::Whose,
    keep,
    read::{self, FaultCursor, Faulty},
    write,
};
use crate::{
    app::{App, sha256},
    catalogue::{Selling, sellers_of},
    http::{
        body::{Id, Params, unread},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        language::Language,
        list::{self, List, PageParams},
        problem::{Kind, Problem},
    },
    identity::SignedIn,
};

/// Faults that come along with an import itself.
const FIRST_FAULTS: u64 = 24;

/// A cell of a refused row, or the row as a whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportError {
    /// As the file counts its lines, beginning with 1.
    line: i32,
    /// The column's name for programs; `null`: the row as a whole.
    column: Option<String>,
    /// Beginning with 1; `null` where the file does not have that column.
    column_number: Option<usize>,
    /// The words above the column.
    column_name: Option<String>,
    /// What stands in the cell.
    value: String,
    /// Why it is refused.
    reason: String,
}

impl ImportError {
    fn of((line, told, _): Faulty, language: Language) -> Self {
        Self {
            line,
            column_number: told.number,
            column_name: told.column_name(language),
            reason: told.reason(language).to_owned(),
            column: told.column,
            value: told.value,
        }
    }
}

/// A file of listings: what reading it found, and how far it is written.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportWire {
    id: String,
    /// For whom rows are that name no seller.
    seller_id: String,
    file_name: String,
    /// `csv` or `xlsx`.
    format: &'static str,
    /// `ready`: checked, nothing is written. `applying`, `done`; `stopped`: its sender sells for that seller no longer.
    state: &'static str,
    rows: i32,
    /// Rows that were or can be written, those included that change nothing.
    good: i32,
    /// Refused rows.
    bad: i32,
    /// Rows that make a listing.
    new: i32,
    /// Rows that change one.
    changed: i32,
    /// Rows that say what is so already.
    same: i32,
    /// Rows to be written.
    total: i32,
    /// How many of them are.
    done: i32,
    /// Columns that mean nothing here.
    ignored_columns: Vec<String>,
    /// The first of what is wrong; `GET /imports/{id}/errors` has all of it.
    errors: Vec<ImportError>,
    created_at: String,
    finished_at: Option<String>,
}

async fn wire(db: &impl ConnectionTrait, row: import::Model, language: Language) -> Result<ImportWire, BulkError> {
    let errors = read::faults(db, row.id, FaultCursor::default(), FIRST_FAULTS).await?;
    let good = row.made + row.changed + row.same;
    Ok(ImportWire {
        id: row.id.to_string(),
        seller_id: row.seller_id.to_string(),
        file_name: row.file_name,
        format: row.format.code(),
        state: row.state.code(),
        rows: good + row.refused,
        good,
        bad: row.refused,
        new: row.made,
        changed: row.changed,
        same: row.same,
        total: row.made + row.changed,
        done: row.done,
        ignored_columns: serde_json::from_str(&row.ignored)?,
        errors: errors
            .into_iter()
            .map(|error| ImportError::of(error, language))
            .collect(),
        created_at: row.created_at.rfc3339(),
        finished_at: row.finished_at.map(entity::Timestamp::rfc3339),
    })
}

/// For whom and under which name.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportParams {
    /// For whom rows are that name no seller; the caller's first seller when absent.
    #[param(value_type = Option<String>)]
    seller_id: Field<String>,
    /// What the file is called, when it is the body itself.
    #[param(value_type = Option<String>)]
    file_name: Field<String>,
}

/// Reads a file of listings and says of each row what it comes to. Nothing is written before `POST /imports/{id}/apply`.
///
/// CSV (UTF-8; commas, semicolons or tabs) or XLSX, told apart by their content; at most 20 MiB and 20,000 rows; as the
/// first file of a `multipart/form-data` body, or as the body itself.
#[utoipa::path(post, path = "/api/v1/imports", tag = "listings", params(ImportParams, ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Vec<u8>, content_type = "text/csv"),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = ImportWire)))]
pub async fn create_import(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    headers: HeaderMap,
    Params(params): Params<ImportParams>,
    request: Request,
) -> Result<Answer, Problem> {
    let mut wrong = Wrong::default();
    let seller = selling.choose(&mut wrong, "?seller_id", &params.seller_id);
    crate::checked!(wrong; seller);
    let (name, bytes) = file(request).await?;
    let name = name.or_else(|| params.file_name.given().cloned()).unwrap_or_default();
    if bytes.len() > keep::MOST_BYTES {
        return Err(too_large());
    }
    let digest = sha256([sha256(&bytes).as_bytes(), seller.to_string().as_bytes()].concat());
    let checked = Arc::new(keep::check(&app, &selling, seller, &name, bytes).await?);
    let language = Language::of_api(&headers);
    write_once(&app, selling.actor(), once, &digest, {
        let selling = selling.clone();
        move |unit| {
            let (selling, checked) = (selling.clone(), Arc::clone(&checked));
            Box::pin(async move {
                let id = keep::keep(unit, &selling, false, &checked).await?;
                let row = read::import_of(&*unit, selling.person(), id).await?;
                let wire = wire(&*unit, row, language).await?;
                Answer::created(format!("/api/v1/imports/{id}"), &wire)
            })
        }
    })
    .await
}

/// The limit of a request that carries a file: the file's own and the form around it.
pub fn file_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(keep::MOST_BYTES + 64 * 1024)
}

fn too_large() -> Problem {
    Problem::new(Kind::TooLarge, "too-large", "problem-too-large")
}

/// The file in a request, and its name if it has one.
pub async fn file(request: Request) -> Result<(Option<String>, Bytes), Problem> {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    if !is_form {
        let bytes = Bytes::from_request(request, &())
            .await
            .map_err(|rejection| unread(&rejection))?;
        return Ok((None, bytes));
    }
    let malformed = || Problem::new(Kind::Malformed, "malformed", "problem-malformed");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| malformed())?;
    while let Some(part) = form.next_field().await.map_err(|_| malformed())? {
        if part.file_name().is_some() || part.name() == Some("file") {
            let name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|error| {
                if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                    too_large()
                } else {
                    malformed()
                }
            })?;
            return Ok((name, bytes));
        }
    }
    Err(Wrong::one("/file", "wrong-required").into())
}

/// The caller's imports, newest first.
#[utoipa::path(get, path = "/api/v1/imports", tag = "listings", params(PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<ImportWire>)))]
pub async fn list_imports(
    State(app): State<App>,
    caller: SignedIn,
    headers: HeaderMap,
    Params(params): Params<PageParams>,
) -> Result<Json<List<ImportWire>>, Problem> {
    let paging = params.paging()?;
    let language = Language::of_api(&headers);
    let rows = read::imports_of(app.db().read(), caller.person(), paging)
        .await
        .map_err(BulkError::from)?;
    let list = List::page(rows, paging.limit, |row| row.id.to_string(), |row| row);
    let mut items = Vec::with_capacity(list.items.len());
    for row in list.items {
        items.push(wire(app.db().read(), row, language).await?);
    }
    Ok(Json(List {
        items,
        next_cursor: list.next_cursor,
        total: None,
    }))
}

/// One import of the caller's: ask again to see how far it is.
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "listings", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ImportWire)))]
pub async fn get_import(
    State(app): State<App>,
    caller: SignedIn,
    headers: HeaderMap,
    Id(id): Id<ImportId>,
) -> Result<Json<ImportWire>, Problem> {
    shown(&app, &caller, id, &headers).await.map(Json)
}

async fn shown(app: &App, caller: &SignedIn, id: ImportId, headers: &HeaderMap) -> Result<ImportWire, Problem> {
    let row = read::import_of(app.db().read(), caller.person(), id).await?;
    Ok(wire(app.db().read(), row, Language::of_api(headers)).await?)
}

/// Which page of errors.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ErrorParams {
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
}

/// Everything that is wrong in an import of the caller's, from top to bottom.
#[utoipa::path(get, path = "/api/v1/imports/{id}/errors", tag = "listings", params(("id" = String, Path), ErrorParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<ImportError>)))]
pub async fn list_import_errors(
    State(app): State<App>,
    caller: SignedIn,
    headers: HeaderMap,
    Id(id): Id<ImportId>,
    Params(params): Params<ErrorParams>,
) -> Result<Json<List<ImportError>>, Problem> {
    let mut wrong = Wrong::default();
    let limit = list::limit(&mut wrong, &params.limit);
    let after = wrong.optional("?cursor", &params.cursor, |wrong, pointer, field| {
        wrong.code::<FaultCursor>(pointer, field, "wrong-cursor")
    });
    crate::checked!(wrong; after);
    read::import_of(app.db().read(), caller.person(), id).await?;
    let found = read::faults(app.db().read(), id, after.unwrap_or_default(), limit + 1).await?;
    let language = Language::of_api(&headers);
    Ok(Json(List::page(
        found,
        limit,
        |(_, _, cursor)| cursor.to_string(),
        |faulty| ImportError::of(faulty, language),
    )))
}

/// Asks for the good rows of an import of the caller's to be written. A job does it, each row once, however often it is
/// asked; `GET /imports/{id}` tells how far it is.
#[utoipa::path(post, path = "/api/v1/imports/{id}/apply", tag = "listings", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = ACCEPTED, body = ImportWire)))]
pub async fn apply_import(
    State(app): State<App>,
    selling: Selling,
    caller: SignedIn,
    headers: HeaderMap,
    Id(id): Id<ImportId>,
) -> Result<Response, Problem> {
    read::import_of(app.db().read(), selling.person(), id).await?;
    app.write(selling.actor(), move |unit| {
        Box::pin(async move { apply::ask(unit, id).await })
    })
    .await?;
    let wire = shown(&app, &caller, id, &headers).await?;
    Ok((StatusCode::ACCEPTED, Json(wire)).into_response())
}

/// A file as an answer that a browser saves.
fn saved(format: Format, name: &str, body: impl Into<ResponseBody>) -> Response {
    let kind = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let name = format!("attachment; filename=\"{name}.{}\"", format.code());
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The template for imports as CSV: the columns' names and a row as an example.
#[utoipa::path(get, path = "/api/v1/imports/template.csv", tag = "listings",
    responses((status = OK, body = String, content_type = "text/csv")))]
pub async fn get_template_csv(headers: HeaderMap) -> Result<Response, Problem> {
    let file = write::template_csv(Language::of_api(&headers))?;
    Ok(saved(Format::Csv, "tin-ban-mau", file))
}

/// The template for imports as a workbook, with sheets that explain the columns and list the categories.
#[utoipa::path(get, path = "/api/v1/imports/template.xlsx", tag = "listings",
    responses((status = OK, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn get_template_xlsx(headers: HeaderMap) -> Result<Response, Problem> {
    let file = write::template_xlsx(Language::of_api(&headers))?;
    Ok(saved(Format::Xlsx, "tin-ban-mau", file))
}

/// The refused rows of an import of the caller's in the file's own shape, each with its reasons: mend them there, and
/// import that file.
#[utoipa::path(get, path = "/api/v1/imports/{id}/refused.csv", tag = "listings", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = String, content_type = "text/csv")))]
pub async fn get_refused_csv(
    State(app): State<App>,
    caller: SignedIn,
    headers: HeaderMap,
    Id(id): Id<ImportId>,
) -> Result<Response, Problem> {
    let (header, rows) = refused(&app, &caller, id).await?;
    let file = write::refused_csv(&header, rows, Language::of_api(&headers))?;
    Ok(saved(Format::Csv, "dong-chua-nhan", file))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/v1/imports/{id}/refused.xlsx", tag = "listings", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn get_refused_xlsx(
    State(app): State<App>,
    caller: SignedIn,
    headers: HeaderMap,
    Id(id): Id<ImportId>,
) -> Result<Response, Problem> {
    let (header, rows) = refused(&app, &caller, id).await?;
    let language = Language::of_api(&headers);
    let file = tokio::task::spawn_blocking(move || write::refused_xlsx(&header, rows, language))
        .await
        .map_err(BulkError::from)??;
    Ok(saved(Format::Xlsx, "dong-chua-nhan", file))
}

async fn refused(app: &App, caller: &SignedIn, id: ImportId) -> Result<(Vec<String>, Vec<read::Refused>), BulkError> {
    let import = read::import_of(app.db().read(), caller.person(), id).await?;
    let rows = read::refused(app.db().read(), id).await?;
    Ok((serde_json::from_str(&import.header)?, rows))
}

/// Whose listings the caller may take along: officers and administrators everybody's, others their own.
async fn whose(app: &App, caller: &SignedIn, params: &ExportParams) -> Result<Whose, Problem> {
    let mine = params
        .mine
        .given()
        .is_some_and(|value| matches!(value.as_str(), "1" | "true"));
    let in_office = caller.holds(Office::Officer) || caller.holds(Office::Administrator);
    if in_office && !mine {
        return Ok(Whose::Everybody);
    }
    Ok(Whose::Sellers(sellers_of(app, caller.person()).await?))
}

/// Which listings are exported.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportParams {
    /// `1`: only the caller's own, also for officers.
    #[param(value_type = Option<String>)]
    mine: Field<String>,
}

/// The caller's listings (an officer's or administrator's: all) in the shape of an import: taken in again, they change
/// nothing.
#[utoipa::path(get, path = "/api/v1/listings/export.csv", tag = "listings", params(ExportParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = String, content_type = "text/csv")))]
pub async fn export_csv(
    State(app): State<App>,
    caller: SignedIn,
    headers: HeaderMap,
    Params(params): Params<ExportParams>,
) -> Result<Response, Problem> {
    let whose = whose(&app, &caller, &params).await?;
    let pieces = write::export_csv(&app, whose, Language::of_api(&headers));
    Ok(saved(Format::Csv, "tin-ban", ResponseBody::from_stream(pieces)))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/api/v1/listings/export.xlsx", tag = "listings", params(ExportParams),
    security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub async fn export_xlsx(
    State(app): State<App>,
    caller: SignedIn,
    headers: HeaderMap,
    Params(params): Params<ExportParams>,
) -> Result<Response, Problem> {
    let whose = whose(&app, &caller, &params).await?;
    let file = write::export_xlsx(&app, whose, Language::of_api(&headers)).await?;
    Ok(saved(Format::Xlsx, "tin-ban", file))
}
