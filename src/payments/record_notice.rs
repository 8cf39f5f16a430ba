//! A provider says that money moved: its proof is checked, one row is kept, and then it may be answered. What the money
//! is for is settled after that, so that a notice is never lost to a failure of ours: a row that is `received` waits to be
//! settled.

use axum::http::HeaderMap;
use entity::{
    Timestamp,
    ids::{MoneyAccountId, NoticeId},
    payments::{
        account::{self, Kind, Notices},
        notice::{self, Direction, Provider, State},
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Statement, Value, prelude::Uuid};
use serde::{Deserialize, Serialize};

use super::{
    Credential, PaymentsError,
    account::number_hash,
    providers::{Told, casso, payos, plain_number, read_again},
    refund::prove,
};
use crate::{
    app::App,
    db::{Actor, Unit},
    vault::{Sealed, Vault},
};

/// The topic under which earlier versions told settlement of a kept notice.
pub const RECEIVED: &str = "notice.received";

/// What they left under [`RECEIVED`].
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
    #[must_use]
    pub fn scope(&self) -> String {
        match self {
            Self::Exchange => "exchange".to_owned(),
            Self::Own(id) => id.to_string(),
        }
    }

    /// From the notice's row.
    #[must_use]
    pub fn of(scope: &str) -> Self {
        scope.parse().map_or(Self::Exchange, Self::Own)
    }
}

/// A proved notice on its way into the database.
#[derive(Clone, Debug)]
pub struct Heard {
    pub provider: Provider,
    pub signer: Signer,
    pub told: Told,
    /// As it came, or as [`Told::write`] writes it.
    pub body: String,
}

/// A notice that was kept just now, with the accounts it may credit.
#[derive(Clone, Debug)]
pub struct Kept {
    pub notice: notice::Model,
    pub told: Told,
    pub accounts: Vec<account::Model>,
}

/// What became of a proved notice.
#[derive(Clone, Debug)]
pub enum Recorded {
    /// It waits to be settled.
    Waits(Box<Kept>),
    /// It is kept, and there is nothing to settle: it moved no money towards us.
    Done,
    /// It was kept before.
    Again,
    /// It only tries the connection, and is not kept.
    Trial,
}

