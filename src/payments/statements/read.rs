//! A month of a seller's account. Nothing here writes.

use entity::{
    Timestamp,
    catalogue::seller,
    payments::transfer::{self, Reason, Side},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, prelude::Uuid};

use crate::payments::{
    ledger::{self, LedgerAccount, of_kind},
    month::Month,
};

/// A movement of the account: above zero for what the exchange owes more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    pub id: Uuid,
    pub at: Timestamp,
    pub kind: Kind,
    /// The order, payout or invoice it is about.
    pub about: Option<Uuid>,
    pub amount: i64,
    /// What the exchange owed after it.
    pub balance: i64,
}

/// What a movement is to a seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Earned,
    /// It is in their own hands already, or is taken from there.
    Kept,
    Returned,
    Commission,
    Withheld,
    Payout,
    /// They paid what was invoiced.
    Invoiced,
    /// They gave store credit.
    Credit,
    Other,
}

impl Kind {
    /// The word on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Earned => "earned",
            Self::Kept => "kept",
            Self::Returned => "returned",
            Self::Commission => "commission",
            Self::Withheld => "withheld",
            Self::Payout => "payout",
            Self::Invoiced => "invoiced",
            Self::Credit => "credit",
            Self::Other => "other",
        }
    }

    /// The id of its word in a workbook.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Earned => "ledger-kind-earned",
            Self::Kept => "ledger-kind-kept",
            Self::Returned => "ledger-kind-returned",
            Self::Commission => "ledger-kind-commission",
            Self::Withheld => "ledger-kind-withheld",
            Self::Payout => "ledger-kind-payout",
            Self::Invoiced => "ledger-kind-invoiced",
            Self::Credit => "ledger-kind-credit",
            Self::Other => "ledger-kind-other",
        }
    }

    /// Whether it is about an order.
    pub const fn of_order(self) -> bool {
        matches!(
            self,
            Self::Earned | Self::Kept | Self::Returned | Self::Commission | Self::Withheld
        )
    }

    const fn of(reason: Reason) -> Self {
        match reason {
            Reason::Earned => Self::Earned,
            Reason::Cash => Self::Kept,
            Reason::Returned => Self::Returned,
            Reason::Commission => Self::Commission,
            Reason::Withheld => Self::Withheld,
            Reason::Payout => Self::Payout,
            Reason::Invoiced => Self::Invoiced,
            Reason::Credit => Self::Credit,
            _ => Self::Other,
        }
    }
}

/// A month of a seller's account.
#[derive(Clone, Debug)]
pub struct Statement {
    pub seller: seller::Model,
    pub month: Month,
    pub opening: i64,
    pub movements: Vec<Movement>,
    pub closing: i64,
}

impl Statement {
    /// What the movements of some kinds come to.
    pub fn sum(&self, kinds: &[Kind]) -> i64 {
        let of = self.movements.iter().filter(|movement| kinds.contains(&movement.kind));
        of.map(|movement| movement.amount).sum()
    }
}

/// The statement of `seller` for `month`, in Vietnam's time.
pub async fn statement(db: &impl ConnectionTrait, seller: seller::Model, month: Month) -> Result<Statement, DbErr> {
    let opening = ledger::balance(db, LedgerAccount::seller(seller.id), Some(month.start())).await?;
    let side = |column, named: transfer::Column| {
        Condition::all()
            .add(of_kind(column, Side::Seller))
            .add(named.eq(seller.id))
    };
    let mut rows = Vec::new();
    for half in [
        side("credit_kind", transfer::Column::CreditId),
        side("debit_kind", transfer::Column::DebitId),
    ] {
        rows.extend(
            transfer::Entity::find()
                .filter(half)
                .filter(transfer::Column::RecordedAt.gte(month.start()))
                .filter(transfer::Column::RecordedAt.lt(month.end()))
                .order_by_asc(transfer::Column::Id)
                .all(db)
                .await?,
        );
    }
    rows.sort_by_key(|row| (row.recorded_at, row.id));
    let mut balance = opening;
    let movements = rows
        .into_iter()
        .map(|row| {
            let comes = row.credit_kind == Side::Seller && row.credit_id == seller.id.0;
            let amount = if comes { row.amount.0 } else { -row.amount.0 };
            balance += amount;
            Movement {
                id: row.id.0,
                at: row.recorded_at,
                kind: Kind::of(row.reason),
                about: row.about,
                amount,
                balance,
            }
        })
        .collect();
    Ok(Statement {
        seller,
        month,
        opening,
        movements,
        closing: balance,
    })
}

/// VAT and PIT withheld from a seller in `month`, less what was given back.
pub async fn taxes(db: &impl ConnectionTrait, seller: &seller::Model, month: Month) -> Result<(i64, i64), DbErr> {
    use entity::payments::withholding::{Column, Entity};
    use sea_orm::{ExprTrait as _, QuerySelect as _};
    let sums: Option<(Option<i64>, Option<i64>)> = Entity::find()
        .select_only()
        .column_as(Column::Vat.sum().cast_as("bigint"), "vat")
        .column_as(Column::Pit.sum().cast_as("bigint"), "pit")
        .filter(Column::SellerId.eq(seller.id))
        .filter(Column::At.gte(month.start()))
        .filter(Column::At.lt(month.end()))
        .into_tuple()
        .one(db)
        .await?;
    Ok(sums.map_or((0, 0), |(vat, pit)| (vat.unwrap_or(0), pit.unwrap_or(0))))
}
