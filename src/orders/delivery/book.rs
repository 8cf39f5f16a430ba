//! Room at a farm's time: so many orders on one day and no more.

use entity::{Day, ids::FarmTimeId, orders::farm_day};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::{db::Unit, orders::OrdersError};

/// Takes one of the `capacity` places of `time` on `day`; `false` when all are taken.
pub(in crate::orders) async fn book(
    unit: &Unit,
    time: FarmTimeId,
    day: Day,
    capacity: i64,
) -> Result<bool, OrdersError> {
    let first = farm_day::ActiveModel {
        time_id: Set(time),
        day: Set(day),
        taken: Set(1),
        capacity: Set(capacity),
    };
    let taken = Expr::col((farm_day::Entity, farm_day::Column::Taken));
    let one_more = OnConflict::columns([farm_day::Column::TimeId, farm_day::Column::Day])
        .value(farm_day::Column::Taken, taken.clone().add(1_i64))
        .value(farm_day::Column::Capacity, Expr::value(capacity))
        .action_and_where(taken.lt(capacity))
        .to_owned();
    match farm_day::Entity::insert(first)
        .on_conflict(one_more)
        .exec_without_returning(unit)
        .await
    {
        Ok(rows) => Ok(rows > 0),
        Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Takes a place that was given back, as many as there were last; `false` when all are taken.
pub(in crate::orders) async fn again(unit: &Unit, time: FarmTimeId, day: Day) -> Result<bool, OrdersError> {
    let taken = farm_day::Entity::update_many()
        .col_expr(farm_day::Column::Taken, Expr::col(farm_day::Column::Taken).add(1_i64))
        .filter(farm_day::Column::TimeId.eq(time))
        .filter(farm_day::Column::Day.eq(day))
        .filter(Expr::col(farm_day::Column::Taken).lt(Expr::col(farm_day::Column::Capacity)))
        .exec(unit)
        .await?;
    Ok(taken.rows_affected > 0)
}

/// Gives one place back.
pub(in crate::orders) async fn free(unit: &Unit, time: FarmTimeId, day: Day) -> Result<(), OrdersError> {
    farm_day::Entity::update_many()
        .col_expr(farm_day::Column::Taken, Expr::col(farm_day::Column::Taken).sub(1_i64))
        .filter(farm_day::Column::TimeId.eq(time))
        .filter(farm_day::Column::Day.eq(day))
        .exec(unit)
        .await?;
    Ok(())
}
