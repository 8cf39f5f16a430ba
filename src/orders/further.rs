//! What the buyer of a paid order is asked for on top: for an edit they agreed to, or because goods weighed more. Not paid in
//! time, everything stays as it was.

use entity::{
    Dong,
    ids::{OrderEditId, OrderLineId, PaymentId},
    orders::{
        further_payment::{self, State, Why},
        line, order,
    },
    payments::payment,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    OrdersError, Paid, books,
    cancel::write_line,
    edits,
    news::{self, News},
    open::{Open, open},
    periods::Period,
    place,
};
use crate::{db::Unit, payments};

/// Asks for `amount` on top of what was paid for `open`.
pub(super) async fn ask(
    unit: &mut Unit,
    open: &mut Open,
    why: Why,
    subject: Uuid,
    amount: Dong,
) -> Result<PaymentId, OrdersError> {
    let period = match why {
        Why::Edit => Period::Edit,
        Why::Weight => Period::Further,
    };
    let until = period.after(unit.now());
    let account = match &open.payment {
        Some(payment) => payment.account_id,
        // Store credit paid all of it, so there is no payment yet.
        None => account_of(unit, open).await?,
    };
    let payment = place::ask(unit, account, amount, until).await?;
    let row = further_payment::Model {
        payment_id: payment,
        order_id: open.order.id,
        why,
        subject_id: subject,
        amount,
        state: State::Asked,
        created_at: unit.now(),
    };
    let active = further_payment::ActiveModel {
        payment_id: Set(row.payment_id),
        order_id: Set(row.order_id),
        why: Set(row.why),
        subject_id: Set(row.subject_id),
        amount: Set(row.amount),
        state: Set(row.state),
        created_at: Set(row.created_at),
    };
    further_payment::Entity::insert(active)
        .exec_without_returning(&*unit)
        .await?;
    open.asked.push(row);
    Ok(payment)
}

async fn account_of(unit: &Unit, open: &Open) -> Result<entity::ids::MoneyAccountId, OrdersError> {
    let own = payments::account_of_seller(unit, open.order.seller_id).await?;
    let account = match own {
        Some(own) => Some(own),
        None => payments::held_account(unit).await?,
    };
    account.map(|account| account.id).ok_or(OrdersError::NoAccount)
}

/// What is asked for by `payment`, if it is such a one.
pub(super) async fn of_payment(unit: &Unit, payment: PaymentId) -> Result<Option<further_payment::Model>, OrdersError> {
    Ok(further_payment::Entity::find_by_id(payment).one(unit).await?)
}

/// Money for `row` has come in full; the caller has locked its payment.
pub(super) async fn paid(
    unit: &mut Unit,
    row: &further_payment::Model,
    payment: &payment::Model,
) -> Result<Paid, OrdersError> {
    if row.state != State::Asked {
        return Ok(Paid::Late);
    }
    let mut open = open(unit, row.order_id).await?;
    if !matches!(
        open.order.state,
        order::State::Placed | order::State::Confirmed | order::State::Completed
    ) {
        return Ok(Paid::Late);
    }
    turn(unit, row.payment_id, State::Paid).await?;
    if open.payment.is_none() {
        open.order.payment_id = Some(payment.id);
    }
    open.order.total = Dong(open.order.total.0 + row.amount.0);
    books::write(unit, &open.order).await?;
    match row.why {
        Why::Weight => {
            let line = open.line(OrderLineId(row.subject_id)).cloned();
            if let Some(line) = line {
                let after = line::Model {
                    amount: Dong(line.amount.0 + row.amount.0),
                    ..line
                };
                write_line(unit, &after).await?;
            }
        }
        Why::Edit => edits::paid(unit, &mut open, OrderEditId(row.subject_id)).await?,
    }
    news::tell(unit, &open.order, News::FurtherPaid).await?;
    Ok(Paid::Done)
}

/// Nobody paid what `payment` asks for on top, and it is waited for no longer; the caller has locked the payment.
pub(super) async fn lapsed(unit: &mut Unit, row: &further_payment::Model) -> Result<(), OrdersError> {
    if row.state != State::Asked {
        return Ok(());
    }
    turn(unit, row.payment_id, State::Lapsed).await?;
    if row.why == Why::Edit {
        edits::lapse(unit, OrderEditId(row.subject_id)).await?;
    }
    Ok(())
}

/// Waits no longer for anything that is asked for on top of `open`.
pub(super) async fn lapse_all(unit: &mut Unit, open: &Open) -> Result<(), OrdersError> {
    for row in &open.asked {
        payments::expire(unit, row.payment_id).await?;
        turn(unit, row.payment_id, State::Lapsed).await?;
    }
    Ok(())
}

async fn turn(unit: &Unit, payment: PaymentId, to: State) -> Result<(), OrdersError> {
    further_payment::Entity::update_many()
        .col_expr(further_payment::Column::State, Expr::value(to))
        .filter(further_payment::Column::PaymentId.eq(payment))
        .filter(further_payment::Column::State.eq(State::Asked))
        .exec(unit)
        .await?;
    Ok(())
}
