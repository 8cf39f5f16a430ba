//! Goods came back after their order had earned: what they earned is the buyer's again, and commission and tax give back
//! their part.

use entity::{
    Dong,
    ids::{CommissionId, WithholdingId},
    payments::{
        commission,
        earning::{self, Custody},
        earning_source, payment, payout_line,
        transfer::Reason,
        withholding::{self, What},
    },
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, prelude::Uuid, sea_query::Expr,
};

use super::{
    earn::{Book, Page},
    part,
};
use crate::{
    db::Unit,
    payments::{PaymentsError, ledger::LedgerAccount, locked, payouts},
};

/// What was taken back of an earning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unearned {
    /// What payments have again, to be refunded from them.
    pub money: Dong,
    /// What the seller took in cash, to be given back as such.
    pub cash: Dong,
    /// What was paid with store credit, to be given back as such.
    pub credit: Dong,
}

/// Takes back `amount` of what an order earned: of its goods first, then of its delivery; from the payment that was asked
/// for last, back to the first, then cash, then store credit. An order that has not earned yet is left as it is. Refused
/// above what is left.
pub async fn unearn(unit: &mut Unit, order: Uuid, amount: Dong) -> Result<Unearned, PaymentsError> {
    let known = earning::Entity::find_by_id(order).one(&*unit).await?;
    if known.is_none() || amount == Dong::ZERO {
        return Ok(Unearned::default());
    }
    let sources = locked_sources(unit, order).await?;
    let before = locked_earning(unit, order).await?;
    let left = Dong(before.goods.0 - before.returned.0 + before.delivery.0 - before.returned_delivery.0);
    if amount < Dong::ZERO || amount > left {
        return Err(PaymentsError::TooMuch);
    }
    let goods = Ord::min(amount, Dong(before.goods.0 - before.returned.0));
    let delivery = Dong(amount.0 - goods.0);
    let book = Book {
        order,
        seller: before.seller_id,
    };
    let mut back = Unearned::default();
    for (source, account) in sources.iter().rev() {
        let money = Ord::min(Dong(source.amount.0 - source.returned.0), Dong(amount.0 - back.money.0));
        if money > Dong::ZERO {
            to_payment(unit, book, before.custody, source, *account, money).await?;
            back.money = Dong(back.money.0 + money.0);
        }
    }
    back.cash = Ord::min(
        Dong(before.cash.0 - before.returned_cash.0),
        Dong(amount.0 - back.money.0),
    );
    back.credit = Dong(amount.0 - back.money.0 - back.cash.0);
    to_buyer(unit, book.of(None), before.seller_id, before.custody, back).await?;
    let after = earning::Model {
        returned: Dong(before.returned.0 + goods.0),
        returned_delivery: Dong(before.returned_delivery.0 + delivery.0),
        returned_cash: Dong(before.returned_cash.0 + back.cash.0),
        returned_credit: Dong(before.returned_credit.0 + back.credit.0),
        ..before.clone()
    };
    write_back(unit, &after).await?;
    let page = book.of(None);
    let mut of_goods = Offset {
        page,
        book,
        whole: before.goods,
        left_before: Dong(before.goods.0 - before.returned.0),
        left: Dong(after.goods.0 - after.returned.0),
    };
    let commission = of_goods.commission(unit).await?;
    let mut taxes = of_goods.taxes(unit, false).await?;
    of_goods.whole = before.delivery;
    of_goods.left_before = Dong(before.delivery.0 - before.returned_delivery.0);
    of_goods.left = Dong(after.delivery.0 - after.returned_delivery.0);
    taxes = Dong(taxes.0 + of_goods.taxes(unit, true).await?.0);
    if before.custody == Custody::Held {
        let due = [
            (payout_line::Why::Returned, back.cash.0 - amount.0),
            (payout_line::Why::Commission, commission.0),
            (payout_line::Why::Tax, taxes.0),
        ];
        for line in due {
            payouts::line(unit, before.seller_id, Some(order), line).await?;
        }
    }
    Ok(back)
}

