//! A buyer changes the quantities of an order that was placed in a cycle, until the cycle closes.
//!
//! A line that changes is ordered anew, at the terms of this moment; one that does not keeps its price. Stock and payment
//! follow in the same unit.

use std::collections::HashMap;

use entity::{
    Dong, Quantity, Thousandths,
    ids::{ListingId, OrderId},
    orders::{
        group, line,
        order::{self, Delivery, Fulfilment, Method, State},
    },
    payments::payment,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    checked,
    config::Money,
    db::Unit,
    http::{
        input::{Field, Wrong},
        language::Message,
    },
    listings::hold::{HoldError, Wanted, hold, release},
    orders::{
        OrdersError, PAID_WITHIN_MS,
        checkout::{Asked, CheckoutLine, Wish, at, lines as read_lines},
        credit,
        cycles::read::cycle,
        delivery::{Settings, fee},
        error::internal,
        known::Known,
        limit,
        open::{find, is_touched},
        place::{ask, left_words, line_row},
        reckon::{Line, reckon},
    },
    payments::{
        self, NewRefund,
        lifecycle::{is_open, is_paid},
        refund::Why,
    },
};

/// How the lines of an order shall be.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct EditLines {
    /// All of them; a listing that is left out is dropped, and at least one stays.
    #[schema(value_type = Vec<CheckoutLine>, min_items = 1, max_items = 100)]
    pub lines: Field<Vec<Field<CheckoutLine>>>,
    /// The order's total in đồng that the buyer was shown. Given, nothing changes when it would be another.
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub expected_total: Field<i64>,
}

/// Checked lines.
#[derive(Clone, Debug)]
pub struct NewLines {
    lines: Vec<(ListingId, Quantity)>,
    expected_total: Option<Dong>,
}

impl EditLines {
    pub fn check(&self) -> Result<NewLines, Wrong> {
        let mut wrong = Wrong::default();
        let lines = read_lines(&mut wrong, &self.lines);
        let expected_total = wrong.optional("/expected_total", &self.expected_total, |wrong, pointer, field| {
            wrong.integer(pointer, field, 0..=Dong::MAX.0).map(Dong)
        });
        checked!(wrong; lines, expected_total);
        Ok(NewLines { lines, expected_total })
    }
}

/// What becomes of an order's lines.
struct Plan {
    /// As they will stand, in their places.
    after: Vec<line::Model>,
    /// Those that are ordered anew: as they were, and as they will be.
    changed: Vec<(line::Model, Line)>,
    dropped: Vec<line::Model>,
    goods: Dong,
    /// In grams.
    weight: i64,
}

/// Makes the lines of the order `id` what `wanted` says.
pub async fn edit_lines(unit: &mut Unit, money: Money, id: OrderId, wanted: &NewLines) -> Result<(), OrdersError> {
    let before = find(unit, id).await?;
    let Some(cycle) = (match before.cycle_id {
        Some(id) => cycle(&*unit, id).await?,
        None => None,
    }) else {
        return Err(OrdersError::NotEditable);
    };
    let untouched =
        matches!(before.state, State::Placed | State::Confirmed) && before.fulfilment == Fulfilment::Waiting;
    if !untouched || unit.now() >= cycle.closes_at || is_touched(unit, id).await? {
        return Err(OrdersError::NotEditable);
    }
    let plan = plan(unit, money, &before, wanted).await?;
    if plan.changed.is_empty() && plan.dropped.is_empty() {
        return Ok(());
    }
    let fee = fee_of(unit, &before, &plan).await?;
    let whole = plan.goods.checked_add(fee).filter(|whole| *whole <= Dong::MAX);
    let whole = whole.ok_or_else(|| Wrong::one("/lines", "wrong-order-amount"))?;
    let credit_used = before.credit_used.min(whole);
    let total = Dong(whole.0 - credit_used.0);
    if wanted.expected_total.is_some_and(|expected| expected != total) {
        let changed = Message::new("orders-say-price-changed").with("total", total.to_string());
        return Err(OrdersError::FellShort(Wrong::one("/expected_total", changed)));
    }
    check_limits(unit, &before, &plan).await?;
    hold_anew(unit, &plan).await?;
    let after = order::Model {
        total,
        delivery_fee: fee,
        credit_used,
        ..before.clone()
    };
    follow_with_money(unit, &before, after).await?;
    write_lines(unit, &plan).await?;
    if credit_used < before.credit_used {
        credit::give_back(unit, id, Some(Dong(before.credit_used.0 - credit_used.0))).await?;
    }
    Ok(())
}

