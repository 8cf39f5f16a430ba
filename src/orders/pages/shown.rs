//! A basket with what its listings are now: the same for the basket's page and the checkout's.

use std::collections::HashMap;

use entity::{
    CommuneCode, Dong, Quantity, Slug, Thousandths, Unit,
    ids::{ListingId, PersonId, SellerId},
    listings::listing,
    orders::order::{Delivery, Method},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    app::App,
    http::{input::Wrong, shell::Shell},
    listings::{
        offer::Terms,
        read::{Card, cards, tiers_of},
    },
    orders::{
        amount,
        basket::Basket,
        checkout::{Asked, Way, Wish, at},
        delivery::Settings,
        quote::{Quote, WayView, quote},
    },
};

/// A basket as it is shown.
#[derive(Debug)]
pub struct Shown {
    /// Without what this exchange has never had.
    pub basket: Basket,
    pub sellers: Vec<SellerPart>,
    /// What the goods cost, when nothing is in the way of any line and it can be paid at once.
    pub goods: Option<Dong>,
    /// What is paid in the end; `None` also while it depends on where the goods go.
    pub total: Option<Dong>,
    /// Something of it is charged by weight.
    pub estimate: bool,
    /// Of some line there is less than is wanted, or nothing.
    pub short: bool,
    /// The first of what is wrong with how it is handed over or paid.
    pub wrong: Wrong,
}

/// What one seller is asked for.
#[derive(Debug)]
pub struct SellerPart {
    pub id: SellerId,
    pub slug: Slug,
    pub name: String,
    pub province: Option<String>,
    pub lines: Vec<ShownLine>,
    /// What the goods cost.
    pub goods: Dong,
    pub ways: Vec<WayView>,
    /// `None`: it depends on where it goes.
    pub fee: Option<Dong>,
    /// Whether the seller has said what delivery costs.
    pub fee_set: bool,
    /// Store credit that is spent.
    pub credit: Dong,
    /// Until when the quantities may be changed, and when it is handed over: in an order cycle.
    pub cycle: Option<(String, String)>,
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
    /// The most that can be had of it, where that is less than is wanted: nothing, when it is sold out.
    pub fits: Option<Thousandths>,
}

/// What is known of a checkout beside the basket.
#[derive(Clone, Debug, Default)]
pub struct Around {
    pub commune: Option<CommuneCode>,
    /// How the goods of some sellers shall come; of the others, in the first way that they offer.
    pub ways: HashMap<SellerId, Way>,
    pub method: Option<Method>,
    pub use_credit: bool,
    pub person: Option<PersonId>,
}

impl Shown {
    pub async fn of(app: &App, shell: &Shell, basket: &Basket, around: &Around) -> Result<Self, DbErr> {
        let ids: Vec<_> = basket.lines().iter().map(|(id, _)| *id).collect();
        let select = listing::Entity::find().filter(listing::Column::Id.is_in(ids.iter().copied()));
        let (db, today) = (app.db().read(), app.today());
        let cards = cards(db, select.clone(), today).await?;
        let mut tiers = tiers_of(db, &ids).await?;
        let listings: HashMap<ListingId, listing::Model> =
            select.all(db).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut known = Basket::default();
        let mut sellers: Vec<SellerPart> = Vec::new();
        let mut asked = Vec::new();
        for (id, quantity) in basket.lines() {
            let Some((card, listing)) = cards.iter().find(|card| card.id == *id).zip(listings.get(id)) else {
                continue;
            };
            let terms = Terms::of(listing, tiers.remove(id).unwrap_or_default());
            let place = known.lines().len();
            if known.set(*id, *quantity).is_err() {
                break;
            }
            asked.push((*id, Quantity::new(*quantity, listing.unit)));
            let line = ShownLine::of(shell, place, card, &terms, *quantity);
            match sellers.iter_mut().find(|part| Some(part.id) == card.seller_id) {
                Some(part) => part.lines.push(line),
                None => sellers.extend(SellerPart::of(card, line)),
            }
        }
        let ids: Vec<_> = sellers.iter().map(|part| part.id).collect();
        let settings = Settings::read(db, &ids).await?;
        let ways = sellers.iter().map(|part| {
            let way = around.ways.get(&part.id).copied();
            (part.id, way.unwrap_or_else(|| first_way(settings.get(&part.id))))
        });
        let asked = Asked {
            lines: asked,
            commune: around.commune.clone(),
            delivery: Wish::PerSeller(ways.collect()),
            method: around.method,
            use_credit: around.use_credit && around.person.is_some(),
            expected_total: None,
        };
        let quote = quote(app, &asked, around.person).await?;
        let mut shown = Self {
            basket: known,
            goods: None,
            total: None,
            estimate: sellers
                .iter()
                .flat_map(|part| &part.lines)
                .any(|line| line.by_weight.is_some()),
            short: false,
            wrong: Wrong::default(),
            sellers,
        };
        shown.tell(shell, &quote);
        Ok(shown)
    }

