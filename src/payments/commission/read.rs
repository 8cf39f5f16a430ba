//! Rules and invoices, for those who may see them. Nothing here writes.

use std::collections::HashMap;

use entity::{
    Day,
    catalogue::seller,
    ids::{InvoiceId, SellerId},
    payments::{account, commission_invoice as invoice, commission_rule, payment},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::http::list::Paging;

/// The sets of rules, newest first, one more than fits.
pub async fn rule_sets(
    db: &impl ConnectionTrait,
    limit: u64,
    before: Option<Day>,
) -> Result<Vec<(Day, Vec<commission_rule::Model>)>, DbErr> {
    let mut query = commission_rule::Entity::find()
        .select_only()
        .column(commission_rule::Column::FromOn)
        .group_by(commission_rule::Column::FromOn)
        .order_by_desc(commission_rule::Column::FromOn)
        .limit(limit + 1);
    if let Some(before) = before {
        query = query.filter(commission_rule::Column::FromOn.lt(before));
    }
    let days: Vec<Day> = query.into_tuple().all(db).await?;
    let rows = commission_rule::Entity::find()
        .filter(commission_rule::Column::FromOn.is_in(days.iter().copied()))
        .order_by_asc(commission_rule::Column::Position)
        .all(db)
        .await?;
    Ok(days
        .into_iter()
        .map(|day| (day, rows.iter().filter(|row| row.from_on == day).cloned().collect()))
        .collect())
}

/// An invoice with what is around it.
#[derive(Clone, Debug)]
pub struct InvoiceView {
    pub invoice: invoice::Model,
    pub seller: seller::Model,
    pub payment: Option<(payment::Model, account::Model)>,
}

/// Where an invoice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Overdue,
    Paid,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Open, Self::Overdue, Self::Paid];

    /// The word on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Paid => "paid",
        }
    }
}

/// Invoices, newest first, one more than fits. `own`: only those of these sellers.
pub async fn invoices(
    db: &impl ConnectionTrait,
    own: Option<&[SellerId]>,
    state: Option<State>,
    today: Day,
    paging: Paging,
) -> Result<Vec<InvoiceView>, DbErr> {
    let mut query = invoice::Entity::find()
        .order_by_desc(invoice::Column::Id)
        .limit(paging.limit + 1);
    if let Some(own) = own {
        query = query.filter(invoice::Column::SellerId.is_in(own.iter().copied()));
    }
    query = match state {
        None => query,
        Some(State::Paid) => query.filter(invoice::Column::PaidAt.is_not_null()),
        Some(State::Open) => query
            .filter(invoice::Column::PaidAt.is_null())
            .filter(invoice::Column::DueOn.gte(today)),
        Some(State::Overdue) => query
            .filter(invoice::Column::PaidAt.is_null())
            .filter(invoice::Column::DueOn.lt(today)),
    };
    if let Some(after) = paging.after {
        query = query.filter(invoice::Column::Id.lt(InvoiceId(after)));
    }
    views(db, query.all(db).await?).await
}

/// The invoice with this id.
pub async fn invoice(db: &impl ConnectionTrait, id: InvoiceId) -> Result<Option<InvoiceView>, DbErr> {
    let row = invoice::Entity::find_by_id(id).one(db).await?;
    Ok(views(db, row.into_iter().collect()).await?.pop())
}

async fn views(db: &impl ConnectionTrait, rows: Vec<invoice::Model>) -> Result<Vec<InvoiceView>, DbErr> {
    let sellers: HashMap<SellerId, seller::Model> = seller::Entity::find()
        .filter(seller::Column::Id.is_in(rows.iter().map(|row| row.seller_id)))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let payments = payment::Entity::find()
        .filter(payment::Column::Id.is_in(rows.iter().filter_map(|row| row.payment_id)))
        .all(db)
        .await?;
    let accounts = account::Entity::find()
        .filter(account::Column::Id.is_in(payments.iter().map(|payment| payment.account_id)))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|invoice| {
            let payment = payments.iter().find(|payment| Some(payment.id) == invoice.payment_id);
            let payment = payment.and_then(|payment| {
                let account = accounts.iter().find(|account| account.id == payment.account_id)?;
                Some((payment.clone(), account.clone()))
            });
            Some(InvoiceView {
                seller: sellers.get(&invoice.seller_id)?.clone(),
                payment,
                invoice,
            })
        })
        .collect())
}
