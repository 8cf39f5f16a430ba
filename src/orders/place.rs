//! A buyer checks out: what is in the basket becomes one order for each seller, paid for and held in one unit.

use std::collections::HashMap;

use entity::{
    Dong, Quantity, ShortCode, Thousandths, Timestamp,
    ids::{ListingId, MoneyAccountId, OrderGroupId, OrderId, OrderLineId, PaymentId, SellerId},
    listings::listing::{self, State as ListingState},
    orders::{
        group, line,
        order::{self, Delivery, Fulfilment, Method, State},
    },
    payments::payment::Purpose,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{
    OrdersError, amount,
    checkout::{NewOrders, Wish, at},
    error::internal,
    limit,
};
use crate::{
    app::sha256,
    catalogue::read::closures_on,
    config::Money,
    db::Unit,
    http::{input::Wrong, language::Message},
    listings::{
        hold::{HoldError, Wanted, hold},
        is_over,
        offer::Terms,
        read::tiers_of,
    },
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
}

/// A line as it will be written: the listing as it is now, and what is wanted of it in its own unit.
pub(super) struct Line {
    id: OrderLineId,
    /// Where its listing came first.
    pub place: usize,
    pub listing: listing::Model,
    pub terms: Terms,
    pub quantity: Thousandths,
    /// Đồng for one unit, of the tier that the quantity reaches.
    price: Dong,
    amount: Dong,
    /// What its pieces are thought to weigh, where weight is charged.
    weight: Option<Quantity>,
}

/// What one seller is asked for.
struct Part {
    seller: SellerId,
    order: OrderId,
    delivery: Delivery,
    lines: Vec<Line>,
    total: Dong,
    /// Where the money goes; `None` when it is paid on delivery.
    account: Option<MoneyAccountId>,
    payment: Option<PaymentId>,
}

/// Places the orders: all of them with their stock and payments, or nothing at all.
pub async fn place(unit: &mut Unit, money: Money, new: &NewOrders) -> Result<Placed, OrdersError> {
    let lines = lines_now(unit, new).await?;
    // Listings are locked before pools.
    limit::check(unit, &new.phone, &lines).await?;
    let mut parts = split(unit, new, lines)?;
    find_accounts(unit, money, new.method, &mut parts).await?;
    hold_all(unit, &parts).await?;
    ask_for_money(unit, money, new.method, &mut parts).await?;
    write(unit, new, parts).await
}

/// The lines with their listings and prices of this moment, each listing once.
async fn lines_now(unit: &Unit, new: &NewOrders) -> Result<Vec<Line>, OrdersError> {
    let ids: Vec<_> = new.lines.iter().map(|(id, _)| *id).collect();
    let found = listing::Entity::find()
        .filter(listing::Column::Id.is_in(ids.iter().copied()))
        .all(unit)
        .await?;
    let mut tiers = tiers_of(unit, &ids).await?;
    let sellers: Vec<SellerId> = found.iter().map(|row| row.seller_id).collect();
    let closed = closures_on(unit, unit.now().day(), &sellers).await?;
    let listings: HashMap<ListingId, listing::Model> = found.into_iter().map(|row| (row.id, row)).collect();
    let (mut wrong, mut gone) = (Wrong::default(), Wrong::default());
    let mut lines: Vec<Line> = Vec::new();
    for (place, (id, quantity)) in new.lines.iter().enumerate() {
        let known = listings.get(id).map(|listing| (listing, listing.state));
        let listing = match known {
            Some((listing, ListingState::Live)) => listing,
            // It was there for all to see, and may well be in somebody's basket.
            Some((_, ListingState::Withdrawn | ListingState::TakenDown)) => {
                gone.note(at(place), "orders-say-withdrawn");
                continue;
            }
            Some((_, ListingState::Draft | ListingState::Review)) | None => {
                wrong.note(format!("{}/listing_id", at(place)), "wrong-no-such-listing");
                continue;
            }
        };
        if is_over(listing, unit.now().day()) {
            gone.note(at(place), "orders-say-preorder-over");
            continue;
        }
        if let Some(closed) = closed.get(&listing.seller_id) {
            let until = Message::new("orders-say-closed").with("until", closed.until.to_string());
            gone.note(at(place), until);
            continue;
        }
        let Some(wanted) = wanted(&mut wrong, place, listing, *quantity) else {
            continue;
        };
        match lines.iter_mut().find(|line| line.listing.id == *id) {
            Some(line) => line.quantity = Thousandths(line.quantity.0 + wanted.0),
            None => lines.push(Line {
                id: unit.id(),
                place,
                terms: Terms::of(listing, tiers.remove(id).unwrap_or_default()),
                listing: listing.clone(),
                quantity: wanted,
                price: listing.price,
                amount: Dong::ZERO,
                weight: None,
            }),
        }
    }
    for line in &mut lines {
        if let Some(refusal) = line.terms.refusal(line.quantity) {
            wrong.note(format!("{}/quantity", at(line.place)), refusal);
            continue;
        }
        match amount::of(&line.terms, line.quantity) {
            Some(cost) => (line.price, line.amount, line.weight) = (cost.price, cost.amount, cost.weight),
            None => wrong.note(format!("{}/quantity/value", at(line.place)), "wrong-order-amount"),
        }
    }
    wrong.result()?;
    gone.result().map_err(OrdersError::FellShort)?;
    Ok(lines)
}

/// `quantity` in the listing's unit, when one can buy so much of it.
fn wanted(wrong: &mut Wrong, place: usize, listing: &listing::Model, quantity: Quantity) -> Option<Thousandths> {
    let Some(wanted) = quantity.convert(listing.unit) else {
        let unit = Message::new("wrong-line-unit").with("unit", listing.unit.code());
        wrong.note(format!("{}/quantity/unit", at(place)), unit);
        return None;
    };
    if listing.unit.base().is_none() && wanted.amount.0 % 1000 != 0 {
        let whole = Message::new("wrong-whole").with("unit", listing.unit.label());
        wrong.note(format!("{}/quantity/value", at(place)), whole);
        return None;
    }
    Some(wanted.amount)
}

/// The lines by seller, in the order in which the sellers come in the basket.
fn split(unit: &Unit, new: &NewOrders, lines: Vec<Line>) -> Result<Vec<Part>, OrdersError> {
    let mut wrong = Wrong::default();
    let mut parts: Vec<Part> = Vec::new();
    for line in lines {
        let seller = line.listing.seller_id;
        if let Some(part) = parts.iter_mut().find(|part| part.seller == seller) {
            part.lines.push(line);
            continue;
        }
        let delivery = match &new.delivery {
            Wish::One(delivery) => Some(*delivery),
            Wish::PerSeller(wishes) => wishes.get(&seller).copied(),
        };
        if delivery.is_none() {
            wrong.note(format!("/delivery/{seller}"), "wrong-required");
        }
        parts.push(Part {
            seller,
            order: unit.id(),
            delivery: delivery.unwrap_or(Delivery::Ship),
            lines: vec![line],
            total: Dong::ZERO,
            account: None,
            payment: None,
        });
    }
    if let Wish::PerSeller(wishes) = &new.delivery {
        for stranger in wishes
            .keys()
            .filter(|seller| parts.iter().all(|part| part.seller != **seller))
        {
            wrong.note(format!("/delivery/{stranger}"), "wrong-delivery-seller");
        }
    }
    for part in &mut parts {
        match amount::sum(part.lines.iter().map(|line| line.amount)) {
            Some(total) => part.total = total,
            None => wrong.note("/lines", "wrong-order-amount"),
        }
    }
    let total = amount::sum(parts.iter().map(|part| part.total));
    if total.is_none() && wrong.0.is_empty() {
        wrong.note("/lines", "wrong-order-amount");
    }
    wrong.result()?;
    match new.expected_total {
        Some(expected) if total != Some(expected) => {
            let now = total.unwrap_or_default().to_string();
            let changed = Message::new("orders-say-price-changed").with("total", now);
            Err(OrdersError::FellShort(Wrong::one("/expected_total", changed)))
        }
        _ => Ok(parts),
    }
}

/// Finds the account each part is paid into; a seller without one cannot be paid by transfer.
async fn find_accounts(unit: &Unit, money: Money, method: Method, parts: &mut [Part]) -> Result<(), OrdersError> {
    if method == Method::Cod {
        return Ok(());
    }
    let held = match money {
        Money::Direct => None,
        Money::Held => payments::held_account(unit).await?,
    };
    let mut lacking = Wrong::default();
    for part in parts {
        let account = match money {
            Money::Direct => payments::account_of_seller(unit, part.seller).await?,
            Money::Held => held.clone(),
        };
        if account.is_none() {
            for line in &part.lines {
                lacking.note(at(line.place), "orders-say-no-account");
            }
        }
        part.account = account.map(|account| account.id);
    }
    lacking
        .0
        .sort_by(|a, b| by_place(&a.pointer).cmp(&by_place(&b.pointer)));
    lacking.result().map_err(OrdersError::FellShort)
}

/// A line's pointer by its number, so that the tenth comes after the second.
fn by_place(pointer: &str) -> (usize, &str) {
    (pointer.len(), pointer)
}

async fn hold_all(unit: &mut Unit, parts: &[Part]) -> Result<(), OrdersError> {
    let lines: Vec<&Line> = parts.iter().flat_map(|part| &part.lines).collect();
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| Wanted {
            holder: line.id.0,
            listing: &line.listing,
            quantity: line.quantity,
        })
        .collect();
    let short = match hold(unit, &wanted).await {
        Ok(()) => return Ok(()),
        Err(HoldError::Short(short)) => short,
        Err(error) => return Err(internal(error)),
    };
    let mut fell_short: Vec<_> = short
        .iter()
        .filter_map(|short| {
            let line = lines.iter().find(|line| line.id.0 == short.holder)?;
            let message = if short.left.amount.0 > 0 {
                Message::new("orders-say-left").with("left", short.left.to_string())
            } else {
                Message::new("orders-say-sold-out")
            };
            Some((line.place, message))
        })
        .collect();
    fell_short.sort_by_key(|(place, _)| *place);
    let mut wrong = Wrong::default();
    for (place, message) in fell_short {
        wrong.note(at(place), message);
    }
    Err(OrdersError::FellShort(wrong))
}

