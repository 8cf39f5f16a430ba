//! A buyer checks out: what is in the basket becomes one order for each seller, paid for and held in one unit.
//!
//! What can be read is read before the unit, and within it one statement tells whether it still holds: where there is a
//! single writer, it has to do little.

use std::collections::HashMap;

use entity::{
    Dong, ShortCode, Thousandths, Timestamp,
    ids::{MoneyAccountId, OrderGroupId, OrderId, PaymentId},
    orders::{
        collection, group, line,
        order::{self, Delivery, Fulfilment, Method, State},
    },
    payments::payment::{self, Purpose},
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::{
    OrdersError,
    checkout::{NewOrders, at},
    credit,
    delivery::book::book,
    error::internal,
    known::Known,
    limit,
    read::{LineView, OrderView, PaymentView},
    reckon::{Line, Part, reckon},
};
use crate::{
    app::sha256,
    catalogue::{tell_staff, webhooks},
    config::Money,
    db::Unit,
    http::{input::Wrong, language::Message},
    identity::messages::{About, Note},
    listings::hold::{HeldLot, HoldError, Wanted, hold},
    payments::{self, NewPayment},
};

/// How long goods wait for their money. Long enough to open a banking app, find the one-time code and try twice; short
/// enough that the last kilogram is not kept from others by somebody who went to bed.
pub const PAID_WITHIN_MS: i64 = 30 * 60 * 1000;

/// What a checkout left: the group, and the token that lets a guest see it. This is the only moment it is known.
#[derive(Clone, Debug)]
pub struct Placed {
    pub group: OrderGroupId,
    pub access_token: String,
    /// The orders, one for each seller, with what is around them.
    pub orders: Vec<OrderView>,
}

/// Places the orders: all of them with their stock and payments, or nothing at all.
pub async fn place(unit: &mut Unit, money: Money, new: &NewOrders) -> Result<Placed, OrdersError> {
    let known = Known::read(&*unit, unit.now(), money, &new.asked, unit.actor().person()).await?;
    place_known(unit, money, &known, new).await
}

/// [`place`] with what is known already and still holds.
pub(super) async fn place_known(
    unit: &mut Unit,
    money: Money,
    known: &Known,
    new: &NewOrders,
) -> Result<Placed, OrdersError> {
    let all = reckon(known, &new.asked, &|| unit.id());
    all.wrong.result()?;
    all.gone.result().map_err(OrdersError::FellShort)?;
    let parts = all.parts;
    // Listings are locked before pools.
    limit::check(unit, &new.phone, &lines(&parts)).await?;
    let lots = hold_all(unit, &lines(&parts)).await?;
    book_all(unit, &parts).await?;
    let payments = ask_for_money(unit, money, new.method, &parts).await?;
    let placed = write(unit, known, new, &parts, lots, &payments)?;
    spend_credit(unit, &placed).await?;
    tell(unit, known, &placed).await?;
    Ok(placed)
}

/// Whose account money paid by `method` goes to: what a gateway takes is held, whatever buyers do who pay by transfer
/// (ADR 0024).
pub(super) const fn money_of(money: Money, method: Option<Method>) -> Money {
    match method {
        Some(method) if method.gateway().is_some() => Money::Held,
        _ => money,
    }
}

/// Tells the sellers' own systems; and their people of what asks for no money first. Of the rest they hear once it is paid.
async fn tell(unit: &mut Unit, known: &Known, placed: &Placed) -> Result<(), OrdersError> {
    for view in &placed.orders {
        let order = &view.order;
        if order.payment_id.is_none() {
            let text = Message::new("orders-tell-placed")
                .with("number", order.number.to_string())
                .with("amount", usize::try_from(order.total.0).unwrap_or_default());
            let note = Note::new(About::Orders, text).linked("/app/don-hang");
            tell_staff(unit, order.seller_id, note).await?;
        }
        if known.heard.contains(&order.seller_id) {
            let data = json!({
                "order_id": order.id.to_string(),
                "number": order.number.to_string(),
                "seller_id": order.seller_id.to_string(),
                "state": order.state.code(),
                "total": order.total.0,
            });
            webhooks::emit(unit, order.seller_id, "order.placed", data).await?;
        }
    }
    Ok(())
}

fn lines(parts: &[Part]) -> Vec<&Line> {
    parts.iter().flat_map(|part| &part.lines).collect()
}

/// Holds the goods of `lines`, or tells what is left of those that fell short.
async fn hold_all(unit: &mut Unit, lines: &[&Line]) -> Result<HashMap<Uuid, Vec<HeldLot>>, OrdersError> {
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| Wanted {
            holder: line.id.0,
            listing: &line.listing,
            quantity: line.quantity,
        })
        .collect();
    let mut short = match hold(unit, &wanted).await {
        Ok(lots) => return Ok(lots),
        Err(HoldError::Short(short)) => short,
        Err(error) => return Err(internal(error)),
    };
    let place = |holder: Uuid| lines.iter().find(|line| line.id.0 == holder).map(|line| line.place);
    short.sort_by_key(|short| place(short.holder));
    let mut wrong = Wrong::default();
    for short in short {
        if let Some(place) = place(short.holder) {
            wrong.short(at(place), left_words(short.left), short.left);
        }
    }
    Err(OrdersError::FellShort(wrong))
}

