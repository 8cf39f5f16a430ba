//! What settlement does by itself: it settles what could not be settled at once, and asks gateways for payments of which
//! no notice came.

use std::{sync::Arc, time::Duration};

use entity::{
    ids::{NoticeId, PaymentId},
    payments::notice::{self, State},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{SettlementError, gateway_webhook::keep_heard, settle};
use crate::{
    app::App,
    jobs::Recurring,
    payments::{
        PaymentsError,
        gateways::{Asked, ask, due},
    },
};

/// How long a notice is left to the request that brought it.
const ITS_OWN_MS: i64 = 1_500;
/// Notices looked at in one go.
const AT_ONCE: u64 = 200;

/// Both duties.
#[must_use]
pub fn duties() -> [Recurring; 2] {
    [
        Recurring {
            name: "settlement.settle",
            every: Duration::from_secs(1),
            run: Arc::new(|app| Box::pin(async move { settle_waiting(&app).await.map_err(|error| error.to_string()) })),
        },
        Recurring {
            name: "settlement.ask",
            every: Duration::from_secs(15),
            run: Arc::new(|app| Box::pin(async move { ask_due(&app).await.map_err(|error| error.to_string()) })),
        },
    ]
}

/// Settles the notices that have waited a while. One that fails holds up no other, and stays.
pub async fn settle_waiting(app: &App) -> Result<(), SettlementError> {
    let mut after: Option<NoticeId> = None;
    loop {
        let mut query = notice::Entity::find()
            .select_only()
            .column(notice::Column::Id)
            .filter(notice::Column::State.eq(State::Received))
            .filter(notice::Column::ReceivedAt.lte(app.now().plus(-ITS_OWN_MS)))
            .order_by_asc(notice::Column::Id)
            .limit(AT_ONCE);
        if let Some(after) = after {
            query = query.filter(notice::Column::Id.gt(after));
        }
        let waiting: Vec<NoticeId> = query.into_tuple().all(app.db().read()).await?;
        let Some(last) = waiting.last() else {
            return Ok(());
        };
        after = Some(*last);
        for id in waiting {
            if let Err(error) = settle(app, id).await {
                tracing::warn!(%error, notice = %id, "a notice could not be settled; it stays queued");
            }
        }
    }
}

/// Asks for every payment that is due.
pub async fn ask_due(app: &App) -> Result<(), SettlementError> {
    for id in due(app).await? {
        if let Err(error) = ask_one(app, id).await {
            tracing::warn!(%error, payment = %id, "a gateway could not be asked; the next round tries again");
        }
    }
    Ok(())
}

/// Asks the gateway of one payment, and takes in what it says.
pub async fn ask_one(app: &App, id: PaymentId) -> Result<(), PaymentsError> {
    if let Asked::Paid(heard) = ask(app, id).await? {
        keep_heard(app, *heard).await?;
    }
    Ok(())
}
