//! Numbers leaves, extends the tiles, and signs checkpoints.

use entity::trace::log_checkpoint;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryOrder};

/// The newest signed checkpoint of the log in use.
pub async fn newest(db: &impl ConnectionTrait) -> Result<Option<log_checkpoint::Model>, DbErr> {
    log_checkpoint::Entity::find()
        .order_by_desc(log_checkpoint::Column::At)
        .order_by_desc(log_checkpoint::Column::Size)
        .one(db)
        .await
}
