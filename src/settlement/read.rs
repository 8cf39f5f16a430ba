//! Payments and unmatched money, for those whose accounts they are in.

use std::collections::HashMap;

use entity::{
    Timestamp,
    ids::{MoneyAccountId, NoticeId, PaymentId, PersonId, SellerId},
    market::stall,
    payments::{
        account,
        notice::{self, Reason, State},
        payment::{self, Status},
    },
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::http::list::Paging;

/// How long a notice may wait to be settled before a person should know.
const PATIENCE_MS: i64 = 60_000;

/// The money accounts, open and closed, of `sellers` and of the stalls that `person` keeps.
pub(super) async fn accounts_of(
    db: &impl ConnectionTrait,
    person: PersonId,
    sellers: &[SellerId],
) -> Result<Vec<MoneyAccountId>, DbErr> {
    let mut ids: Vec<MoneyAccountId> = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::SellerId.is_in(sellers.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let stalls = stall::Entity::find()
        .filter(stall::Column::PersonId.eq(person))
        .all(db)
        .await?;
    ids.extend(stalls.iter().filter_map(|stall| stall.account_id));
    Ok(ids)
}

/// Which unmatched money is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    For(Reason),
    /// What could not be settled yet.
    Unsettled,
}

/// Money that nobody could match, and what waits too long to be settled; newest first, one row more than fits. `own`:
/// only that of these accounts.
pub(super) async fn unmatched(
    db: &impl ConnectionTrait,
    own: Option<&[MoneyAccountId]>,
    which: Option<Which>,
    now: Timestamp,
    paging: Paging,
) -> Result<Vec<notice::Model>, DbErr> {
    let stuck = Condition::all()
        .add(notice::Column::State.eq(State::Received))
        .add(notice::Column::ReceivedAt.lt(now.plus(-PATIENCE_MS)));
    let unmatched = Condition::all().add(notice::Column::State.eq(State::Unmatched));
    let wanted = match which {
        None => Condition::any().add(unmatched).add(stuck),
        Some(Which::Unsettled) => stuck,
        Some(Which::For(reason)) => unmatched.add(notice::Column::Reason.eq(reason)),
    };
    let mut query = notice::Entity::find()
        .filter(wanted)
        .order_by_desc(notice::Column::Id)
        .limit(paging.limit + 1);
    if let Some(own) = own {
        query = query.filter(notice::Column::AccountId.is_in(own.iter().copied()));
    }
    if let Some(after) = paging.after {
        query = query.filter(notice::Column::Id.lt(NoticeId(after)));
    }
    query.all(db).await
}

/// The payments into `own` accounts, newest first, with those accounts; one row more than fits.
pub(super) async fn payments(
    db: &impl ConnectionTrait,
    own: &[MoneyAccountId],
    status: Option<Status>,
    paging: Paging,
) -> Result<Vec<(payment::Model, account::Model)>, DbErr> {
    let mut query = payment::Entity::find()
        .filter(payment::Column::AccountId.is_in(own.iter().copied()))
        .order_by_desc(payment::Column::Id)
        .limit(paging.limit + 1);
    if let Some(status) = status {
        query = query.filter(payment::Column::Status.eq(status));
    }
    if let Some(after) = paging.after {
        query = query.filter(payment::Column::Id.lt(PaymentId(after)));
    }
    let rows = query.all(db).await?;
    let accounts = account::Entity::find()
        .filter(account::Column::Id.is_in(own.iter().copied()))
        .all(db)
        .await?;
    let with_account = |row: payment::Model| {
        let account = accounts.iter().find(|account| account.id == row.account_id)?;
        Some((row, account.clone()))
    };
    Ok(rows.into_iter().filter_map(with_account).collect())
}

/// The last characters of the numbers to which `notices` came, where the accounts are ours.
pub(super) async fn tails(
    db: &impl ConnectionTrait,
    notices: &[notice::Model],
) -> Result<HashMap<MoneyAccountId, String>, DbErr> {
    let rows = account::Entity::find()
        .filter(account::Column::Id.is_in(notices.iter().filter_map(|notice| notice.account_id)))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.number_tail)).collect())
}