/// What payments paid of the order, in their order, each payment locked (in the order of their keys) and with the account
/// that holds its money.
async fn locked_sources(
    unit: &mut Unit,
    order: Uuid,
) -> Result<Vec<(earning_source::Model, LedgerAccount)>, PaymentsError> {
    let of_order = || earning_source::Entity::find().filter(earning_source::Column::OrderId.eq(order));
    let mut accounts = Vec::new();
    for source in of_order()
        .order_by_asc(earning_source::Column::PaymentId)
        .all(&*unit)
        .await?
    {
        let payment = locked(unit, source.payment_id).await?;
        accounts.push((source.payment_id, LedgerAccount::account(payment.account_id)));
    }
    // Read again behind the locks.
    let rows = of_order()
        .order_by_asc(earning_source::Column::Position)
        .all(&*unit)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let (_, account) = *accounts.iter().find(|(id, _)| *id == row.payment_id)?;
            Some((row, account))
        })
        .collect())
}

/// The earning, read behind its lock.
async fn locked_earning(unit: &Unit, order: Uuid) -> Result<earning::Model, PaymentsError> {
    earning::Entity::update_many()
        .col_expr(earning::Column::Returned, Expr::col(earning::Column::Returned))
        .filter(earning::Column::OrderId.eq(order))
        .exec(unit)
        .await?;
    let row = earning::Entity::find_by_id(order).one(unit).await?;
    row.ok_or(PaymentsError::NoSuchThing)
}

async fn write_back(unit: &Unit, after: &earning::Model) -> Result<(), PaymentsError> {
    earning::Entity::update_many()
        .col_expr(earning::Column::Returned, Expr::value(after.returned))
        .col_expr(earning::Column::ReturnedDelivery, Expr::value(after.returned_delivery))
        .col_expr(earning::Column::ReturnedCash, Expr::value(after.returned_cash))
        .col_expr(earning::Column::ReturnedCredit, Expr::value(after.returned_credit))
        .filter(earning::Column::OrderId.eq(after.order_id))
        .exec(unit)
        .await?;
    Ok(())
}

/// A payment has `money` again.
async fn to_payment(
    unit: &Unit,
    book: Book,
    custody: Custody,
    source: &earning_source::Model,
    account: LedgerAccount,
    money: Dong,
) -> Result<(), PaymentsError> {
    let left = Expr::col(payment::Column::Earned).sub(money.0);
    let given = payment::Entity::update_many()
        .col_expr(payment::Column::Earned, left.clone())
        .filter(payment::Column::Id.eq(source.payment_id))
        .filter(left.gte(0))
        .exec(unit)
        .await?;
    if given.rows_affected == 0 {
        return Err(PaymentsError::TooMuch);
    }
    earning_source::Entity::update_many()
        .col_expr(
            earning_source::Column::Returned,
            Expr::col(earning_source::Column::Returned).add(money.0),
        )
        .filter(earning_source::Column::OrderId.eq(source.order_id))
        .filter(earning_source::Column::PaymentId.eq(source.payment_id))
        .exec(unit)
        .await?;
    let (page, mine) = (book.of(source.payment_id), LedgerAccount::seller(book.seller));
    if custody == Custody::Direct {
        page.record(unit, account, mine, money, Reason::Cash).await?;
    }
    let to = LedgerAccount::payment(source.payment_id);
    Ok(page.record(unit, mine, to, money, Reason::Returned).await?)
}

/// What was paid in cash and with store credit is the buyer's again.
async fn to_buyer(
    unit: &Unit,
    page: Page,
    seller: entity::ids::SellerId,
    custody: Custody,
    back: Unearned,
) -> Result<(), PaymentsError> {
    let (mine, hands) = (LedgerAccount::seller(seller), LedgerAccount::cash(seller));
    page.record(unit, hands, mine, back.cash, Reason::Cash).await?;
    page.record(unit, mine, hands, back.cash, Reason::Returned).await?;
    if custody == Custody::Direct {
        page.record(unit, hands, mine, back.credit, Reason::Cash).await?;
    }
    let credit = LedgerAccount::credit(seller);
    Ok(page.record(unit, mine, credit, back.credit, Reason::Returned).await?)
}

