//! A photograph in pieces: begun with its size, sent piece by piece, taken up where it broke off, by whichever process is
//! asked. The pieces wait in the database, where every process and a restarted one finds them (ADR 0016).

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use entity::{
    ids::{PersonId, PhotoId, UploadId},
    media::{upload, upload_piece},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::{MediaError, photo::MOST_BYTES};
use crate::{
    app::{App, sha256},
    db::{Actor, Unit},
    jobs::Recurring,
};

/// How long an upload waits to be finished and used.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;
/// Uploads that one person may have begun: a phone sends some photographs, not a thousand.
const MOST_BEGUN: u64 = 40;
/// Pieces of one upload, so that nobody sends it byte by byte.
const MOST_PIECES: i32 = 4096;

/// Begins an upload of `size` bytes by the unit's actor. `digest` is the SHA-256 (hex) that the whole shall have.
pub async fn begin(unit: &mut Unit, size: i64, digest: Option<String>) -> Result<upload::Model, MediaError> {
    let person_id = unit.actor().person().ok_or(MediaError::Nobody)?;
    if usize::try_from(size).is_ok_and(|size| size > MOST_BYTES) {
        return Err(super::photo::Refusal::TooLarge { most: MOST_BYTES }.into());
    }
    let begun = upload::Entity::find()
        .filter(upload::Column::PersonId.eq(person_id))
        .filter(upload::Column::PhotoId.is_null())
        .filter(upload::Column::ExpiresAt.gt(unit.now()))
        .count(&*unit)
        .await?;
    if begun >= MOST_BEGUN {
        return Err(MediaError::TooManyUploads);
    }
    let row = upload::Model {
        id: unit.id(),
        person_id,
        size,
        received: 0,
        pieces: 0,
        digest,
        photo_id: None,
        expires_at: unit.now().plus(KEPT_MS),
    };
    upload::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    Ok(row)
}

/// The upload `id`, if `person` began it and it still waits.
pub async fn find(
    db: &impl ConnectionTrait,
    person: PersonId,
    id: UploadId,
    now: entity::Timestamp,
) -> Result<upload::Model, MediaError> {
    upload::Entity::find_by_id(id)
        .filter(upload::Column::PersonId.eq(person))
        .filter(upload::Column::ExpiresAt.gt(now))
        .one(db)
        .await?
        .ok_or(MediaError::NoSuchUpload)
}

/// Adds `bytes`, which begin at `offset`, and returns the upload as it is then. Of two pieces for one place, one is taken
/// and the other is told where the next begins.
pub async fn append(
    unit: &mut Unit,
    person: PersonId,
    id: UploadId,
    offset: i64,
    bytes: Bytes,
) -> Result<upload::Model, MediaError> {
    let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let grown = || Expr::col(upload::Column::Received).add(length);
    let taken = upload::Entity::update_many()
        .col_expr(upload::Column::Received, grown())
        .col_expr(upload::Column::Pieces, Expr::col(upload::Column::Pieces).add(1))
        .filter(upload::Column::Id.eq(id))
        .filter(upload::Column::PersonId.eq(person))
        .filter(upload::Column::ExpiresAt.gt(unit.now()))
        .filter(upload::Column::PhotoId.is_null())
        .filter(upload::Column::Received.eq(offset))
        .filter(upload::Column::Pieces.lt(MOST_PIECES))
        .filter(grown().lte(Expr::col(upload::Column::Size)))
        .exec(&*unit)
        .await?;
    let now = unit.now();
    let row = find(&*unit, person, id, now).await?;
    if taken.rows_affected == 1 {
        if length > 0 {
            let piece = upload_piece::ActiveModel {
                upload_id: Set(id),
                start: Set(offset),
                bytes: Set(bytes.to_vec()),
            };
            upload_piece::Entity::insert(piece)
                .exec_without_returning(&*unit)
                .await?;
        }
        return Ok(row);
    }
    Err(if row.photo_id.is_some() {
        MediaError::UploadUsed
    } else if row.received != offset {
        MediaError::OtherOffset { offset: row.received }
    } else if row.pieces >= MOST_PIECES {
        MediaError::TooManyPieces
    } else {
        MediaError::LongerThanSaid { size: row.size }
    })
}

/// The whole of a finished upload. Bytes that have not the digest they shall have are refused.
pub async fn whole(db: &impl ConnectionTrait, row: &upload::Model) -> Result<Bytes, MediaError> {
    if row.received < row.size {
        return Err(MediaError::Unfinished { offset: row.received });
    }
    let pieces: Vec<Vec<u8>> = upload_piece::Entity::find()
        .select_only()
        .column(upload_piece::Column::Bytes)
        .filter(upload_piece::Column::UploadId.eq(row.id))
        .order_by_asc(upload_piece::Column::Start)
        .into_tuple()
        .all(db)
        .await?;
    let shall = row.digest.clone();
    let (bytes, is) = tokio::task::spawn_blocking(move || {
        let bytes = pieces.concat();
        let is = shall.is_some().then(|| sha256(&bytes));
        (bytes, is)
    })
    .await?;
    if is == row.digest {
        Ok(bytes.into())
    } else {
        Err(MediaError::OtherDigest)
    }
}

/// Lets the upload begin again: what came was not what was to come.
pub async fn begin_again(unit: &mut Unit, id: UploadId) -> Result<(), DbErr> {
    remove_pieces(unit, &[id]).await?;
    upload::Entity::update_many()
        .col_expr(upload::Column::Received, Expr::value(0_i64))
        .filter(upload::Column::Id.eq(id))
        .exec(&*unit)
        .await
        .map(|_| ())
}

/// Notes that the upload became `photo`; of two who try at once, one succeeds. The pieces are not needed any more, the row
/// stays for whoever asks again.
pub async fn became(unit: &mut Unit, id: UploadId, photo: PhotoId) -> Result<(), MediaError> {
    let noted = upload::Entity::update_many()
        .col_expr(upload::Column::PhotoId, Expr::value(photo))
        .filter(upload::Column::Id.eq(id))
        .filter(upload::Column::PhotoId.is_null())
        .exec(&*unit)
        .await?;
    if noted.rows_affected == 0 {
        return Err(MediaError::UploadUsed);
    }
    Ok(remove_pieces(unit, &[id]).await?)
}

/// Removes `person`'s upload.
pub async fn discard(unit: &mut Unit, person: PersonId, id: UploadId) -> Result<(), MediaError> {
    let now = unit.now();
    find(&*unit, person, id, now).await?;
    Ok(remove(unit, &[id]).await?)
}

pub(super) async fn remove(unit: &Unit, ids: &[UploadId]) -> Result<(), DbErr> {
    remove_pieces(unit, ids).await?;
    upload::Entity::delete_many()
        .filter(upload::Column::Id.is_in(ids.iter().copied()))
        .exec(unit)
        .await
        .map(|_| ())
}

async fn remove_pieces(unit: &Unit, ids: &[UploadId]) -> Result<(), DbErr> {
    upload_piece::Entity::delete_many()
        .filter(upload_piece::Column::UploadId.is_in(ids.iter().copied()))
        .exec(unit)
        .await
        .map(|_| ())
}

/// Removes the uploads whose day is over, once an hour.
#[must_use]
pub fn duty() -> Recurring {
    Recurring {
        name: "media.uploads",
        every: Duration::from_hours(1),
        run: Arc::new(|app| Box::pin(async move { sweep(&app).await.map(|_| ()).map_err(|error| error.to_string()) })),
    }
}

/// Removes the uploads whose day is over and returns how many they were.
pub async fn sweep(app: &App) -> Result<usize, DbErr> {
    app.write(Actor::System, |unit| {
        Box::pin(async move {
            let over: Vec<UploadId> = upload::Entity::find()
                .select_only()
                .column(upload::Column::Id)
                .filter(upload::Column::ExpiresAt.lte(unit.now()))
                .into_tuple()
                .all(&*unit)
                .await?;
            for some in over.chunks(500) {
                remove(unit, some).await?;
            }
            Ok(over.len())
        })
    })
    .await
}
