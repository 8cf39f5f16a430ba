//! Photographs in pieces over HTTP, in the manner of the IETF's Resumable Uploads for HTTP
//! (draft-ietf-httpbis-resumable-upload): `HEAD` asks where to go on, `PATCH` goes on there. A piece counts whole or not at
//! all, so a client sends pieces as long as its connection usually holds.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::{ids::UploadId, media::upload};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    http::{
        body::{Body, Id},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        problem::{Kind, Problem},
    },
    identity::SignedIn,
    media::{
        MediaError,
        body::{media_type, whole_body},
        photo::MOST_BYTES,
        upload as uploads,
    },
};

/// Where the next piece begins.
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
/// Whether all of it is here, as a boolean of RFC 9651.
const COMPLETE: HeaderName = HeaderName::from_static("upload-complete");

/// What is going to be sent.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct BeginUpload {
    /// Bytes in all.
    #[schema(value_type = i64, minimum = 1, maximum = 12_582_912)]
    size: Field<i64>,
    /// SHA-256 of all of it, in hexadecimal: what comes otherwise is refused.
    #[schema(value_type = Option<String>, min_length = 64, max_length = 64)]
    digest: Field<String>,
}

impl BeginUpload {
    fn check(&self) -> Result<(i64, Option<String>), Problem> {
        let mut wrong = Wrong::default();
        let size = match self.size {
            Field::Given(size) if usize::try_from(size).is_ok_and(|size| size > MOST_BYTES) => {
                let refused = Problem::from(MediaError::from(crate::media::photo::Refusal::TooLarge {
                    most: MOST_BYTES,
                }));
                let message = refused.detail().clone();
                return Err(refused.with_fields(Wrong::one("/size", message)));
            }
            _ => wrong.integer("/size", &self.size, 1..=i64::MAX),
        };
        let digest = wrong.optional("/digest", &self.digest, |wrong, pointer, field| {
            let text = wrong.required(pointer, field)?.trim().to_ascii_lowercase();
            let good = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
            if !good {
                wrong.note(pointer, "wrong-digest");
            }
            good.then_some(text)
        });
        wrong.result()?;
        Ok((size.unwrap_or_default(), digest.flatten()))
    }
}

/// An upload.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadWire {
    id: String,
    size: i64,
    /// Where the next piece begins.
    offset: i64,
    complete: bool,
    /// What it became.
    photo: Option<String>,
    /// After that it is gone.
    expires_at: String,
}

impl From<&upload::Model> for UploadWire {
    fn from(row: &upload::Model) -> Self {
        Self {
            id: row.id.to_string(),
            size: row.size,
            offset: row.received,
            complete: row.received == row.size,
            photo: row.photo_id.map(|id| id.to_string()),
            expires_at: row.expires_at.rfc3339(),
        }
    }
}

fn headers_of(row: &upload::Model) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(OFFSET, HeaderValue::from(row.received));
    headers.insert(LENGTH, HeaderValue::from(row.size));
    let complete = if row.received == row.size { "?1" } else { "?0" };
    headers.insert(COMPLETE, HeaderValue::from_static(complete));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers
}

/// Begins to send a photograph in pieces. Only the caller knows of it; it is kept for a day.
#[utoipa::path(post, path = "/api/v1/uploads", tag = "catalogue", request_body = BeginUpload,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = UploadWire, description = "`Location` takes the pieces"),
        (status = TOO_MANY_REQUESTS, description = "Too many uploads that are not finished",
            content_type = "application/problem+json")))]
pub async fn create_upload(
    State(app): State<App>,
    caller: SignedIn,
    once: Once,
    Body { value, digest }: Body<BeginUpload>,
) -> Result<Response, Problem> {
    let (size, shall) = value.check()?;
    let answer = write_once(&app, caller.actor(), once, &digest, move |unit| {
        let shall = shall.clone();
        Box::pin(async move {
            let row = uploads::begin(unit, size, shall).await?;
            Answer::created(format!("/api/v1/uploads/{}", row.id), &UploadWire::from(&row))
        })
    })
    .await?;
    let mut response = answer.into_response();
    response.headers_mut().insert(OFFSET, HeaderValue::from(0));
    Ok(response)
}

