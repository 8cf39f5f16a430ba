//! The ledger: transfers from one ledger account to another. Rows are only added.

use entity::{
    Dong,
    ids::{MoneyAccountId, NoticeId, PaymentId, TransferId},
    payments::transfer::{self, Reason, Side},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, Iterable, QueryFilter, QueryOrder,
    QuerySelect, prelude::Uuid,
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
        recorded_at: Set(unit.now()),
    };
    transfer::Entity::insert(row)
        .exec_without_returning(unit)
        .await
        .map(|_| ())
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
        Side::Account | Side::Seller | Side::Unmatched => sum - row.amount.0,
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
