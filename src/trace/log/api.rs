//! The log over HTTP: C2SP tlog-tiles under `/log`, its key, and the proof bundles of batches.

use axum::{
    body::Bytes,
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use entity::{ids::BatchId, trace::event_leaf, trace::log_key::Purpose};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use tlog_tiles::Tile;
use utoipa::{IntoParams, OpenApi};

use super::{
    LogError,
    bundle::{Bundle, bundle_of, noted},
    key::key,
    leaf::leaf,
    sequence,
    tree::{HASH, HEIGHT, WIDTH},
};
use crate::{
    app::App,
    http::{
        body::Params,
        input::{Field, Wrong},
        problem::{Problem, ProblemDetails},
    },
};

/// Paths with parts that the router takes whole.
#[derive(OpenApi)]
#[openapi(paths(describe_tile, describe_entries))]
pub struct Described;

/// A tile of the log
///
/// Up to 256 hashes of one level, 32 bytes each (C2SP tlog-tiles). A number of more than three digits is written in groups:
/// `x001/x234/067`. A tile that is not whole yet is asked for with its width: `000.p/17`.
#[utoipa::path(get, path = "/log/tile/{L}/{N}", tag = "log",
    params(("L" = String, Path, description = "The level, 0 to 7"), ("N" = String, Path, description = "The tile's number")),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream")))]
#[expect(dead_code, reason = "only the description is used: `get_tile` answers")]
fn describe_tile() {}

/// Leaves of the log
///
/// Up to 256 leaves, each after its length in two bytes (C2SP tlog-tiles). A leaf is a byte of version and a salted commitment.
#[utoipa::path(get, path = "/log/tile/entries/{N}", tag = "log",
    params(("N" = String, Path, description = "The bundle's number, written as a tile's")),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream")))]
#[expect(dead_code, reason = "only the description is used: `get_tile` answers")]
fn describe_entries() {}

/// Lets any site's program read the log.
pub async fn open_to_all(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

const TEXT: &str = "text/plain; charset=utf-8";
const FOR_EVER: &str = "public, max-age=31536000, immutable";

fn text(body: String) -> Response {
    let headers = [(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, "no-cache")];
    (headers, body).into_response()
}

/// The newest checkpoint, signed by the log and by the witnesses who have seen it.
#[utoipa::path(get, path = "/log/checkpoint", tag = "log",
    responses((status = OK, body = String, content_type = "text/plain"),
        (status = NOT_FOUND, body = ProblemDetails, content_type = "application/problem+json",
            description = "Nothing is in the log yet")))]
pub async fn get_checkpoint(State(app): State<App>) -> Result<Response, Problem> {
    let db = app.db().read();
    let newest = sequence::newest(db).await?.ok_or(LogError::Unready)?;
    Ok(text(noted(db, &newest).await?.0))
}

/// The log's verifier key (C2SP signed-note). It is printed on sticker sheets too: take it from there to be sure.
#[utoipa::path(get, path = "/log/key", tag = "log",
    responses((status = OK, body = String, content_type = "text/plain")))]
pub async fn get_key(State(app): State<App>) -> Result<Response, Problem> {
    let key = key(&app, Purpose::Log).await?;
    Ok(text(format!("{}\n", key.public())))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProofParams {
    /// The batch's id.
    #[param(value_type = String)]
    batch: Field<String>,
}

/// What was recorded of a batch, and the proof that it is in the log: `choque log verify --bundle` and `/kiem-chung` check it.
#[utoipa::path(get, path = "/log/proof", tag = "log", params(ProofParams),
    responses((status = OK, body = Bundle),
        (status = NOT_FOUND, body = ProblemDetails, content_type = "application/problem+json",
            description = "There is no such batch, or nothing is in the log yet")))]
