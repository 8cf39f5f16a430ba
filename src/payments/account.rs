//! Money accounts: opened, read, closed. A row is never edited, because what was printed or asked for points to it: who
//! changes bank opens another. Number, holder and credential are sealed, and every reading of a whole number is logged.

use entity::{
    Timestamp,
    ids::{AccountAccessId, MoneyAccountId, SellerId},
    payments::{
        account::{self, Kind, Notices},
        account_access::{self, What},
    },
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use serde::{Deserialize, Serialize};

use super::{PaymentsError, banks};
use crate::{
    db::{Unit, is_duplicate},
    vault::{Sealed, Vault},
};

/// A money account, opened by the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: MoneyAccountId,
    pub kind: Kind,
    pub bank_bin: String,
    /// Empty for a bank that left the table.
    pub bank_name: &'static str,
    pub number: String,
    pub holder: String,
    pub notices: Notices,
}

impl Account {
    pub fn open(vault: &Vault, row: &account::Model) -> Result<Self, Sealed> {
        Ok(Self {
            id: row.id,
            kind: row.kind,
            bank_bin: row.bank_bin.clone(),
            bank_name: banks::bank(&row.bank_bin).map_or("", |bank| &bank.name),
            number: vault.open(&context(row.id, "number"), &row.number_sealed)?,
            holder: vault.open(&context(row.id, "holder"), &row.holder_sealed)?,
            notices: row.notices,
        })
    }

    /// Enough for its owner to know it: `••••1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        let from = self.number.len() - tail_length(&self.number);
        masked(&self.number[from..])
    }
}

/// A number of which only the last characters are shown.
#[must_use]
pub fn masked(tail: &str) -> String {
    format!("••••{tail}")
}

/// At most four characters, and never more than a third of the number.
fn tail_length(number: &str) -> usize {
    (number.len() / 3).clamp(1, 4).min(number.len())
}

/// What a provider signs an account's own notices with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// What the account's provider signs with.
    pub hmac_secret: Option<String>,
    /// Comes as `Authorization: Apikey …`, from SePay alone.
    pub api_key: Option<String>,
}

impl Credential {
    /// That of `row`, if it has one of its own.
    pub fn of(vault: &Vault, row: &account::Model) -> Result<Option<Self>, Sealed> {
        let Some(sealed) = &row.credential_sealed else {
            return Ok(None);
        };
        let plain = vault.open(&context(row.id, "credential"), sealed)?;
        serde_json::from_str(&plain).map(Some).map_err(|_| Sealed)
    }
}

/// An account to be opened; its fields have been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    pub kind: Kind,
    /// Whose, where the kind is `Seller`.
    pub seller: Option<SellerId>,
    pub bank_bin: String,
    /// Letters and digits only, letters in upper case.
    pub number: String,
    /// In upper-case ASCII, as banks print it.
    pub holder: String,
    pub notices: Notices,
    pub credential: Option<Credential>,
}

impl NewAccount {
    /// The end of its number, which may be shown.
    #[must_use]
    pub fn tail(&self) -> String {
        self.number[self.number.len() - tail_length(&self.number)..].to_owned()
    }

    /// The row, sealed.
    #[must_use]
    pub fn row(
        &self,
        id: MoneyAccountId,
        vault: &Vault,
        source: &crate::app::Source,
        created_at: Timestamp,
    ) -> account::Model {
        let seal = |column: &str, plain: &str| vault.seal(source, &context(id, column), plain);
        let credential = self.credential.as_ref().map(|credential| {
            let plain = serde_json::to_string(credential).expect("two texts are always JSON");
            seal("credential", &plain)
        });
        account::Model {
            id,
            kind: self.kind,
            seller_id: self.seller,
            bank_bin: self.bank_bin.clone(),
            number_sealed: seal("number", &self.number),
            number_hash: number_hash(vault, &self.number),
            number_tail: self.tail(),
            holder_sealed: seal("holder", &self.holder),
            notices: self.notices,
            credential_sealed: credential,
            created_at,
            closed_at: None,
            statement_at: None,
        }
    }
}

/// By which a notice finds the account of a number.
#[must_use]
pub fn number_hash(vault: &Vault, number: &str) -> String {
    vault.blind("account number", number)
}

fn context(id: MoneyAccountId, column: &str) -> String {
    format!("money_account {id} {column}")
}

/// Opens an account. A seller's former one, or the exchange's, is closed by it.
pub async fn open_account(unit: &mut Unit, vault: &Vault, new: &NewAccount) -> Result<account::Model, PaymentsError> {
    let former = match (new.kind, new.seller) {
        (Kind::Seller, Some(seller)) => account_of_seller(unit, seller).await?,
        (Kind::Held, _) => held_account(unit).await?,
        (Kind::Seller | Kind::Stall, _) => None,
    };
    if let Some(former) = former {
        close_account(unit, former.id).await?;
    }
    let row = new.row(unit.id(), vault, unit.source(), unit.now());
    account::Entity::insert(account::ActiveModel::from(row.clone()))
        .exec_without_returning(&*unit)
        .await
        .map_err(|error| {
            if is_duplicate(&error) {
                PaymentsError::Raced
            } else {
                error.into()
            }
        })?;
    log_access(unit, row.id, What::Made).await?;
    Ok(row)
}

/// Closes an account, if it is open. Payments that were asked for still find it.
pub async fn close_account(unit: &mut Unit, id: MoneyAccountId) -> Result<(), PaymentsError> {
    let closed = account::Entity::update_many()
        .col_expr(account::Column::ClosedAt, Expr::value(unit.now()))
        .filter(account::Column::Id.eq(id))
        .filter(account::Column::ClosedAt.is_null())
        .exec(&*unit)
        .await?;
    if closed.rows_affected > 0 {
        log_access(unit, id, What::Closed).await?;
    }
    Ok(())
}

/// Notes who made, read or closed the account.
pub async fn log_access(unit: &mut Unit, id: MoneyAccountId, what: What) -> Result<(), DbErr> {
    let row = account_access::ActiveModel {
        id: Set(unit.id::<AccountAccessId>()),
        account_id: Set(id),
        person_id: Set(unit.actor().hand()),
        what: Set(what),
        at: Set(unit.now()),
    };
    account_access::Entity::insert(row)
        .exec_without_returning(&*unit)
        .await
        .map(|_| ())
}

/// The account with this id, open or closed.
pub async fn account(db: &impl ConnectionTrait, id: MoneyAccountId) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id(id).one(db).await
}

/// Where a seller's buyers pay.
pub async fn account_of_seller(db: &impl ConnectionTrait, seller: SellerId) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find()
        .filter(account::Column::SellerId.eq(seller))
        .filter(account::Column::ClosedAt.is_null())
        .one(db)
        .await
}

/// Where buyers pay when a licensed provider holds the money.
pub async fn held_account(db: &impl ConnectionTrait) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find()
        .filter(account::Column::Kind.eq(Kind::Held))
        .filter(account::Column::ClosedAt.is_null())
        .order_by_desc(account::Column::Id)
        .one(db)
        .await
}
