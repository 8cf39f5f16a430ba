//! The ledger: transfers from one ledger account to another. Rows are only added.

use entity::{
    Dong, Timestamp,
    ids::{MoneyAccountId, NoticeId, PaymentId, RefundId, SellerId, TransferId},
    payments::transfer::{self, Reason, Side},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, Iterable, QueryFilter, QueryOrder,
    QuerySelect, prelude::Uuid, sea_query::Expr,
};

use crate::{db::Unit, http::list::Paging};

/// One side of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerAccount(pub Side, pub Uuid);

impl LedgerAccount {
    /// Money in a bank account.
    #[must_use]
    pub const fn account(id: MoneyAccountId) -> Self {
        Self(Side::Account, id.0)
    }

    /// What a buyer has paid for something.
    #[must_use]
    pub const fn payment(id: PaymentId) -> Self {
        Self(Side::Payment, id.0)
    }

    /// Money in a bank account that nobody can explain yet.
    #[must_use]
    pub const fn unmatched(id: MoneyAccountId) -> Self {
        Self(Side::Unmatched, id.0)
    }

    /// What the exchange owes a seller; below zero what they owe it.
    #[must_use]
    pub const fn seller(id: SellerId) -> Self {
        Self(Side::Seller, id.0)
    }

    /// What the exchange has kept of a seller's earnings.
    #[must_use]
    pub const fn commission(id: SellerId) -> Self {
        Self(Side::Commission, id.0)
    }

    /// Tax withheld from a seller.
    #[must_use]
    pub const fn tax(id: SellerId) -> Self {
        Self(Side::Tax, id.0)
    }

    /// What is promised back to a buyer.
    #[must_use]
    pub const fn refund(id: RefundId) -> Self {
        Self(Side::Refund, id.0)
    }

    /// Store credit that buyers hold with a seller.
    #[must_use]
    pub const fn credit(id: SellerId) -> Self {
        Self(Side::Credit, id.0)
    }

    /// Money that the exchange took past all its accounts.
    pub const OWN_HANDS: Self = Self(Side::Cash, Uuid::nil());

    /// Money in a seller's own hands.
    #[must_use]
    pub const fn cash(id: SellerId) -> Self {
        Self(Side::Cash, id.0)
    }
}

/// A transfer to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub debit: LedgerAccount,
    pub credit: LedgerAccount,
    /// Above zero.
    pub amount: Dong,
    pub reason: Reason,
    /// The notice that tells of it; it may give each reason once.
    pub notice: Option<NoticeId>,
    pub payment: Option<PaymentId>,
}

/// Adds a transfer.
pub async fn record(unit: &Unit, entry: Entry) -> Result<(), DbErr> {
    write(unit, entry, None).await
}

/// Adds a transfer that is about an order, a refund, a payout or an invoice.
pub async fn record_about(unit: &Unit, entry: Entry, about: Uuid) -> Result<(), DbErr> {
    write(unit, entry, Some(about)).await
}

#[expect(clippy::unused_async, reason = "whoever calls it need not know when it is executed")]
async fn write(unit: &Unit, entry: Entry, about: Option<Uuid>) -> Result<(), DbErr> {
    let row = transfer::ActiveModel {
        id: Set(unit.id::<TransferId>()),
        debit_kind: Set(entry.debit.0),
        debit_id: Set(entry.debit.1),
        credit_kind: Set(entry.credit.0),
        credit_id: Set(entry.credit.1),
        amount: Set(entry.amount),
        reason: Set(entry.reason),
        notice_id: Set(entry.notice),
        payment_id: Set(entry.payment),
        about: Set(about),
        recorded_at: Set(unit.now()),
    };
    unit.later(&transfer::Entity::insert(row));
    Ok(())
}

/// How much of what a payment received is but its owner's word: what was confirmed by hand, less what notices have
/// borne out since.
pub async fn by_hand(db: &impl ConnectionTrait, payment: PaymentId) -> Result<Dong, DbErr> {
    let rows = transfer::Entity::find()
        .filter(transfer::Column::PaymentId.eq(payment))
        .filter(transfer::Column::Reason.eq(Reason::Hand))
        .all(db)
        .await?;
    let sum = rows.iter().fold(0_i64, |sum, row| match row.credit_kind {
        Side::Payment => sum + row.amount.0,
        _ => sum - row.amount.0,
    });
    Ok(Dong(sum))
}

/// All ledger accounts of one kind, added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub kind: Side,
    pub debit: i64,
    pub credit: i64,
}

/// What was debited and credited to each kind of ledger account; both sums over all kinds are equal.
pub async fn trial_balance(db: &impl ConnectionTrait) -> Result<Vec<Line>, DbErr> {
    let debits = sums(db, transfer::Column::DebitKind).await?;
    let credits = sums(db, transfer::Column::CreditKind).await?;
    let of = |sums: &[(Side, i64)], kind| sums.iter().find(|(side, _)| *side == kind).map_or(0, |(_, sum)| *sum);
    Ok(Side::iter()
        .map(|kind| Line {
            kind,
            debit: of(&debits, kind),
            credit: of(&credits, kind),
        })
        .collect())
}

async fn sums(db: &impl ConnectionTrait, side: transfer::Column) -> Result<Vec<(Side, i64)>, DbErr> {
    transfer::Entity::find()
        .select_only()
        .column(side)
        // A sum of whole numbers is a decimal on PostgreSQL.
        .column_as(transfer::Column::Amount.sum().cast_as("bigint"), "total")
        .group_by(side)
        .into_tuple()
        .all(db)
        .await
}

/// The ledger's rows, newest first; one row more than fits.
pub async fn transfers(db: &impl ConnectionTrait, paging: Paging) -> Result<Vec<transfer::Model>, DbErr> {
    let mut query = transfer::Entity::find()
        .order_by_desc(transfer::Column::Id)
        .limit(paging.limit + 1);
    if let Some(after) = paging.after {
        query = query.filter(transfer::Column::Id.lt(TransferId(after)));
    }
    query.all(db).await
}

/// What an account was credited less what it was debited, before `until` where that is given.
pub async fn balance(
    db: &impl ConnectionTrait,
    LedgerAccount(side, id): LedgerAccount,
    until: Option<Timestamp>,
) -> Result<i64, DbErr> {
    let mut sum = 0;
    for (kind, named, sign) in [
        ("credit_kind", transfer::Column::CreditId, 1),
        ("debit_kind", transfer::Column::DebitId, -1),
    ] {
        let mut query = transfer::Entity::find()
            .select_only()
            .column_as(transfer::Column::Amount.sum().cast_as("bigint"), "total")
            .filter(of_kind(kind, side))
            .filter(named.eq(id));
        if let Some(until) = until {
            query = query.filter(transfer::Column::RecordedAt.lt(until));
        }
        let total: Option<Option<i64>> = query.into_tuple().one(db).await?;
        sum += sign * total.flatten().unwrap_or(0);
    }
    Ok(sum)
}

/// A condition that names the kind outright: the indexes of single kinds are found only by that.
pub(super) fn of_kind(column: &'static str, side: Side) -> Expr {
    Expr::cust(format!("{column} = '{}'", side.code()))
}
