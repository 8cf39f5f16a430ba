//! What the API's description says of Digital Link addresses. One handler takes them all in whole, because a qualifier may
//! stand between any two of their parts; these functions only carry the words.
#![expect(dead_code, reason = "only the descriptions are used: `resolver::any` answers")]

use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(product, lot, unit, place))]
pub struct Described;

/// A product by its GTIN
///
/// Redirects to where the product is on sale now; when it is not, a page names it, its producer and its latest lots.
/// `Accept` or `linkType` ask for data, a linkset or another link instead.
#[utoipa::path(get, path = "/01/{gtin}", tag = "scan", params(("gtin" = String, Path, description = "14 digits"),
        ("linkType" = Option<String>, Query, description = "`linkset`, `all`, or a type of the GS1 Web vocabulary")),
    responses((status = OK, description = "A page, JSON-LD or a linkset", content_type = "text/html"),
        (status = TEMPORARY_REDIRECT, description = "To the link of the type asked for, or to the listing"),
        (status = BAD_REQUEST, description = "Not a GS1 Digital Link"),
        (status = NOT_FOUND, description = "No such product here, or no link of that type")))]
fn product() {}

/// A batch by GTIN and lot
///
/// Its provenance: who made it, where and when, with which certificates, and whether anything holds it from sale.
#[utoipa::path(get, path = "/01/{gtin}/10/{lot}", tag = "scan",
    params(("gtin" = String, Path, description = "14 digits"), ("lot" = String, Path, description = "AI (10)"),
        ("linkType" = Option<String>, Query, description = "`linkset`, `all`, or a type of the GS1 Web vocabulary")),
    responses((status = OK, description = "A page, JSON-LD or a linkset", content_type = "text/html"),
        (status = NOT_MODIFIED, description = "The page is as it was"),
        (status = TEMPORARY_REDIRECT, description = "To the link of the type asked for"),
        (status = BAD_REQUEST, description = "Not a GS1 Digital Link"),
        (status = NOT_FOUND, description = "No such batch here, or no link of that type")))]
fn lot() {}

/// A unit of a batch by GTIN, lot and serial
///
/// The provenance of its batch, naming the serial.
#[utoipa::path(get, path = "/01/{gtin}/10/{lot}/21/{serial}", tag = "scan",
    params(("gtin" = String, Path), ("lot" = String, Path), ("serial" = String, Path, description = "AI (21)")),
    responses((status = OK, description = "A page, JSON-LD or a linkset", content_type = "text/html"),
        (status = NOT_MODIFIED, description = "The page is as it was"),
        (status = TEMPORARY_REDIRECT, description = "To the link of the type asked for"),
        (status = BAD_REQUEST, description = "Not a GS1 Digital Link"),
        (status = NOT_FOUND, description = "No such batch here")))]
fn unit() {}

/// A place by its GLN
#[utoipa::path(get, path = "/414/{gln}", tag = "scan", params(("gln" = String, Path, description = "13 digits")),
    responses((status = BAD_REQUEST, description = "Not a GS1 Digital Link"),
        (status = NOT_FOUND, description = "No such place here")))]
fn place() {}