async fn plan(unit: &Unit, money: Money, order: &order::Model, wanted: &NewLines) -> Result<Plan, OrdersError> {
    let rows = line::Entity::find()
        .filter(line::Column::OrderId.eq(order.id))
        .order_by_asc(line::Column::Position)
        .all(unit)
        .await?;
    let asked = Asked {
        lines: wanted.lines.clone(),
        commune: None,
        delivery: Wish::One(order.delivery),
        method: Some(Method::Cod),
        use_credit: false,
        expected_total: None,
    };
    let known = Known::read(unit, unit.now(), money, &asked, None).await?;
    let mut all = reckon(&known, &asked, &|| unit.id());
    // How it is handed over was settled when it was ordered.
    all.wrong.0.retain(|error| !error.pointer.starts_with("/delivery"));
    for (place, (listing, _)) in wanted.lines.iter().enumerate() {
        if rows.iter().all(|row| row.listing_id != *listing) {
            all.wrong
                .note(format!("{}/listing_id", at(place)), "wrong-not-in-order");
        }
    }
    all.wrong.result()?;
    let mut now: HashMap<ListingId, Line> = all
        .parts
        .into_iter()
        .flat_map(|part| part.lines)
        .map(|line| (line.listing.id, line))
        .collect();
    // What is off sale by now may be kept or lessened, and not be made more.
    let less: Vec<usize> = now
        .values()
        .filter(|line| {
            let row = rows.iter().find(|row| row.listing_id == line.listing.id);
            row.is_some_and(|row| line.quantity <= row.quantity)
        })
        .map(|line| line.place)
        .collect();
    all.gone
        .0
        .retain(|error| less.iter().all(|place| error.pointer != at(*place)));
    all.gone.result().map_err(OrdersError::FellShort)?;
    let mut plan = Plan {
        after: Vec::new(),
        changed: Vec::new(),
        dropped: Vec::new(),
        goods: Dong::ZERO,
        weight: 0,
    };
    for row in rows {
        let Some(mut line) = now.remove(&row.listing_id) else {
            plan.dropped.push(row);
            continue;
        };
        let grams = fee::grams(&line.terms, line.quantity, line.weight).unwrap_or(0);
        plan.weight = plan.weight.saturating_add(grams);
        if line.quantity == row.quantity {
            plan.after.push(row);
            continue;
        }
        line.id = row.id;
        plan.after.push(line_row(order.id, row.position, &line));
        plan.changed.push((row, line));
    }
    plan.goods = plan
        .after
        .iter()
        .try_fold(Dong::ZERO, |sum, row| sum.checked_add(row.amount))
        .ok_or_else(|| Wrong::one("/lines", "wrong-order-amount"))?;
    Ok(plan)
}

/// What carrying it costs now that it weighs something else; what was asked for a place that nobody serves any more stays.
async fn fee_of(unit: &Unit, order: &order::Model, plan: &Plan) -> Result<Dong, OrdersError> {
    if order.delivery != Delivery::Ship {
        return Ok(order.delivery_fee);
    }
    let settings = Settings::read(unit, &[order.seller_id]).await?.remove(&order.seller_id);
    let group = group::Entity::find_by_id(order.group_id).one(unit).await?;
    let (Some(settings), Some(group)) = (settings, group) else {
        return Ok(order.delivery_fee);
    };
    let zone = fee::zone_of(&settings.zones, &group.commune_code);
    Ok(zone
        .and_then(|zone| fee::fee(zone, plan.weight, plan.goods))
        .unwrap_or(order.delivery_fee))
}

/// What is more of a line counts against the limit of its listing.
async fn check_limits(unit: &Unit, order: &order::Model, plan: &Plan) -> Result<(), OrdersError> {
    let more: Vec<Line> = plan
        .changed
        .iter()
        .filter(|(row, line)| line.quantity > row.quantity)
        .map(|(row, line)| Line {
            quantity: Thousandths(line.quantity.0 - row.quantity.0),
            ..line.clone()
        })
        .collect();
    if more.iter().all(|line| line.terms.limit.is_none()) {
        return Ok(());
    }
    let group = group::Entity::find_by_id(order.group_id).one(unit).await?;
    let group = group.ok_or(OrdersError::NoSuchOrder)?;
    limit::check(unit, &group.buyer_phone, &more.iter().collect::<Vec<_>>()).await
}

