//! A provider says that money moved: its proof is checked, one row is kept, and then it may be answered. What the money
//! is for is settled after that, so that a notice is never lost to a failure of ours.

use axum::http::HeaderMap;
use entity::{
    ids::{MoneyAccountId, NoticeId},
    payments::{
        account::{self, Kind},
        notice::{self, Direction, Provider, State},
    },
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, prelude::Uuid,
    sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};

use super::{
    Credential, PaymentsError,
    account::number_hash,
    sepay::{Told, plain_number},
};
use crate::{
    app::App,
    db::{Actor, Unit},
    vault::{Sealed, Vault},
};

/// The topic under which a kept notice is told to settlement.
pub const RECEIVED: &str = "notice.received";

/// What is left under [`RECEIVED`].
#[derive(Debug, Serialize, Deserialize)]
pub struct NoticeReceived {
    pub notice_id: Uuid,
}

/// Whose credential proved a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The exchange's, which speaks for every account.
    Exchange,
    /// An account's own, which speaks for that account alone: the oldest row of the same owner and number, so that the
    /// numbers of one provider stay together when the credential is changed.
    Own(MoneyAccountId),
}

impl Signer {
    /// As the notice's row keeps it.
    fn scope(&self) -> String {
        match self {
            Self::Exchange => "exchange".to_owned(),
            Self::Own(id) => id.to_string(),
        }
    }

    /// From the notice's row.
    fn of(scope: &str) -> Self {
        scope.parse().map_or(Self::Exchange, Self::Own)
    }
}