/// How much of an upload of the caller's is here.
#[utoipa::path(get, path = "/api/v1/uploads/{id}", tag = "catalogue", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = UploadWire)))]
pub async fn get_upload(State(app): State<App>, caller: SignedIn, Id(id): Id<UploadId>) -> Result<Response, Problem> {
    let row = uploads::find(app.db().read(), caller.person(), id, app.now()).await?;
    Ok((headers_of(&row), Json(UploadWire::from(&row))).into_response())
}

/// Where to go on with an upload of the caller's: `Upload-Offset`.
#[utoipa::path(head, path = "/api/v1/uploads/{id}", tag = "catalogue", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = NO_CONTENT, description = "`Upload-Offset`, `Upload-Length`, `Upload-Complete`")))]
pub async fn head_upload(State(app): State<App>, caller: SignedIn, Id(id): Id<UploadId>) -> Result<Response, Problem> {
    let row = uploads::find(app.db().read(), caller.person(), id, app.now()).await?;
    Ok((StatusCode::NO_CONTENT, headers_of(&row)).into_response())
}

/// Adds the next piece to an upload of the caller's. It begins at `Upload-Offset`, which must be where the upload ends so
/// far: otherwise the answer is 409 and says where that is.
#[utoipa::path(patch, path = "/api/v1/uploads/{id}", tag = "catalogue",
    params(("id" = String, Path), ("Upload-Offset" = u64, Header)),
    request_body(content = Vec<u8>, content_type = "application/partial-upload"),
    security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "Taken; `Upload-Offset` says where the next piece begins"),
        (status = TOO_MANY_REQUESTS, description = "Too many small pieces", content_type = "application/problem+json")))]
pub async fn patch_upload(
    State(app): State<App>,
    caller: SignedIn,
    Id(id): Id<UploadId>,
    request: Request,
) -> Result<Response, Problem> {
    let person = caller.person();
    let kind = media_type(&request);
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !matches!(
        kind,
        "application/partial-upload" | "application/octet-stream" | "application/offset+octet-stream"
    ) {
        return Err(Problem::new(Kind::UnsupportedType, "type", "problem-type-piece"));
    }
    let offset = request
        .headers()
        .get(OFFSET)
        .and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok())
        .filter(|offset| *offset >= 0)
        .ok_or_else(|| Problem::new(Kind::Malformed, "upload-offset-header", "problem-upload-offset-header"))?;
    // Asked before the piece is read: whoever goes on in the wrong place need not send it.
    let before = uploads::find(app.db().read(), person, id, app.now()).await?;
    if before.received != offset {
        return Ok(refused(MediaError::OtherOffset {
            offset: before.received,
        }));
    }
    let bytes = whole_body(request).await?;
    let taken = app
        .write(caller.actor(), move |unit| {
            let bytes = bytes.clone();
            Box::pin(async move { uploads::append(unit, person, id, offset, bytes).await })
        })
        .await;
    let row = match taken {
        Ok(row) => row,
        Err(error) => return Ok(refused(error)),
    };
    if row.received == row.size
        && row.digest.is_some()
        && let Err(error) = uploads::whole(app.db().read(), &row).await
    {
        if matches!(error, MediaError::OtherDigest) {
            app.write(caller.actor(), move |unit| {
                Box::pin(async move { uploads::begin_again(unit, id).await })
            })
            .await?;
            let mut response = Problem::from(error).into_response();
            response.headers_mut().insert(OFFSET, HeaderValue::from(0));
            return Ok(response);
        }
        return Err(error.into());
    }
    Ok((StatusCode::NO_CONTENT, headers_of(&row)).into_response())
}

/// The refusal, with where to go on where that is what is wrong.
fn refused(error: MediaError) -> Response {
    let at = match error {
        MediaError::OtherOffset { offset } => Some(offset),
        _ => None,
    };
    let mut response = Problem::from(error).into_response();
    if let Some(offset) = at {
        response.headers_mut().insert(OFFSET, HeaderValue::from(offset));
    }
    response
}

/// Gives up an upload of the caller's.
#[utoipa::path(delete, path = "/api/v1/uploads/{id}", tag = "catalogue", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = NO_CONTENT)))]
pub async fn delete_upload(
    State(app): State<App>,
    caller: SignedIn,
    Id(id): Id<UploadId>,
) -> Result<StatusCode, Problem> {
    let person = caller.person();
    app.write(caller.actor(), move |unit| {
        Box::pin(async move { uploads::discard(unit, person, id).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
