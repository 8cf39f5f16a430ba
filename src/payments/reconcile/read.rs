//! What banks told and what the ledger has, for some accounts and days. Nothing here writes.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{
    Day, Timestamp,
    ids::{MoneyAccountId, SellerId},
    payments::{
        account,
        notice::{self, Direction},
        payout, refund,
        transfer::{self, Reason, Side},
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Uuid,
    sea_query::Expr,
};

use super::compare::{Booked, OneDay, Told, compare};
use crate::{http::list::Paging, payments::ledger::of_kind};

/// How far a bank's clock and ours may be apart: what was settled so much later still finds its notice.
const APART_MS: i64 = 40 * 24 * 60 * 60 * 1000;

/// The accounts in which something moved on the days, by their ids, one more than fits: of some sellers, or everybody's and
/// the exchange's.
pub async fn accounts(
    db: &impl ConnectionTrait,
    whose: Option<&[SellerId]>,
    (from, to): (Day, Day),
    paging: Paging,
) -> Result<Vec<account::Model>, DbErr> {
    let (start, end) = (from.start(), to.plus_days(1).start());
    let mut query = account::Entity::find()
        .order_by_asc(account::Column::Id)
        .limit(paging.limit + 1);
    query = match whose {
        // Theirs are few.
        Some(sellers) => query.filter(account::Column::SellerId.is_in(sellers.iter().copied())),
        None => query.filter(account::Column::Id.is_in(moved(db, start, end).await?)),
    };
    if let Some(after) = paging.after {
        query = query.filter(account::Column::Id.gt(MoneyAccountId(after)));
    }
    query.all(db).await
}

/// The account with this id, if it is one of these sellers' or all may be seen.
pub async fn one(
    db: &impl ConnectionTrait,
    whose: Option<&[SellerId]>,
    id: MoneyAccountId,
) -> Result<Option<account::Model>, DbErr> {
    let row = account::Entity::find_by_id(id).one(db).await?;
    Ok(row.filter(|row| whose.is_none_or(|sellers| row.seller_id.is_some_and(|seller| sellers.contains(&seller)))))
}

/// The accounts of which a bank told, or the ledger has, something in that time.
async fn moved(db: &impl ConnectionTrait, start: Timestamp, end: Timestamp) -> Result<Vec<MoneyAccountId>, DbErr> {
    let mut ids: HashSet<MoneyAccountId> = HashSet::new();
    let told: Vec<Option<MoneyAccountId>> = notice::Entity::find()
        .select_only()
        .column(notice::Column::AccountId)
        .distinct()
        .filter(notice::Column::ReceivedAt.gte(start.plus(-APART_MS)))
        .filter(notice::Column::ReceivedAt.lt(end.plus(APART_MS)))
        .into_tuple()
        .all(db)
        .await?;
    ids.extend(told.into_iter().flatten());
    for (kind, named) in [
        ("debit_kind", transfer::Column::DebitId),
        ("credit_kind", transfer::Column::CreditId),
    ] {
        let booked: Vec<Uuid> = transfer::Entity::find()
            .select_only()
            .column(named)
            .distinct()
            .filter(of_kind(kind, Side::Account))
            .filter(transfer::Column::RecordedAt.gte(start))
            .filter(transfer::Column::RecordedAt.lt(end))
            .into_tuple()
            .all(db)
            .await?;
        ids.extend(booked.into_iter().map(MoneyAccountId));
    }
    Ok(ids.into_iter().collect())
}

/// The days from `from` to `to`, both included, on which something moved in `account`.
pub async fn days(
    db: &impl ConnectionTrait,
    account: MoneyAccountId,
    from: Day,
    to: Day,
) -> Result<BTreeMap<Day, OneDay>, DbErr> {
    let (start, end) = (from.start(), to.plus_days(1).start());
    let told = told(db, account, start, end).await?;
    let booked = booked(db, account, start, end).await?;
    let mut days = compare(&told, &booked);
    days.retain(|day, _| (from..=to).contains(day));
    Ok(days)
}

/// When a notice counts: when the bank says that it happened, unless it says nothing or what cannot be.
fn moment(row: &notice::Model) -> Timestamp {
    let near = |at: &Timestamp| (row.received_at.0 - APART_MS..=row.received_at.0 + APART_MS).contains(&at.0);
    row.happened_at.filter(near).unwrap_or(row.received_at)
}

async fn told(
    db: &impl ConnectionTrait,
    account: MoneyAccountId,
    start: Timestamp,
    end: Timestamp,
) -> Result<Vec<Told>, DbErr> {
    let rows = notice::Entity::find()
        .filter(notice::Column::AccountId.eq(account))
        .filter(notice::Column::ReceivedAt.gte(start.plus(-APART_MS)))
        .filter(notice::Column::ReceivedAt.lt(end.plus(APART_MS)))
        // The same money told twice counts once.
        .filter(Expr::cust("state <> 'told'"))
        .all(db)
        .await?;
    Ok(rows
        .iter()
        .map(|row| Told {
            notice: row.id.0,
            direction: row.direction,
            amount: row.amount.0,
            at: moment(row),
            unsettled: row.state == notice::State::Received,
        })
        .collect())
}

async fn booked(
    db: &impl ConnectionTrait,
    account: MoneyAccountId,
    start: Timestamp,
    end: Timestamp,
) -> Result<Vec<Booked>, DbErr> {
    let side = |column, named: transfer::Column| {
        Condition::all()
            .add(of_kind(column, Side::Account))
            .add(named.eq(account))
    };
    let mut rows = Vec::new();
    for half in [
        side("debit_kind", transfer::Column::DebitId),
        side("credit_kind", transfer::Column::CreditId),
    ] {
        rows.extend(
            transfer::Entity::find()
                .filter(half)
                // What changes owners while it lies in the account is no movement of it.
                .filter(transfer::Column::Reason.ne(Reason::Cash))
                .filter(transfer::Column::RecordedAt.gte(start.plus(-APART_MS)))
                .filter(transfer::Column::RecordedAt.lt(end.plus(APART_MS)))
                .all(db)
                .await?,
        );
    }
    let proofs = proofs(db, rows.iter().filter_map(|row| row.about)).await?;
    Ok(rows
        .iter()
        .map(|row| {
            let comes = row.debit_kind == Side::Account && row.debit_id == account.0;
            Booked {
                transfer: row.id.0,
                direction: if comes { Direction::In } else { Direction::Out },
                amount: row.amount.0,
                at: row.recorded_at,
                notice: row
                    .notice_id
                    .map(|id| id.0)
                    .or_else(|| row.about.and_then(|about| proofs.get(&about).copied())),
                about: row.about,
                by_hand: row.reason == Reason::Hand,
            }
        })
        .collect())
}

/// The notices that came after refunds and payouts had been booked by somebody's word.
async fn proofs(db: &impl ConnectionTrait, about: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    let ids: Vec<Uuid> = about.collect();
    let mut proofs = HashMap::new();
    for some in ids.chunks(500) {
        let refunds = refund::Entity::find()
            .filter(refund::Column::Id.is_in(some.iter().copied()))
            .filter(refund::Column::NoticeId.is_not_null())
            .all(db)
            .await?;
        proofs.extend(refunds.iter().filter_map(|row| Some((row.id.0, row.notice_id?.0))));
        let payouts = payout::Entity::find()
            .filter(payout::Column::Id.is_in(some.iter().copied()))
            .filter(payout::Column::NoticeId.is_not_null())
            .all(db)
            .await?;
        proofs.extend(payouts.iter().filter_map(|row| Some((row.id.0, row.notice_id?.0))));
    }
    Ok(proofs)
}