/// Gives back what the lines held and holds what they shall have; what falls short leaves everything as it was.
async fn hold_anew(unit: &mut Unit, plan: &Plan) -> Result<(), OrdersError> {
    let changed = plan.changed.iter().map(|(row, _)| row.id.0);
    let holders: Vec<_> = changed.chain(plan.dropped.iter().map(|row| row.id.0)).collect();
    release(unit, &holders).await?;
    let wanted: Vec<_> = plan
        .changed
        .iter()
        .map(|(_, line)| Wanted {
            holder: line.id.0,
            listing: &line.listing,
            quantity: line.quantity,
        })
        .collect();
    let short = match hold(unit, &wanted).await {
        Ok(_) => return Ok(()),
        Err(HoldError::Short(short)) => short,
        Err(error) => return Err(internal(error)),
    };
    let mut wrong = Wrong::default();
    for (_, line) in &plan.changed {
        if let Some(short) = short.iter().find(|short| short.holder == line.id.0) {
            wrong.short(at(line.place), left_words(short.left), short.left);
        }
    }
    Err(OrdersError::FellShort(wrong))
}

/// Writes the order's new sums and lets its payment follow. While no money came, another payment takes the place of the
/// former, which may have been for other orders too.
async fn follow_with_money(unit: &mut Unit, before: &order::Model, after: order::Model) -> Result<(), OrdersError> {
    let former = match before.payment_id {
        Some(id) => Some(payments::locked(unit, id).await?),
        None => None,
    };
    let written = order::Entity::update_many()
        .col_expr(order::Column::Total, Expr::value(after.total))
        .col_expr(order::Column::DeliveryFee, Expr::value(after.delivery_fee))
        .col_expr(order::Column::CreditUsed, Expr::value(after.credit_used))
        .col_expr(order::Column::UpdatedAt, Expr::value(unit.now()))
        .filter(order::Column::Id.eq(before.id))
        .filter(order::Column::State.eq(before.state))
        .filter(order::Column::Fulfilment.eq(before.fulfilment))
        .filter(order::Column::Total.eq(before.total))
        // Whoever else changed it since has held its goods anew too.
        .filter(order::Column::UpdatedAt.eq(before.updated_at))
        .exec(&*unit)
        .await?;
    if written.rows_affected == 0 {
        return Err(OrdersError::Overtaken);
    }
    let Some(former) = former else {
        // It is paid on delivery, or was paid by credit; then nothing more can be asked for it this way.
        let more = after.method != Method::Cod && after.total > before.total;
        return if more { Err(OrdersError::PaidAlready) } else { Ok(()) };
    };
    if is_open(former.status) && former.received == Dong::ZERO {
        return replace(unit, &former).await;
    }
    match before.total.0 - after.total.0 {
        0 => Ok(()),
        less if less > 0 && is_paid(former.status) => {
            let owed = NewRefund {
                payment: former.id,
                order: before.id.0,
                seller: before.seller_id,
                amount: Dong(less),
                why: Why::Edited,
            };
            payments::refund(unit, owed).await?;
            Ok(())
        }
        _ => Err(OrdersError::PaidAlready),
    }
}

/// Gives the payment `former` up and asks anew for what its orders come to now.
async fn replace(unit: &mut Unit, former: &payment::Model) -> Result<(), OrdersError> {
    payments::expire(unit, former.id).await?;
    let orders = order::Entity::find()
        .filter(order::Column::PaymentId.eq(former.id))
        .filter(order::Column::State.is_in([State::Placed, State::Confirmed]))
        .all(&*unit)
        .await?;
    let total: i64 = orders.iter().map(|order| order.total.0).sum();
    let payment = if total > 0 {
        let until = former.expires_at.unwrap_or_else(|| unit.now().plus(PAID_WITHIN_MS));
        let payment = ask(unit, former.account_id, Dong(total), until).await?;
        if let Some(gateway) = former.gateway {
            payments::by_gateway(unit, payment, gateway).await?;
        }
        Some(payment)
    } else {
        None
    };
    order::Entity::update_many()
        .col_expr(order::Column::PaymentId, Expr::value(payment))
        .filter(order::Column::Id.is_in(orders.iter().map(|order| order.id)))
        .exec(&*unit)
        .await?;
    Ok(())
}

async fn write_lines(unit: &Unit, plan: &Plan) -> Result<(), OrdersError> {
    if !plan.dropped.is_empty() {
        line::Entity::delete_many()
            .filter(line::Column::Id.is_in(plan.dropped.iter().map(|row| row.id)))
            .exec(unit)
            .await?;
    }
    for row in &plan.after {
        if plan.changed.iter().any(|(before, _)| before.id == row.id) {
            line::Entity::update(row.clone().into_active_model().reset_all())
                .exec(unit)
                .await?;
        }
    }
    Ok(())
}