/// One payment for each seller where money goes straight to them, one for all where it is held.
async fn ask_for_money(unit: &mut Unit, money: Money, method: Method, parts: &mut [Part]) -> Result<(), OrdersError> {
    if method == Method::Cod {
        return Ok(());
    }
    let expires_at = unit.now().plus(PAID_WITHIN_MS);
    match money {
        Money::Direct => {
            for part in parts {
                if let Some(account) = part.account {
                    part.payment = Some(ask(unit, account, part.total, expires_at).await?);
                }
            }
        }
        Money::Held => {
            let total = amount::sum(parts.iter().map(|part| part.total)).unwrap_or_default();
            let account = parts.first().and_then(|part| part.account);
            if let Some(account) = account {
                let payment = ask(unit, account, total, expires_at).await?;
                for part in parts {
                    part.payment = Some(payment);
                }
            }
        }
    }
    Ok(())
}

/// Asks for `amount` into `account` until `expires_at`.
pub(super) async fn ask(
    unit: &mut Unit,
    account: MoneyAccountId,
    amount: Dong,
    expires_at: Timestamp,
) -> Result<PaymentId, OrdersError> {
    let id: PaymentId = unit.id();
    let new = NewPayment {
        id,
        seed: id.0,
        account,
        purpose: Purpose::Order,
        amount,
        expires_at: Some(expires_at),
    };
    Ok(payments::request(unit, new).await?.id)
}

