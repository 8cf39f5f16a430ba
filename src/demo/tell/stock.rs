//! Listings, and the stock they draw on.

use entity::{
    Dong, Thousandths, Timestamp,
    frame::change::Subject,
    ids::{BatchId, ListingId, PoolId, ProductId, StockMoveId},
    listings::{
        listing::{self, State, StockMode},
        pool, pool_lot, stock_move,
    },
    text,
    trace::batch,
};

use super::{Teller, Telling, at_work, commune, measure, one_of_a_kind};
use crate::{
    catalogue::category::category,
    demo::{DemoListing, DemoProduct, DemoSeller},
    http::language::Language,
    places,
};

/// Why stock came in, in the word of `listings::publish`.
const LISTED: &str = "listed";

impl Teller<'_> {
    /// Puts each product of the seller on sale, on some day of the last year.
    pub(super) fn listings(&mut self, telling: &mut Telling<'_>, batches: &[batch::Model]) {
        for told in &telling.seller.listings {
            let (product_id, _) = telling.products[told.product];
            let product = &telling.seller.products[told.product];
            let days = telling.stream.between(1, 360);
            let published_at = at_work(&mut telling.stream, self.now.day().plus_days(-days));
            let pool_id = told
                .stock_thousandths
                .map(|stock| self.pool(telling, product_id, told, stock, published_at, batches));
            let id: ListingId = self.source.id();
            let slug = one_of_a_kind(&mut self.listing_slugs, &product.name, &telling.seller.name, id.0);
            self.rows.listings.push(listing::Model {
                id,
                slug,
                product_id,
                seller_id: telling.id,
                title: product.name.clone(),
                price: Dong(told.price_dong),
                unit: measure(product.unit),
                stock_mode: if pool_id.is_some() {
                    StockMode::Stock
                } else {
                    StockMode::OnDemand
                },
                pool_id,
                factor: Thousandths(1000),
                harvest_on: None,
                cap: None,
                promised: Thousandths::ZERO,
                contains: None,
                contains_unit: None,
                min_quantity: None,
                step: None,
                limit_quantity: None,
                limit_days: None,
                lead_days: None,
                weight_price: None,
                weight_unit: None,
                piece_min: None,
                piece_max: None,
                state: State::Live,
                search_text: search_text(telling.seller, product),
                created_at: published_at,
                updated_at: published_at,
                published_at: Some(published_at),
            });
            self.made(Subject::Listing, id);
        }
    }

    /// A pool of `stock`: from the newest batches, which are sold last, or counted where there are none.
    fn pool(
        &mut self,
        telling: &Telling<'_>,
        product_id: ProductId,
        told: &DemoListing,
        stock: i64,
        published_at: Timestamp,
        batches: &[batch::Model],
    ) -> PoolId {
        let id: PoolId = self.source.id();
        let unit = measure(telling.seller.products[told.product].unit);
        let (none, received) = (Thousandths::ZERO, Thousandths(stock));
        self.rows.pools.push(pool::Model {
            id,
            seller_id: telling.id,
            product_id,
            unit,
            received,
            issued: none,
            held: none,
        });
        let mut lots: Vec<&batch::Model> = told.batches.iter().map(|batch| &batches[*batch]).collect();
        lots.sort_by_key(|lot| std::cmp::Reverse(lot.harvested_on));
        if lots.is_empty() {
            self.came_in(telling, id, None, received, published_at);
        }
        let mut left = stock;
        for lot in lots {
            let share = left.min(lot.quantity.0);
            if share == 0 {
                break;
            }
            left -= share;
            let received = Thousandths(share);
            self.rows.pool_lots.push(pool_lot::Model {
                pool_id: id,
                batch_id: lot.id,
                received,
                issued: none,
                held: none,
            });
            self.came_in(telling, id, Some(lot.id), received, lot.recorded_at.max(published_at));
        }
        id
    }

    fn came_in(
        &mut self,
        telling: &Telling<'_>,
        pool_id: PoolId,
        batch_id: Option<BatchId>,
        delta: Thousandths,
        recorded_at: Timestamp,
    ) {
        self.rows.stock_moves.push(stock_move::Model {
            id: self.source.id::<StockMoveId>(),
            pool_id,
            batch_id,
            delta,
            reason: LISTED.to_owned(),
            note: None,
            recorded_at,
            recorded_by: Some(telling.owner),
        });
    }
}

/// What a listing is found by: title, seller, commune and province, category and its group, without tones.
fn search_text(seller: &DemoSeller, product: &DemoProduct) -> String {
    let leaf = category(product.category);
    let group = leaf.and_then(|leaf| leaf.parent.as_deref()).and_then(category);
    let name = |found: Option<&'static crate::catalogue::category::Category>| {
        found
            .map(|category| category.name(Language::Vietnamese))
            .unwrap_or_default()
    };
    let address = places::commune(&commune(seller.commune_code))
        .map(places::Commune::address)
        .unwrap_or_default();
    text::fold(&[&product.name, &seller.name, address.as_str(), name(leaf), name(group)].join(" "))
}
