//! A basket with what its listings are now: the same for the basket's page and the checkout's.

use entity::{
    Dong, Quantity, Slug, Thousandths, Unit,
    ids::{ListingId, SellerId},
    listings::listing,
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    app::App,
    http::{language::Message, shell::Shell},
    listings::read::{Card, cards},
    orders::{amount, basket::Basket},
};

/// A basket as it is shown.
#[derive(Debug)]
pub struct Shown {
    /// Without what this exchange has never had.
    pub basket: Basket,
    pub sellers: Vec<SellerPart>,
    /// What is in the way of no line, and can be paid at once.
    pub total: Option<Dong>,
}

/// What one seller is asked for.
#[derive(Debug)]
pub struct SellerPart {
    pub id: SellerId,
    pub slug: Slug,
    pub name: String,
    pub province: Option<String>,
    pub lines: Vec<ShownLine>,
    pub total: Dong,
}

/// A line of the basket.
#[derive(Debug)]
pub struct ShownLine {
    /// Its place in the basket, by which a refusal names it.
    pub place: usize,
    pub id: ListingId,
    pub slug: Slug,
    pub title: String,
    pub price: Dong,
    pub unit: Unit,
    /// As people write it in a box: `1,5`.
    pub quantity: String,
    pub amount: Thousandths,
    pub costs: Option<Dong>,
    /// Why it cannot be had as it stands.
    pub problem: Option<String>,
}

impl Shown {
    pub async fn of(app: &App, shell: &Shell, basket: &Basket) -> Result<Self, DbErr> {
        let ids = basket.lines().iter().map(|(id, _)| *id);
        let select = listing::Entity::find().filter(listing::Column::Id.is_in(ids));
        let cards = cards(app.db().read(), select, app.today()).await?;
        let mut known = Basket::default();
        let mut sellers: Vec<SellerPart> = Vec::new();
        for (id, quantity) in basket.lines() {
            let Some(card) = cards.iter().find(|card| card.id == *id) else {
                continue;
            };
            let place = known.lines().len();
            if known.set(*id, *quantity).is_err() {
                break;
            }
            let line = ShownLine::of(shell, place, card, *quantity);
            match sellers.iter_mut().find(|part| Some(part.id) == card.seller_id) {
                Some(part) => part.lines.push(line),
                None => sellers.extend(SellerPart::of(card, line)),
            }
        }
        for part in &mut sellers {
            part.total = amount::sum(part.lines.iter().filter_map(|line| line.costs)).unwrap_or_default();
        }
        let costs: Option<Vec<Dong>> = sellers
            .iter()
            .flat_map(|part| &part.lines)
            .map(|line| line.costs.filter(|_| line.problem.is_none()))
            .collect();
        Ok(Self {
            basket: known,
            total: costs.and_then(amount::sum),
            sellers,
        })
    }

    /// The line at `place` of the basket.
    pub fn line(&mut self, place: usize) -> Option<&mut ShownLine> {
        self.sellers
            .iter_mut()
            .flat_map(|part| &mut part.lines)
            .find(|line| line.place == place)
    }
}

impl SellerPart {
    /// `None` for what is sold on another exchange; it never gets into a basket.
    fn of(card: &Card, line: ShownLine) -> Option<Self> {
        Some(Self {
            id: card.seller_id?,
            slug: card.seller_slug.clone()?,
            name: card.seller_name.clone(),
            province: crate::places::commune(&card.commune_code).map(|commune| commune.province_code.clone()),
            lines: vec![line],
            total: Dong::ZERO,
        })
    }
}

impl ShownLine {
    fn of(shell: &Shell, place: usize, card: &Card, quantity: Thousandths) -> Self {
        let costs = amount::of_line(card.price, quantity);
        let problem = obstacle(card, quantity).or_else(|| costs.is_none().then(|| Message::new("wrong-order-amount")));
        Self {
            place,
            id: card.id,
            slug: card.slug.clone(),
            title: card.title.clone(),
            price: card.price,
            unit: card.unit,
            quantity: written(quantity),
            amount: quantity,
            costs,
            problem: problem.map(|message| shell.language().say(&message)),
        }
    }

    /// As it is told: `1,5 kg`.
    pub fn told(&self) -> Quantity {
        Quantity::new(self.amount, self.unit)
    }
}

/// Why `quantity` of a listing cannot be had now.
fn obstacle(card: &Card, quantity: Thousandths) -> Option<Message> {
    if card.state != listing::State::Live {
        return Some(Message::new("orders-say-withdrawn"));
    }
    if let Some(message) = not_whole(card.unit, quantity) {
        return Some(message);
    }
    match card.left {
        Some(left) if left.amount.0 <= 0 => Some(Message::new("orders-say-sold-out")),
        Some(left) if left.amount < quantity => Some(Message::new("orders-say-left").with("left", left.to_string())),
        _ => None,
    }
}

/// What is neither weighed nor measured is sold whole.
pub fn not_whole(unit: Unit, quantity: Thousandths) -> Option<Message> {
    (unit.base().is_none() && quantity.0 % 1000 != 0).then(|| Message::new("wrong-whole").with("unit", unit.label()))
}

/// A number as people write it in a box: a comma before the decimals.
pub fn written(quantity: Thousandths) -> String {
    quantity.to_string().replace('.', ",")
}
