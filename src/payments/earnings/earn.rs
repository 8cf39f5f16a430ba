//! An order has earned its seller money: once, when it is delivered and nobody disputes it any more.

use entity::{
    Dong,
    catalogue::seller,
    ids::{CommissionId, PaymentId, SellerId, WithholdingId},
    payments::{
        account::Kind,
        commission,
        earning::{self, Custody},
        earning_source, payment, payout_line,
        transfer::Reason,
        withholding,
    },
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    prelude::Uuid,
    sea_query::{Expr, OnConflict},
};

use crate::{
    app::MONEY,
    config::Money,
    db::{Unit, setting},
    payments::{
        PaymentsError,
        account::account,
        commission::{self as commissions, Charged},
        ledger::{self, Entry, LedgerAccount},
        locked, payouts, tax,
    },
};

/// What an order has earned.
#[derive(Clone, Debug)]
pub struct Earning {
    pub order: Uuid,
    pub seller: SellerId,
    /// What it was paid with; `None`: in cash, or with store credit alone.
    pub payment: Option<PaymentId>,
    /// Payments that were asked for later, for what came on top.
    pub further: Vec<PaymentId>,
    /// What the goods came to, and what bringing them came to; both before store credit is taken off.
    pub goods: Dong,
    pub delivery: Dong,
    /// What of both was paid with store credit.
    pub credit: Dong,
    /// A category of the catalogue: that of its dearest line.
    pub category: String,
}

/// Books what an order has earned, with the commission and the tax of this moment. An order earns once: again, nothing
/// happens. Refused where the payment has not that much left.
pub async fn earn(unit: &mut Unit, new: Earning) -> Result<(), PaymentsError> {
    let gross = new.goods.checked_add(new.delivery).ok_or(PaymentsError::TooMuch)?;
    let paid = gross.checked_sub(new.credit).ok_or(PaymentsError::TooMuch)?;
    if [new.goods, new.delivery, new.credit, paid]
        .iter()
        .any(|amount| amount.0 < 0)
    {
        return Err(PaymentsError::TooMuch);
    }
    if gross == Dong::ZERO {
        return Ok(());
    }
    let sources = sources(unit, &new, paid).await?;
    if earning::Entity::find_by_id(new.order).one(&*unit).await?.is_some() {
        return Ok(());
    }
    let drawn: i64 = sources.iter().map(|source| source.amount.0).sum();
    let cash = Dong(paid.0 - drawn);
    // Where a payment was asked for, nobody paid the rest in cash.
    if new.payment.is_some() && cash > Dong::ZERO {
        return Err(PaymentsError::TooMuch);
    }
    let custody = match sources.first() {
        Some(source) => source.custody,
        None => custody_here(unit).await?,
    };
    if !claim(unit, &new, custody, cash).await? {
        return Ok(());
    }
    let book = Book {
        order: new.order,
        seller: new.seller,
    };
    let (mine, hands) = (LedgerAccount::seller(new.seller), LedgerAccount::cash(new.seller));
    let mut kept = cash;
    for (position, source) in (0..).zip(&sources) {
        source.take(unit, new.order, position).await?;
        let from = LedgerAccount::payment(source.payment);
        book.of(source.payment)
            .record(unit, from, mine, source.amount, Reason::Earned)
            .await?;
        // Where the money is in the seller's own account already, nobody owes it to them.
        if custody == Custody::Direct {
            book.of(source.payment)
                .record(unit, mine, source.account, source.amount, Reason::Cash)
                .await?;
            kept = Dong(kept.0 + source.amount.0);
        }
    }
    let book = book.of(None);
    book.record(unit, hands, mine, cash, Reason::Earned).await?;
    book.record(unit, mine, hands, cash, Reason::Cash).await?;
    book.record(
        unit,
        LedgerAccount::credit(new.seller),
        mine,
        new.credit,
        Reason::Earned,
    )
    .await?;
    if custody == Custody::Direct {
        book.record(unit, mine, hands, new.credit, Reason::Cash).await?;
        kept = gross;
    }
    let taxes = withhold(unit, &book, &new, custody).await?;
    let commission = charge(unit, &book, &new, custody, taxes.of_goods).await?;
    if custody == Custody::Held {
        let due = [
            (payout_line::Why::Earned, gross.0 - kept.0),
            (payout_line::Why::Commission, -commission.0),
            (payout_line::Why::Tax, -taxes.all.0),
        ];
        for line in due {
            payouts::line(unit, new.seller, Some(new.order), line).await?;
        }
    }
    Ok(())
}

