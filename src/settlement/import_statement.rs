//! A bank's statement is taken in: what its notices did not tell becomes known, and what they told is known again. It is
//! read and weighed first; only then, and only when its bringer asks for it, its rows are kept like notices.

use std::collections::HashSet;

use entity::{
    Dong,
    ids::{MoneyAccountId, NoticeId},
    payments::{
        account,
        notice::{self, Direction, Provider, State},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use super::{SettlementError, settle, twin};
use crate::{
    app::App,
    db::Actor,
    payments::{
        Account,
        bank_statement::{self, Fault, Guess},
        prove,
        providers::Told,
        record_notice::{Heard, Signer, insert, own_scope, told_again},
    },
};

/// Rows kept in one unit.
const TOGETHER: usize = 100;
/// Names looked up at once.
const LOOKED_UP: usize = 500;

/// What a statement comes to.
#[derive(Clone, Debug)]
pub struct Weighed {
    pub account: account::Model,
    pub format: &'static str,
    pub columns: Vec<Guess>,
    pub faults: Vec<Fault>,
    /// Rows that were not kept before, in their order.
    fresh: Vec<Told>,
    scope: Signer,
    /// Money in that nobody told of.
    pub new: usize,
    pub amount_new: Dong,
    /// Money in that a notice or an earlier statement told of.
    pub told: usize,
    /// Money out.
    pub out: usize,
}

/// Reads and weighs a statement of `account`. Nothing is written.
pub async fn weigh(app: &App, account: account::Model, bytes: Vec<u8>) -> Result<Weighed, SettlementError> {
    let number = Account::open(app.vault(), &account)?.number;
    let now = app.now();
    let read = tokio::task::spawn_blocking(move || bank_statement::read(&bytes, &number, now)).await?;
    let statement = read?;
    let db = app.db().read();
    let scope = own_scope(db, &account).await?;
    let mut kept: HashSet<String> = HashSet::new();
    for some in statement.rows.chunks(LOOKED_UP) {
        let rows = notice::Entity::find()
            .filter(notice::Column::Provider.eq(Provider::Statement))
            .filter(notice::Column::Scope.eq(scope.scope()))
            .filter(notice::Column::ProviderId.is_in(some.iter().map(|(_, told)| told.provider_id.as_str())))
            .all(db)
            .await?;
        kept.extend(rows.into_iter().map(|row| row.provider_id));
    }
    let mut others = told_by_others(app, &account, &statement.rows).await?;
    let mut weighed = Weighed {
        account,
        format: statement.format,
        columns: statement.columns,
        faults: statement.faults,
        fresh: Vec::new(),
        scope,
        new: 0,
        amount_new: Dong::ZERO,
        told: 0,
        out: 0,
    };
    for (_, told) in statement.rows {
        let was_kept = kept.contains(&told.provider_id);
        if told.direction == Direction::Out {
            weighed.out += 1;
        } else if was_kept || others.take(&told) {
            weighed.told += 1;
        } else {
            weighed.new += 1;
            weighed.amount_new = Dong(weighed.amount_new.0.saturating_add(told.amount.0));
        }
        if !was_kept {
            weighed.fresh.push(told);
        }
    }
    Ok(weighed)
}

/// What notices told of the account in the days of `rows`, each to be found again once.
async fn told_by_others(
    app: &App,
    account: &account::Model,
    rows: &[(u32, Told)],
) -> Result<twin::Others, SettlementError> {
    let moments = rows.iter().filter_map(|(_, told)| told.happened_at);
    let (Some(first), Some(last)) = (moments.clone().min(), moments.max()) else {
        return Ok(twin::Others::default());
    };
    let db = app.db().read();
    let found = notice::Entity::find()
        .filter(notice::Column::AccountId.is_in(with_number(app, account).await?))
        .filter(notice::Column::Provider.ne(Provider::Statement))
        .filter(notice::Column::Direction.eq(Direction::In))
        .filter(notice::Column::State.ne(State::Ignored))
        .filter(twin::in_time(first, last))
        .filter(notice::Column::Id.not_in_subquery(twin::twins()))
        .order_by_asc(notice::Column::Id)
        .all(db)
        .await?;
    let mut others = twin::Others::default();
    for row in found {
        others.add(told_again(app.vault(), &row)?, twin::moment(&row));
    }
    Ok(others)
}

/// The accounts with the number of `account`.
async fn with_number(app: &App, account: &account::Model) -> Result<Vec<MoneyAccountId>, SettlementError> {
    let rows = account::Entity::find()
        .filter(account::Column::NumberHash.eq(account.number_hash.as_str()))
        .all(app.db().read())
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Keeps the rows of a weighed statement. When this returns they are durable; they are settled after that.
pub async fn apply(app: &App, actor: Actor, weighed: &Weighed) -> Result<(), SettlementError> {
    let hash = weighed.account.number_hash.clone();
    // From now on whoever settles a notice of this account looks for its twin first.
    app.write(actor, move |unit| {
        let hash = hash.clone();
        Box::pin(async move {
            account::Entity::update_many()
                .col_expr(account::Column::StatementAt, Expr::value(unit.now()))
                .filter(account::Column::NumberHash.eq(hash))
                .exec(&*unit)
                .await?;
            Ok::<_, SettlementError>(())
        })
    })
    .await?;
    let mut ids: Vec<NoticeId> = Vec::new();
    for some in weighed.fresh.chunks(TOGETHER) {
        let heard: Vec<Heard> = some
            .iter()
            .map(|told| Heard {
                provider: Provider::Statement,
                signer: weighed.scope.clone(),
                body: told.write(""),
                told: told.clone(),
            })
            .collect();
        let (keeper, account) = (app.clone(), weighed.account.clone());
        let kept = app
            .write(Actor::System, move |unit| {
                let (keeper, heard, account) = (keeper.clone(), heard.clone(), account.clone());
                Box::pin(async move {
                    let accounts = std::slice::from_ref(&account);
                    let mut kept = Vec::new();
                    for heard in &heard {
                        let Some(notice) = insert(unit, keeper.vault(), heard, accounts).await? else {
                            continue;
                        };
                        if notice.state == State::Received {
                            kept.push(notice.id);
                        } else if notice.direction == Direction::Out {
                            prove(unit, notice.id, &heard.told.references, notice.amount).await?;
                        }
                    }
                    Ok::<_, SettlementError>(kept)
                })
            })
            .await?;
        ids.extend(kept);
    }
    let app = app.clone();
    tokio::spawn(async move {
        for id in ids {
            if let Err(error) = settle(&app, id).await {
                tracing::warn!(%error, notice = %id, "a row of a statement could not be settled; it stays queued");
            }
        }
    });
    Ok(())
}

/// What waits to be settled of the accounts with the number of `account`, from others than statements: it has to be settled
/// before a row of a statement is, or both could be credited.
pub(super) async fn waiting_of_others(app: &App, account: MoneyAccountId) -> Result<Vec<NoticeId>, SettlementError> {
    let db = app.db().read();
    let Some(account) = account::Entity::find_by_id(account).one(db).await? else {
        return Ok(Vec::new());
    };
    let rows = notice::Entity::find()
        .filter(notice::Column::AccountId.is_in(with_number(app, &account).await?))
        .filter(notice::Column::State.eq(State::Received))
        .filter(notice::Column::Provider.ne(Provider::Statement))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