    /// Puts what `quote` says beside the lines and the sellers.
    fn tell(&mut self, shell: &Shell, quote: &Quote) {
        for error in quote.errors().0 {
            let start = |place: usize| {
                let rest = error.pointer.strip_prefix(&at(place));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let line = self
                .sellers
                .iter_mut()
                .flat_map(|part| &mut part.lines)
                .find(|line| start(line.place));
            match line {
                Some(line) => {
                    if line.problem.is_none() {
                        line.problem = Some(shell.language().say(&error.message));
                    }
                    if let Some(left) = error.left {
                        let terms = quote.known.listings.get(&line.id).map(|listing| {
                            Terms::of(listing, quote.known.tiers.get(&line.id).cloned().unwrap_or_default())
                        });
                        let fits = terms.and_then(|terms| terms.most_within(left.amount));
                        line.fits = Some(fits.unwrap_or_default());
                        self.short = true;
                    }
                }
                None => self.wrong.0.push(error),
            }
        }
        for (part, ways) in quote.reckoned.parts.iter().zip(&quote.ways) {
            if let Some(shown) = self.sellers.iter_mut().find(|shown| shown.id == part.seller) {
                shown.ways.clone_from(ways);
                shown.fee = part.fee;
                shown.credit = part.credit;
                shown.fee_set = quote.known.settings.contains_key(&part.seller);
                shown.cycle = part
                    .cycle
                    .as_ref()
                    .map(|cycle| (cycle.closes_at.to_string(), cycle.hand_over_on.to_string()));
            }
        }
        for part in &mut self.sellers {
            part.goods = amount::sum(part.lines.iter().filter_map(|line| line.costs)).unwrap_or_default();
        }
        let costs: Option<Vec<Dong>> = self
            .sellers
            .iter()
            .flat_map(|part| &part.lines)
            .map(|line| line.costs.filter(|_| line.problem.is_none()))
            .collect();
        self.goods = costs.and_then(amount::sum);
        self.total = quote.reckoned.total.filter(|_| self.goods.is_some());
    }

    /// The line at `place` of the basket.
    pub fn line(&mut self, place: usize) -> Option<&mut ShownLine> {
        self.sellers
            .iter_mut()
            .flat_map(|part| &mut part.lines)
            .find(|line| line.place == place)
    }

    /// What carrying all of it costs, and the store credit that is spent on it.
    pub fn fees(&self) -> Option<Dong> {
        self.sellers
            .iter()
            .try_fold(Dong::ZERO, |sum, part| sum.checked_add(part.fee?))
    }

    pub fn credit(&self) -> Dong {
        Dong(self.sellers.iter().map(|part| part.credit.0).sum())
    }

    /// Whether any seller has said what delivery costs.
    pub fn fee_set(&self) -> bool {
        self.sellers.iter().any(|part| part.fee_set)
    }
}

/// How goods come when nobody has chosen: sent, where they are sent, else in the first way there is.
fn first_way(settings: Option<&Settings>) -> Way {
    let Some(settings) = settings.filter(|settings| !settings.offers(Delivery::Ship)) else {
        return Way::plain(Delivery::Ship);
    };
    let delivery = settings.modes().next().unwrap_or(Delivery::Ship);
    Way {
        point: settings.points.first().map(|point| point.id),
        ..Way::plain(delivery)
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
            goods: Dong::ZERO,
            ways: Vec::new(),
            fee: None,
            fee_set: false,
            credit: Dong::ZERO,
            cycle: None,
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

impl ShownLine {
    fn of(shell: &Shell, place: usize, card: &Card, terms: &Terms, quantity: Thousandths) -> Self {
        let cost = amount::of(terms, quantity);
        Self {
            place,
            id: card.id,
            slug: card.slug.clone(),
            title: card.title.clone(),
            price: terms.price_at(quantity),
            unit: card.unit,
            steps: Steps::of(terms),
            by_weight: terms
                .by_weight
                .zip(cost.and_then(|cost| cost.weight))
                .map(|(by_weight, weight)| weight_words(shell, by_weight.price, weight)),
            quantity: written(quantity),
            amount: quantity,
            costs: cost.map(|cost| cost.amount),
            problem: None,
            fits: None,
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
