//! Payments through VNPay, MoMo and ZaloPay. They are merchants' contracts of the exchange, so their money always goes to
//! the account of the licensed provider that holds buyers' money (ADR 0024).

mod ask;
mod create;
mod reach;

pub use ask::{Asked, ask, due};
pub use create::create;
use entity::{
    ids::PaymentId,
    payments::{
        gateway_payment::{self, State},
        notice::Provider,
        payment::{self, Gateway},
    },
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, Iterable, QueryFilter, sea_query::Expr};

use super::{PaymentsError, held_account, providers::Order};
use crate::{app::App, db::Unit};

/// Those that are set up.
#[must_use]
pub fn set_up(app: &App) -> Vec<Gateway> {
    let secrets = &app.config().secrets;
    let is_set_up = |gateway: &Gateway| match gateway {
        Gateway::Vnpay => secrets.vnpay.is_some(),
        Gateway::Momo => secrets.momo.is_some(),
        Gateway::Zalopay => secrets.zalopay.is_some(),
    };
    Gateway::iter().filter(is_set_up).collect()
}

/// Those by which a buyer can pay now: set up, and with an account that their money goes to.
pub async fn offered(app: &App) -> Result<Vec<Gateway>, DbErr> {
    let gateways = set_up(app);
    if gateways.is_empty() || held_account(app.db().read()).await?.is_none() {
        return Ok(Vec::new());
    }
    Ok(gateways)
}

/// Refuses a gateway by which nobody can pay now.
pub async fn must_be_offered(app: &App, gateway: Gateway) -> Result<(), PaymentsError> {
    if offered(app).await?.contains(&gateway) {
        Ok(())
    } else {
        Err(PaymentsError::NotOffered)
    }
}

/// Says that a payment just asked for is paid through `gateway`.
pub async fn by_gateway(unit: &Unit, id: PaymentId, gateway: Gateway) -> Result<(), DbErr> {
    payment::Entity::update_many()
        .col_expr(payment::Column::Gateway, Expr::value(gateway))
        .filter(payment::Column::Id.eq(id))
        .exec(unit)
        .await
        .map(|_| ())
}

/// Notes that the attempt under `number` came to nothing: the buyer may try again.
pub async fn came_to_nothing(unit: &Unit, number: &str) -> Result<(), DbErr> {
    gateway_payment::Entity::update_many()
        .col_expr(gateway_payment::Column::State, Expr::value(State::Failed))
        .filter(gateway_payment::Column::OrderNumber.eq(number))
        .filter(gateway_payment::Column::State.eq(State::Open))
        .exec(unit)
        .await
        .map(|_| ())
}

/// Who tells of a gateway's payments.
#[must_use]
pub const fn provider(gateway: Gateway) -> Provider {
    match gateway {
        Gateway::Vnpay => Provider::Vnpay,
        Gateway::Momo => Provider::Momo,
        Gateway::Zalopay => Provider::Zalopay,
    }
}

/// The texts of a payment as its gateway is asked for it.
#[derive(Debug)]
pub struct Texts {
    words: String,
    return_url: String,
    notify_url: String,
}

impl Texts {
    #[must_use]
    pub fn of(app: &App, payment: &payment::Model, gateway: Gateway) -> Self {
        let site = app.config().public_url();
        Self {
            words: format!("Thanh toan {}", payment.reference),
            return_url: format!("{site}/thanh-toan/tro-ve/{}", payment.id),
            notify_url: format!("{site}/webhooks/{}", gateway.code()),
        }
    }

    #[must_use]
    pub fn order<'o>(
        &'o self,
        payment: &payment::Model,
        row: &'o gateway_payment::Model,
        buyer_address: &'o str,
    ) -> Order<'o> {
        Order {
            number: &row.order_number,
            amount: payment.amount,
            words: &self.words,
            return_url: &self.return_url,
            notify_url: &self.notify_url,
            buyer_address,
            at: row.wanted_at,
            until: payment.expires_at,
        }
    }
}

/// A payment through a gateway, and how it stands there.
pub async fn find(app: &App, id: PaymentId) -> Result<(payment::Model, Gateway), PaymentsError> {
    let found = payment::Entity::find_by_id(id).one(app.db().read()).await?;
    let payment = found.ok_or(PaymentsError::NoSuchThing)?;
    let gateway = payment.gateway.ok_or(PaymentsError::NoGateway)?;
    Ok((payment, gateway))
}
