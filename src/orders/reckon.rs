//! What a basket comes to (pure): its lines by seller, what each costs, how it is handed over, what is paid in the end.
//! The same reckoning serves a quote, the checkout's page and the checkout itself.

use entity::{
    CommuneCode, Day, Dong, Quantity, Thousandths,
    ids::{FarmTimeId, MoneyAccountId, OrderId, OrderLineId, SellerId},
    listings::listing::{self, State as ListingState},
    orders::{
        cycle,
        order::{Delivery, Method},
    },
};
use uuid::Uuid;

use super::{
    amount,
    checkout::{Asked, Way, Wish, at},
    cycles::read::standing,
    delivery::{Settings, fee, refusal},
    known::Known,
};
use crate::{
    http::{input::Wrong, language::Message},
    listings::{is_over, offer::Terms},
};

/// A line as it would be written: the listing as it is now, and what is wanted of it in its own unit.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub id: OrderLineId,
    /// Where its listing came first.
    pub place: usize,
    pub listing: listing::Model,
    pub terms: Terms,
    pub quantity: Thousandths,
    /// Đồng for one unit, of the tier that the quantity reaches.
    pub price: Dong,
    /// Nothing while something is in its way.
    pub amount: Dong,
    /// What its pieces are thought to weigh, where weight is charged.
    pub weight: Option<Quantity>,
}

/// Where and when one seller's goods are fetched.
#[derive(Clone, Debug)]
pub(super) struct Collection {
    pub name: String,
    pub commune_code: CommuneCode,
    pub street: String,
    pub opening: String,
    pub slot: Option<(FarmTimeId, Day, i64)>,
    pub hours: Option<(String, String)>,
}

/// What one seller is asked for.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub seller: SellerId,
    pub order: OrderId,
    pub lines: Vec<Line>,
    pub goods: Dong,
    /// In grams, as far as it is known.
    pub grams: i64,
    /// `None`: nobody said, or in no way that there is.
    pub delivery: Option<Delivery>,
    /// `None`: it depends on where it goes, and that was not said.
    pub fee: Option<Dong>,
    pub collection: Option<Collection>,
    /// What the buyer has at this seller's, where they want to spend it.
    pub balance: Option<Dong>,
    pub credit: Dong,
    pub total: Option<Dong>,
    pub cycle: Option<cycle::Model>,
    /// Where the money goes; `None` when it is paid on delivery, or when nothing is to be paid.
    pub account: Option<MoneyAccountId>,
}

/// A basket, reckoned.
#[derive(Clone, Debug, Default)]
pub(super) struct Reckoned {
    /// By seller, in the order in which the sellers come in the basket.
    pub parts: Vec<Part>,
    /// What is wrong with what was asked.
    pub wrong: Wrong,
    /// What cannot be had as it was asked, however rightly.
    pub gone: Wrong,
    pub total: Option<Dong>,
}

/// Reckons what `asked` comes to.
pub(super) fn reckon(known: &Known, asked: &Asked, new_id: &dyn Fn() -> Uuid) -> Reckoned {
    let mut all = Reckoned::default();
    let lines = lines(&mut all, known, asked, new_id);
    for line in lines {
        let seller = line.listing.seller_id;
        if let Some(part) = all.parts.iter_mut().find(|part| part.seller == seller) {
            part.lines.push(line);
        } else {
            all.parts.push(Part {
                seller,
                order: OrderId(new_id()),
                lines: vec![line],
                goods: Dong::ZERO,
                grams: 0,
                delivery: None,
                fee: None,
                collection: None,
                balance: None,
                credit: Dong::ZERO,
                total: None,
                cycle: None,
                account: None,
            });
        }
    }
    if asked.use_credit && known.person.is_none() {
        all.wrong.note("/use_credit", "wrong-credit-guest");
    }
    let Reckoned { parts, wrong, gone, .. } = &mut all;
    for part in parts.iter_mut() {
        in_one_cycle(part, known, gone);
        weigh(part, wrong);
        hand_over(part, known, asked, wrong);
        pay(part, known, asked, wrong, gone);
    }
    if let Wish::PerSeller(wishes) = &asked.delivery {
        for stranger in wishes
            .keys()
            .filter(|seller| parts.iter().all(|part| part.seller != **seller))
        {
            wrong.note(format!("/delivery/{stranger}"), "wrong-delivery-seller");
        }
    }
    gone.0.sort_by(|a, b| by_place(&a.pointer).cmp(&by_place(&b.pointer)));
    all.total = all
        .parts
        .iter()
        .try_fold(Dong::ZERO, |sum, part| sum.checked_add(part.total?))
        .filter(|total| *total <= Dong::MAX);
    let known_fees = all.parts.iter().all(|part| part.total.is_some());
    if all.total.is_none() && known_fees && all.wrong.0.is_empty() {
        all.wrong.note("/lines", "wrong-order-amount");
    }
    if let Some(expected) = asked.expected_total
        && all.wrong.0.is_empty()
        && all.gone.0.is_empty()
        && all.total.is_some_and(|total| total != expected)
    {
        let now = all.total.unwrap_or_default().to_string();
        let changed = Message::new("orders-say-price-changed").with("total", now);
        all.gone.note("/expected_total", changed);
    }
    all
}

