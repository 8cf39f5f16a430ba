//! What a basket would come to: the ways in which each seller hands goods over and what they cost, what is left of each
//! line, the sums. Nothing is held by it and nothing written; the checkout's page shows the same.

pub(super) mod api;

use std::collections::HashMap;

use entity::{
    Dong, Quantity,
    ids::{ListingId, PersonId},
    orders::{order::Delivery, pickup_point},
};
use sea_orm::{DbErr, Iterable};

use super::{
    checkout::{Asked, at},
    delivery::{Settings, Slot, coming, fee},
    known::Known,
    place::left_words,
    reckon::{Part, Reckoned, barred, reckon, shipping},
};
use crate::{
    app::App,
    http::{input::Wrong, language::Message},
    listings::read::left_of,
};

/// A basket, reckoned and looked at from all sides.
#[derive(Clone, Debug)]
pub(super) struct Quote {
    pub known: Known,
    pub reckoned: Reckoned,
    /// What is left of each listing, in its unit; `None` where nothing is counted.
    pub left: HashMap<ListingId, Option<Quantity>>,
    /// The ways of each part, in the order of the parts.
    pub ways: Vec<Vec<WayView>>,
}

/// A way in which a seller's goods may come.
#[derive(Clone, Debug)]
pub(super) struct WayView {
    pub delivery: Delivery,
    /// Why it cannot be chosen.
    pub reason: Option<Message>,
    /// `None`: it depends on where it goes.
    pub fee: Option<Dong>,
    /// Goods for so much are carried for nothing.
    pub free_from: Option<Dong>,
    pub points: Vec<pickup_point::Model>,
    pub slots: Vec<Slot>,
}

impl Quote {
    /// What a checkout would be refused for.
    pub fn errors(&self) -> Wrong {
        let both = self.reckoned.wrong.0.iter().chain(&self.reckoned.gone.0);
        Wrong(both.cloned().collect())
    }
}

/// Reckons what `asked` would come to for `person`.
pub(super) async fn quote(app: &App, asked: &Asked, person: Option<PersonId>) -> Result<Quote, DbErr> {
    let (db, now) = (app.db().read(), app.now());
    let known = Known::read(db, now, app.config().money, asked, person).await?;
    let mut reckoned = reckon(&known, asked, &|| app.source().id());
    let listings: Vec<_> = known.listings.values().collect();
    let left = left_of(db, &listings, now.day()).await?;
    let mut short = Wrong::default();
    for line in reckoned.parts.iter().flat_map(|part| &part.lines) {
        if let Some(Some(left)) = left.get(&line.listing.id)
            && left.amount < line.quantity
            && barred(&known, &line.listing, now.day()).is_none()
        {
            short.short(at(line.place), left_words(*left), *left);
        }
    }
    reckoned.gone.0.extend(short.0);
    let mut ways = Vec::with_capacity(reckoned.parts.len());
    for part in &reckoned.parts {
        ways.push(ways_of(app, &known, asked, part).await?);
    }
    Ok(Quote {
        known,
        reckoned,
        left,
        ways,
    })
}

async fn ways_of(app: &App, known: &Known, asked: &Asked, part: &Part) -> Result<Vec<WayView>, DbErr> {
    let none = Settings::default();
    let settings = known.settings.get(&part.seller).unwrap_or(&none);
    let mut ways = Vec::new();
    for delivery in Delivery::iter() {
        let mut way = WayView {
            delivery,
            reason: None,
            fee: Some(Dong::ZERO),
            free_from: None,
            points: Vec::new(),
            slots: Vec::new(),
        };
        if !settings.offers(delivery) {
            way.reason = Some(Message::new("wrong-delivery-mode"));
        } else if part.cycle.as_ref().is_some_and(|cycle| !cycle.hands_over(delivery)) {
            way.reason = Some(Message::new("wrong-delivery-cycle"));
        }
        match delivery {
            _ if way.reason.is_some() => way.fee = None,
            Delivery::Ship if settings.zones.is_empty() => {}
            Delivery::Ship => match &asked.commune {
                None => way.fee = None,
                Some(commune) => {
                    way.free_from = fee::zone_of(&settings.zones, commune).and_then(|zone| zone.free_from);
                    way.fee = shipping(settings, part, commune).ok();
                    if way.fee.is_none() {
                        way.reason = Some(Message::new("wrong-delivery-place"));
                    }
                }
            },
            Delivery::Pickup => way.points.clone_from(&settings.points),
            Delivery::Farm => {
                way.slots = coming(app.db().read(), &settings.times, known.now).await?;
                if let Some(cycle) = &part.cycle {
                    way.slots.retain(|slot| slot.day == cycle.hand_over_on);
                }
                if way.slots.is_empty() && !settings.times.is_empty() {
                    way.reason = Some(Message::new("wrong-slot-none"));
                }
            }
        }
        ways.push(way);
    }
    Ok(ways)
}
