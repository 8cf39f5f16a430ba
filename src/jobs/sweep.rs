//! Removes what the frame keeps only for a time: answers to idempotency keys, facts long delivered, signals long seen.

use std::time::Duration;

use entity::frame::{idempotency, outbox, signal};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    app::App,
    db::{Actor, Lease},
    http::idempotency::KEPT_MS,
};

const EVERY: Duration = Duration::from_hours(1);

/// Sweeps once an hour, in whichever process holds the lease.
pub(super) async fn hourly(app: App) {
    let mut lease = Lease::new(&app, "sweeper");
    loop {
        let swept = async {
            if lease.held(&app).await? {
                sweep(&app).await?;
            }
            Ok::<_, DbErr>(())
        };
        if let Err(error) = swept.await {
            tracing::warn!(%error, "old rows could not be swept; the next hour tries again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Removes answers and delivered facts older than 30 days, and signals of more than an hour ago.
pub async fn sweep(app: &App) -> Result<(), DbErr> {
    app.write(Actor::System, |unit| {
        Box::pin(async move {
            let before = unit.now().plus(-KEPT_MS);
            idempotency::Entity::delete_many()
                .filter(idempotency::Column::CreatedAt.lt(before))
                .exec(&*unit)
                .await?;
            outbox::Entity::delete_many()
                .filter(outbox::Column::DoneAt.lt(before))
                .exec(&*unit)
                .await?;
            let an_hour_ago = unit.source().wall_clock().plus(-60 * 60 * 1000);
            signal::Entity::delete_many()
                .filter(signal::Column::At.lt(an_hour_ago))
                .exec(&*unit)
                .await?;
            Ok(())
        })
    })
    .await
}