/// A line's pointer by its number, so that the tenth comes after the second.
fn by_place(pointer: &str) -> (usize, &str) {
    (pointer.len(), pointer)
}

/// The lines with their listings, each listing once.
fn lines(all: &mut Reckoned, known: &Known, asked: &Asked, new_id: &dyn Fn() -> Uuid) -> Vec<Line> {
    let today = known.now.day();
    let mut lines: Vec<Line> = Vec::new();
    for (place, (id, quantity)) in asked.lines.iter().enumerate() {
        let found = known.listings.get(id).filter(|row| {
            // A draft was never there for all to see; what was taken off sale may well be in somebody's basket.
            !matches!(row.state, ListingState::Draft | ListingState::Review)
        });
        let Some(listing) = found else {
            all.wrong
                .note(format!("{}/listing_id", at(place)), "wrong-no-such-listing");
            continue;
        };
        if let Some(message) = barred(known, listing, today) {
            all.gone.note(at(place), message);
        }
        let Some(wanted) = wanted(&mut all.wrong, place, listing, *quantity) else {
            continue;
        };
        match lines.iter_mut().find(|line| line.listing.id == *id) {
            Some(line) => line.quantity = Thousandths(line.quantity.0 + wanted.0),
            None => lines.push(Line {
                id: OrderLineId(new_id()),
                place,
                terms: Terms::of(listing, known.tiers.get(id).cloned().unwrap_or_default()),
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
            all.wrong.note(format!("{}/quantity", at(line.place)), refusal);
            continue;
        }
        match amount::of(&line.terms, line.quantity) {
            Some(cost) => (line.price, line.amount, line.weight) = (cost.price, cost.amount, cost.weight),
            None => all
                .wrong
                .note(format!("{}/quantity/value", at(line.place)), "wrong-order-amount"),
        }
    }
    lines
}

/// Why `listing` cannot be had now by anybody, however little is wanted of it.
pub(super) fn barred(known: &Known, listing: &listing::Model, today: Day) -> Option<Message> {
    if listing.state != ListingState::Live {
        return Some(Message::new("orders-say-withdrawn"));
    }
    if is_over(listing, today) {
        return Some(Message::new("orders-say-preorder-over"));
    }
    if let Some(closed) = known.closed.get(&listing.seller_id) {
        return Some(Message::new("orders-say-closed").with("until", closed.until.to_string()));
    }
    standing(known.cycles.get(&listing.id).map_or(&[], Vec::as_slice), known.now).refusal()
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

/// The cycle of the order: that of its lines. Those of two cycles are handed over on two days, so they are two orders.
fn in_one_cycle(part: &mut Part, known: &Known, gone: &mut Wrong) {
    for line in &part.lines {
        let cycles = known.cycles.get(&line.listing.id).map_or(&[][..], Vec::as_slice);
        let Some(open) = standing(cycles, known.now).open() else {
            continue;
        };
        match &part.cycle {
            None => part.cycle = Some(open.clone()),
            Some(first) if first.id == open.id => {}
            Some(_) => gone.note(at(line.place), "orders-say-two-cycles"),
        }
    }
}

fn weigh(part: &mut Part, wrong: &mut Wrong) {
    match part
        .lines
        .iter()
        .try_fold(Dong::ZERO, |sum, line| sum.checked_add(line.amount))
        .filter(|goods| *goods <= Dong::MAX)
    {
        Some(goods) => part.goods = goods,
        None => wrong.note("/lines", "wrong-order-amount"),
    }
    // What nobody knows the weight of weighs nothing: the fee is never below its base.
    part.grams = part
        .lines
        .iter()
        .filter_map(|line| fee::grams(&line.terms, line.quantity, line.weight))
        .fold(0, i64::saturating_add);
}

/// Why goods cannot be sent.
pub(super) enum Unsendable {
    /// Their seller sends nothing there.
    Place,
    /// The fee is more than any order may cost.
    Fee,
}

/// What it costs to send `part` to `commune`.
pub(super) fn shipping(settings: &Settings, part: &Part, commune: &CommuneCode) -> Result<Dong, Unsendable> {
    if settings.zones.is_empty() {
        return Ok(Dong::ZERO);
    }
    let zone = fee::zone_of(&settings.zones, commune).ok_or(Unsendable::Place)?;
    fee::fee(zone, part.grams, part.goods).ok_or(Unsendable::Fee)
}

/// How the goods of `part` reach the buyer, and what that costs.
fn hand_over(part: &mut Part, known: &Known, asked: &Asked, wrong: &mut Wrong) {
    let pointer = format!("/delivery/{}", part.seller);
    let Some(way) = asked.delivery.of(part.seller) else {
        wrong.note(pointer, "wrong-required");
        return;
    };
    let none = Settings::default();
    let settings = known.settings.get(&part.seller).unwrap_or(&none);
    if !settings.offers(way.delivery) {
        wrong.note(pointer, "wrong-delivery-mode");
        return;
    }
    if part.cycle.as_ref().is_some_and(|cycle| !cycle.hands_over(way.delivery)) {
        wrong.note(pointer, "wrong-delivery-cycle");
        return;
    }
    part.delivery = Some(way.delivery);
    match way.delivery {
        Delivery::Ship => match asked.commune.as_ref().map(|commune| shipping(settings, part, commune)) {
            None if settings.zones.is_empty() => part.fee = Some(Dong::ZERO),
            None => {}
            Some(Err(Unsendable::Place)) => wrong.note(pointer, "wrong-delivery-place"),
            Some(Err(Unsendable::Fee)) => wrong.note("/lines", "wrong-order-amount"),
            Some(Ok(fee)) => part.fee = Some(fee),
        },
        Delivery::Pickup => {
            part.fee = Some(Dong::ZERO);
            part.collection = at_point(settings, way, &pointer, wrong);
        }
        Delivery::Farm => {
            part.fee = Some(Dong::ZERO);
            part.collection = at_farm(part, known, settings, way, &pointer, wrong);
        }
    }
}

fn at_point(settings: &Settings, way: Way, pointer: &str, wrong: &mut Wrong) -> Option<Collection> {
    let pointer = format!("{pointer}/pickup_point_id");
    let point = match (way.point, settings.points.as_slice()) {
        (None, []) => return None,
        (None, [only]) => only,
        (None, _) => {
            wrong.note(pointer, "wrong-point-required");
            return None;
        }
        (Some(id), points) => {
            let found = points.iter().find(|point| point.id == id);
            if found.is_none() {
                wrong.note(pointer, "wrong-no-such-point");
            }
            found?
        }
    };
    Some(Collection {
        name: point.name.clone(),
        commune_code: point.commune_code.clone(),
        street: point.street.clone(),
        opening: point.opening.clone(),
        slot: None,
        hours: None,
    })
}

fn at_farm(
    part: &Part,
    known: &Known,
    settings: &Settings,
    way: Way,
    pointer: &str,
    wrong: &mut Wrong,
) -> Option<Collection> {
    let pointer = format!("{pointer}/slot");
    let (id, day) = match way.slot {
        Some(slot) => slot,
        None if settings.times.is_empty() => return None,
        None => {
            wrong.note(pointer, "wrong-slot-required");
            return None;
        }
    };
    let Some(time) = settings.times.iter().find(|time| time.id == id) else {
        wrong.note(format!("{pointer}/id"), "wrong-no-such-slot");
        return None;
    };
    let other_day = part.cycle.as_ref().filter(|cycle| cycle.hand_over_on != day);
    let message = refusal(time, day, known.now)
        .or_else(|| Some(Message::new("wrong-slot-cycle").with("day", other_day?.hand_over_on.to_string())));
    if let Some(message) = message {
        wrong.note(format!("{pointer}/date"), message);
        return None;
    }
    let farm = known.sellers.get(&part.seller)?;
    Some(Collection {
        name: farm.name.clone(),
        commune_code: farm.commune_code.clone(),
        street: farm.street.clone().unwrap_or_default(),
        opening: String::new(),
        slot: Some((time.id, day, time.capacity)),
        hours: Some((time.opens.clone(), time.closes.clone())),
    })
}

/// What is paid for `part`: its goods and its fee, less the store credit that is spent; and where that goes.
fn pay(part: &mut Part, known: &Known, asked: &Asked, wrong: &mut Wrong, gone: &mut Wrong) {
    if asked.use_credit && known.person.is_some() {
        part.balance = Some(known.credit.get(&part.seller).copied().unwrap_or_default());
    }
    let Some(fee) = part.fee else { return };
    let Some(whole) = part.goods.checked_add(fee).filter(|whole| *whole <= Dong::MAX) else {
        wrong.note("/lines", "wrong-order-amount");
        return;
    };
    part.credit = part.balance.unwrap_or_default().min(whole);
    let total = Dong(whole.0 - part.credit.0);
    part.total = Some(total);
    if total == Dong::ZERO || asked.method == Some(Method::Cod) {
        return;
    }
    match known.accounts.get(&part.seller) {
        Some(account) => part.account = Some(account.id),
        // How it is paid was not said yet, so it may still be paid on delivery.
        None if asked.method.is_none() => {}
        None => {
            for line in &part.lines {
                gone.note(at(line.place), "orders-say-no-account");
            }
        }
    }
}
