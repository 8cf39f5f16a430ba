//! A part of what somebody holds goes to another holder. Nothing comes into a pool or leaves it, so no pool is touched.

use entity::{
    Thousandths,
    ids::{BatchId, StockHoldId},
    listings::stock_hold::{self, State},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

use crate::db::Unit;

/// Which part goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// What has to be eaten first.
    First,
    Last,
}

/// Hands a part of what `from` holds to `to`, so that `keep` of `whole` stays; a part of a thousandth stays too. The
/// caller has seen to it that nobody else moves what `from` holds.
pub async fn hand_over(
    unit: &Unit,
    from: Uuid,
    to: Uuid,
    keep: Thousandths,
    whole: Thousandths,
    end: End,
) -> Result<(), DbErr> {
    let mut rows = stock_hold::Entity::find()
        .filter(stock_hold::Column::HolderId.eq(from))
        .filter(stock_hold::Column::State.eq(State::Held))
        .order_by_asc(stock_hold::Column::Id)
        .all(unit)
        .await?;
    if end == End::Last {
        rows.reverse();
    }
    let held: i64 = rows.iter().map(|row| row.amount.0).sum();
    let mut going = held - kept(held, keep, whole);
    for row in rows {
        let part = row.amount.0.min(going);
        if part == 0 {
            break;
        }
        going -= part;
        if part == row.amount.0 {
            rename(unit, row.id, to).await?;
            continue;
        }
        stock_hold::Entity::update_many()
            .col_expr(stock_hold::Column::Amount, Expr::value(row.amount.0 - part))
            .filter(stock_hold::Column::Id.eq(row.id))
            .exec(unit)
            .await?;
        let split = stock_hold::ActiveModel {
            id: Set(unit.id::<StockHoldId>()),
            holder_id: Set(to),
            amount: Set(Thousandths(part)),
            ..row.into_active_model()
        };
        stock_hold::Entity::insert(split).exec_without_returning(unit).await?;
    }
    Ok(())
}

/// Hands over to `to` what `from` holds of `lots`, and returns how much that was and how much `from` held in all. The
/// caller has seen to it that nobody else moves what `from` holds.
pub async fn hand_over_lots(
    unit: &Unit,
    from: Uuid,
    to: Uuid,
    lots: &[BatchId],
) -> Result<(Thousandths, Thousandths), DbErr> {
    let rows = held_by(unit, from).await?;
    let mut going = 0;
    for row in &rows {
        if row.batch_id.is_some_and(|batch| lots.contains(&batch)) {
            going += row.amount.0;
            rename(unit, row.id, to).await?;
        }
    }
    let held = rows.iter().map(|row| row.amount.0).sum();
    Ok((Thousandths(going), Thousandths(held)))
}

/// How much `holder` holds of `lots`, and how much in all.
pub async fn held_of(unit: &Unit, holder: Uuid, lots: &[BatchId]) -> Result<(Thousandths, Thousandths), DbErr> {
    let rows = held_by(unit, holder).await?;
    let of = |row: &&stock_hold::Model| row.batch_id.is_some_and(|batch| lots.contains(&batch));
    let sum = |rows: &mut dyn Iterator<Item = &stock_hold::Model>| Thousandths(rows.map(|row| row.amount.0).sum());
    Ok((sum(&mut rows.iter().filter(of)), sum(&mut rows.iter())))
}

async fn held_by(unit: &Unit, holder: Uuid) -> Result<Vec<stock_hold::Model>, DbErr> {
    stock_hold::Entity::find()
        .filter(stock_hold::Column::HolderId.eq(holder))
        .filter(stock_hold::Column::State.eq(State::Held))
        .order_by_asc(stock_hold::Column::Id)
        .all(unit)
        .await
}

/// How much of `held` stays where `keep` of `whole` does (pure).
fn kept(held: i64, keep: Thousandths, whole: Thousandths) -> i64 {
    if keep.0 <= 0 {
        return 0;
    }
    if whole.0 <= keep.0 {
        return held;
    }
    let (keep, whole) = (i128::from(keep.0), i128::from(whole.0));
    i64::try_from((i128::from(held) * keep + whole - 1) / whole).unwrap_or(held)
}

async fn rename(unit: &Unit, row: StockHoldId, to: Uuid) -> Result<(), DbErr> {
    stock_hold::Entity::update_many()
        .col_expr(stock_hold::Column::HolderId, Expr::value(to))
        .filter(stock_hold::Column::Id.eq(row))
        .exec(unit)
        .await
        .map(|_| ())
}

/// Puts down all that `from` holds, or held, as `to`'s.
pub async fn rename_all(unit: &Unit, from: Uuid, to: Uuid) -> Result<(), DbErr> {
    stock_hold::Entity::update_many()
        .col_expr(stock_hold::Column::HolderId, Expr::value(to))
        .filter(stock_hold::Column::HolderId.eq(from))
        .exec(unit)
        .await
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_is_never_too_little() {
        let kept = |held, keep, whole| kept(held, Thousandths(keep), Thousandths(whole));
        assert_eq!(kept(3000, 1000, 3000), 1000);
        assert_eq!(kept(10_000, 1000, 2000), 5000);
        assert_eq!(kept(1000, 1, 3), 334);
        assert_eq!(kept(1000, 0, 3), 0);
        assert_eq!(kept(1000, 3, 3), 1000);
    }
}