/// Keeps SePay's notice, proved by `exchange` or by the own credential of an account it names. `None`: it moved no money
/// towards us, or is kept already.
pub async fn record_notice(
    app: &App,
    exchange: &Credential,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Option<NoticeId>, PaymentsError> {
    let signer = prove(app, exchange, headers, body).await?;
    let told = Told::read(body)?;
    let accounts = within_reach(app.db().read(), app.vault(), &told, &signer).await?;
    let account = accounts.first().map(|account| account.id);
    // Proved bytes that JSON could read are text.
    let body = String::from_utf8_lossy(body).into_owned();
    let keeper = app.clone();
    app.write(Actor::System, move |unit| {
        let (keeper, signer, told, body) = (keeper.clone(), signer.clone(), told.clone(), body.clone());
        Box::pin(async move { keep(unit, keeper.vault(), &signer, &told, &body, account).await })
    })
    .await
}

/// Who signed: asked before anything of the body is believed.
async fn prove(app: &App, exchange: &Credential, headers: &HeaderMap, body: &[u8]) -> Result<Signer, PaymentsError> {
    let now = app.source().wall_clock();
    if exchange.proves(headers, body, now) {
        return Ok(Signer::Exchange);
    }
    // Which account's credential to try is all that is taken from a body not yet proved.
    let named: serde_json::Value = serde_json::from_slice(body).map_err(|_| PaymentsError::NotProved)?;
    let numbers = ["subAccount", "accountNumber"];
    let numbers = numbers.iter().filter_map(|name| named.get(name)?.as_str());
    let hashes: Vec<String> = numbers
        .map(|number| number_hash(app.vault(), &plain_number(number)))
        .collect();
    let rows = with_hashes(app.db().read(), &hashes).await?;
    for row in rows.iter().filter(|row| !was_replaced(row, &rows)) {
        if let Some(own) = Credential::of(app.vault(), row)?
            && own.proves(headers, body, now)
        {
            let oldest = rows
                .iter()
                .filter(|other| same_account(other, row))
                .min_by_key(|row| age(row));
            return Ok(Signer::Own(oldest.map_or(row.id, |oldest| oldest.id)));
        }
    }
    Err(PaymentsError::NotProved)
}

/// Whether a newer row of the same owner took this one's place: its credential was changed, so the old one proves
/// nothing any more.
fn was_replaced(row: &account::Model, rows: &[account::Model]) -> bool {
    row.closed_at.is_some()
        && rows.iter().any(|other| {
            other.closed_at.is_none()
                && other.number_hash == row.number_hash
                && (other.kind, other.seller_id) == (row.kind, row.seller_id)
        })
}

/// Whether two rows are one owner's account with one number.
fn same_account(a: &account::Model, b: &account::Model) -> bool {
    let one_owner = match a.kind {
        Kind::Seller => b.kind == Kind::Seller && a.seller_id == b.seller_id,
        Kind::Held => b.kind == Kind::Held,
        // A stall's row does not say whose it is.
        Kind::Stall => false,
    };
    a.id == b.id || (one_owner && a.number_hash == b.number_hash)
}

fn age(row: &account::Model) -> (i64, Uuid) {
    (row.created_at.0, row.id.0)
}

/// The accounts that `told` may credit: those with a number it names, as far as its signer speaks for them. Open ones
/// first and older ones before younger: who registers somebody else's number comes after them.
async fn within_reach(
    db: &impl ConnectionTrait,
    vault: &Vault,
    told: &Told,
    signer: &Signer,
) -> Result<Vec<account::Model>, DbErr> {
    let hashes: Vec<String> = told.numbers.iter().map(|number| number_hash(vault, number)).collect();
    let mut rows = with_hashes(db, &hashes).await?;
    if let Signer::Own(id) = signer {
        let root = rows.iter().find(|row| row.id == *id).cloned();
        rows.retain(|row| root.as_ref().is_some_and(|root| same_account(root, row)));
    }
    rows.sort_by_key(|row| (row.closed_at.is_some(), age(row)));
    Ok(rows)
}

async fn with_hashes(db: &impl ConnectionTrait, hashes: &[String]) -> Result<Vec<account::Model>, DbErr> {
    account::Entity::find()
        .filter(account::Column::NumberHash.is_in(hashes))
        .all(db)
        .await
}

async fn keep(
    unit: &mut Unit,
    vault: &Vault,
    signer: &Signer,
    told: &Told,
    body: &str,
    account: Option<MoneyAccountId>,
) -> Result<Option<NoticeId>, PaymentsError> {
    let id: NoticeId = unit.id();
    let comes_in = told.direction == Direction::In;
    let seal = |column: &str, plain: &str| vault.seal(unit.source(), &context(id, column), plain);
    let row = notice::ActiveModel {
        id: Set(id),
        provider: Set(Provider::Sepay),
        scope: Set(signer.scope()),
        provider_id: Set(told.provider_id.clone()),
        account_id: Set(account),
        amount: Set(told.amount),
        direction: Set(told.direction),
        reference: Set(told.references.first().cloned()),
        content_sealed: Set(seal("content", &told.content)),
        body_sealed: Set(seal("body", body)),
        happened_at: Set(told.happened_at),
        received_at: Set(unit.now()),
        state: Set(if comes_in { State::Received } else { State::Ignored }),
        reason: Set(None),
        payment_id: Set(None),
        settled_at: Set((!comes_in).then(|| unit.now())),
    };
    let once = [
        notice::Column::Provider,
        notice::Column::Scope,
        notice::Column::ProviderId,
    ];
    let kept = notice::Entity::insert(row)
        .on_conflict(OnConflict::columns(once).do_nothing().to_owned())
        .exec_without_returning(&*unit)
        .await;
    match kept {
        Ok(0) | Err(DbErr::RecordNotInserted) => return Ok(None),
        Ok(_) => {}
        Err(error) => return Err(error.into()),
    }
    if !comes_in {
        return Ok(None);
    }
    let left = serde_json::json!({"notice_id": id.0}).to_string();
    unit.leave(RECEIVED, left).await?;
    Ok(Some(id))
}

fn context(id: NoticeId, column: &str) -> String {
    format!("notice {id} {column}")
}

/// The text of a kept notice.
pub fn content(vault: &Vault, row: &notice::Model) -> Result<String, Sealed> {
    vault.open(&context(row.id, "content"), &row.content_sealed)
}

/// A kept notice read again, with the accounts it may credit.
pub async fn reopen(
    db: &impl ConnectionTrait,
    vault: &Vault,
    row: &notice::Model,
) -> Result<(Told, Vec<account::Model>), PaymentsError> {
    let body = vault.open(&context(row.id, "body"), &row.body_sealed)?;
    let told = Told::read(body.as_bytes())?;
    let accounts = within_reach(db, vault, &told, &Signer::of(&row.scope)).await?;
    Ok((told, accounts))
}
