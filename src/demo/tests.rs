//! The promises the demo makes, checked on the worlds themselves.
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{
    Date, DatePrecision, DemoSeller, DiaryKind, OcopStatus, Scale, World, crops, fold, names, real, sellers, story,
    tables,
};

const TODAY: Date = Date::new(2026, 11, 22);

static PROVINCE: LazyLock<World> = LazyLock::new(|| World::generate(Scale::Province, TODAY));
static SMALL: LazyLock<World> = LazyLock::new(|| World::generate(Scale::Small, TODAY));

fn worlds() -> [&'static World; 2] {
    [&SMALL, &PROVINCE]
}

fn all_sellers() -> impl Iterator<Item = &'static DemoSeller> {
    worlds().into_iter().flat_map(|world| &world.sellers)
}

fn products(world: &World) -> usize {
    world.sellers.iter().map(|seller| seller.products.len()).sum()
}

#[test]
fn the_province_has_its_real_size() {
    let world = &*PROVINCE;
    assert_eq!(products(world), 2_700);
    assert_eq!(world.markets.len(), 20);
    assert_eq!(world.markets.iter().filter(|market| market.first_wave).count(), 11);
    assert_eq!(world.stalls.len(), 2_100);
    let ocop = world
        .sellers
        .iter()
        .flat_map(|seller| &seller.products)
        .filter(|product| product.ocop.is_some());
    assert_eq!(ocop.count(), 76);
    let communes: HashSet<&str> = world.sellers.iter().map(|seller| seller.commune_code).collect();
    assert_eq!(communes.len(), 92, "every commune has a seller");
    for seller in &world.sellers {
        assert_eq!(
            tables::commune(seller.commune_code).province_code,
            tables::HOME_PROVINCE
        );
        assert_eq!(seller.listings.len(), seller.products.len());
    }
}

#[test]
fn the_small_world_is_a_handful() {
    assert_eq!(products(&SMALL), 40);
    assert_eq!(SMALL.markets.len(), 3);
    assert_eq!(SMALL.stalls.len(), 24);
    let (small, province): (HashSet<_>, HashSet<_>) = (
        SMALL.sellers.iter().map(|s| &s.name).collect(),
        PROVINCE.sellers.iter().map(|s| &s.name).collect(),
    );
    assert!(small.is_subset(&province), "the story is told at every scale");
}

#[test]
fn the_same_day_gives_the_same_world() {
    assert_eq!(World::generate(Scale::Province, TODAY), *PROVINCE);
    assert_ne!(
        World::generate(Scale::Small, TODAY.plus_days(1)),
        *SMALL,
        "dates follow the day"
    );
}

#[test]
fn the_nation_has_its_listings_and_events() {
    let (mut listings, mut events, mut provinces, mut keys, mut phones) =
        (0, 0, HashSet::new(), HashSet::new(), HashSet::new());
    for seller in sellers(Scale::Nation, TODAY) {
        listings += seller.listings.len();
        events += seller.diary.len();
        provinces.insert(tables::commune(seller.commune_code).province_code.as_str());
        assert!(keys.insert(seller.key.clone()), "{} twice", seller.key);
        assert!(phones.insert(seller.phone.clone()), "{} twice", seller.phone);
    }
    assert_eq!(listings, 100_000);
    assert_eq!(provinces.len(), 34);
    assert!((1_000_000..1_300_000).contains(&events), "{events} events");
}

#[test]
fn the_published_products_are_all_there_and_unchanged() {
    assert_eq!(tables::real_products().len(), 56);
    for row in tables::real_products() {
        let (seller, product) = PROVINCE
            .sellers
            .iter()
            .filter(|seller| seller.real)
            .flat_map(|seller| seller.products.iter().map(move |product| (seller, product)))
            .find(|(seller, product)| {
                product.name == row.product && (row.producer.is_empty() || seller.name == row.producer)
            })
            .unwrap_or_else(|| panic!("{} is missing", row.product));
        assert_eq!(product.star, row.star);
        assert_eq!(seller.commune_code, row.commune_code);
        let ocop = product.ocop.as_ref().expect("a published product is in the programme");
        assert_eq!(product.recognised.is_some(), ocop.status == OcopStatus::Recognised);
        if let Some(recognition) = product.recognised {
            let written = match recognition.precision {
                DatePrecision::Year => recognition.on.year.to_string(),
                _ => format!("{}-{:02}", recognition.on.year, recognition.on.month),
            };
            assert_eq!(written, row.date);
        }
    }
    let real = PROVINCE
        .sellers
        .iter()
        .filter(|seller| seller.real)
        .flat_map(|seller| &seller.products);
    assert_eq!(real.count(), 56);
}