/// How a line that fell short is told of.
pub(super) fn left_words(left: entity::Quantity) -> Message {
    if left.amount.0 > 0 {
        Message::new("orders-say-left").with("left", left.to_string())
    } else {
        Message::new("orders-say-sold-out")
    }
}

/// Takes the places at the farms' times, each in the order of their keys.
async fn book_all(unit: &Unit, parts: &[Part]) -> Result<(), OrdersError> {
    let mut wanted: Vec<_> = parts
        .iter()
        .filter_map(|part| Some((part.collection.as_ref()?.slot?, part.seller)))
        .collect();
    wanted.sort_by_key(|((time, ..), _)| *time);
    for ((time, day, capacity), seller) in wanted {
        if !book(unit, time, day, capacity).await? {
            let full = Wrong::one(format!("/delivery/{seller}/slot"), "orders-say-slot-full");
            return Err(OrdersError::FellShort(full));
        }
    }
    Ok(())
}

/// One payment for each seller where money goes straight to them, one for all where it is held; none for an order that
/// leaves nothing to pay, or is paid on delivery.
async fn ask_for_money(
    unit: &mut Unit,
    money: Money,
    method: Method,
    parts: &[Part],
) -> Result<HashMap<OrderId, payment::Model>, OrdersError> {
    let asked: Vec<(OrderId, MoneyAccountId, Dong)> = parts
        .iter()
        .filter_map(|part| Some((part.order, part.account?, part.total?)))
        .collect();
    let Some((_, first, _)) = asked.first() else {
        return Ok(HashMap::new());
    };
    let amounts = match money_of(money, Some(method)) {
        Money::Direct => asked.iter().map(|(_, account, total)| (*account, *total)).collect(),
        Money::Held => {
            let total = asked.iter().fold(0_i64, |sum, (.., total)| sum + total.0);
            vec![(*first, Dong(total))]
        }
    };
    let expires_at = unit.now().plus(PAID_WITHIN_MS);
    let new: Vec<_> = amounts
        .into_iter()
        .map(|(account, amount)| new_payment(unit, account, amount, expires_at))
        .collect();
    let mut made = payments::request_later(unit, &new);
    if let Some(gateway) = method.gateway() {
        for payment in &mut made {
            payments::by_gateway(unit, payment.id, gateway).await?;
            payment.gateway = Some(gateway);
        }
    }
    Ok(asked
        .iter()
        .enumerate()
        .filter_map(|(place, (order, ..))| {
            let payment = made.get(place).or_else(|| made.first())?;
            Some((*order, payment.clone()))
        })
        .collect())
}

fn new_payment(unit: &Unit, account: MoneyAccountId, amount: Dong, expires_at: Timestamp) -> NewPayment {
    let id: PaymentId = unit.id();
    NewPayment {
        id,
        seed: id.0,
        account,
        purpose: Purpose::Order,
        amount,
        expires_at: Some(expires_at),
    }
}

/// Asks for `amount` into `account` until `expires_at`.
pub(super) async fn ask(
    unit: &mut Unit,
    account: MoneyAccountId,
    amount: Dong,
    expires_at: Timestamp,
) -> Result<PaymentId, OrdersError> {
    let new = new_payment(unit, account, amount, expires_at);
    Ok(payments::request(unit, new).await?.id)
}

