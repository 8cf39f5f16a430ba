//! From products to everything that stands behind them: land, diary, batches, listings.

use super::{
    crops::{Crop, crop},
    date::Date,
    farming::{Field, Husbandry, cultivate, water_until},
    model::{DemoBatch, DemoDiary, DemoListing, DemoProduct, DemoSeller, DiaryKind},
    rng::Stream,
};

/// How much of a seller's work is on record.
#[derive(Clone, Copy, Debug)]
pub struct Records {
    pub husbandry: Husbandry,
    /// How many products in a hundred have batches.
    pub batched_percent: u32,
    /// At least this many diary entries for each product with batches, where there is land to write about.
    pub entries_per_product: usize,
}

/// Gives the seller plots, a diary and batches for its products (`crops` runs beside them) and lists each product.
pub fn equip(seller: &mut DemoSeller, crops: &[&str], records: Records, place: &[usize], today: Date) {
    let mut stream = Stream::of("holdings", place);
    let batched: Vec<(usize, &'static Crop)> = crops
        .iter()
        .enumerate()
        .filter_map(|(product, id)| Some((product, crop(id)?)))
        .filter(|_| stream.chance(records.batched_percent))
        .collect();
    let mut done: Vec<&str> = Vec::new();
    for &(_, crop) in &batched {
        if done.contains(&crop.id) {
            continue;
        }
        done.push(crop.id);
        let products: Vec<usize> = batched
            .iter()
            .filter(|(_, other)| other.id == crop.id)
            .map(|&(product, _)| product)
            .collect();
        if crop.is_grown() {
            let plots = if products.len() > 2 || stream.chance(35) { 2 } else { 1 };
            let field = cultivate(seller, &mut stream, crop, records.husbandry, plots, today);
            batches_of_harvest(seller, &mut stream, crop, &products, &field, today);
        } else {
            batches_of_workshop(seller, &mut stream, crop, &products, records.husbandry.seasons, today);
        }
    }
    water_until(seller, batched.len() * records.entries_per_product, today);
    sort_diary(seller);
    list_products(seller, &mut stream, today);
}

fn batches_of_harvest(
    seller: &mut DemoSeller,
    stream: &mut Stream,
    crop: &'static Crop,
    products: &[usize],
    field: &Field,
    today: Date,
) {
    let sharing = i64::try_from(products.len()).expect("a seller has few products");
    for season in &field.seasons {
        for &product in products {
            // What comes out never exceeds what went in: the share is taken after the loss in making.
            let share = season.fresh_thousandths * 10 / crop.fresh_for_ten / sharing;
            let finished_grams = share * i64::from(stream.between(70, 98)) / 100;
            let mut batch = start_batch(seller, product, season.harvested_on, finished_grams);
            batch.plots.clone_from(&field.plots);
            batch.diary.clone_from(&season.diary);
            finish_batch(seller, crop, batch, today);
        }
    }
}

fn batches_of_workshop(
    seller: &mut DemoSeller,
    stream: &mut Stream,
    crop: &'static Crop,
    products: &[usize],
    batches: i32,
    today: Date,
) {
    for &product in products {
        let newest = stream.between(crop.processing_days.max(1), crop.newest_within_days);
        for nth in 0..batches {
            let kilograms = i64::from(stream.between(crop.fresh_yield.0, crop.fresh_yield.1));
            let started = today.plus_days(-newest - nth * 30);
            let batch = start_batch(seller, product, started, kilograms * 1_000);
            finish_batch(seller, crop, batch, today);
        }
    }
}

fn start_batch(seller: &DemoSeller, product: usize, harvested_on: Date, finished_grams: i64) -> DemoBatch {
    let made: &DemoProduct = &seller.products[product];
    let units = finished_grams / unit_grams(made.unit, made.net);
    DemoBatch {
        product,
        lot: String::new(),
        quantity_thousandths: units.max(1) * 1_000,
        unit: made.unit,
        harvested_on,
        packed_on: harvested_on,
        expires_on: harvested_on,
        plots: Vec::new(),
        diary: Vec::new(),
    }
}

fn finish_batch(seller: &mut DemoSeller, crop: &'static Crop, mut batch: DemoBatch, today: Date) {
    let steps = i32::try_from(crop.processing.len()).expect("a handful of steps");
    let workshop = |kind, on, note| DemoDiary {
        kind,
        on,
        plot: None,
        note,
        input: None,
        harvested_thousandths: None,
    };
    batch.packed_on = batch.harvested_on.plus_days(crop.processing_days);
    batch.expires_on = batch.packed_on.plus_days(crop.shelf_days);
    debug_assert!(batch.packed_on <= today, "a batch on record has been packed");
    for (step, note) in (0..).zip(crop.processing) {
        let on = batch.harvested_on.plus_days(crop.processing_days * (step + 1) / steps);
        batch.diary.push(seller.diary.len());
        seller.diary.push(workshop(DiaryKind::Processing, on, note));
    }
    batch.diary.push(seller.diary.len());
    seller
        .diary
        .push(workshop(DiaryKind::Packing, batch.packed_on, crop.packing));
    let day = batch.harvested_on;
    batch.lot = format!(
        "{:02}{:02}{:02}-{:02}",
        day.year % 100,
        day.month,
        day.day,
        batch.product + 1
    );
    seller.batches.push(batch);
}

/// Grams in one unit, from the net content printed on it where there is one.
fn unit_grams(unit: &str, net: &str) -> i64 {
    // "25 túi x 2 g" is the product of its numbers times its last word's unit.
    let numbers = net.split(' ').filter_map(|word| {
        let (whole, tenths) = word.split_once('.').unwrap_or((word, "0"));
        Some(whole.parse::<i64>().ok()? * 10 + tenths.parse::<i64>().ok()?)
    });
    let grams = match net.rsplit(' ').next() {
        Some("kg") => numbers.fold(10_000, |grams, tenths| grams * tenths / 10) / 10,
        Some("g" | "ml") => numbers.fold(10, |grams, tenths| grams * tenths / 10) / 10,
        _ => match unit {
            "bo" | "mo" | "bia" => 400,
            "canh" => 100,
            "cay" => 2_000,
            "chuc" => 1_500,
            _ => 1_000,
        },
    };
    grams.max(1)
}

/// Puts the diary in order of date and lets the batches follow.
fn sort_diary(seller: &mut DemoSeller) {
    let mut order: Vec<usize> = (0..seller.diary.len()).collect();
    order.sort_by_key(|&index| seller.diary[index].on);
    let mut moved_to = vec![0; order.len()];
    for (new, &old) in order.iter().enumerate() {
        moved_to[old] = new;
    }
    seller.diary = order.iter().map(|&old| seller.diary[old].clone()).collect();
    for batch in &mut seller.batches {
        for index in &mut batch.diary {
            *index = moved_to[*index];
        }
        batch.diary.sort_unstable();
    }
}

fn list_products(seller: &mut DemoSeller, stream: &mut Stream, today: Date) {
    for (index, product) in seller.products.iter().enumerate() {
        let batches: Vec<usize> = (0..seller.batches.len())
            .filter(|&batch| seller.batches[batch].product == index && seller.batches[batch].expires_on > today)
            .collect();
        let made: i64 = batches
            .iter()
            .map(|&batch| seller.batches[batch].quantity_thousandths)
            .sum();
        let left = i64::from(stream.between(30, 90));
        let stock_thousandths = match product.category {
            "tourism-stay" | "tourism-tour" => None,
            _ if batches.is_empty() => Some(left * 1_000),
            _ => Some((made / 1_000 * left / 100).max(1) * 1_000),
        };
        seller.listings.push(DemoListing {
            product: index,
            price_dong: product.price_dong,
            stock_thousandths,
            batches,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::unit_grams;

    #[test]
    fn net_contents_become_grams() {
        for (unit, net, grams) in [
            ("kg", "", 1_000),
            ("hop", "200 g", 200),
            ("tui", "5 kg", 5_000),
            ("con", "1.8 kg", 1_800),
            ("hop", "25 túi x 2 g", 50),
            ("set", "4 hộp x 100 g", 400),
            ("chai", "500 ml", 500),
            ("vi", "30 quả", 1_000),
        ] {
            assert_eq!(unit_grams(unit, net), grams, "{unit} {net}");
        }
    }
}