pub async fn get_proof(State(app): State<App>, Params(params): Params<ProofParams>) -> Result<Response, Problem> {
    let mut wrong = Wrong::default();
    let batch: Option<BatchId> = match wrong.required("?batch", &params.batch) {
        Some(text) => Some(text.parse().map_err(|_| LogError::NoSuchThing)?),
        None => None,
    };
    crate::checked!(wrong; batch);
    let bundle = bundle_of(&app, batch).await?;
    let name = format!(
        "attachment; filename=\"choque-{}-{}.json\"",
        bundle.batch.gtin,
        safe(&bundle.batch.lot)
    );
    let body = serde_json::to_vec(&bundle).map_err(|error| Problem::internal(&error))?;
    let mut response = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn safe(lot: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    lot.chars().map(letter).collect()
}

/// `GET /log/tile/…`: a tile, or with `entries` in place of the level the leaves behind it.
pub async fn get_tile(State(app): State<App>, Path(path): Path<String>) -> Result<Response, Problem> {
    let (tile, entries) = tile_at(&path).ok_or(LogError::NoSuchThing)?;
    let db = app.db().read();
    let bytes = if entries {
        entries_of(db, &tile).await?
    } else {
        let length = tile.width() as usize * HASH;
        let stored = sequence::tile(db, tile.level(), tile.level_index()).await?;
        stored.and_then(|bytes| Some(bytes.get(..length)?.to_vec()))
    };
    let bytes = Bytes::from(bytes.ok_or(LogError::NoSuchThing)?);
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, FOR_EVER),
    ];
    Ok((headers, bytes).into_response())
}

/// The tile that `path` (`L/N[.p/W]`, `entries/N[.p/W]`) names, and whether it is one of leaves.
fn tile_at(path: &str) -> Option<(Tile, bool)> {
    let (level, rest) = path.split_once('/')?;
    let entries = level == "entries";
    let level = if entries { "data" } else { level };
    // The library takes for granted what a stranger may write: levels that exist and widths that are not 0.
    if !entries && !matches!(level.as_bytes(), [b'0'..=b'7']) || rest.ends_with(".p/0") {
        return None;
    }
    let tile = Tile::from_path(&format!("tile/{HEIGHT}/{level}/{rest}")).ok()?;
    Some((tile, entries))
}

/// The leaves of an entry bundle, if all of them are there.
async fn entries_of(db: &impl ConnectionTrait, tile: &Tile) -> Result<Option<Vec<u8>>, DbErr> {
    let width = u64::from(tile.width());
    let first = tile
        .level_index()
        .checked_mul(WIDTH)
        .and_then(|first| i64::try_from(first).ok());
    let Some(first) = first.filter(|first| *first < i64::MAX - 256) else {
        return Ok(None);
    };
    let commitments: Vec<Vec<u8>> = event_leaf::Entity::find()
        .select_only()
        .column(event_leaf::Column::Commitment)
        .filter(event_leaf::Column::LeafIndex.gte(first))
        .filter(event_leaf::Column::LeafIndex.lt(first + i64::from(tile.width())))
        .order_by_asc(event_leaf::Column::LeafIndex)
        .into_tuple()
        .all(db)
        .await?;
    if commitments.len() as u64 != width {
        return Ok(None);
    }
    let entry = |commitment: &Vec<u8>| {
        let leaf = leaf(commitment);
        let length = u16::try_from(leaf.len()).unwrap_or(u16::MAX).to_be_bytes();
        [&length, leaf.as_slice()].concat()
    };
    Ok(Some(commitments.iter().flat_map(entry).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_named_as_the_standard_names_them_and_in_no_other_way() {
        let named =
            |path| tile_at(path).map(|(tile, entries)| (tile.level(), tile.level_index(), tile.width(), entries));
        assert_eq!(named("0/000"), Some((0, 0, 256, false)));
        assert_eq!(named("0/x001/x234/067"), Some((0, 1_234_067, 256, false)));
        assert_eq!(named("1/000.p/3"), Some((1, 0, 3, false)));
        assert_eq!(named("entries/x001/000.p/255"), Some((0, 1000, 255, true)));
        for wrong in [
            "",
            "0",
            "0/",
            "0/0",
            "0/00",
            "0/0000",
            "0/001/000",
            "0/x000/001",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/+1",
            "0/000.p",
            "8/000",
            "64/000",
            "200/000",
            "00/000",
            "-1/000",
            "data/000",
            "entries/",
            "0/x1/000",
            "0/000/",
            "0//000",
            "0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(named(wrong), None, "{wrong}");
        }
    }
}
