//! A payout is made of all that waits for one seller.

use std::{sync::Arc, time::Duration};

use entity::{
    Dong, PaymentReference, ShortCode,
    ids::{PayoutId, SellerId},
    payments::{
        payout::{self, State},
        payout_line,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{
    app::App,
    db::{Actor, Unit},
    jobs::Recurring,
    payments::{PaymentsError, account_of_seller, held_account},
};

/// Sellers looked at in one go.
const AT_ONCE: u64 = 200;

/// Makes what is due, looked for every ten minutes.
#[must_use]
pub fn duty() -> Recurring {
    Recurring {
        name: "payments.payouts",
        every: Duration::from_mins(10),
        run: Arc::new(|app| {
            Box::pin(async move {
                make_due(&app, &Actor::System)
                    .await
                    .map_err(|error| error.to_string())?;
                Ok(())
            })
        }),
    }
}

/// Makes the payouts that are due by each seller's schedule; tells which were made.
pub async fn make_due(app: &App, actor: &Actor) -> Result<Vec<payout::Model>, PaymentsError> {
    let mut made = Vec::new();
    let mut after = None;
    loop {
        let waiting = waiting(app.db().read(), after).await?;
        for (seller, claimable) in &waiting {
            if !is_due(app, *seller, *claimable).await? {
                continue;
            }
            let (seller, actor) = (*seller, actor.clone());
            let done = app
                .write(actor, move |unit| Box::pin(async move { make(unit, seller).await }))
                .await;
            match done {
                Ok(row) => made.push(row),
                // Another process was first, or the seller has no account yet: it waits.
                Err(PaymentsError::Nothing) => {}
                Err(error) => return Err(error),
            }
        }
        match waiting.last() {
            Some((last, _)) if waiting.len() as u64 == AT_ONCE => after = Some(*last),
            _ => return Ok(made),
        }
    }
}

/// Sellers for whom something waits, and what it comes to.
async fn waiting(db: &impl ConnectionTrait, after: Option<SellerId>) -> Result<Vec<(SellerId, i64)>, DbErr> {
    let mut query = payout_line::Entity::find()
        .select_only()
        .column(payout_line::Column::SellerId)
        .column_as(payout_line::Column::Amount.sum().cast_as("bigint"), "total")
        .filter(payout_line::Column::PayoutId.is_null())
        .group_by(payout_line::Column::SellerId)
        .order_by_asc(payout_line::Column::SellerId)
        .limit(AT_ONCE);
    if let Some(after) = after {
        query = query.filter(payout_line::Column::SellerId.gt(after));
    }
    query.into_tuple().all(db).await
}

/// What waits for `seller`; below zero they owe it.
pub async fn claimable(db: &impl ConnectionTrait, seller: SellerId) -> Result<i64, DbErr> {
    let total: Option<Option<i64>> = payout_line::Entity::find()
        .select_only()
        .column_as(payout_line::Column::Amount.sum().cast_as("bigint"), "total")
        .filter(payout_line::Column::PayoutId.is_null())
        .filter(payout_line::Column::SellerId.eq(seller))
        .into_tuple()
        .one(db)
        .await?;
    Ok(total.flatten().unwrap_or(0))
}

async fn is_due(app: &App, seller: SellerId, claimable: i64) -> Result<bool, DbErr> {
    let db = app.db().read();
    let today = app.today();
    let schedule = super::schedule_of(db, seller, today).await?;
    let last = payout::Entity::find()
        .filter(payout::Column::SellerId.eq(seller))
        .filter(payout::Column::State.ne(State::Failed))
        .order_by_desc(payout::Column::Id)
        .one(db)
        .await?;
    Ok(schedule.is_due(claimable, today, last.map(|last| last.made_at.day())))
}

/// Makes one payout of all that waits for `seller`. Refused as nothing where it comes to nothing or less, which waits and
/// is taken off what comes later, and where nobody knows where it should go.
pub async fn make(unit: &mut Unit, seller: SellerId) -> Result<payout::Model, PaymentsError> {
    let (Some(to), Some(from)) = (account_of_seller(&*unit, seller).await?, held_account(&*unit).await?) else {
        return Err(PaymentsError::Nothing);
    };
    let id: PayoutId = unit.id();
    // Claimed before it is summed up: who else claims the same lines waits, and then finds none.
    let claimed = payout_line::Entity::update_many()
        .col_expr(payout_line::Column::PayoutId, Expr::value(id))
        .filter(payout_line::Column::SellerId.eq(seller))
        .filter(payout_line::Column::PayoutId.is_null())
        .exec(&*unit)
        .await?;
    let total: Option<Option<i64>> = payout_line::Entity::find()
        .select_only()
        .column_as(payout_line::Column::Amount.sum().cast_as("bigint"), "total")
        .filter(payout_line::Column::PayoutId.eq(id))
        .into_tuple()
        .one(&*unit)
        .await?;
    let amount = Dong(total.flatten().unwrap_or(0));
    if claimed.rows_affected == 0 || amount <= Dong::ZERO || amount > Dong::MAX {
        return Err(PaymentsError::Nothing);
    }
    let row = payout::Model {
        id,
        number: ShortCode::from_bits(unit.random()).to_string(),
        reference: PaymentReference::of(id.0),
        seller_id: seller,
        account_id: to.id,
        from_account_id: from.id,
        amount,
        lines: i64::try_from(claimed.rows_affected).unwrap_or(i64::MAX),
        state: State::Made,
        made_at: unit.now(),
        sent_at: None,
        done_at: None,
        failed_at: None,
        reason: None,
        notice_id: None,
    };
    payout::Entity::insert(payout::ActiveModel::from(row.clone()))
        .exec_without_returning(&*unit)
        .await?;
    Ok(row)
}