impl Recorded {
    /// What has to be settled.
    #[must_use]
    pub fn waiting(self) -> Option<Kept> {
        match self {
            Self::Waits(kept) => Some(*kept),
            Self::Done | Self::Again | Self::Trial => None,
        }
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
    let kept = record_sepay(app, exchange, headers, body).await?.waiting();
    Ok(kept.map(|kept| kept.notice.id))
}

/// [`record_notice`], with all that is known of it.
pub async fn record_sepay(
    app: &App,
    exchange: &Credential,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Recorded, PaymentsError> {
    let now = app.source().wall_clock();
    let proof = Proof {
        provider: Provider::Sepay,
        exchange,
        proves: &|credential| credential.proves(headers, body, now),
    };
    let signer = proof.signer(app, body, &["/subAccount", "/accountNumber"]).await?;
    let told = Told::read(body)?;
    keep_told(app, Provider::Sepay, signer, told, body).await
}

/// Keeps Casso's notice.
pub async fn record_casso(
    app: &App,
    exchange: &Credential,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Recorded, PaymentsError> {
    let now = app.source().wall_clock();
    let proof = Proof {
        provider: Provider::Casso,
        exchange,
        proves: &|credential| {
            let secret = credential.hmac_secret.as_ref();
            secret.is_some_and(|secret| casso::proves(secret, headers, body, now))
        },
    };
    let numbers = ["/data/virtualAccountNumber", "/data/accountNumber"];
    let signer = proof.signer(app, body, &numbers).await?;
    match casso::read(body)? {
        Some(told) => keep_told(app, Provider::Casso, signer, told, body).await,
        None => Ok(Recorded::Trial),
    }
}

/// Keeps payOS' notice.
pub async fn record_payos(app: &App, exchange: &Credential, body: &[u8]) -> Result<Recorded, PaymentsError> {
    let proof = Proof {
        provider: Provider::Payos,
        exchange,
        proves: &|credential| {
            let secret = credential.hmac_secret.as_ref();
            secret.is_some_and(|secret| payos::proves(secret, body))
        },
    };
    let numbers = ["/data/virtualAccountNumber", "/data/accountNumber"];
    let signer = proof.signer(app, body, &numbers).await?;
    match payos::read(body)? {
        Some(told) => keep_told(app, Provider::Payos, signer, told, body).await,
        None => Ok(Recorded::Trial),
    }
}

/// Proved bytes that JSON could read are text.
async fn keep_told(
    app: &App,
    provider: Provider,
    signer: Signer,
    told: Told,
    body: &[u8],
) -> Result<Recorded, PaymentsError> {
    let heard = Heard {
        provider,
        signer,
        told,
        body: String::from_utf8_lossy(body).into_owned(),
    };
    keep(app, heard).await
}

/// How one provider's notices are proved.
struct Proof<'p> {
    provider: Provider,
    /// That of the exchange, which speaks for every account.
    exchange: &'p Credential,
    /// Whether a credential signed it.
    proves: &'p (dyn Fn(&Credential) -> bool + Sync),
}

impl Proof<'_> {
    /// Who signed: asked before anything of the body is believed. `numbers` are where it names accounts.
    async fn signer(&self, app: &App, body: &[u8], numbers: &[&str]) -> Result<Signer, PaymentsError> {
        if (self.proves)(self.exchange) {
            return Ok(Signer::Exchange);
        }
        // Which account's credential to try is all that is taken from a body not yet proved.
        let named: serde_json::Value = serde_json::from_slice(body).map_err(|_| PaymentsError::NotProved)?;
        let numbers = numbers.iter().filter_map(|pointer| named.pointer(pointer)?.as_str());
        let hashes: Vec<String> = numbers
            .map(|number| number_hash(app.vault(), &plain_number(number)))
            .collect();
        let rows = with_hashes(app.db().read(), &hashes).await?;
        let of_provider = |row: &&account::Model| tells(row.notices, self.provider);
        for row in rows.iter().filter(of_provider).filter(|row| !was_replaced(row, &rows)) {
            if let Some(own) = Credential::of(app.vault(), row)?
                && (self.proves)(&own)
            {
                return Ok(Signer::Own(root(row, &rows)));
            }
        }
        Err(PaymentsError::NotProved)
    }
}

const fn tells(notices: Notices, provider: Provider) -> bool {
    matches!(
        (notices, provider),
        (Notices::Sepay, Provider::Sepay) | (Notices::Casso, Provider::Casso) | (Notices::Payos, Provider::Payos)
    )
}

/// The oldest row of the same owner and number: that by which a scope is named.
fn root(row: &account::Model, rows: &[account::Model]) -> MoneyAccountId {
    let oldest = rows
        .iter()
        .filter(|other| same_account(other, row))
        .min_by_key(|row| age(row));
    oldest.map_or(row.id, |oldest| oldest.id)
}

/// The scope in which what is told of `row` by its owner alone is kept.
pub async fn own_scope(db: &impl ConnectionTrait, row: &account::Model) -> Result<Signer, DbErr> {
    let rows = with_hashes(db, std::slice::from_ref(&row.number_hash)).await?;
    Ok(Signer::Own(root(row, &rows)))
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

/// The accounts that `told` may credit: those with a number it names, as far as its signer speaks for them, or those that
/// hold what gateways take. Open ones first and older ones before younger: who registers somebody else's number comes
/// after them.
async fn within_reach(
    db: &impl ConnectionTrait,
    vault: &Vault,
    provider: Provider,
    told: &Told,
    signer: &Signer,
) -> Result<Vec<account::Model>, DbErr> {
    let mut rows = if matches!(provider, Provider::Vnpay | Provider::Momo | Provider::Zalopay) {
        let held = account::Entity::find().filter(account::Column::Kind.eq(Kind::Held));
        held.all(db).await?
    } else {
        let hashes: Vec<String> = told.numbers.iter().map(|number| number_hash(vault, number)).collect();
        with_hashes(db, &hashes).await?
    };
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

/// Keeps a proved notice. When this returns it is durable.
pub async fn keep(app: &App, heard: Heard) -> Result<Recorded, PaymentsError> {
    let Heard {
        provider, signer, told, ..
    } = &heard;
    let accounts = within_reach(app.db().read(), app.vault(), *provider, told, signer).await?;
    let keeper = app.clone();
    app.write(Actor::System, move |unit| {
        let (keeper, heard, accounts) = (keeper.clone(), heard.clone(), accounts.clone());
        Box::pin(async move {
            let Some(notice) = insert(unit, keeper.vault(), &heard, &accounts).await? else {
                return Ok(Recorded::Again);
            };
            if notice.state != State::Received {
                // Money that went out may be what we owed somebody.
                if notice.direction == Direction::Out {
                    prove(unit, notice.id, &heard.told.references, notice.amount).await?;
                }
                return Ok(Recorded::Done);
            }
            Ok(Recorded::Waits(Box::new(Kept {
                notice,
                told: heard.told,
                accounts,
            })))
        })
    })
    .await
}

const INSERT: &str = "insert into notice (id, provider, scope, provider_id, account_id, amount, direction, reference, \
    content_sealed, body_sealed, happened_at, received_at, state, settled_at) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
    on conflict (provider, scope, provider_id) do nothing";

/// Adds the row of a notice, in one statement; `None`: there is one already.
pub async fn insert(
    unit: &mut Unit,
    vault: &Vault,
    heard: &Heard,
    accounts: &[account::Model],
) -> Result<Option<notice::Model>, DbErr> {
    let id: NoticeId = unit.id();
    let told = &heard.told;
    let waits = told.direction == Direction::In && told.moved;
    let seal = |column: &str, plain: &str| vault.seal(unit.source(), &context(id, column), plain);
    let notice = notice::Model {
        id,
        provider: heard.provider,
        scope: heard.signer.scope(),
        provider_id: told.provider_id.clone(),
        account_id: accounts.first().map(|account| account.id),
        amount: told.amount,
        direction: told.direction,
        reference: told.references.first().cloned(),
        content_sealed: seal("content", &told.content),
        body_sealed: seal("body", &heard.body),
        happened_at: told.happened_at,
        received_at: unit.now(),
        state: if waits { State::Received } else { State::Ignored },
        reason: None,
        payment_id: None,
        settled_at: (!waits).then(|| unit.now()),
        twin_id: None,
        handled_by: None,
        handled_at: None,
        note_sealed: None,
    };
    let moment = |at: Option<Timestamp>| Value::BigInt(at.map(|at| at.0));
    let values = [
        notice.id.0.into(),
        notice.provider.code().into(),
        notice.scope.clone().into(),
        notice.provider_id.clone().into(),
        notice.account_id.map(|id| id.0).into(),
        notice.amount.0.into(),
        notice.direction.code().into(),
        notice.reference.as_ref().map(ToString::to_string).into(),
        notice.content_sealed.clone().into(),
        notice.body_sealed.clone().into(),
        moment(notice.happened_at),
        moment(Some(notice.received_at)),
        notice.state.code().into(),
        moment(notice.settled_at),
    ];
    let statement = Statement::from_sql_and_values(unit.get_database_backend(), INSERT, values);
    let inserted = unit.execute_raw(statement).await?;
    Ok((inserted.rows_affected() == 1).then_some(notice))
}

fn context(id: NoticeId, column: &str) -> String {
    format!("notice {id} {column}")
}

/// Seals what a person notes about a notice.
#[must_use]
pub fn seal_note(unit: &Unit, vault: &Vault, id: NoticeId, note: &str) -> String {
    vault.seal(unit.source(), &context(id, "note"), note)
}

/// The text of a kept notice.
pub fn content(vault: &Vault, row: &notice::Model) -> Result<String, Sealed> {
    vault.open(&context(row.id, "content"), &row.content_sealed)
}

/// A kept notice read again.
pub fn told_again(vault: &Vault, row: &notice::Model) -> Result<Told, PaymentsError> {
    let body = vault.open(&context(row.id, "body"), &row.body_sealed)?;
    read_again(row.provider, &body)?.ok_or(PaymentsError::NoSuchThing)
}

/// A kept notice read again, with the accounts it may credit.
pub async fn reopen(
    db: &impl ConnectionTrait,
    vault: &Vault,
    row: &notice::Model,
) -> Result<(Told, Vec<account::Model>), PaymentsError> {
    let told = told_again(vault, row)?;
    let accounts = within_reach(db, vault, row.provider, &told, &Signer::of(&row.scope)).await?;
    Ok((told, accounts))
}