async fn write(unit: &mut Unit, new: &NewOrders, parts: Vec<Part>) -> Result<Placed, OrdersError> {
    let group: OrderGroupId = unit.id();
    let access_token = unit.source().secret();
    let row = group::ActiveModel {
        id: Set(group),
        token_hash: Set(sha256(&access_token)),
        person_id: Set(unit.actor().person()),
        buyer_name: Set(new.name.clone()),
        buyer_phone: Set(new.phone.clone()),
        commune_code: Set(new.commune.clone()),
        street: Set(new.street.clone()),
        created_at: Set(unit.now()),
    };
    group::Entity::insert(row).exec_without_returning(&*unit).await?;
    for part in parts {
        let row = order::ActiveModel {
            id: Set(part.order),
            number: Set(ShortCode::from_bits(unit.random())),
            group_id: Set(group),
            seller_id: Set(part.seller),
            delivery: Set(part.delivery),
            method: Set(new.method),
            total: Set(part.total),
            state: Set(State::Placed),
            fulfilment: Set(Fulfilment::Waiting),
            payment_id: Set(part.payment),
            created_at: Set(unit.now()),
            updated_at: Set(unit.now()),
            delivery_fee: Set(Dong::ZERO),
            credit_used: Set(Dong::ZERO),
            cycle_id: Set(None),
            ..Default::default()
        };
        order::Entity::insert(row).exec_without_returning(&*unit).await?;
        let rows = part
            .lines
            .into_iter()
            .zip(0..)
            .map(|(line, position)| line::ActiveModel {
                id: Set(line.id),
                order_id: Set(part.order),
                position: Set(position),
                listing_id: Set(line.listing.id),
                product_id: Set(line.listing.product_id),
                title: Set(line.listing.title),
                quantity: Set(line.quantity),
                unit: Set(line.listing.unit),
                price: Set(line.price),
                amount: Set(line.amount),
                weight_price: Set(line.terms.by_weight.map(|by_weight| by_weight.price)),
                weight_unit: Set(line.weight.map(|weight| weight.unit)),
                estimated_weight: Set(line.weight.map(|weight| weight.amount)),
                ..Default::default()
            });
        line::Entity::insert_many(rows).exec_without_returning(&*unit).await?;
    }
    Ok(Placed { group, access_token })
}
