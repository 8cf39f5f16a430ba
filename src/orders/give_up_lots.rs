//! Goods that must not reach anybody: what an order was to get of some lots is given up, and its money goes back. What has
//! left the seller cannot be given up; its buyer can only be told.

use std::collections::BTreeSet;

use entity::{
    Dong, Thousandths,
    ids::{BatchId, OrderId, OrderLineId, ParcelId},
    listings::stock_hold,
    orders::{
        order::{self, Side},
        parcel,
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    OrdersError,
    books::costs_less,
    cancel::{give_up, shorter, write_line},
    edits,
    lifecycle::{self, Event, Money},
    news::{self, News, Recalled},
    open::{Open, gone, move_on, open},
};
use crate::{
    db::Unit,
    listings::{
        hold,
        hold_parts::{End, hand_over, hand_over_lots, held_of, rename_all},
    },
    payments::refund::Why,
};

/// Gives up what the order `id` was to get of `lots`: all of it when nothing else is left, and otherwise the parts, out of
/// parcels that have not gone. Buyer and seller are told, and so they are of what has left already. Done twice it does
/// nothing more, but tells again of what has left.
pub async fn give_up_lots(
    unit: &mut Unit,
    id: OrderId,
    lots: &[BatchId],
    reason: &str,
) -> Result<Vec<Recalled>, OrdersError> {
    let mut open = open(unit, id).await?;
    let mut came_to = Vec::new();
    let parts = affected(unit, &open, lots).await?;
    if !parts.is_empty() {
        let came = drop_them(unit, &mut open, lots, &parts, reason).await?;
        news::tell(unit, &open.order, News::Recalled(came)).await?;
        came_to.push(came);
    }
    let lines: Vec<Uuid> = open.lines.iter().map(|line| line.id.0).collect();
    if any_left(&*unit, &lines, lots).await? {
        news::tell(unit, &open.order, News::Recalled(Recalled::Gone)).await?;
        came_to.push(Recalled::Gone);
    }
    Ok(came_to)
}

/// Whether goods of `lots` have left for `lines`.
async fn any_left(db: &impl ConnectionTrait, lines: &[Uuid], lots: &[BatchId]) -> Result<bool, DbErr> {
    let issued = stock_hold::Entity::find()
        .filter(stock_hold::Column::HolderId.is_in(lines.iter().copied()))
        .filter(stock_hold::Column::BatchId.is_in(lots.iter().copied()))
        .filter(stock_hold::Column::State.eq(stock_hold::State::Issued))
        .count(db)
        .await?;
    Ok(issued > 0)
}

/// How much of each line, in its unit, is of `lots` and has not left.
async fn affected(unit: &Unit, open: &Open, lots: &[BatchId]) -> Result<Vec<(OrderLineId, Thousandths)>, OrdersError> {
    let mut parts = Vec::new();
    for line in &open.lines {
        let (of_lots, held) = held_of(unit, line.id.0, lots).await?;
        if of_lots.0 == 0 {
            continue;
        }
        let there = Thousandths(line.quantity.0 - gone(&open.parcels, line.id).0);
        let whole = line.unit.base().is_none();
        parts.push((line.id, part_of(there, of_lots, held, whole)));
    }
    Ok(parts)
}

/// So much of `there` as `of` is of `all`, rounded up, for a bag that is half of it cannot be sold; where only whole ones
/// are sold, to a whole one.
fn part_of(there: Thousandths, of: Thousandths, all: Thousandths, whole: bool) -> Thousandths {
    let (there_, of, all) = (i128::from(there.0), i128::from(of.0), i128::from(all.0.max(1)));
    let mut part = i64::try_from((there_ * of + all - 1) / all).unwrap_or(there.0);
    if whole {
        part = part.saturating_add(999) / 1000 * 1000;
    }
    Thousandths(part.min(there.0))
}

async fn drop_them(
    unit: &mut Unit,
    open: &mut Open,
    lots: &[BatchId],
    parts: &[(OrderLineId, Thousandths)],
    reason: &str,
) -> Result<Recalled, OrdersError> {
    let part = |id: OrderLineId| parts.iter().find(|(line, _)| *line == id).map_or(0, |(_, part)| part.0);
    let before = open.standing();
    let nothing_else = open.lines.iter().all(|line| line.quantity.0 == part(line.id));
    // Of an order that is paid in part nothing is dropped: what came goes back, and it can be placed again.
    if !before.goods.left() && (nothing_else || open.money() == Money::Some) {
        let after = lifecycle::next(before, Event::Cancel, open.given(Side::Exchange))?;
        give_up(
            unit,
            open,
            after,
            Side::Exchange,
            Some(reason.to_owned()),
            Why::Cancelled,
        )
        .await?;
        return Ok(Recalled::Cancelled);
    }
    let unpacked = unpack(unit, open, parts).await?;
    let given = open.given(Side::Exchange);
    let between = match u32::try_from(unpacked).unwrap_or(u32::MAX) {
        0 => before,
        parcels => lifecycle::next(before, Event::Unpack(parcels), given)?,
    };
    let rest = open.lines.iter().any(|line| open.rest(line).0 > part(line.id));
    let after = lifecycle::next(between, Event::Drop { rest }, given)?;
    edits::overtaken(unit, open).await?;
    let mut less = 0;
    for (id, part) in parts {
        less += drop_part(unit, open, lots, *id, *part).await?;
    }
    costs_less(unit, open, Dong(less), Why::Cancelled).await?;
    move_on(unit, &open.order, before, after).await?;
    if after.state == order::State::Completed {
        super::deliver::completed(unit, open).await?;
    }
    Ok(Recalled::Shortened)
}

/// Opens the parcels that have not gone and in which more lies than may, and returns how many those are.
async fn unpack(unit: &Unit, open: &mut Open, parts: &[(OrderLineId, Thousandths)]) -> Result<usize, OrdersError> {
    let packed_into: BTreeSet<OrderLineId> = parts
        .iter()
        .filter(|(id, part)| open.line(*id).is_some_and(|line| open.rest(line) < *part))
        .map(|(id, _)| *id)
        .collect();
    let opened: Vec<ParcelId> = open
        .parcels
        .iter()
        .filter(|parcel| parcel.row.state == parcel::State::Packed)
        .filter(|parcel| parcel.lines.iter().any(|line| packed_into.contains(&line.line_id)))
        .map(|parcel| parcel.row.id)
        .collect();
    if opened.is_empty() {
        return Ok(0);
    }
    parcel::Entity::update_many()
        .col_expr(parcel::Column::State, Expr::value(parcel::State::Unpacked))
        .filter(parcel::Column::Id.is_in(opened.iter().copied()))
        .exec(unit)
        .await?;
    for parcel in &mut open.parcels {
        if opened.contains(&parcel.row.id) {
            parcel.row.state = parcel::State::Unpacked;
        }
    }
    Ok(opened.len())
}

/// Lets go of what the line `id` holds of `lots`, and of as much beside it as rounding up to `part` takes; returns how much
/// less the line costs.
async fn drop_part(
    unit: &mut Unit,
    open: &mut Open,
    lots: &[BatchId],
    id: OrderLineId,
    part: Thousandths,
) -> Result<i64, OrdersError> {
    let Some(place) = open.lines.iter().position(|line| line.id == id) else {
        return Ok(0);
    };
    let before = open.lines[place].clone();
    let there = before.quantity.0 - gone(&open.parcels, id).0;
    let going: Uuid = unit.id();
    let (of_lots, held) = hand_over_lots(unit, id.0, going, lots).await?;
    let kept = held.0 - of_lots.0;
    let stays = i128::from(held.0) * i128::from(there - part.0) / i128::from(there.max(1));
    let stays = i64::try_from(stays).unwrap_or(kept).min(kept);
    if stays < kept {
        hand_over(unit, id.0, going, Thousandths(stays), Thousandths(kept), End::Last).await?;
    }
    hold::release(unit, &[going]).await?;
    rename_all(unit, going, id.0).await?;
    let after = shorter(&before, part);
    write_line(unit, &after).await?;
    let less = before.amount.0 - after.amount.0;
    open.lines[place] = after;
    Ok(less)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_partly_recalled_is_given_up_whole() {
        let part = |there, of, all, whole| part_of(Thousandths(there), Thousandths(of), Thousandths(all), whole).0;
        assert_eq!(part(5000, 2000, 5000, false), 2000);
        assert_eq!(part(3000, 7500, 15_000, true), 2000, "a bag of which half is recalled");
        assert_eq!(part(3000, 15_000, 15_000, true), 3000);
        assert_eq!(part(1000, 1, 3, false), 334);
        assert_eq!(part(0, 1, 3, true), 0);
    }
}
