//! On the first of a month sellers whose buyers pay them straight get an invoice for the commission of the month before.

use std::{sync::Arc, time::Duration};

use entity::{
    Day, Dong, Timestamp,
    ids::{InvoiceId, PaymentId, SellerId},
    payments::{
        commission, commission_invoice as invoice,
        earning::Custody,
        payment::{self, Purpose},
        transfer::Reason,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{
    app::App,
    catalogue::tell_staff,
    db::{Actor, Unit, is_duplicate},
    http::language::Message,
    identity::messages::{About, Note},
    jobs::Recurring,
    payments::{
        NewPayment, PaymentsError, confirm_by_hand, held_account,
        ledger::{self, Entry, LedgerAccount},
        month::Month,
        request, terms, whole,
    },
};

/// Sellers looked at in one go.
const AT_ONCE: u64 = 200;

/// Writes the invoices of the month before; looked for every hour, so that a server that was off on the first catches up.
#[must_use]
pub fn duty() -> Recurring {
    Recurring {
        name: "payments.invoices",
        every: Duration::from_hours(1),
        run: Arc::new(|app| {
            Box::pin(async move {
                let before = Month::of(app.today()).before();
                invoice_month(&app, before).await.map_err(|error| error.to_string())?;
                Ok(())
            })
        }),
    }
}

/// Invoices what was not invoiced yet until the end of `month`, seller by seller; tells how many were written. What comes
/// to nothing, because more was given back than taken, waits for a later month; and a month for its own end.
pub async fn invoice_month(app: &App, month: Month) -> Result<usize, PaymentsError> {
    if app.now() < month.end() {
        return Ok(0);
    }
    let mut written = 0;
    let mut after = None;
    loop {
        let sellers = open_sellers(app.db().read(), month, after).await?;
        for seller in &sellers {
            let (seller, month) = (*seller, month);
            let done = app
                .write(Actor::System, move |unit| {
                    Box::pin(async move { invoice_seller(unit, seller, month).await })
                })
                .await;
            match done {
                Ok(_) => written += 1,
                // Another process was first, or there is nothing to ask for.
                Err(PaymentsError::Done | PaymentsError::Nothing) => {}
                Err(error) => return Err(error),
            }
        }
        match sellers.last() {
            Some(last) if sellers.len() as u64 == AT_ONCE => after = Some(*last),
            _ => return Ok(written),
        }
    }
}

/// Sellers with commission that nobody has asked for yet.
async fn open_sellers(
    db: &impl ConnectionTrait,
    month: Month,
    after: Option<SellerId>,
) -> Result<Vec<SellerId>, DbErr> {
    let mut query = open(month)
        .select_only()
        .column(commission::Column::SellerId)
        .group_by(commission::Column::SellerId)
        .order_by_asc(commission::Column::SellerId)
        .limit(AT_ONCE);
    if let Some(after) = after {
        query = query.filter(commission::Column::SellerId.gt(after));
    }
    query.into_tuple().all(db).await
}

fn open(month: Month) -> sea_orm::Select<commission::Entity> {
    commission::Entity::find()
        .filter(commission::Column::InvoiceId.is_null())
        .filter(Expr::cust("custody = 'direct'"))
        .filter(commission::Column::At.lt(month.end()))
}

async fn invoice_seller(unit: &mut Unit, seller: SellerId, month: Month) -> Result<invoice::Model, PaymentsError> {
    let id: InvoiceId = unit.id();
    // Claimed before it is summed up: who else invoices the same waits, and then finds nothing.
    let claimed = commission::Entity::update_many()
        .col_expr(commission::Column::InvoiceId, Expr::value(id))
        .filter(commission::Column::SellerId.eq(seller))
        .filter(commission::Column::InvoiceId.is_null())
        .filter(commission::Column::Custody.eq(Custody::Direct))
        .filter(commission::Column::At.lt(month.end()))
        .exec(&*unit)
        .await?;
    let sum: Option<Option<i64>> = commission::Entity::find()
        .select_only()
        .column_as(commission::Column::Amount.sum().cast_as("bigint"), "total")
        .filter(commission::Column::InvoiceId.eq(id))
        .into_tuple()
        .one(&*unit)
        .await?;
    let amount = Dong(sum.flatten().unwrap_or(0));
    if amount <= Dong::ZERO || amount > Dong::MAX {
        return Err(PaymentsError::Nothing);
    }
    let payment = match held_account(&*unit).await? {
        Some(account) => {
            let payment: PaymentId = unit.id();
            let new = NewPayment {
                id: payment,
                seed: payment.0,
                account: account.id,
                purpose: Purpose::Invoice,
                amount,
                expires_at: None,
            };
            request(unit, new).await?;
            Some(payment)
        }
        None => None,
    };
    let number = unit.next_number(&format!("invoice-{}", month.year())).await?;
    let row = invoice::Model {
        id,
        number: format!("HH{}-{number:05}", month.year()),
        seller_id: seller,
        month: month.to_string(),
        amount,
        lines: i64::try_from(claimed.rows_affected).unwrap_or(i64::MAX),
        payment_id: payment,
        issued_at: unit.now(),
        due_on: unit.now().day().plus_days(terms::invoice_days(unit.now().day())),
        paid_at: None,
    };
    invoice::Entity::insert(invoice::ActiveModel::from(row.clone()))
        .exec_without_returning(&*unit)
        .await
        .map_err(|error| {
            if is_duplicate(&error) {
                PaymentsError::Done
            } else {
                error.into()
            }
        })?;
    let text = Message::new("ledger-tell-invoice")
        .with("amount", whole(amount))
        .with("month", row.month.clone())
        .with("due", row.due_on.to_string());
    tell_staff(unit, seller, Note::new(About::Money, text)).await?;
    Ok(row)
}

/// The payment of an invoice has come in full: what the seller owed is settled.
pub async fn invoice_paid(unit: &mut Unit, payment: &payment::Model) -> Result<(), PaymentsError> {
    let found = invoice::Entity::find()
        .filter(invoice::Column::PaymentId.eq(payment.id))
        .one(&*unit)
        .await?;
    match found {
        Some(row) => settle(unit, &row, LedgerAccount::payment(payment.id), Some(payment.id)).await,
        None => Ok(()),
    }
}

async fn settle(
    unit: &mut Unit,
    row: &invoice::Model,
    from: LedgerAccount,
    payment: Option<PaymentId>,
) -> Result<(), PaymentsError> {
    let now: Option<Timestamp> = Some(unit.now());
    let paid = invoice::Entity::update_many()
        .col_expr(invoice::Column::PaidAt, Expr::value(now))
        .filter(invoice::Column::Id.eq(row.id))
        .filter(invoice::Column::PaidAt.is_null())
        .exec(&*unit)
        .await?;
    if paid.rows_affected == 0 {
        return Ok(());
    }
    if let Some(id) = payment {
        payment::Entity::update_many()
            .col_expr(
                payment::Column::Earned,
                Expr::col(payment::Column::Earned).add(row.amount.0),
            )
            .filter(payment::Column::Id.eq(id))
            .exec(&*unit)
            .await?;
    }
    let entry = Entry {
        debit: from,
        credit: LedgerAccount::seller(row.seller_id),
        amount: row.amount,
        reason: Reason::Invoiced,
        notice: None,
        payment,
    };
    Ok(ledger::record_about(unit, entry, row.id.0).await?)
}

/// An administrator says that an invoice was paid: into the account where no bank told of it, or past all accounts.
pub async fn paid_by_hand(unit: &mut Unit, id: InvoiceId) -> Result<invoice::Model, PaymentsError> {
    let row = invoice::Entity::find_by_id(id)
        .one(&*unit)
        .await?
        .ok_or(PaymentsError::NoSuchThing)?;
    if row.paid_at.is_some() {
        return Ok(row);
    }
    match row.payment_id {
        Some(payment) => {
            let payment = confirm_by_hand(unit, payment).await?;
            invoice_paid(unit, &payment).await?;
        }
        None => settle(unit, &row, LedgerAccount::OWN_HANDS, None).await?,
    }
    invoice::Entity::find_by_id(id)
        .one(&*unit)
        .await?
        .ok_or(PaymentsError::NoSuchThing)
}

/// Whether an invoice waits longer than it was given.
#[must_use]
pub fn is_overdue(row: &invoice::Model, today: Day) -> bool {
    row.paid_at.is_none() && row.due_on < today
}
