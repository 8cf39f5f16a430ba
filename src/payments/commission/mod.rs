//! What the exchange keeps of sales: rules that an administrator dates, and invoices to those whose buyers pay them
//! straight.

pub(super) mod api;
mod change_rules;
mod invoice;
mod read;
mod rules;

pub use change_rules::{ChangeRules, RuleInput, change_rules};
use entity::{
    Day, Dong,
    catalogue::{certificate, seller},
    ids::SellerId,
    payments::commission_rule,
};
pub use invoice::{duty, invoice_month, invoice_paid, paid_by_hand};
use rules::{Sale, fee, first_match};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::PaymentsError;
use crate::{catalogue::read::holds_on, db::Unit};

/// What is kept of a sale, and by which rule.
#[derive(Clone, Debug)]
pub(super) struct Charged {
    pub rule: commission_rule::Model,
    pub amount: Dong,
}

/// What is kept of `goods` that `seller` sold today, at most `most`; `None`: nothing.
pub(super) async fn charged(
    unit: &Unit,
    seller: SellerId,
    category: &str,
    goods: Dong,
    most: Dong,
) -> Result<Option<Charged>, PaymentsError> {
    let today = unit.now().day();
    let rules = in_force(unit, today).await?;
    if rules.is_empty() {
        return Ok(None);
    }
    let row = seller::Entity::find_by_id(seller)
        .one(unit)
        .await?
        .ok_or(PaymentsError::NoSuchThing)?;
    let stars = if rules.iter().any(|rule| rule.stars.is_some()) {
        stars_of(unit, today, seller).await?
    } else {
        None
    };
    let sale = Sale {
        category,
        kind: row.kind,
        stars,
    };
    let Some(rule) = first_match(&rules, &sale) else {
        return Ok(None);
    };
    let amount = fee(rule, goods).min(most);
    Ok((amount > Dong::ZERO).then(|| Charged {
        rule: rule.clone(),
        amount,
    }))
}

/// The most OCOP stars that something of the seller's has on `day`.
async fn stars_of(unit: &Unit, day: Day, seller: SellerId) -> Result<Option<i32>, DbErr> {
    let rows = certificate::Entity::find()
        .filter(certificate::Column::SellerId.eq(seller))
        .filter(certificate::Column::Kind.eq(certificate::Kind::Ocop))
        .filter(certificate::Column::Verified.eq(true))
        .filter(holds_on(day))
        .all(unit)
        .await?;
    Ok(rows.iter().filter_map(|row| row.star).max())
}

/// The rules that hold on `day`, in their order.
async fn in_force(db: &impl ConnectionTrait, day: Day) -> Result<Vec<commission_rule::Model>, DbErr> {
    let newest = commission_rule::Entity::find()
        .filter(commission_rule::Column::FromOn.lte(day))
        .order_by_desc(commission_rule::Column::FromOn)
        .one(db)
        .await?;
    let Some(newest) = newest else { return Ok(Vec::new()) };
    commission_rule::Entity::find()
        .filter(commission_rule::Column::FromOn.eq(newest.from_on))
        .order_by_asc(commission_rule::Column::Position)
        .all(db)
        .await
}
