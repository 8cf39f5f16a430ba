//! Invented sellers: believable ones, commune by commune.

use super::{
    date::Date,
    farming::Husbandry,
    holdings::{Records, equip},
    model::{CertificateScheme, DatePrecision, DemoProduct, DemoSeller, Recognition, SellerKind},
    names::{self, fold},
    rng::Stream,
    story::{certificate, invented_ocop},
    tables::{self, Commune, Good, HOME_PROVINCE},
    wording,
};

/// One in this many invented sellers has an OCOP product, as long as the province has any left to give.
const OCOP_EVERY: usize = 60;

/// A commune whose name is a protected geographical indication for tea. An invented tea must not carry it, because
/// whether a maker may use it does not follow from the commune.
const INDICATION_COMMUNE: &str = "05503";

/// A commune and what can be made there, with weights.
#[derive(Debug)]
pub struct Ground {
    pub commune: &'static Commune,
    goods: Vec<(&'static Good, u32)>,
}

/// The ground of every commune of a province.
pub fn grounds(province: &str, communes: &[&'static Commune]) -> Vec<Ground> {
    let home = province == HOME_PROVINCE;
    let own: Vec<(&'static Good, u32)> = tables::specialties()
        .iter()
        .filter(|good| good.province_code == province)
        .map(|good| (good, 60))
        .collect();
    let ground = |commune: &&'static Commune| {
        let goods = tables::goods().iter().filter_map(|good| {
            let weight = if !good.communes.is_empty() {
                if good.communes.contains(commune.code.as_str()) {
                    good.weight * 3
                } else {
                    0
                }
            } else if good.crop == "tea" {
                // The tea hills are those of the former Thái Nguyên, whose codes begin with 05.
                if home && commune.code.starts_with("05") {
                    good.weight * 2
                } else {
                    0
                }
            } else {
                good.weight
            };
            (weight > 0).then_some((good, weight))
        });
        Ground {
            commune,
            goods: own.iter().copied().chain(goods).collect(),
        }
    };
    communes.iter().map(ground).collect()
}

/// What to make of the `nth` invented seller of a province.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Position of the province, the home province being 0.
    pub province: usize,
    pub nth: usize,
    /// 0, or higher when the seller's key was already taken.
    pub attempt: usize,
    /// At most this many products.
    pub most_products: usize,
    /// How many invented OCOP products the province has.
    pub ocop_products: usize,
    pub seasons: i32,
    pub batched_percent: u32,
    pub entries_per_product: usize,
}

/// One invented seller with everything that is theirs.
pub fn seller(wanted: Wanted, grounds: &[Ground], today: Date) -> DemoSeller {
    let place = [0, wanted.province, wanted.nth, wanted.attempt];
    let mut stream = Stream::of("seller", &place);
    let home = wanted.province == 0;
    // Two sellers for every commune first, so that none is empty; then wherever it falls.
    let ground = if wanted.nth < grounds.len() * 2 {
        &grounds[wanted.nth % grounds.len()]
    } else {
        stream.pick(grounds)
    };
    let commune = ground.commune;
    let ocop = wanted.nth.is_multiple_of(OCOP_EVERY) && wanted.nth / OCOP_EVERY < wanted.ocop_products;
    let kind = match stream.below(100) {
        _ if ocop => SellerKind::Cooperative,
        0..55 => SellerKind::Household,
        55..86 => SellerKind::Cooperative,
        _ => SellerKind::Company,
    };
    let count = match kind {
        SellerKind::Household => stream.below(3) + 1,
        SellerKind::Cooperative => stream.below(4) + 2,
        SellerKind::Company => stream.below(5) + 2,
    };
    let goods = choose_goods(&mut stream, ground, wanted.most_products.min(count as usize));
    let group = tables::group_of(&goods[0].category);
    let (name, brand) = names::seller(&mut stream, kind, group, home);
    let about = wording::about(
        &mut stream,
        group,
        commune,
        match kind {
            SellerKind::Household => (2, 6),
            SellerKind::Cooperative => (7, 40),
            SellerKind::Company => (5, 30),
        },
    );
    let organic = kind != SellerKind::Household && stream.chance(6);
    let vietgap = !organic && stream.chance(18);
    let scheme = if organic {
        Some(CertificateScheme::Organic)
    } else {
        vietgap.then_some(CertificateScheme::VietGap)
    };

    let mut products: Vec<DemoProduct> = Vec::new();
    let mut crops = Vec::new();
    for (index, good) in goods.iter().enumerate() {
        let mut stream = Stream::of("product", &[0, wanted.province, wanted.nth, wanted.attempt, index]);
        let mut product = make_product(&mut stream, good, commune, &brand);
        if products.iter().any(|other| other.name == product.name) {
            product.name = format!("{} loại đặc biệt", product.name);
        }
        let grown = super::crops::crop(&good.crop).is_some_and(super::crops::Crop::is_grown);
        product.certificates = scheme
            .filter(|_| grown)
            .map(|scheme| certificate(&mut stream, scheme, today))
            .into_iter()
            .collect();
        if ocop && index == 0 {
            let on = today.plus_days(-stream.between(30, 1_250));
            product.star = Some(if stream.chance(35) { 4 } else { 3 });
            product.recognised = Some(Recognition {
                on,
                precision: DatePrecision::Day,
            });
            product.ocop = Some(invented_ocop(product.category));
        }
        products.push(product);
        crops.push(good.crop.as_str());
    }
    let mut seller = DemoSeller {
        key: format!("{}-{}", fold(&name), fold(&commune.name_ascii)),
        name,
        kind,
        commune_code: &commune.code,
        commune_presumed: false,
        hamlet: String::new(),
        no_signal: false,
        about,
        real: false,
        phone: format!("0900{:06}", 100_000 + wanted.province * 5_000 + wanted.nth),
        plots: Vec::new(),
        diary: Vec::new(),
        products,
        batches: Vec::new(),
        listings: Vec::new(),
    };
    let husbandry = Husbandry {
        seasons: wanted.seasons,
        organic,
        complete: ocop,
        sprayed_lately: stream.chance(8),
    };
    let records = Records {
        husbandry,
        batched_percent: wanted.batched_percent,
        entries_per_product: wanted.entries_per_product,
    };
    equip(&mut seller, &crops, records, &place, today);
    seller
}

/// Different goods, most of them of the same trade as the first.
fn choose_goods(stream: &mut Stream, ground: &Ground, count: usize) -> Vec<&'static Good> {
    let mut left = ground.goods.clone();
    let mut chosen: Vec<&'static Good> = Vec::new();
    while chosen.len() < count.max(1) && !left.is_empty() {
        let trade = chosen.first().map(|first| tables::group_of(&first.category));
        let keep_to_trade = stream.chance(82);
        let fits = |good: &Good| match trade {
            Some(trade) if keep_to_trade => tables::group_of(&good.category) == trade,
            _ => true,
        };
        let sum = left
            .iter()
            .filter(|(good, _)| fits(good))
            .map(|(_, weight)| weight)
            .sum();
        let mut at = stream.below(sum);
        let found = left.iter().position(|&(good, weight)| {
            if !fits(good) {
                return false;
            }
            let here = at < weight;
            at = at.saturating_sub(weight);
            here
        });
        // Nothing left of this trade: draw again, sooner or later from everything.
        if let Some(found) = found {
            chosen.push(left.swap_remove(found).0);
        }
    }
    chosen
}

fn make_product(stream: &mut Stream, good: &'static Good, commune: &Commune, brand: &str) -> DemoProduct {
    let place = if commune.code == INDICATION_COMMUNE && good.crop == "tea" {
        brand
    } else {
        &commune.name
    };
    let name = good.name.replace("{c}", place).replace("{b}", brand);
    let price = i64::from(stream.between(good.price_low, good.price_high));
    let step = match price {
        0..50_000 => 500,
        50_000..200_000 => 1_000,
        _ => 5_000,
    };
    DemoProduct {
        description: wording::description(stream, &name, &good.category, commune),
        name,
        category: &good.category,
        unit: &good.unit,
        net: &good.net,
        price_dong: (price + step / 2) / step * step,
        star: None,
        recognised: None,
        ocop: None,
        certificates: Vec::new(),
    }
}
