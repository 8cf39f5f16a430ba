//! A payment is made at its gateway: asked for once, under a number of its own, and the buyer sent there.

use std::time::Duration;

use entity::{
    ids::PaymentId,
    payments::{
        gateway_payment::{self, State},
        payment::{self, Gateway},
    },
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use super::{Texts, find, reach::post};
use crate::{
    app::App,
    db::{Actor, Unit},
    payments::{
        PaymentsError,
        lifecycle::is_open,
        providers::{Order, momo, vnpay, zalopay},
    },
};

/// How often a gateway is tried for one request of a buyer's.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);

/// Where the buyer pays `id` at its gateway. The payment is made there if it is not yet, or anew when the last attempt
/// came to nothing.
pub async fn create(app: &App, id: PaymentId, buyer_address: &str) -> Result<String, PaymentsError> {
    let mut last = PaymentsError::Gateway("it was not tried".to_owned());
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(PAUSE * attempt).await;
        }
        let (payment, gateway) = find(app, id).await?;
        if !is_open(payment.status) {
            return Err(PaymentsError::Closed);
        }
        let row = want(app, &payment, gateway).await?;
        if let (State::Open, Some(url)) = (row.state, &row.redirect_url) {
            return Ok(url.clone());
        }
        let texts = Texts::of(app, &payment, gateway);
        match ask_for(app, gateway, &texts.order(&payment, &row, buyer_address)).await {
            Ok(Some(url)) => {
                note(app, row, State::Open, Some(url)).await?;
                // Somebody else may have been first with another address: theirs stands, and is found in the next round.
                if let Some(url) = stored(app, id).await? {
                    return Ok(url);
                }
            }
            // The number may be used up by a request whose answer was lost: the next attempt has another.
            Ok(None) => {
                note(app, row, State::Failed, None).await?;
                last = PaymentsError::Gateway("it refused the payment".to_owned());
            }
            Err(error @ PaymentsError::Gateway(_)) => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

async fn stored(app: &App, id: PaymentId) -> Result<Option<String>, DbErr> {
    let row = gateway_payment::Entity::find_by_id(id).one(app.db().read()).await?;
    Ok(row
        .filter(|row| row.state == State::Open)
        .and_then(|row| row.redirect_url))
}

/// The row of the attempt under way; a new one where there is none or the last came to nothing.
async fn want(app: &App, payment: &payment::Model, gateway: Gateway) -> Result<gateway_payment::Model, PaymentsError> {
    let known = gateway_payment::Entity::find_by_id(payment.id)
        .one(app.db().read())
        .await?;
    if let Some(row) = known
        && matches!(row.state, State::Wanted | State::Open)
    {
        return Ok(row);
    }
    let payment = payment.clone();
    app.write(Actor::System, move |unit| {
        let payment = payment.clone();
        Box::pin(async move { begin(unit, &payment, gateway).await })
    })
    .await
}

async fn begin(
    unit: &mut Unit,
    payment: &payment::Model,
    gateway: Gateway,
) -> Result<gateway_payment::Model, PaymentsError> {
    let known = gateway_payment::Entity::find_by_id(payment.id).one(&*unit).await?;
    let attempt = known.as_ref().map_or(0, |row| row.attempt) + 1;
    let now = unit.now();
    let row = gateway_payment::Model {
        payment_id: payment.id,
        gateway,
        attempt,
        order_number: number(gateway, payment, attempt, now),
        state: State::Wanted,
        redirect_url: None,
        wanted_at: now,
        asked_at: None,
    };
    match known {
        Some(known) if matches!(known.state, State::Wanted | State::Open) => return Ok(known),
        Some(known) => {
            gateway_payment::Entity::update_many()
                .set(gateway_payment::ActiveModel::from(row).reset_all())
                .filter(gateway_payment::Column::PaymentId.eq(payment.id))
                .filter(gateway_payment::Column::Attempt.eq(known.attempt))
                .exec(&*unit)
                .await?;
        }
        None => {
            let once = OnConflict::column(gateway_payment::Column::PaymentId)
                .do_nothing()
                .to_owned();
            let inserted = gateway_payment::Entity::insert(gateway_payment::ActiveModel::from(row))
                .on_conflict(once)
                .exec_without_returning(&*unit)
                .await;
            match inserted {
                Ok(_) | Err(DbErr::RecordNotInserted) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let row = gateway_payment::Entity::find_by_id(payment.id).one(&*unit).await?;
    row.ok_or(PaymentsError::NoSuchThing)
}

/// The payment's reference, with the attempt behind it from the second on.
fn number(gateway: Gateway, payment: &payment::Model, attempt: i64, at: entity::Timestamp) -> String {
    let name = match attempt {
        1 => payment.reference.to_string(),
        attempt => format!("{}-{attempt}", payment.reference),
    };
    match gateway {
        Gateway::Vnpay | Gateway::Momo => name,
        Gateway::Zalopay => zalopay::number(at, &name),
    }
}

/// Where the buyer pays; `None`: the gateway refuses.
async fn ask_for(app: &App, gateway: Gateway, order: &Order<'_>) -> Result<Option<String>, PaymentsError> {
    let secrets = &app.config().secrets;
    match gateway {
        Gateway::Vnpay => {
            let vnpay = secrets.vnpay.as_ref().ok_or(PaymentsError::NotOffered)?;
            Ok(Some(vnpay::pay_url(vnpay, order)))
        }
        Gateway::Momo => {
            let momo = secrets.momo.as_ref().ok_or(PaymentsError::NotOffered)?;
            let url = format!("{}/v2/gateway/api/create", momo.endpoint);
            Ok(momo::redirect(&post(&url, &momo::request(momo, order)).await?))
        }
        Gateway::Zalopay => {
            let zalopay = secrets.zalopay.as_ref().ok_or(PaymentsError::NotOffered)?;
            let url = format!("{}/v2/create", zalopay.endpoint);
            Ok(zalopay::redirect(&post(&url, &zalopay::request(zalopay, order)).await?))
        }
    }
}

/// Writes what became of an attempt that is still wanted.
async fn note(app: &App, row: gateway_payment::Model, state: State, url: Option<String>) -> Result<(), PaymentsError> {
    app.write(Actor::System, move |unit| {
        let (row, url) = (row.clone(), url.clone());
        Box::pin(async move {
            // A number that was refused has no page; the table wants one of everything that is not wanted.
            let url = url.unwrap_or_default();
            gateway_payment::Entity::update_many()
                .col_expr(gateway_payment::Column::State, Expr::value(state))
                .col_expr(gateway_payment::Column::RedirectUrl, Expr::value(url))
                .filter(gateway_payment::Column::PaymentId.eq(row.payment_id))
                .filter(gateway_payment::Column::Attempt.eq(row.attempt))
                .filter(gateway_payment::Column::State.eq(State::Wanted))
                .exec(&*unit)
                .await?;
            Ok::<_, PaymentsError>(())
        })
    })
    .await
}
