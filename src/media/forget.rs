//! Forgetting a photograph: its row in the unit that no longer shows it, its pictures once that unit is durable.

use std::sync::Arc;

use entity::{
    ids::{PhotoId, UploadId},
    media::{photo, upload},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};

use super::{store::Store, upload::remove};
use crate::{
    db::Unit,
    jobs::{Handler, Outbox},
};

/// The topic under which pictures are left to be removed.
const FORGOTTEN: &str = "media.forgotten";

/// Whose pictures are to be removed.
#[derive(Debug, Serialize, Deserialize)]
struct Forgotten {
    photo: String,
    widths: Vec<u32>,
}

/// Removes the row of `photo`, which nothing shows any more; its pictures follow.
pub async fn forget(unit: &mut Unit, id: PhotoId) -> Result<(), DbErr> {
    let Some(row) = photo::Entity::find_by_id(id).one(&*unit).await? else {
        return Ok(());
    };
    let from: Vec<UploadId> = upload::Entity::find()
        .select_only()
        .column(upload::Column::Id)
        .filter(upload::Column::PhotoId.eq(id))
        .into_tuple()
        .all(&*unit)
        .await?;
    remove(unit, &from).await?;
    photo::Entity::delete_by_id(id).exec(&*unit).await?;
    let forgotten = Forgotten {
        photo: id.to_string(),
        widths: row.widths.split(',').filter_map(|width| width.parse().ok()).collect(),
    };
    let payload = serde_json::to_string(&forgotten).map_err(|error| DbErr::Custom(error.to_string()))?;
    unit.leave(FORGOTTEN, payload).await
}

/// Lets this room take what is left for it.
#[must_use]
pub fn listens(outbox: Outbox) -> Outbox {
    let remove: Handler = Arc::new(|app, payload| {
        Box::pin(async move {
            let forgotten: Forgotten = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
            let id: PhotoId = forgotten.photo.parse().map_err(|_| "no photograph's id".to_owned())?;
            let store = Store::of(&app);
            for width in forgotten.widths {
                store.remove(id, width).await.map_err(|error| error.to_string())?;
            }
            Ok(())
        })
    });
    outbox.on(FORGOTTEN, remove)
}
