//! Categories, sellers, products and certificates over HTTP.

use std::sync::Arc;

use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use entity::{
    catalogue::{certificate, seller},
    ids::{CertificateId, ProductId, SellerId},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    CatalogueError, add_photo,
    category::{Category, categories},
    edit_seller::{EditSeller, edit_seller},
    lists,
    make_product::{MakeProduct, make_product},
    open_seller::{OpenSeller, open_seller},
    selling::{Selling, sellers_of},
};
use crate::{
    app::App,
    http::{
        body::{Body, Id, Maybe, Params, unread},
        idempotency::{Answer, Once, write_once},
        input::Wrong,
        language::Language,
        list::{List, PageParams},
        problem::{Kind, Problem},
    },
    identity::SignedIn,
    media,
};

/// A category; every one may be assigned to a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryWire {
    id: &'static str,
    parent: Option<&'static str>,
    name: &'static str,
    /// The product set of the OCOP classification (QĐ 26/2026).
    ocop_set: Option<u8>,
}

/// The categories, each group before its leaves.
#[utoipa::path(get, path = "/api/v1/categories", tag = "catalogue", responses((status = OK, body = List<CategoryWire>)))]
pub async fn list_categories(headers: HeaderMap) -> Json<List<CategoryWire>> {
    let language = Language::of_api(&headers);
    let wire = |category: &'static Category| CategoryWire {
        id: &category.id,
        parent: category.parent.as_deref(),
        name: category.name(language),
        ocop_set: category.ocop_set_no,
    };
    let items: Vec<_> = categories().iter().map(wire).collect();
    Json(List {
        total: Some(items.len() as u64),
        items,
        next_cursor: None,
    })
}

/// A seller.
#[derive(Debug, Serialize, ToSchema)]
pub struct SellerWire {
    id: String,
    slug: String,
    kind: &'static str,
    name: String,
    commune_code: String,
    street: Option<String>,
    about: String,
    created_at: String,
}

impl From<seller::Model> for SellerWire {
    fn from(row: seller::Model) -> Self {
        Self {
            id: row.id.to_string(),
            slug: row.slug.to_string(),
            kind: row.kind.code(),
            name: row.name,
            commune_code: row.commune_code.to_string(),
            street: row.street,
            about: row.about,
            created_at: row.created_at.rfc3339(),
        }
    }
}

/// Whose rows a list shows: everybody's, or with `?mine=1` those of the caller's sellers.
async fn whose(app: &App, params: &PageParams, caller: Option<&SignedIn>) -> Result<Option<Vec<SellerId>>, Problem> {
    if !params.only_mine() {
        return Ok(None);
    }
    let caller = caller.ok_or(crate::identity::IdentityError::NotSignedIn)?;
    Ok(Some(sellers_of(app, caller.person()).await?))
}

/// Sellers.
#[utoipa::path(get, path = "/api/v1/sellers", tag = "catalogue", params(PageParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<SellerWire>)))]
pub async fn list_sellers(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<SellerWire>>, Problem> {
    let paging = params.paging()?;
    let own = whose(&app, &params, caller.as_ref()).await?;
    let rows = lists::sellers(app.db().read(), own.as_deref(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        SellerWire::from,
    )))
}

/// One seller.
#[utoipa::path(get, path = "/api/v1/sellers/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses((status = OK, body = SellerWire)))]
pub async fn get_seller(State(app): State<App>, Id(id): Id<SellerId>) -> Result<Json<SellerWire>, Problem> {
    let row = lists::seller(app.db().read(), id).await?;
    row.map(|row| Json(row.into())).ok_or_else(Problem::not_found)
}

/// Begins to sell; the caller owns the new seller.
#[utoipa::path(post, path = "/api/v1/sellers", tag = "catalogue", request_body = OpenSeller,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = SellerWire)))]
pub async fn create_seller(
    State(app): State<App>,
    caller: SignedIn,
    once: Once,
    Body { value, digest }: Body<OpenSeller>,
) -> Result<Answer, Problem> {
    let new = value.check()?;
    let owner = caller.person();
    write_once(&app, caller.actor(), once, &digest, move |unit| {
        let new = new.clone();
        Box::pin(async move {
            let (id, _) = open_seller(unit, owner, new).await?;
            let row = lists::seller(&*unit, id).await?.ok_or(CatalogueError::NoSuchThing)?;
            Answer::created(format!("/api/v1/sellers/{id}"), &SellerWire::from(row))
        })
    })
    .await
}

/// Changes a seller of the caller's; absent fields stay.
#[utoipa::path(patch, path = "/api/v1/sellers/{id}", tag = "catalogue", params(("id" = String, Path)), request_body = EditSeller,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = SellerWire)))]
pub async fn patch_seller(
    State(app): State<App>,
    selling: Selling,
    Id(id): Id<SellerId>,
    Body { value, .. }: Body<EditSeller>,
) -> Result<Json<SellerWire>, Problem> {
    if !selling.acts_for(id) {
        return Err(Problem::not_found());
    }
    let edit = value.check()?;
    let row = app
        .write(selling.actor(), move |unit| {
            let edit = edit.clone();
            Box::pin(async move {
                edit_seller(unit, id, edit).await?;
                lists::seller(&*unit, id).await?.ok_or(CatalogueError::NoSuchThing)
            })
        })
        .await?;
    Ok(Json(row.into()))
}