fn write(
    unit: &mut Unit,
    known: &Known,
    new: &NewOrders,
    parts: &[Part],
    mut lots: HashMap<Uuid, Vec<HeldLot>>,
    payments: &HashMap<OrderId, payment::Model>,
) -> Result<Placed, OrdersError> {
    let access_token = unit.source().secret();
    let group = group::Model {
        id: unit.id(),
        token_hash: sha256(&access_token),
        person_id: unit.actor().person(),
        buyer_name: new.name.clone(),
        buyer_phone: new.phone.clone(),
        commune_code: new.commune.clone(),
        street: new.street.clone(),
        language: Some(new.language.code().to_owned()),
        created_at: unit.now(),
    };
    let paid_by = |payment: PaymentId| -> Vec<OrderId> {
        let of = parts.iter().map(|part| part.order);
        of.filter(|order| payments.get(order).is_some_and(|row| row.id == payment))
            .collect()
    };
    let mut orders = Vec::with_capacity(parts.len());
    for part in parts {
        let payment = payments.get(&part.order);
        let order = order_row(unit, new, &group, part, payment);
        let lines = part.lines.iter().zip(0..).map(|(line, position)| LineView {
            line: line_row(part.order, position, line),
            lots: lots.remove(&line.id.0).unwrap_or_default(),
            packed: Thousandths::ZERO,
            review: None,
        });
        orders.push(OrderView {
            lines: lines.collect(),
            collection: collection_row(part),
            cycle: part.cycle.clone(),
            seller: known.sellers.get(&part.seller).cloned().ok_or(OrdersError::Overtaken)?,
            payment: match payment {
                Some(row) => Some(PaymentView {
                    account: known
                        .accounts
                        .get(&part.seller)
                        .cloned()
                        .ok_or(OrdersError::Overtaken)?,
                    orders: paid_by(row.id),
                    payment: row.clone(),
                }),
                None => None,
            },
            group: group.clone(),
            order,
            parcels: Vec::new(),
            further: Vec::new(),
            edit: None,
            returns: Vec::new(),
        });
    }
    let id = group.id;
    unit.later(&group::Entity::insert(group.into_active_model()));
    let rows = orders.iter().map(|view| view.order.clone().into_active_model());
    unit.later(&order::Entity::insert_many(rows));
    let rows = orders.iter().flat_map(|view| &view.lines);
    unit.later(&line::Entity::insert_many(
        rows.map(|view| view.line.clone().into_active_model()),
    ));
    let rows: Vec<_> = orders
        .iter()
        .filter_map(|view| Some(view.collection.clone()?.into_active_model()))
        .collect();
    if !rows.is_empty() {
        unit.later(&collection::Entity::insert_many(rows));
    }
    Ok(Placed {
        group: id,
        access_token,
        orders,
    })
}

fn order_row(
    unit: &Unit,
    new: &NewOrders,
    group: &group::Model,
    part: &Part,
    payment: Option<&payment::Model>,
) -> order::Model {
    order::Model {
        id: part.order,
        number: ShortCode::from_bits(unit.random()),
        group_id: group.id,
        seller_id: part.seller,
        delivery: part.delivery.unwrap_or(Delivery::Ship),
        method: new.method,
        total: part.total.unwrap_or_default(),
        state: State::Placed,
        fulfilment: Fulfilment::Waiting,
        payment_id: payment.map(|row| row.id),
        created_at: unit.now(),
        updated_at: unit.now(),
        delivery_fee: part.fee.unwrap_or_default(),
        credit_used: part.credit,
        cycle_id: part.cycle.as_ref().map(|cycle| cycle.id),
        given_back: Dong::ZERO,
        cancelled_by: None,
        cancelled_at: None,
        cancel_reason: None,
        cash: None,
        delivered_at: None,
        received_at: None,
        earned_at: None,
    }
}

pub(super) fn line_row(order: OrderId, position: i32, line: &Line) -> line::Model {
    line::Model {
        id: line.id,
        order_id: order,
        position,
        listing_id: line.listing.id,
        product_id: line.listing.product_id,
        title: line.listing.title.clone(),
        quantity: line.quantity,
        unit: line.listing.unit,
        price: line.price,
        amount: line.amount,
        weight_price: line.terms.by_weight.map(|by_weight| by_weight.price),
        weight_unit: line.weight.map(|weight| weight.unit),
        estimated_weight: line.weight.map(|weight| weight.amount),
        given_up: Thousandths::ZERO,
        weighed: None,
    }
}

fn collection_row(part: &Part) -> Option<collection::Model> {
    let place = part.collection.clone()?;
    let (opens, closes) = place.hours.unzip();
    Some(collection::Model {
        order_id: part.order,
        name: place.name,
        commune_code: place.commune_code,
        street: place.street,
        opening: place.opening,
        time_id: place.slot.map(|(time, ..)| time),
        day: place.slot.map(|(_, day, _)| day),
        opens,
        closes,
        booked: place.slot.is_some(),
    })
}

/// Credit is locked last, seller by seller.
async fn spend_credit(unit: &mut Unit, placed: &Placed) -> Result<(), OrdersError> {
    let mut spent: Vec<_> = placed
        .orders
        .iter()
        .map(|view| &view.order)
        .filter(|order| order.credit_used > Dong::ZERO)
        .collect();
    spent.sort_by_key(|order| order.seller_id);
    for order in spent {
        let person = unit.actor().person().ok_or(OrdersError::Overtaken)?;
        if !credit::spend(unit, order.seller_id, person, order.credit_used, order.id).await? {
            // Somebody, most likely the same person in another window, has spent it since.
            let gone = Wrong::one("/use_credit", "orders-say-credit-gone");
            return Err(OrdersError::FellShort(gone));
        }
    }
    Ok(())
}
