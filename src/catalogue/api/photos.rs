//! A product's photographs over HTTP.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Request, State},
    http::{StatusCode, request::Parts},
};
use entity::{
    ids::{PhotoId, ProductId, UploadId},
    media::upload,
};
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::own_product;
use crate::{
    app::{App, sha256},
    catalogue::{
        CatalogueError, Selling,
        add_photo::add_photo,
        describe_photo::{DescribePhoto, describe_photo, words},
        order_photos::{OrderPhotos, order_photos},
        read::{ProductPhoto, product_photos},
        remove_photo::remove_photo,
    },
    http::{
        body::{Body, Id},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::List,
        problem::Problem,
    },
    media::{
        self, MediaError,
        body::{media_type, photo_bytes},
    },
};

/// A photograph of a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhotoWire {
    id: String,
    /// The width that fits most screens.
    src: String,
    /// Every width there is, as HTML's `srcset` takes it.
    srcset: String,
    /// Of `src`.
    width: u32,
    height: u32,
    /// What it shows.
    alt: String,
    /// Nobody said what it shows: `alt` is the product's name.
    alt_is_name: bool,
}

impl From<ProductPhoto> for PhotoWire {
    fn from(photo: ProductPhoto) -> Self {
        Self {
            id: photo.id.to_string(),
            src: photo.view.src,
            srcset: photo.view.srcset,
            width: photo.view.width,
            height: photo.view.height,
            alt: photo.view.alt,
            alt_is_name: photo.alt_is_name,
        }
    }
}

/// A photograph that was sent before, in pieces.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AddPhoto {
    /// The id of a finished upload of the caller's.
    #[schema(value_type = String)]
    upload: Field<String>,
    /// What it shows, in Vietnamese.
    #[schema(value_type = Option<String>, max_length = 200)]
    alt: Field<String>,
}

/// A product and one of its photographs, from the path.
pub struct ProductAndPhoto(ProductId, PhotoId);

impl<S: Send + Sync> FromRequestParts<S> for ProductAndPhoto {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((product, photo)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::not_found())?;
        match (product.parse(), photo.parse()) {
            (Ok(product), Ok(photo)) => Ok(Self(product, photo)),
            _ => Err(Problem::not_found()),
        }
    }
}

/// Adds a photograph (JPEG, PNG or WebP; at most 12 MiB and 40 megapixels) to a product of the caller's: as the first file
/// of a `multipart/form-data` body, as the body itself, or as `{"upload": id}` when it was sent in pieces. Its metadata is
/// removed. A finished upload becomes one photograph, however often it is asked for.
#[utoipa::path(post, path = "/api/v1/products/{id}/photos", tag = "catalogue",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content((Vec<u8> = "image/jpeg"), (AddPhoto = "application/json"))),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = PhotoWire)))]
pub async fn create_photo(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ProductId>,
    once: Once,
    request: Request,
) -> Result<Answer, Problem> {
    own_product(&app, &selling, id).await?;
    let kind = media_type(&request);
    let (bytes, from, alt) = if kind.starts_with("application/json") {
        let (row, alt) = finished_upload(&app, &selling, request).await?;
        if let Some(photo) = row.photo_id {
            return shown_already(&app, id, photo).await;
        }
        let bytes = media::upload::whole(app.db().read(), &row).await.map_err(named)?;
        (bytes, Some(row.id), alt)
    } else {
        (photo_bytes(&kind, request).await?, None, None)
    };
    let digest = sha256(&bytes);
    let developed = Arc::new(media::develop(&app, bytes).await.map_err(CatalogueError::from)?);
    write_once(&app, selling.actor(), once, &digest, move |unit| {
        let (developed, alt) = (Arc::clone(&developed), alt.clone());
        Box::pin(async move {
            let photo = media::record(unit, &developed).await.map_err(CatalogueError::from)?;
            if let Some(upload) = from {
                media::upload::became(unit, upload, photo)
                    .await
                    .map_err(CatalogueError::from)?;
            }
            add_photo(unit, id, photo, alt).await?;
            created(&*unit, id, photo).await
        })
    })
    .await
}

/// The upload that a JSON body names, and words for what it shows.
async fn finished_upload(
    app: &App,
    selling: &Selling,
    request: Request,
) -> Result<(upload::Model, Option<String>), Problem> {
    let Body { value, .. } = Body::<AddPhoto>::from_request(request, app).await?;
    let mut wrong = Wrong::default();
    let upload = wrong.code::<UploadId>("/upload", &value.upload, "wrong-no-such-upload");
    let alt = if value.alt.is_missing() {
        None
    } else {
        words(&mut wrong, &value.alt)
    };
    let no_such = || Wrong::one("/upload", "wrong-no-such-upload");
    wrong.result()?;
    let id = upload.ok_or_else(no_such)?;
    match media::upload::find(app.db().read(), selling.person(), id, app.now()).await {
        Ok(row) => Ok((row, alt)),
        Err(MediaError::NoSuchUpload) => Err(no_such().into()),
        Err(error) => Err(error.into()),
    }
}

