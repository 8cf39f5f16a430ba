//! A product's photographs over HTTP.

use std::sync::Arc;

use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use entity::ids::{PhotoId, ProductId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    catalogue::{CatalogueError, add_photo, lists, selling::Selling},
    http::{
        body::{Id, unread},
        input::Wrong,
        problem::{Kind, Problem},
    },
    media,
};

/// A photograph that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhotoWire {
    id: String,
    /// The largest size.
    src: String,
}

impl PhotoWire {
    pub(super) fn new(id: PhotoId, src: String) -> Self {
        Self {
            id: id.to_string(),
            src,
        }
    }
}

/// Adds a photograph (JPEG, PNG or WebP; at most 12 MiB and 40 megapixels) to a product of the caller's: as the first file
/// of a `multipart/form-data` body, or as the body itself. Its metadata is removed.
#[utoipa::path(post, path = "/api/v1/products/{id}/photos", tag = "catalogue", params(("id" = String, Path)),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = PhotoWire)))]
pub async fn create_photo(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ProductId>,
    request: Request,
) -> Result<Response, Problem> {
    let (product, _) = lists::product(app.db().read(), id)
        .await?
        .ok_or_else(Problem::not_found)?;
    if !selling.acts_for(product.seller_id) {
        return Err(Problem::not_found());
    }
    let bytes = photo_bytes(request).await?;
    let developed = Arc::new(media::develop(&app, bytes).await.map_err(CatalogueError::from)?);
    let photo = app
        .write(selling.actor(), move |unit| {
            let developed = Arc::clone(&developed);
            Box::pin(async move {
                let photo = media::record(unit, &developed).await?;
                add_photo::add_photo(unit, id, photo).await.map(|()| photo)
            })
        })
        .await?;
    let view = media::read::views(app.db().read(), &[photo])
        .await?
        .remove(&photo)
        .ok_or_else(Problem::not_found)?;
    let location = [(header::LOCATION, view.src.clone())];
    Ok((
        StatusCode::CREATED,
        location,
        Json(PhotoWire::new(photo, view.src)),
    )
        .into_response())
}

/// The limit of a request that carries a photograph: the photograph's own and the form around it.
pub(super) fn photo_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(13 * 1024 * 1024)
}

pub(super) async fn photo_bytes(request: Request) -> Result<Bytes, Problem> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
        .to_owned();
    if kind.starts_with("image/") || kind == "application/octet-stream" {
        return Bytes::from_request(request, &())
            .await
            .map_err(|rejection| unread(&rejection));
    }
    let malformed = || Problem::new(Kind::Malformed, "malformed", "problem-malformed");
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Problem::new(Kind::UnsupportedType, "type", "problem-type-photo"))?;
    while let Some(part) = form.next_field().await.map_err(|_| malformed())? {
        if part.file_name().is_some() || matches!(part.name(), Some("photo" | "file")) {
            return part.bytes().await.map_err(|error| {
                if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                    Problem::new(Kind::TooLarge, "too-large", "problem-too-large")
                } else {
                    malformed()
                }
            });
        }
    }
    Err(Wrong::one("/photo", "wrong-required").into())
}