/// Who has the money of an order that was paid in cash.
async fn custody_here(unit: &Unit) -> Result<Custody, DbErr> {
    let held = setting(unit, MONEY).await?.as_deref() == Some(Money::Held.code());
    Ok(if held { Custody::Held } else { Custody::Direct })
}

/// Writes the earning, unless the order has one.
async fn claim(unit: &Unit, new: &Earning, custody: Custody, cash: Dong) -> Result<bool, DbErr> {
    let row = earning::ActiveModel {
        order_id: Set(new.order),
        seller_id: Set(new.seller),
        custody: Set(custody),
        goods: Set(new.goods),
        delivery: Set(new.delivery),
        cash: Set(cash),
        credit: Set(new.credit),
        category: Set(new.category.clone()),
        returned: Set(Dong::ZERO),
        returned_delivery: Set(Dong::ZERO),
        returned_cash: Set(Dong::ZERO),
        returned_credit: Set(Dong::ZERO),
        earned_at: Set(unit.now()),
    };
    let once = OnConflict::column(earning::Column::OrderId).do_nothing().to_owned();
    match earning::Entity::insert(row)
        .on_conflict(once)
        .exec_without_returning(unit)
        .await
    {
        Ok(0) | Err(DbErr::RecordNotInserted) => Ok(false),
        Ok(_) => Ok(true),
        Err(error) => Err(error),
    }
}

/// What of an earning one payment pays.
struct Source {
    payment: PaymentId,
    amount: Dong,
    account: LedgerAccount,
    custody: Custody,
}

/// How the payments share in `paid`: each gives what it has, the order's main one first. All of them are locked, in the
/// order of their keys.
async fn sources(unit: &mut Unit, new: &Earning, paid: Dong) -> Result<Vec<Source>, PaymentsError> {
    let mut ids: Vec<PaymentId> = new.payment.into_iter().chain(new.further.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.push(locked(unit, id).await?);
    }
    let mut left = paid.0;
    let mut sources = Vec::with_capacity(rows.len());
    for id in new.payment.into_iter().chain(new.further.iter().copied()) {
        let Some(at) = rows.iter().position(|row| row.id == id) else {
            continue;
        };
        let row = rows.swap_remove(at);
        let amount = Ord::min(left, row.received.0 - row.refunded.0 - row.earned.0);
        if amount <= 0 {
            continue;
        }
        let holder = account(&*unit, row.account_id)
            .await?
            .ok_or(PaymentsError::NoSuchThing)?;
        left -= amount;
        sources.push(Source {
            payment: id,
            amount: Dong(amount),
            account: LedgerAccount::account(holder.id),
            custody: if holder.kind == Kind::Held {
                Custody::Held
            } else {
                Custody::Direct
            },
        });
    }
    Ok(sources)
}

impl Source {
    /// Takes its share of what the payment received.
    async fn take(&self, unit: &Unit, order: Uuid, position: i32) -> Result<(), PaymentsError> {
        let after = Expr::col(payment::Column::Earned).add(self.amount.0);
        let taken = payment::Entity::update_many()
            .col_expr(payment::Column::Earned, after.clone())
            .filter(payment::Column::Id.eq(self.payment))
            .filter(
                after
                    .add(Expr::col(payment::Column::Refunded))
                    .lte(Expr::col(payment::Column::Received)),
            )
            .exec(unit)
            .await?;
        if taken.rows_affected == 0 {
            return Err(PaymentsError::TooMuch);
        }
        let row = earning_source::ActiveModel {
            order_id: Set(order),
            payment_id: Set(self.payment),
            position: Set(position),
            amount: Set(self.amount),
            returned: Set(Dong::ZERO),
        };
        earning_source::Entity::insert(row).exec_without_returning(unit).await?;
        Ok(())
    }
}

