//! Money that came before it was asked for finds its payment: a phone without signal shows a QR, the buyer pays, and the
//! sale is sent to the exchange an hour later.

use std::sync::Arc;

use entity::{
    ids::{NoticeId, PaymentId},
    payments::{
        notice::{self, Reason, State},
        payment, transfer,
    },
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::{
    SettlementError,
    settle::{claim, pay, settle},
};
use crate::{
    app::App,
    db::Actor,
    jobs::Handler,
    payments::{Requested, record_notice::reopen},
};

/// Takes what `payments::request` leaves.
pub(super) fn handler() -> Handler {
    Arc::new(|app, payload| {
        Box::pin(async move {
            let matched = async {
                let fact: Requested = serde_json::from_str(&payload)?;
                match_earlier(&app, PaymentId(fact.payment_id)).await
            };
            matched.await.map_err(|error: SettlementError| error.to_string())
        })
    })
}

/// Credits every unmatched notice that names the payment `id`.
pub async fn match_earlier(app: &App, id: PaymentId) -> Result<(), SettlementError> {
    let Some(payment) = payment::Entity::find_by_id(id).one(app.db().read()).await? else {
        return Ok(());
    };
    // A notice that is being settled just now may have looked for this payment before it was there. Settling it again
    // waits for that, and then it is among the unmatched.
    for notice in with_reference(app, &payment, State::Received).await? {
        settle(app, notice.id).await?;
    }
    for notice in with_reference(app, &payment, State::Unmatched).await? {
        if notice.reason == Some(Reason::UnknownReference) {
            match_one(app, notice.id, payment.clone()).await?;
        }
    }
    Ok(())
}

async fn with_reference(app: &App, payment: &payment::Model, state: State) -> Result<Vec<notice::Model>, DbErr> {
    notice::Entity::find()
        .filter(notice::Column::Reference.eq(payment.reference.clone()))
        .filter(notice::Column::State.eq(state))
        .order_by_asc(notice::Column::Id)
        .all(app.db().read())
        .await
}

async fn match_one(app: &App, id: NoticeId, payment: payment::Model) -> Result<(), SettlementError> {
    let keeper = app.clone();
    app.write(Actor::System, move |unit| {
        let (keeper, payment) = (keeper.clone(), payment.clone());
        Box::pin(async move {
            let Some(notice) = claim(unit, id, State::Unmatched).await? else {
                return Ok(());
            };
            let (_, accounts) = reopen(&*unit, keeper.vault(), &notice).await?;
            if !accounts.iter().any(|account| account.id == payment.account_id) {
                return Ok(());
            }
            // What cannot be credited stays where a person can see it.
            pay(unit, &notice, payment, transfer::Reason::Matched).await?;
            Ok(())
        })
    })
    .await
}
