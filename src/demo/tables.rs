//! The embedded tables, each parsed once. A broken table is a broken build: the tests read every row.

use std::{collections::HashMap, sync::LazyLock};

use serde::{Deserialize, de::DeserializeOwned};

/// The code of the province the demo is about.
pub const HOME_PROVINCE: &str = "19";

/// A commune as the demo needs it.
#[derive(Debug, Deserialize)]
pub struct Commune {
    pub code: String,
    pub full_name: String,
    pub name: String,
    pub name_ascii: String,
    pub province_code: String,
}

/// A leaf or a group of `categories.csv`.
#[derive(Debug, Deserialize)]
pub struct Category {
    pub id: String,
    pub parent: String,
    pub ocop_set_no: u8,
}

/// Something that can be made: a name with `{c}` (commune) or `{b}` (brand), and what it usually costs.
#[derive(Debug, Deserialize)]
pub struct Good {
    #[serde(default)]
    pub province_code: String,
    pub name: String,
    pub category: String,
    pub unit: String,
    pub net: String,
    pub price_low: i32,
    pub price_high: i32,
    pub crop: String,
    /// Codes separated by spaces; empty for everywhere.
    #[serde(default)]
    pub communes: String,
    #[serde(default)]
    pub weight: u32,
}

/// A published OCOP product, as its source has it.
#[derive(Debug, Deserialize)]
pub struct RealProduct {
    pub product: String,
    pub star: Option<u8>,
    pub points: String,
    pub producer: String,
    pub commune_code: String,
    pub commune_presumed: u8,
    pub status: String,
    pub date: String,
    pub ocop_set_no: u8,
    pub category: String,
    pub unit: String,
    pub demo_price: i64,
    pub source: String,
}

/// A named market and how many stalls the demo gives it.
#[derive(Debug, Deserialize)]
pub struct MarketRow {
    pub market: String,
    pub commune_code: String,
    pub commune_presumed: u8,
    pub first_wave: u8,
    pub demo_stalls: usize,
    /// `-` when no source names the market.
    pub source: String,
}

/// An invented producer of one of the four pilot communes.
#[derive(Debug, Deserialize)]
pub struct StorySeller {
    pub name: String,
    pub kind: String,
    pub commune_code: String,
    pub hamlet: String,
    pub no_signal: u8,
    pub about: String,
}

/// A product of a [`StorySeller`].
#[derive(Debug, Deserialize)]
pub struct StoryProduct {
    pub seller: String,
    pub name: String,
    pub category: String,
    pub unit: String,
    pub net: String,
    pub price: i64,
    pub crop: String,
    pub star: Option<u8>,
    pub recognised_days_ago: Option<i32>,
    pub certificate: String,
}

#[derive(Debug, Deserialize)]
struct Sentence {
    group: String,
    slot: u8,
    text: String,
}

fn rows<T: DeserializeOwned>(table: &str) -> Vec<T> {
    csv::Reader::from_reader(table.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("an embedded table is well formed; the tests read every row")
}

static COMMUNES: LazyLock<Vec<Commune>> = LazyLock::new(|| rows(include_str!("../places/data/communes.csv")));
static COMMUNES_BY_CODE: LazyLock<HashMap<&str, &Commune>> = LazyLock::new(|| {
    COMMUNES
        .iter()
        .map(|commune| (commune.code.as_str(), commune))
        .collect()
});
static PROVINCES: LazyLock<Vec<(&str, Vec<&Commune>)>> = LazyLock::new(|| {
    let mut provinces: Vec<(&str, Vec<&Commune>)> = Vec::new();
    for commune in COMMUNES.iter() {
        match provinces.iter_mut().find(|(code, _)| *code == commune.province_code) {
            Some((_, members)) => members.push(commune),
            None => provinces.push((&commune.province_code, vec![commune])),
        }
    }
    // Home first: a nation begins with the very province that `province` shows.
    provinces.sort_by_key(|(code, _)| (*code != HOME_PROVINCE, *code));
    provinces
});
static CATEGORIES: LazyLock<Vec<Category>> = LazyLock::new(|| rows(include_str!("../catalogue/categories.csv")));
static CATEGORY_BY_ID: LazyLock<HashMap<&str, &Category>> = LazyLock::new(|| {
    CATEGORIES
        .iter()
        .map(|category| (category.id.as_str(), category))
        .collect()
});
static GOODS: LazyLock<Vec<Good>> = LazyLock::new(|| rows(include_str!("data/goods.csv")));
static SPECIALTIES: LazyLock<Vec<Good>> = LazyLock::new(|| rows(include_str!("data/specialties.csv")));
static REAL: LazyLock<Vec<RealProduct>> = LazyLock::new(|| rows(include_str!("data/ocop_products.csv")));
static MARKETS: LazyLock<Vec<MarketRow>> = LazyLock::new(|| rows(include_str!("data/markets.csv")));
static STORY_SELLERS: LazyLock<Vec<StorySeller>> = LazyLock::new(|| rows(include_str!("data/story_sellers.csv")));
static STORY_PRODUCTS: LazyLock<Vec<StoryProduct>> = LazyLock::new(|| rows(include_str!("data/story_products.csv")));
static SENTENCES: LazyLock<HashMap<(String, u8), Vec<String>>> = LazyLock::new(|| {
    let mut sentences: HashMap<_, Vec<String>> = HashMap::new();
    for row in rows::<Sentence>(include_str!("data/sentences.csv")) {
        sentences.entry((row.group, row.slot)).or_default().push(row.text);
    }
    sentences
});

/// Every province with its communes, the home province first.
pub fn provinces() -> &'static [(&'static str, Vec<&'static Commune>)] {
    &PROVINCES
}

/// The commune with this code; the tables name no other.
pub fn commune(code: &str) -> &'static Commune {
    COMMUNES_BY_CODE
        .get(code)
        .expect("the demo's tables name only communes that exist")
}

/// The category with this id; the tables name no other.
pub fn category(id: &str) -> &'static Category {
    CATEGORY_BY_ID
        .get(id)
        .expect("the demo's tables name only categories that exist")
}

/// The top-level group of a category.
pub fn group_of(id: &str) -> &'static str {
    let category = category(id);
    if category.parent.is_empty() {
        &category.id
    } else {
        &category.parent
    }
}

/// What the home province makes.
pub fn goods() -> &'static [Good] {
    &GOODS
}

/// What the other provinces are known for.
pub fn specialties() -> &'static [Good] {
    &SPECIALTIES
}

/// The 56 published OCOP products.
pub fn real_products() -> &'static [RealProduct] {
    &REAL
}

/// The 20 named markets.
pub fn markets() -> &'static [MarketRow] {
    &MARKETS
}

/// The producers of the four pilot communes.
pub fn story_sellers() -> &'static [StorySeller] {
    &STORY_SELLERS
}

/// What they make.
pub fn story_products() -> &'static [StoryProduct] {
    &STORY_PRODUCTS
}

/// The sentences for one slot of a description: the category's own, or else its group's.
pub fn sentences(category: &'static str, slot: u8) -> &'static [String] {
    [category, group_of(category)]
        .into_iter()
        .find_map(|group| SENTENCES.get(&(group.to_owned(), slot)))
        .map_or(&[], Vec::as_slice)
}