/// Something of which less is left than before.
struct Offset {
    page: Page,
    book: Book,
    whole: Dong,
    left_before: Dong,
    left: Dong,
}

impl Offset {
    /// What of a charge is given back now.
    fn of(&self, charged: Dong) -> Dong {
        let kept = |left| part(charged, self.whole, left).0;
        Dong(kept(self.left_before) - kept(self.left))
    }

    /// What came back, below zero.
    const fn base(&self) -> Dong {
        Dong(self.left.0 - self.left_before.0)
    }

    async fn commission(&self, unit: &Unit) -> Result<Dong, PaymentsError> {
        let charge = commission::Entity::find()
            .filter(commission::Column::OrderId.eq(self.book.order))
            .filter(commission::Column::Kind.eq(commission::Kind::Charge))
            .one(unit)
            .await?;
        let Some(charge) = charge else {
            return Ok(Dong::ZERO);
        };
        let back = self.of(charge.amount);
        if back == Dong::ZERO {
            return Ok(back);
        }
        let row = commission::ActiveModel {
            id: Set(unit.id::<CommissionId>()),
            kind: Set(commission::Kind::Offset),
            base: Set(self.base()),
            amount: Set(Dong(-back.0)),
            at: Set(unit.now()),
            invoice_id: Set(None),
            order_id: Set(charge.order_id),
            seller_id: Set(charge.seller_id),
            custody: Set(charge.custody),
            rule_from: Set(charge.rule_from),
            rule_position: Set(charge.rule_position),
            rate_bp: Set(charge.rate_bp),
        };
        commission::Entity::insert(row).exec_without_returning(unit).await?;
        let (from, to) = (
            LedgerAccount::commission(self.book.seller),
            LedgerAccount::seller(self.book.seller),
        );
        self.page.record(unit, from, to, back, Reason::Commission).await?;
        Ok(back)
    }

    /// Gives back tax of the delivery, or of what was delivered.
    async fn taxes(&self, unit: &Unit, transport: bool) -> Result<Dong, PaymentsError> {
        if self.base() == Dong::ZERO {
            return Ok(Dong::ZERO);
        }
        let of = withholding::Entity::find()
            .filter(withholding::Column::OrderId.eq(self.book.order))
            .filter(withholding::Column::Kind.eq(commission::Kind::Charge));
        let what = withholding::Column::What;
        let of = if transport {
            of.filter(what.eq(What::Transport))
        } else {
            of.filter(what.ne(What::Transport))
        };
        let Some(charge) = of.one(unit).await? else {
            return Ok(Dong::ZERO);
        };
        let (vat, pit) = (self.of(charge.vat), self.of(charge.pit));
        let row = withholding::ActiveModel {
            id: Set(unit.id::<WithholdingId>()),
            kind: Set(commission::Kind::Offset),
            base: Set(self.base()),
            vat: Set(Dong(-vat.0)),
            pit: Set(Dong(-pit.0)),
            at: Set(unit.now()),
            order_id: Set(charge.order_id),
            seller_id: Set(charge.seller_id),
            what: Set(charge.what),
            rate_from: Set(charge.rate_from),
            vat_bp: Set(charge.vat_bp),
            pit_bp: Set(charge.pit_bp),
        };
        withholding::Entity::insert(row).exec_without_returning(unit).await?;
        let both = Dong(vat.0 + pit.0);
        let (from, to) = (
            LedgerAccount::tax(self.book.seller),
            LedgerAccount::seller(self.book.seller),
        );
        self.page.record(unit, from, to, both, Reason::Withheld).await?;
        Ok(both)
    }
}
