//! A basket with what its listings are now: the same for the basket's page and the checkout's.

use std::collections::HashMap;

use entity::{
    Dong, Quantity, Slug, Thousandths, Unit,
    ids::{ListingId, SellerId},
    listings::listing,
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    app::App,
    http::{language::Message, shell::Shell},
    listings::{
        is_over,
        offer::Terms,
        read::{Card, cards, tiers_of},
    },
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
    /// Something of it is charged by weight.
    pub estimate: bool,
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
    /// For one unit, of the tier that the quantity reaches.
    pub price: Dong,
    pub unit: Unit,
    /// The least that may be ordered and the steps from there on, where not every quantity may.
    pub steps: Option<Steps>,
    /// How it is charged by weight, in words.
    pub by_weight: Option<String>,
    /// As people write it in a box: `1,5`.
    pub quantity: String,
    pub amount: Thousandths,
    pub costs: Option<Dong>,
    /// Why it cannot be had as it stands.
    pub problem: Option<String>,
}

impl Shown {
    pub async fn of(app: &App, shell: &Shell, basket: &Basket) -> Result<Self, DbErr> {
        let ids: Vec<_> = basket.lines().iter().map(|(id, _)| *id).collect();
        let select = listing::Entity::find().filter(listing::Column::Id.is_in(ids.iter().copied()));
        let (db, today) = (app.db().read(), app.today());
        let cards = cards(db, select.clone(), today).await?;
        let mut tiers = tiers_of(db, &ids).await?;
        let listings: HashMap<ListingId, listing::Model> =
            select.all(db).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut known = Basket::default();
        let mut sellers: Vec<SellerPart> = Vec::new();
        for (id, quantity) in basket.lines() {
            let Some((card, listing)) = cards.iter().find(|card| card.id == *id).zip(listings.get(id)) else {
                continue;
            };
            let terms = Terms::of(listing, tiers.remove(id).unwrap_or_default());
            let place = known.lines().len();
            if known.set(*id, *quantity).is_err() {
                break;
            }
            let wanted = Wanted {
                card,
                terms,
                over: is_over(listing, today),
                quantity: *quantity,
            };
            let line = ShownLine::of(shell, place, &wanted);
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
            estimate: sellers
                .iter()
                .flat_map(|part| &part.lines)
                .any(|line| line.by_weight.is_some()),
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

/// What a quantity must be, as a box for numbers says it.
#[derive(Clone, Debug)]
pub struct Steps {
    pub least: Thousandths,
    /// `None`: any quantity from the least on.
    pub step: Option<Thousandths>,
}

impl Steps {
    /// `None` when nothing is asked but that whole ones are whole.
    #[must_use]
    pub fn of(terms: &Terms) -> Option<Self> {
        terms.min.or(terms.step)?;
        Some(Self {
            least: terms.least()?,
            step: terms.between(),
        })
    }

    /// As the attribute `step` says it.
    #[must_use]
    pub fn step(&self) -> String {
        self.step.map_or_else(|| "any".to_owned(), |step| step.to_string())
    }
}

/// What somebody wants of a listing.
struct Wanted<'c> {
    card: &'c Card,
    terms: Terms,
    /// A pre-order whose harvest has passed.
    over: bool,
    quantity: Thousandths,
}

impl Wanted<'_> {
    /// Why it cannot be had now.
    fn obstacle(&self) -> Option<Message> {
        if self.over {
            return Some(Message::new("orders-say-preorder-over"));
        }
        if self.card.state != listing::State::Live {
            return Some(Message::new("orders-say-withdrawn"));
        }
        if let Some(message) = self.terms.refusal(self.quantity) {
            return Some(message);
        }
        match self.card.left {
            Some(left) if left.amount.0 <= 0 => Some(Message::new("orders-say-sold-out")),
            Some(left) if left.amount < self.quantity => {
                Some(Message::new("orders-say-left").with("left", left.to_string()))
            }
            _ => None,
        }
    }
}

impl ShownLine {
    fn of(shell: &Shell, place: usize, wanted: &Wanted<'_>) -> Self {
        let Wanted {
            card, terms, quantity, ..
        } = wanted;
        let cost = amount::of(terms, *quantity);
        let problem = wanted
            .obstacle()
            .or_else(|| cost.is_none().then(|| Message::new("wrong-order-amount")));
        let price = terms.price_at(*quantity);
        Self {
            place,
            id: card.id,
            slug: card.slug.clone(),
            title: card.title.clone(),
            price,
            unit: card.unit,
            steps: Steps::of(terms),
            by_weight: terms
                .by_weight
                .zip(cost.and_then(|cost| cost.weight))
                .map(|(by_weight, weight)| weight_words(shell, by_weight.price, weight)),
            quantity: written(*quantity),
            amount: *quantity,
            costs: cost.map(|cost| cost.amount),
            problem: problem.map(|message| shell.language().say(&message)),
        }
    }

    /// As it is told: `1,5 kg`.
    pub fn told(&self) -> Quantity {
        Quantity::new(self.amount, self.unit)
    }
}

/// How it is charged by weight: what it is thought to weigh, and what one unit of that costs.
pub fn weight_words(shell: &Shell, price: Dong, weight: Quantity) -> String {
    let each = format!("{price} / {}", weight.unit.label());
    shell.t2("orders-say-by-weight", "weight", weight.to_string(), "price", each)
}

/// A number as people write it in a box: a comma before the decimals.
pub fn written(quantity: Thousandths) -> String {
    quantity.to_string().replace('.', ",")
}
