//! The whole world, at three sizes.

use std::collections::HashSet;

use super::{
    date::Date,
    invented::{self, Ground, Wanted},
    markets,
    model::{DemoMarket, DemoSeller, DemoStall},
    real, story,
    tables::{self, RealProduct},
};

/// How big the demo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Scale {
    /// A handful: the story of the four pilot communes and a few well-known producers.
    Small,
    /// The province at its real size.
    Province,
    /// 34 provinces; too big to hold at once, so iterate over [`sellers`].
    Nation,
}

/// What a scale comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    pub provinces: usize,
    /// Products, and listings: each product is listed once.
    pub products: usize,
    /// Of these, products of the home province.
    pub home_products: usize,
    /// Invented OCOP products that are not part of the story.
    pub ocop_products: usize,
    /// Harvests on record, one batch of each batched product for each.
    pub seasons: i32,
    /// Products of invented sellers that have batches, in a hundred.
    pub batched_percent: u32,
    /// The fewest diary entries for a product with batches and land.
    pub entries_per_product: usize,
    /// The most stalls in one market.
    pub stalls_per_market: usize,
}

impl Scale {
    /// The word on the command line and in the mark of a demo.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Province => "province",
            Self::Nation => "nation",
        }
    }

    /// The sizes of this scale.
    #[must_use]
    pub const fn sizes(self) -> Sizes {
        match self {
            Self::Small => Sizes {
                provinces: 1,
                products: 40,
                home_products: 40,
                ocop_products: 0,
                seasons: 2,
                batched_percent: 100,
                entries_per_product: 0,
                stalls_per_market: 8,
            },
            Self::Province => Sizes {
                provinces: 1,
                products: 2_700,
                home_products: 2_700,
                ocop_products: 12,
                seasons: 1,
                batched_percent: 60,
                entries_per_product: 0,
                stalls_per_market: usize::MAX,
            },
            Self::Nation => Sizes {
                provinces: 34,
                products: 100_000,
                home_products: 2_700,
                ocop_products: 12,
                seasons: 2,
                batched_percent: 100,
                entries_per_product: 10,
                stalls_per_market: usize::MAX,
            },
        }
    }
}

/// Everything the demo shows, held at once.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// The farmer of the demo account (HTX chè Hảo Đạt) is the first.
    pub sellers: Vec<DemoSeller>,
    pub markets: Vec<DemoMarket>,
    /// The keeper of the demo account has the first stall of Chợ Thái.
    pub stalls: Vec<DemoStall>,
}

impl World {
    /// The world as it stands on `today`. Do not hold a [`Scale::Nation`] this way: iterate over [`sellers`].
    #[must_use]
    pub fn generate(scale: Scale, today: Date) -> Self {
        let (markets, stalls) = Self::market_places(scale);
        Self {
            sellers: sellers(scale, today).collect(),
            markets,
            stalls,
        }
    }

    /// The markets and stalls alone; they are the home province's at every scale.
    #[must_use]
    pub fn market_places(scale: Scale) -> (Vec<DemoMarket>, Vec<DemoStall>) {
        let markets = markets::markets(scale == Scale::Small);
        let stalls = markets::stalls(&markets, scale.sizes().stalls_per_market);
        (markets, stalls)
    }
}

/// The sellers of a scale one after another: real producers, the story, then invented ones province by province.
pub fn sellers(scale: Scale, today: Date) -> impl Iterator<Item = DemoSeller> {
    let sizes = scale.sizes();
    let producers: Vec<(String, Vec<&'static RealProduct>)> = real::producers()
        .into_iter()
        .filter(|(name, _)| scale != Scale::Small || real::WELL_KNOWN.contains(&name.as_str()))
        .collect();
    // The story needs two harvests to look back on, whatever the scale.
    let told = sizes.seasons.max(2);
    let told_products = producers.iter().map(|(_, rows)| rows.len()).sum::<usize>() + tables::story_products().len();
    let real_sellers = producers
        .into_iter()
        .enumerate()
        .map(move |(nth, (name, rows))| real::seller(nth, &name, &rows, told, today));
    let story_sellers = tables::story_sellers()
        .iter()
        .enumerate()
        .map(move |(nth, row)| story::seller(nth, row, told, today));
    let invented_sellers = (0..sizes.provinces).flat_map(move |province| {
        let products = if province == 0 {
            sizes.home_products.saturating_sub(told_products)
        } else {
            share(sizes.products - sizes.home_products, sizes.provinces - 1, province - 1)
        };
        Province::new(province, products, sizes, today)
    });
    real_sellers.chain(story_sellers).chain(invented_sellers)
}

/// The `nth` of `parts` nearly equal parts of `whole`.
fn share(whole: usize, parts: usize, nth: usize) -> usize {
    whole / parts + usize::from(nth < whole % parts)
}

/// The invented sellers of one province, made as they are asked for.
struct Province {
    wanted: Wanted,
    grounds: Vec<Ground>,
    products_left: usize,
    keys: HashSet<String>,
    today: Date,
}

impl Province {
    fn new(province: usize, products: usize, sizes: Sizes, today: Date) -> Self {
        let (code, communes) = &tables::provinces()[province];
        let wanted = Wanted {
            province,
            nth: 0,
            attempt: 0,
            most_products: products,
            ocop_products: sizes.ocop_products,
            seasons: sizes.seasons,
            batched_percent: sizes.batched_percent,
            entries_per_product: sizes.entries_per_product,
        };
        Self {
            wanted,
            grounds: invented::grounds(code, communes),
            products_left: products,
            keys: HashSet::new(),
            today,
        }
    }
}

impl Iterator for Province {
    type Item = DemoSeller;

    fn next(&mut self) -> Option<DemoSeller> {
        if self.products_left == 0 {
            return None;
        }
        let mut wanted = Wanted {
            most_products: self.products_left,
            ..self.wanted
        };
        let seller = loop {
            let mut seller = invented::seller(wanted, &self.grounds, self.today);
            // Names of communes recur from province to province: abroad, the province's code keeps the keys apart.
            if wanted.province > 0 {
                seller.key = format!("{}-{}", seller.key, tables::provinces()[wanted.province].0);
            }
            if self.keys.insert(seller.key.clone()) {
                break seller;
            }
            wanted.attempt += 1;
        };
        self.wanted.nth += 1;
        self.products_left -= seller.products.len();
        Some(seller)
    }
}