#[test]
fn nothing_is_invented_about_real_producers_but_the_farmer_account() {
    for seller in all_sellers().filter(|seller| seller.real) {
        assert!(
            seller.products.iter().all(|product| product.certificates.is_empty()),
            "{}",
            seller.name
        );
        if seller.name != real::FARMER {
            assert!(
                seller.plots.is_empty() && seller.diary.is_empty() && seller.batches.is_empty(),
                "{}",
                seller.name
            );
        }
    }
    let known: HashSet<&str> = tables::real_products()
        .iter()
        .map(|row| row.producer.as_str())
        .collect();
    for seller in all_sellers().filter(|seller| !seller.real) {
        assert!(
            !known.contains(seller.name.as_str()),
            "{} is a real producer",
            seller.name
        );
    }
}

#[test]
fn a_badge_ends_with_its_36_months() {
    let product = |name: &str| {
        SMALL
            .sellers
            .iter()
            .flat_map(|seller| &seller.products)
            .find(|product| product.name == name)
            .expect(name)
    };
    let lapsed = product("Chè tôm nõn");
    assert_eq!(
        (lapsed.star, lapsed.expires(), lapsed.badge_on(TODAY)),
        (Some(5), Some(Date::new(2023, 1, 1)), None)
    );
    let live = product("Chè đinh Tân Cương");
    assert_eq!(live.badge_on(TODAY), Some(5));
    assert_eq!(live.badge_on(Date::new(2027, 12, 31)), Some(5));
    assert_eq!(live.badge_on(Date::new(2028, 1, 1)), None);
    assert_eq!(
        product("Miến dong Tài Hoan").badge_on(TODAY),
        Some(5),
        "recognised again in 2024"
    );
    assert_eq!(product("Chè móc câu").badge_on(TODAY), None, "no known star");
}

#[test]
fn the_farmer_account_can_walk_the_whole_way() {
    for world in worlds() {
        let farmer = &world.sellers[0];
        assert_eq!(farmer.name, "HTX chè Hảo Đạt");
        let (index, _) = farmer
            .products
            .iter()
            .enumerate()
            .find(|(_, product)| product.name == "Chè tôm nõn" && product.unit == "kg")
            .expect("a product sold by the kilogram");
        let listing = farmer
            .listings
            .iter()
            .find(|listing| listing.product == index)
            .expect("it is listed");
        assert!(listing.stock_thousandths.is_some_and(|stock| stock >= 1_000));
        assert!(!listing.batches.is_empty());
        assert!(!farmer.plots.is_empty());
        for entry in &farmer.diary {
            let free_from = entry
                .on
                .plus_days(entry.input.map_or(0, |input| input.pre_harvest_days));
            assert!(free_from < TODAY, "{entry:?} still holds the plot");
        }
    }
}

#[test]
fn the_pilot_communes_tell_a_complete_story() {
    for code in story::PILOT_COMMUNES {
        let told: Vec<&DemoSeller> = SMALL
            .sellers
            .iter()
            .filter(|seller| seller.commune_code == code && !seller.real)
            .collect();
        assert!(told.len() >= 3, "{code} has {} producers", told.len());
        let stages = |seller: &DemoSeller, batch: &super::DemoBatch| -> HashSet<DiaryKind> {
            batch.diary.iter().map(|&index| seller.diary[index].kind).collect()
        };
        let every_stage = [
            DiaryKind::Sowing,
            DiaryKind::Fertiliser,
            DiaryKind::Spraying,
            DiaryKind::Weeding,
            DiaryKind::Harvest,
            DiaryKind::Processing,
            DiaryKind::Packing,
        ];
        assert!(
            told.iter().any(|seller| seller
                .batches
                .iter()
                .any(|batch| every_stage.iter().all(|stage| stages(seller, batch).contains(stage)))),
            "{code} has no batch that spans every stage"
        );
        assert!(
            told.iter()
                .all(|seller| !seller.batches.is_empty() && !seller.hamlet.is_empty())
        );
        assert_eq!(
            told.iter().any(|seller| seller.no_signal),
            tables::commune(code).name == "Sảng Mộc"
        );
    }
}

