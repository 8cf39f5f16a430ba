//! Photographs in the bodies of requests.

use axum::{
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
    http::{StatusCode, header},
};
use bytes::Bytes;

use super::photo::{MOST_BYTES, Refusal};
use crate::http::{
    body::unread,
    input::Wrong,
    problem::{Kind, Problem},
};

/// The limit of a request that carries a photograph: the photograph's own and the form around it.
pub fn photo_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(13 * 1024 * 1024)
}

/// What a request says that its body is, in small letters.
#[must_use]
pub fn media_type(request: &Request) -> String {
    let kind = request.headers().get(header::CONTENT_TYPE);
    kind.and_then(|value| value.to_str().ok())
        .unwrap_or("")
        .to_ascii_lowercase()
}

/// A body that is longer than any photograph may be.
fn too_large() -> Problem {
    Refusal::TooLarge { most: MOST_BYTES }.into()
}

/// The photograph in a request whose body is of `kind`: the body itself, or the first file of a `multipart/form-data` body.
pub async fn photo_bytes(kind: &str, request: Request) -> Result<Bytes, Problem> {
    if kind.starts_with("image/") || kind == "application/octet-stream" {
        return whole_body(request).await;
    }
    let malformed = || Problem::new(Kind::Malformed, "malformed", "problem-malformed");
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Problem::new(Kind::UnsupportedType, "type", "problem-type-photo"))?;
    while let Some(part) = form.next_field().await.map_err(|_| malformed())? {
        if part.file_name().is_some() || matches!(part.name(), Some("photo" | "file")) {
            return part.bytes().await.map_err(|error| {
                if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                    too_large()
                } else {
                    malformed()
                }
            });
        }
    }
    Err(Wrong::one("/photo", "wrong-required").into())
}

/// The bytes of the body, which are no more than a photograph may have.
pub async fn whole_body(request: Request) -> Result<Bytes, Problem> {
    Bytes::from_request(request, &()).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            too_large()
        } else {
            unread(&rejection)
        }
    })
}