/// A product.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductWire {
    id: String,
    seller_id: String,
    name: String,
    category: String,
    unit: &'static str,
    gtin: String,
    /// `global`: issued by GS1. `restricted`: means something only on this exchange.
    gtin_kind: &'static str,
    brand: Option<String>,
    description: String,
    shelf_life_days: Option<i32>,
    photos: Vec<String>,
    created_at: String,
}

impl From<lists::ProductWithPhotos> for ProductWire {
    fn from((row, photos): lists::ProductWithPhotos) -> Self {
        Self {
            id: row.id.to_string(),
            seller_id: row.seller_id.to_string(),
            name: row.name,
            category: row.category,
            unit: row.unit.code(),
            gtin: row.gtin.to_string(),
            gtin_kind: row.gtin_kind.code(),
            brand: row.brand,
            description: row.description,
            shelf_life_days: row.shelf_life_days,
            photos: photos.into_iter().map(|id| id.to_string()).collect(),
            created_at: row.created_at.rfc3339(),
        }
    }
}

/// Products.
#[utoipa::path(get, path = "/api/v1/products", tag = "catalogue", params(PageParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<ProductWire>)))]
pub async fn list_products(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<ProductWire>>, Problem> {
    let paging = params.paging()?;
    let own = whose(&app, &params, caller.as_ref()).await?;
    let rows = lists::products(app.db().read(), own.as_deref(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |(row, _)| row.id.to_string(),
        ProductWire::from,
    )))
}

/// One product.
#[utoipa::path(get, path = "/api/v1/products/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses((status = OK, body = ProductWire)))]
pub async fn get_product(State(app): State<App>, Id(id): Id<ProductId>) -> Result<Json<ProductWire>, Problem> {
    let found = lists::product(app.db().read(), id).await?;
    found.map(|found| Json(found.into())).ok_or_else(Problem::not_found)
}

/// Adds a product. Without a `gtin` it gets a number of the exchange's.
#[utoipa::path(post, path = "/api/v1/products", tag = "catalogue", request_body = MakeProduct,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = ProductWire)))]
pub async fn create_product(
    State(app): State<App>,
    selling: Selling,
    once: Once,
    Body { value, digest }: Body<MakeProduct>,
) -> Result<Answer, Problem> {
    let new = value.check(&selling)?;
    let prefix = app.config().gs1_prefix.clone();
    write_once(&app, selling.actor(), once, &digest, move |unit| {
        let (new, prefix) = (new.clone(), prefix.clone());
        Box::pin(async move {
            let made = make_product(unit, prefix.as_deref(), new).await?;
            Answer::created(
                format!("/api/v1/products/{}", made.id),
                &ProductWire::from((made, Vec::new())),
            )
        })
    })
    .await
}

/// A photograph that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhotoWire {
    id: String,
    /// The largest size.
    src: String,
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
        Json(PhotoWire {
            id: photo.to_string(),
            src: view.src,
        }),
    )
        .into_response())
}

/// The limit of a request that carries a photograph: the photograph's own and the form around it.
pub(super) fn photo_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(13 * 1024 * 1024)
}

async fn photo_bytes(request: Request) -> Result<Bytes, Problem> {
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

/// A certificate.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateWire {
    id: String,
    seller_id: String,
    product_id: Option<String>,
    /// `ocop`, `vietgap`, `organic`, `gi`.
    kind: &'static str,
    star: Option<i32>,
    number: Option<String>,
    issuer: String,
    granted_on: String,
    /// The first day on which it no longer holds.
    ends_on: String,
    /// An officer checked it; otherwise the seller declares it.
    verified: bool,
}

impl From<certificate::Model> for CertificateWire {
    fn from(row: certificate::Model) -> Self {
        Self {
            id: row.id.to_string(),
            seller_id: row.seller_id.to_string(),
            product_id: row.product_id.map(|id| id.to_string()),
            kind: row.kind.code(),
            star: row.star,
            number: row.number,
            issuer: row.issuer,
            granted_on: row.granted_on.iso(),
            ends_on: row.ends_on.iso(),
            verified: row.verified,
        }
    }
}

/// Certificates, ended ones too.
#[utoipa::path(get, path = "/api/v1/certificates", tag = "catalogue", params(PageParams),
    security((), ("bearer" = []), ("session" = [])), responses((status = OK, body = List<CertificateWire>)))]
pub async fn list_certificates(
    State(app): State<App>,
    Maybe(caller): Maybe<SignedIn>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<CertificateWire>>, Problem> {
    let paging = params.paging()?;
    let own = whose(&app, &params, caller.as_ref()).await?;
    let rows = lists::certificates(app.db().read(), own.as_deref(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        CertificateWire::from,
    )))
}

/// One certificate.
#[utoipa::path(get, path = "/api/v1/certificates/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses((status = OK, body = CertificateWire)))]
pub async fn get_certificate(
    State(app): State<App>,
    Id(id): Id<CertificateId>,
) -> Result<Json<CertificateWire>, Problem> {
    let row = lists::certificate(app.db().read(), id).await?;
    row.map(|row| Json(row.into())).ok_or_else(Problem::not_found)
}