#[test]
fn every_harvest_waits_for_its_interval() {
    let mut sprayings = 0;
    for seller in all_sellers() {
        for spray in seller.diary.iter().filter(|entry| entry.kind == DiaryKind::Spraying) {
            sprayings += 1;
            let free_from = spray
                .on
                .plus_days(spray.input.expect("a spraying names its product").pre_harvest_days);
            for harvest in seller
                .diary
                .iter()
                .filter(|e| e.kind == DiaryKind::Harvest && e.plot == spray.plot)
            {
                assert!(
                    harvest.on < spray.on || harvest.on >= free_from,
                    "{}: {spray:?} {harvest:?}",
                    seller.name
                );
            }
        }
    }
    assert!(sprayings > 300, "only {sprayings} sprayings were looked at");
}

#[test]
fn batches_hold_together() {
    let mut seen = 0;
    for seller in all_sellers() {
        let mut lots = HashSet::new();
        assert!(seller.diary.is_sorted_by_key(|entry| entry.on));
        for batch in &seller.batches {
            seen += 1;
            assert!(
                lots.insert((batch.product, &batch.lot)),
                "{} lot {} twice",
                seller.name,
                batch.lot
            );
            assert!(batch.lot.len() <= 20 && batch.lot.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
            assert!(
                batch.harvested_on <= batch.packed_on && batch.packed_on <= TODAY && batch.packed_on < batch.expires_on
            );
            assert!(batch.quantity_thousandths >= 1_000 && batch.quantity_thousandths % 1_000 == 0);
            assert_eq!(batch.unit, seller.products[batch.product].unit);
            let last = batch.diary.last().map(|&index| seller.diary[index].kind);
            assert_eq!(last, Some(DiaryKind::Packing), "{} {}", seller.name, batch.lot);
            for &index in &batch.diary {
                assert!(seller.diary[index].on <= batch.packed_on);
                if let Some(plot) = seller.diary[index].plot {
                    assert!(batch.plots.contains(&plot));
                }
            }
        }
        for listing in &seller.listings {
            let made: i64 = listing
                .batches
                .iter()
                .map(|&batch| seller.batches[batch].quantity_thousandths)
                .sum();
            assert!(listing.batches.is_empty() || listing.stock_thousandths.is_some_and(|stock| stock <= made));
            for &batch in &listing.batches {
                assert_eq!(seller.batches[batch].product, listing.product);
                assert!(seller.batches[batch].expires_on > TODAY);
            }
        }
    }
    assert!(seen > 1_000, "only {seen} batches were looked at");
}

#[test]
fn more_is_never_packed_than_was_harvested() {
    let mut weighed = 0;
    for seller in all_sellers() {
        let mut packed: HashMap<(Date, &[usize]), i64> = HashMap::new();
        for batch in seller
            .batches
            .iter()
            .filter(|batch| !batch.plots.is_empty() && batch.unit == "kg")
        {
            *packed.entry((batch.harvested_on, &batch.plots)).or_default() += batch.quantity_thousandths;
        }
        for ((on, plots), packed) in packed {
            let fresh: i64 = seller
                .diary
                .iter()
                .filter(|entry| entry.on == on && entry.plot.is_some_and(|plot| plots.contains(&plot)))
                .filter_map(|entry| entry.harvested_thousandths)
                .sum();
            weighed += 1;
            assert!(packed <= fresh, "{}: {packed} from {fresh}", seller.name);
        }
    }
    assert!(weighed > 200, "only {weighed} harvests were weighed");
}

#[test]
fn names_and_keys_are_their_own() {
    for world in worlds() {
        let mut keys = HashSet::new();
        let mut phones = HashSet::new();
        for seller in &world.sellers {
            assert!(keys.insert(&seller.key), "{} twice", seller.key);
            assert!(phones.insert(&seller.phone), "{} twice", seller.phone);
            assert!(
                seller
                    .key
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            );
            let mut names = HashSet::new();
            for product in &seller.products {
                assert!(
                    names.insert(&product.name),
                    "{} sells {} twice",
                    seller.name,
                    product.name
                );
                assert!(
                    !fold(&product.name).is_empty() && !product.name.contains('{'),
                    "{}",
                    product.name
                );
            }
        }
        let mut codes = HashSet::new();
        for stall in &world.stalls {
            assert!(codes.insert((stall.market, &stall.code)), "{} twice", stall.code);
            assert!(phones.insert(&stall.phone), "{} twice", stall.phone);
        }
    }
    let names: HashSet<&str> = PROVINCE
        .sellers
        .iter()
        .flat_map(|seller| &seller.products)
        .map(|product| product.name.as_str())
        .collect();
    assert!(names.len() > 1_700, "only {} names for 2,700 products", names.len());
}

#[test]
fn products_are_fit_to_be_shown() {
    let units: HashSet<&str> = include_str!("data/units.csv")
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    for product in all_sellers().flat_map(|seller| &seller.products) {
        assert!(
            product.price_dong > 0 && product.price_dong % 500 == 0,
            "{} {}",
            product.name,
            product.price_dong
        );
        assert!(
            !tables::category(product.category).parent.is_empty(),
            "{} is not a leaf",
            product.category
        );
        assert!(units.contains(product.unit), "{}", product.unit);
        let sentences = product.description.matches(". ").count() + 1;
        assert!((2..=3).contains(&sentences), "{}", product.description);
        assert!(product.description.ends_with('.') && !product.description.contains(['{', '}']));
        assert!(product.star.is_none_or(|star| (3..=5).contains(&star)));
        for certificate in &product.certificates {
            assert!(certificate.number.contains("DEMO") && certificate.issued_on < certificate.expires_on);
        }
    }
    for product in all_sellers()
        .filter(|seller| !seller.real)
        .flat_map(|seller| &seller.products)
    {
        let is_tea = tables::group_of(product.category) == "tea";
        assert!(
            !(is_tea && product.name.contains("Tân Cương")),
            "{} uses a protected name",
            product.name
        );
    }
}

#[test]
fn tea_leads_and_everything_is_there() {
    let mut groups: HashMap<&str, usize> = HashMap::new();
    let mut leaves = HashSet::new();
    for product in PROVINCE.sellers.iter().flat_map(|seller| &seller.products) {
        *groups.entry(tables::group_of(product.category)).or_default() += 1;
        leaves.insert(product.category);
    }
    let tea = groups["tea"];
    assert!((700..1_350).contains(&tea), "{tea} teas: {groups:?}");
    assert!(
        groups.iter().all(|(group, count)| *group == "tea" || *count < tea),
        "{groups:?}"
    );
    assert_eq!(groups.len(), 12, "{groups:?}");
    assert!(leaves.len() >= 50, "only {} of the 53 leaves are used", leaves.len());
}

#[test]
fn the_tables_name_only_what_exists() {
    let crops_known = |id: &str| id == "tourism" || crops::crop(id).is_some();
    for good in tables::goods().iter().chain(tables::specialties()) {
        assert!(crops_known(&good.crop), "{}: crop {}", good.name, good.crop);
        assert!(!tables::category(&good.category).parent.is_empty(), "{}", good.name);
        assert!(0 < good.price_low && good.price_low < good.price_high, "{}", good.name);
        for code in good.communes.split_whitespace() {
            assert_eq!(
                tables::commune(code).province_code,
                tables::HOME_PROVINCE,
                "{}",
                good.name
            );
        }
    }
    assert_eq!(tables::provinces().len(), 34);
    assert_eq!(
        tables::provinces()
            .iter()
            .map(|(_, communes)| communes.len())
            .sum::<usize>(),
        3_321
    );
    let told: HashSet<&str> = tables::story_sellers()
        .iter()
        .map(|seller| seller.name.as_str())
        .collect();
    for product in tables::story_products() {
        assert!(
            told.contains(product.seller.as_str()) && crops_known(&product.crop),
            "{}",
            product.name
        );
    }
    let sets: HashSet<u8> = tables::goods()
        .iter()
        .map(|good| tables::category(&good.category).ocop_set_no)
        .collect();
    assert_eq!(sets.len(), 26, "every OCOP set has something in it");
}

#[test]
fn folding_agrees_with_the_table_of_communes() {
    for (_, communes) in tables::provinces() {
        for commune in communes {
            assert_eq!(
                names::fold(&commune.name),
                names::fold(&commune.name_ascii),
                "{}",
                commune.name
            );
        }
    }
}
