//! A gateway is asked what became of a payment: a notice may never come.

use entity::{
    Timestamp,
    ids::PaymentId,
    payments::{
        gateway_payment::{self, State},
        payment::{self, Gateway},
    },
};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use serde_json::Value;

use super::{Texts, came_to_nothing, find, provider, reach::post};
use crate::{
    app::App,
    db::{Actor, Unit},
    payments::{
        PaymentsError,
        lifecycle::is_open,
        providers::{Answered, Order, momo, vnpay, zalopay},
        record_notice::{Heard, Signer},
    },
};

/// The rest between two questions about one payment.
const REST_MS: i64 = 5_000;
/// The rest between two questions that nobody asked for.
const ROUND_MS: i64 = 60_000;
/// How long a payment that was given up is asked for: money that was on its way then arrives.
const AFTERWARDS_MS: i64 = 30 * 60_000;
/// Payments asked for in one round.
const AT_ONCE: u64 = 50;

/// Who the server is to VNPay when no buyer stands behind a question.
const OURSELVES: &str = "127.0.0.1";

/// What asking brought.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Nothing new; or it was asked only just now.
    Nothing,
    /// The buyer paid: to be kept like a notice, under the same number.
    Paid(Box<Heard>),
}

/// Asks the gateway of the payment `id`.
pub async fn ask(app: &App, id: PaymentId) -> Result<Asked, PaymentsError> {
    let (payment, gateway) = find(app, id).await?;
    let Some(row) = claim(app, id).await? else {
        return Ok(Asked::Nothing);
    };
    let texts = Texts::of(app, &payment, gateway);
    let order = texts.order(&payment, &row, OURSELVES);
    let (answer, answered) = question(app, gateway, &order).await?;
    match answered {
        Some(Answered::Paid(told)) => {
            let body = told.write(&answer.to_string());
            Ok(Asked::Paid(Box::new(Heard {
                provider: provider(gateway),
                signer: Signer::Exchange,
                told,
                body,
            })))
        }
        Some(Answered::Failed) => {
            let number = row.order_number;
            app.write(Actor::System, move |unit| {
                let number = number.clone();
                Box::pin(async move { came_to_nothing(unit, &number).await.map_err(PaymentsError::from) })
            })
            .await?;
            Ok(Asked::Nothing)
        }
        Some(Answered::Waiting) => Ok(Asked::Nothing),
        None => Err(PaymentsError::Gateway("its answer is not of this payment".to_owned())),
    }
}

/// The payment's row at the gateway, when it may be asked for now; then nobody else asks for a while.
async fn claim(app: &App, id: PaymentId) -> Result<Option<gateway_payment::Model>, PaymentsError> {
    app.write(Actor::System, move |unit: &mut Unit| {
        Box::pin(async move {
            let rested = Condition::any()
                .add(gateway_payment::Column::AskedAt.is_null())
                .add(gateway_payment::Column::AskedAt.lte(unit.now().plus(-REST_MS)));
            let claimed = gateway_payment::Entity::update_many()
                .col_expr(gateway_payment::Column::AskedAt, Expr::value(unit.now()))
                .filter(gateway_payment::Column::PaymentId.eq(id))
                .filter(gateway_payment::Column::State.is_in([State::Open, State::Failed]))
                .filter(rested)
                .exec(&*unit)
                .await?;
            if claimed.rows_affected == 0 {
                return Ok(None);
            }
            Ok::<_, PaymentsError>(gateway_payment::Entity::find_by_id(id).one(&*unit).await?)
        })
    })
    .await
}

async fn question(app: &App, gateway: Gateway, order: &Order<'_>) -> Result<(Value, Option<Answered>), PaymentsError> {
    let secrets = &app.config().secrets;
    let id = format!("{:016x}", app.source().random());
    match gateway {
        Gateway::Vnpay => {
            let vnpay = secrets.vnpay.as_ref().ok_or(PaymentsError::NotOffered)?;
            let answer = post(&vnpay.api_url, &vnpay::question(vnpay, &id, order, app.now())).await?;
            let answered = vnpay::answered(vnpay, order, &answer);
            Ok((answer, answered))
        }
        Gateway::Momo => {
            let momo = secrets.momo.as_ref().ok_or(PaymentsError::NotOffered)?;
            let url = format!("{}/v2/gateway/api/query", momo.endpoint);
            let answer = post(&url, &momo::question(momo, &id, order)).await?;
            let answered = momo::answered(momo, order, &answer);
            Ok((answer, answered))
        }
        Gateway::Zalopay => {
            let zalopay = secrets.zalopay.as_ref().ok_or(PaymentsError::NotOffered)?;
            let url = format!("{}/v2/query", zalopay.endpoint);
            let answer = post(&url, &zalopay::question(zalopay, order)).await?;
            let answered = zalopay::answered(zalopay, order, &answer);
            Ok((answer, answered))
        }
    }
}

/// The payments that are due to be asked for. Those of which nothing more is expected are closed.
pub async fn due(app: &App) -> Result<Vec<PaymentId>, PaymentsError> {
    let now = app.now();
    let rested = Condition::any()
        .add(gateway_payment::Column::AskedAt.is_null())
        .add(gateway_payment::Column::AskedAt.lte(now.plus(-ROUND_MS)));
    let rows = gateway_payment::Entity::find()
        .filter(gateway_payment::Column::State.eq(State::Open))
        .filter(gateway_payment::Column::WantedAt.lte(now.plus(-ROUND_MS)))
        .filter(rested)
        .order_by_asc(gateway_payment::Column::WantedAt)
        .limit(AT_ONCE)
        .all(app.db().read())
        .await?;
    let payments = payment::Entity::find()
        .filter(payment::Column::Id.is_in(rows.iter().map(|row| row.payment_id)))
        .all(app.db().read())
        .await?;
    let (mut due, mut over) = (Vec::new(), Vec::new());
    for payment in payments {
        if is_waited_for(&payment, now) {
            due.push(payment.id);
        } else {
            over.push(payment.id);
        }
    }
    if !over.is_empty() {
        app.write(Actor::System, move |unit: &mut Unit| {
            let over = over.clone();
            Box::pin(async move { close(unit, &over).await })
        })
        .await?;
    }
    Ok(due)
}

fn is_waited_for(payment: &payment::Model, now: Timestamp) -> bool {
    let given_up = payment.status == payment::Status::Expired;
    is_open(payment.status) || given_up && payment.expires_at.is_some_and(|until| now <= until.plus(AFTERWARDS_MS))
}

async fn close(unit: &mut Unit, ids: &[PaymentId]) -> Result<(), DbErr> {
    gateway_payment::Entity::update_many()
        .col_expr(gateway_payment::Column::State, Expr::value(State::Closed))
        .filter(gateway_payment::Column::PaymentId.is_in(ids.iter().copied()))
        .filter(gateway_payment::Column::State.eq(State::Open))
        .exec(&*unit)
        .await
        .map(|_| ())
}
