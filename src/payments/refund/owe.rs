//! Money is promised back to a buyer.

use entity::{
    Dong, PaymentReference,
    ids::{PaymentId, RefundId, SellerId},
    payments::{
        account,
        payment::{self, Status},
        refund::{self, Method, Owes, State, Why},
        transfer::Reason,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, prelude::Uuid, sea_query::Expr};

use serde_json::json;

use crate::{
    catalogue::{tell_staff, webhooks},
    db::Unit,
    http::language::Message,
    identity::messages::{About, Note},
    payments::{
        PaymentsError,
        account::account,
        ledger::{self, Entry, LedgerAccount},
        lifecycle::{Event, next},
        locked, topic, whole,
    },
};

/// Money of a payment that is to be given back.
#[derive(Clone, Copy, Debug)]
pub struct NewRefund {
    pub payment: PaymentId,
    pub order: Uuid,
    pub seller: SellerId,
    /// Above zero.
    pub amount: Dong,
    pub why: Why,
}

/// Money that was paid in cash and is to be given back.
#[derive(Clone, Copy, Debug)]
pub struct NewCashRefund {
    pub order: Uuid,
    pub seller: SellerId,
    /// Above zero.
    pub amount: Dong,
    pub why: Why,
}

/// Promises `amount` of what a payment received back to its buyer. Refused where less is left of it than that: what is
/// promised back already counts, and what its sellers have earned (take that back first).
pub async fn refund(unit: &mut Unit, new: NewRefund) -> Result<refund::Model, PaymentsError> {
    let before = locked(unit, new.payment).await?;
    if new.amount <= Dong::ZERO {
        return Err(PaymentsError::TooMuch);
    }
    let after = Expr::col(payment::Column::Refunded).add(new.amount.0);
    let promised = payment::Entity::update_many()
        .col_expr(payment::Column::Refunded, after.clone())
        .filter(payment::Column::Id.eq(new.payment))
        .filter(
            after
                .add(Expr::col(payment::Column::Earned))
                .lte(Expr::col(payment::Column::Received)),
        )
        .exec(&*unit)
        .await?;
    if promised.rows_affected == 0 {
        return Err(PaymentsError::TooMuch);
    }
    if before.refunded.checked_add(new.amount) == Some(before.received) && before.status != Status::Refunded {
        let status = next(before.status, Event::GivenBack)?;
        payment::Entity::update_many()
            .col_expr(payment::Column::Status, Expr::value(status))
            .filter(payment::Column::Id.eq(new.payment))
            .exec(&*unit)
            .await?;
    }
    let holder = account(&*unit, before.account_id)
        .await?
        .ok_or(PaymentsError::NoSuchThing)?;
    let owed_by = match holder.kind {
        account::Kind::Held => Owes::Exchange,
        account::Kind::Seller | account::Kind::Stall => Owes::Seller,
    };
    let row = row(
        unit,
        Some(new.payment),
        (new.order, new.seller, new.amount, new.why),
        owed_by,
    );
    insert(unit, &row, LedgerAccount::payment(new.payment)).await?;
    unit.signal(topic(new.payment)).await?;
    ask_seller(unit, &row).await?;
    Ok(row)
}

/// Promises money back that a seller took in cash.
pub async fn refund_cash(unit: &mut Unit, new: NewCashRefund) -> Result<refund::Model, PaymentsError> {
    if new.amount <= Dong::ZERO {
        return Err(PaymentsError::TooMuch);
    }
    let row = row(unit, None, (new.order, new.seller, new.amount, new.why), Owes::Seller);
    insert(unit, &row, LedgerAccount::cash(new.seller)).await?;
    ask_seller(unit, &row).await?;
    Ok(row)
}

/// Tells the people and systems of a seller who owes the refund. What the exchange owes is not theirs to know: by its id
/// one names the account it goes to.
async fn ask_seller(unit: &mut Unit, row: &refund::Model) -> Result<(), PaymentsError> {
    if row.owed_by != Owes::Seller {
        return Ok(());
    }
    let data = json!({
        "refund_id": row.id.to_string(), "order_id": row.order_id.to_string(), "amount": row.amount.0,
    });
    webhooks::emit(unit, row.seller_id, "refund.owed", data).await?;
    let text = Message::new("ledger-tell-refund").with("amount", whole(row.amount));
    Ok(tell_staff(unit, row.seller_id, Note::new(About::Money, text)).await?)
}

fn row(
    unit: &Unit,
    payment: Option<PaymentId>,
    (order, seller, amount, why): (Uuid, SellerId, Dong, Why),
    owed_by: Owes,
) -> refund::Model {
    let id: RefundId = unit.id();
    refund::Model {
        id,
        reference: PaymentReference::of(id.0),
        payment_id: payment,
        order_id: order,
        seller_id: seller,
        owed_by,
        method: if payment.is_some() {
            Method::Transfer
        } else {
            Method::Cash
        },
        amount,
        why,
        state: State::Owed,
        bank_bin: None,
        number_sealed: None,
        number_tail: None,
        holder_sealed: None,
        named_at: None,
        created_at: unit.now(),
        sent_at: None,
        sent_by: None,
        done_at: None,
        notice_id: None,
    }
}

async fn insert(unit: &Unit, row: &refund::Model, from: LedgerAccount) -> Result<(), PaymentsError> {
    refund::Entity::insert(refund::ActiveModel::from(row.clone()))
        .exec_without_returning(unit)
        .await?;
    let entry = Entry {
        debit: from,
        credit: LedgerAccount::refund(row.id),
        amount: row.amount,
        reason: Reason::Refund,
        notice: None,
        payment: row.payment_id,
    };
    Ok(ledger::record_about(unit, entry, row.order_id).await?)
}
