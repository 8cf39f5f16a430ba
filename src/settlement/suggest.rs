//! What unmatched money may have been for: offered to a person, and never credited by itself.

use entity::{
    PaymentReference,
    payments::{
        account, notice,
        payment::{self, Status},
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::SettlementError;
use crate::{payments::record_notice::reopen, vault::Vault};

/// Why a payment is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its reference begins with what stands in the text.
    Text,
    /// It waits for just this amount, at about this time.
    Amount,
}

impl Why {
    /// The word the wire uses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Amount => "amount",
        }
    }
}

/// Payments offered at most.
const MOST: u64 = 5;
/// How far before and after the money a payment may have been asked for.
const AROUND_MS: i64 = 2 * 24 * 60 * 60 * 1000;

/// Payments into the accounts of `notice` that it may have been for, the likeliest first.
pub(super) async fn suggestions(
    db: &impl ConnectionTrait,
    vault: &Vault,
    notice: &notice::Model,
) -> Result<Vec<(payment::Model, account::Model, Why)>, SettlementError> {
    let (told, accounts) = reopen(db, vault, notice).await?;
    let waiting = payment::Entity::find()
        .filter(payment::Column::AccountId.is_in(accounts.iter().map(|account| account.id)))
        .filter(payment::Column::Status.is_in([Status::Pending, Status::Underpaid, Status::Expired]))
        .order_by_desc(payment::Column::Id)
        .limit(MOST);
    let mut found: Vec<(payment::Model, Why)> = Vec::new();
    let beginnings = PaymentReference::beginnings_in(&told.content);
    if !beginnings.is_empty() {
        let any = beginnings.iter().fold(Condition::any(), |any, beginning| {
            any.add(payment::Column::Reference.starts_with(beginning))
        });
        found.extend(
            waiting
                .clone()
                .filter(any)
                .all(db)
                .await?
                .into_iter()
                .map(|row| (row, Why::Text)),
        );
    }
    let at = told.happened_at.unwrap_or(notice.received_at);
    let missing = Expr::col(payment::Column::Amount).sub(Expr::col(payment::Column::Received));
    let by_amount = waiting
        .filter(missing.eq(notice.amount))
        .filter(payment::Column::CreatedAt.between(at.plus(-AROUND_MS), at.plus(AROUND_MS)))
        .all(db)
        .await?;
    for row in by_amount {
        if found.iter().all(|(known, _)| known.id != row.id) {
            found.push((row, Why::Amount));
        }
    }
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(found
        .into_iter()
        .filter_map(|(payment, why)| {
            let account = accounts.iter().find(|account| account.id == payment.account_id)?;
            Some((payment, account.clone(), why))
        })
        .collect())
}