/// An upload's refusal as one of the field that names the upload.
fn named(error: MediaError) -> Problem {
    match error {
        MediaError::OtherDigest => Wrong::one("/upload", "wrong-upload-digest").into(),
        error => error.into(),
    }
}

/// The answer for an upload that became a photograph before.
async fn shown_already(app: &App, product: ProductId, photo: PhotoId) -> Result<Answer, Problem> {
    created(app.db().read(), product, photo)
        .await
        .map_err(|_| MediaError::UploadUsed.into())
}

async fn created(db: &impl ConnectionTrait, product: ProductId, photo: PhotoId) -> Result<Answer, Problem> {
    let wire = one(db, product, photo).await?.ok_or_else(Problem::not_found)?;
    Answer::created(wire.src.clone(), &wire)
}

async fn one(db: &impl ConnectionTrait, product: ProductId, photo: PhotoId) -> Result<Option<PhotoWire>, DbErr> {
    let photos = all(db, product).await?;
    Ok(photos.into_iter().find(|wire| wire.id == photo.to_string()))
}

async fn all(db: &impl ConnectionTrait, product: ProductId) -> Result<Vec<PhotoWire>, DbErr> {
    let photos = product_photos(db, &[product]).await?.remove(&product);
    Ok(photos.unwrap_or_default().into_iter().map(PhotoWire::from).collect())
}

/// The photographs of a product in the order in which they are shown; at most twelve.
#[utoipa::path(get, path = "/api/v1/products/{id}/photos", tag = "catalogue", params(("id" = String, Path)),
    responses((status = OK, body = List<PhotoWire>)))]
pub async fn list_photos(State(app): State<App>, Id(id): Id<ProductId>) -> Result<Json<List<PhotoWire>>, Problem> {
    let db = app.db().read();
    crate::catalogue::lists::product(db, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(Json(whole_list(all(db, id).await?)))
}

fn whole_list(items: Vec<PhotoWire>) -> List<PhotoWire> {
    List {
        total: Some(items.len() as u64),
        items,
        next_cursor: None,
    }
}

/// Puts the photographs of a product of the caller's into another order.
#[utoipa::path(put, path = "/api/v1/products/{id}/photos", tag = "catalogue", params(("id" = String, Path)),
    request_body = OrderPhotos, security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<PhotoWire>)))]
pub async fn put_photos(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<ProductId>,
    Body { value, .. }: Body<OrderPhotos>,
) -> Result<Json<List<PhotoWire>>, Problem> {
    own_product(&app, &selling, id).await?;
    let order = value.check()?;
    let photos = app
        .write(selling.actor(), move |unit| {
            let order = order.clone();
            Box::pin(async move {
                order_photos(unit, id, order).await?;
                Ok::<_, CatalogueError>(all(&*unit, id).await?)
            })
        })
        .await?;
    Ok(Json(whole_list(photos)))
}

/// Says what a photograph of the caller's shows.
#[utoipa::path(patch, path = "/api/v1/products/{id}/photos/{photo}", tag = "catalogue",
    params(("id" = String, Path), ("photo" = String, Path)), request_body = DescribePhoto,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = PhotoWire)))]
pub async fn patch_photo(
    State(app): State<App>,
    selling: Selling,
    ProductAndPhoto(id, photo): ProductAndPhoto,
    Body { value, .. }: Body<DescribePhoto>,
) -> Result<Json<PhotoWire>, Problem> {
    own_product(&app, &selling, id).await?;
    let alt = value.check()?;
    let wire = app
        .write(selling.actor(), move |unit| {
            let alt = alt.clone();
            Box::pin(async move {
                describe_photo(unit, id, photo, alt).await?;
                one(&*unit, id, photo).await?.ok_or(CatalogueError::NoSuchThing)
            })
        })
        .await?;
    Ok(Json(wire))
}

/// Removes a photograph of the caller's, and its pictures.
#[utoipa::path(delete, path = "/api/v1/products/{id}/photos/{photo}", tag = "catalogue",
    params(("id" = String, Path), ("photo" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = NO_CONTENT)))]
pub async fn delete_photo(
    State(app): State<App>,
    selling: Selling,
    ProductAndPhoto(id, photo): ProductAndPhoto,
) -> Result<StatusCode, Problem> {
    own_product(&app, &selling, id).await?;
    app.write(selling.actor(), move |unit| {
        Box::pin(async move { remove_photo(unit, id, photo).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