/// What transfers of one earning have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Book {
    pub order: Uuid,
    pub seller: SellerId,
}

/// A [`Book`] open at a payment, or at none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    book: Book,
    payment: Option<PaymentId>,
}

impl Book {
    pub fn of(self, payment: impl Into<Option<PaymentId>>) -> Page {
        Page {
            book: self,
            payment: payment.into(),
        }
    }
}

impl Page {
    /// Adds a transfer, unless it is of nothing.
    pub async fn record(
        &self,
        unit: &Unit,
        debit: LedgerAccount,
        credit: LedgerAccount,
        amount: Dong,
        reason: Reason,
    ) -> Result<(), DbErr> {
        if amount == Dong::ZERO {
            return Ok(());
        }
        let entry = Entry {
            debit,
            credit,
            amount,
            reason,
            notice: None,
            payment: self.payment,
        };
        ledger::record_about(unit, entry, self.book.order).await
    }
}

/// What was withheld.
struct Withheld {
    of_goods: Dong,
    all: Dong,
}

/// Withholds tax where the exchange takes the money and the seller is one of those the law means.
async fn withhold(unit: &Unit, book: &Page, new: &Earning, custody: Custody) -> Result<Withheld, PaymentsError> {
    let mut withheld = Withheld {
        of_goods: Dong::ZERO,
        all: Dong::ZERO,
    };
    let seller = seller::Entity::find_by_id(new.seller)
        .one(unit)
        .await?
        .ok_or(PaymentsError::NoSuchThing)?;
    if custody != Custody::Held || !tax::is_withheld(seller.kind) {
        return Ok(withheld);
    }
    let day = unit.now().day();
    let goods = tax::what(&new.category);
    for (what, base) in [(goods, new.goods), (withholding::What::Transport, new.delivery)] {
        let Some(taxed) = tax::taxed(what, base, day) else {
            continue;
        };
        let row = withholding::ActiveModel {
            id: Set(unit.id::<WithholdingId>()),
            order_id: Set(new.order),
            seller_id: Set(new.seller),
            what: Set(what),
            kind: Set(commission::Kind::Charge),
            rate_from: Set(taxed.from.clone()),
            vat_bp: Set(taxed.vat_rate),
            pit_bp: Set(taxed.pit_rate),
            base: Set(base),
            vat: Set(taxed.vat),
            pit: Set(taxed.pit),
            at: Set(unit.now()),
        };
        withholding::Entity::insert(row).exec_without_returning(unit).await?;
        let both = Dong(taxed.vat.0 + taxed.pit.0);
        let (from, to) = (LedgerAccount::seller(new.seller), LedgerAccount::tax(new.seller));
        book.record(unit, from, to, both, Reason::Withheld).await?;
        withheld.all = Dong(withheld.all.0 + both.0);
        if what == goods {
            withheld.of_goods = Dong(withheld.of_goods.0 + both.0);
        }
    }
    Ok(withheld)
}

/// Keeps the exchange's share, by the first rule that fits; never more than the goods leave after tax.
async fn charge(unit: &Unit, book: &Page, new: &Earning, custody: Custody, taxes: Dong) -> Result<Dong, PaymentsError> {
    let most = Dong(new.goods.0 - taxes.0);
    let Some(Charged { rule, amount }) = commissions::charged(unit, new.seller, &new.category, new.goods, most).await?
    else {
        return Ok(Dong::ZERO);
    };
    let row = commission::ActiveModel {
        id: Set(unit.id::<CommissionId>()),
        order_id: Set(new.order),
        seller_id: Set(new.seller),
        custody: Set(custody),
        kind: Set(commission::Kind::Charge),
        rule_from: Set(rule.from_on.iso()),
        rule_position: Set(rule.position),
        rate_bp: Set(rule.rate_bp),
        base: Set(new.goods),
        amount: Set(amount),
        at: Set(unit.now()),
        invoice_id: Set(None),
    };
    commission::Entity::insert(row).exec_without_returning(unit).await?;
    let (from, to) = (LedgerAccount::seller(new.seller), LedgerAccount::commission(new.seller));
    book.record(unit, from, to, amount, Reason::Commission).await?;
    Ok(amount)
}
