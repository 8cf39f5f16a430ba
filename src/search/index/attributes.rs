//! What a listing is filtered and counted by, packed into one number, so that looking at a hundred thousand of them is
//! reading a hundred thousand numbers.

use std::{collections::HashMap, sync::LazyLock};

use entity::{
    CommuneCode, Unit,
    catalogue::{certificate, seller},
};

use super::super::document::Document;
use crate::{catalogue::category, places};

/// A packed listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes(pub u64);

/// Bits of a part of [`Attributes`]: where they begin and how many they are.
struct Bits(u32, u32);

impl Bits {
    const fn get(&self, packed: u64) -> u64 {
        (packed >> self.0) & ((1 << self.1) - 1)
    }

    /// `value` in its place; what does not fit becomes 0, which always means "none".
    const fn put(&self, value: u64) -> u64 {
        if value < (1 << self.1) { value << self.0 } else { 0 }
    }
}

const CATEGORY: Bits = Bits(0, 10);
const COMMUNE: Bits = Bits(10, 12);
const STAR: Bits = Bits(22, 3);
const SELLER: Bits = Bits(25, 2);
const IN_STOCK: Bits = Bits(27, 1);
const CERTIFICATES: Bits = Bits(28, 6);
const ORIGIN: Bits = Bits(34, 10);
const BAND: Bits = Bits(44, 4);
const TITLE: Bits = Bits(48, 5);
const MEASURE: Bits = Bits(53, 3);

/// Positions a category, a commune and an origin may have.
pub const CATEGORIES: usize = 1 << CATEGORY.1;
pub const COMMUNES: usize = 1 << COMMUNE.1;
pub const ORIGINS: usize = 1 << ORIGIN.1;

/// How a listing is measured out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// By the piece, and what a piece holds is not known.
    Unknown,
    /// Loose, or in packs of a known weight.
    Weight,
    /// Loose, or in packs of a known volume.
    Volume,
}

/// A span of prices, both ends in đồng; the upper one is not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceBand {
    pub least: i64,
    pub below: Option<i64>,
}

impl PriceBand {
    pub const ALL: [Self; 6] = [
        Self::of(0, Some(50_000)),
        Self::of(50_000, Some(100_000)),
        Self::of(100_000, Some(200_000)),
        Self::of(200_000, Some(500_000)),
        Self::of(500_000, Some(1_000_000)),
        Self::of(1_000_000, None),
    ];

    const fn of(least: i64, below: Option<i64>) -> Self {
        Self { least, below }
    }

    fn position(price: i64) -> u64 {
        let fits = |band: &Self| band.least <= price && band.below.is_none_or(|below| price < below);
        Self::ALL
            .iter()
            .zip(1..)
            .find(|(band, _)| fits(band))
            .map_or(0, |(_, at)| at)
    }

    /// As the API says it: `50000-100000`, `1000000-`.
    #[must_use]
    pub fn code(&self) -> String {
        let below = self.below.map(|below| below.to_string()).unwrap_or_default();
        format!("{}-{below}", self.least)
    }
}

static CATEGORY_POSITIONS: LazyLock<HashMap<&'static str, u64>> = LazyLock::new(|| {
    category::categories()
        .iter()
        .map(|category| category.id.as_str())
        .zip(1..)
        .collect()
});
static COMMUNE_POSITIONS: LazyLock<HashMap<&'static str, u64>> =
    LazyLock::new(|| places::communes().iter().map(places::Commune::code).zip(1..).collect());

/// The kinds of certificates that are counted, in the order of their bits. OCOP is counted by its stars.
pub const CERTIFICATE_KINDS: [certificate::Kind; 3] = [
    certificate::Kind::VietGap,
    certificate::Kind::Organic,
    certificate::Kind::Gi,
];

impl Attributes {
    /// `origin` is the position of the document's exchange, 0 for ours.
    pub fn of(document: &Document, origin: u64, title_words: usize) -> Self {
        let commune = document.commune.as_ref().map_or(0, commune_position);
        let seller = match document.seller_kind {
            None => 0,
            Some(seller::Kind::Household) => 1,
            Some(seller::Kind::Cooperative) => 2,
            Some(seller::Kind::Company) => 3,
        };
        let certificates = document
            .certificates
            .iter()
            .filter_map(|kind| CERTIFICATE_KINDS.iter().position(|known| known == kind))
            .fold(0, |bits, at| bits | (1 << at));
        Self(
            CATEGORY.put(category_position(&document.category))
                | COMMUNE.put(commune)
                | STAR.put(u64::from(document.star))
                | SELLER.put(seller)
                | IN_STOCK.put(u64::from(document.in_stock))
                | CERTIFICATES.put(certificates)
                | ORIGIN.put(origin)
                | BAND.put(PriceBand::position(document.price.0))
                | TITLE.put(u64::try_from(title_words.min(31)).unwrap_or(31))
                | MEASURE.put(match measure(document) {
                    Measure::Unknown => 0,
                    Measure::Weight => 1,
                    Measure::Volume => 2,
                }),
        )
    }

    pub const fn category(self) -> usize {
        index(CATEGORY.get(self.0))
    }

    pub const fn commune(self) -> usize {
        index(COMMUNE.get(self.0))
    }

    pub const fn star(self) -> usize {
        index(STAR.get(self.0))
    }

    pub const fn seller(self) -> usize {
        index(SELLER.get(self.0))
    }

    pub const fn in_stock(self) -> bool {
        IN_STOCK.get(self.0) == 1
    }

    pub const fn certificates(self) -> u64 {
        CERTIFICATES.get(self.0)
    }

    pub const fn origin(self) -> usize {
        index(ORIGIN.get(self.0))
    }

    pub const fn band(self) -> usize {
        index(BAND.get(self.0))
    }

    pub const fn title_words(self) -> u64 {
        TITLE.get(self.0)
    }

    pub const fn measure(self) -> Measure {
        match MEASURE.get(self.0) {
            1 => Measure::Weight,
            2 => Measure::Volume,
            _ => Measure::Unknown,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "at most sixteen bits are ever looked at")]
const fn index(bits: u64) -> usize {
    bits as usize
}

/// Loose goods of which a household buys any amount (nobody sells half a yến), and packs that say what they hold.
fn measure(document: &Document) -> Measure {
    match document.contains.map(|held| held.unit).or(document.unit) {
        Some(Unit::Kilogram | Unit::Gram | Unit::Lang) => Measure::Weight,
        Some(Unit::Litre | Unit::Millilitre) => Measure::Volume,
        _ => Measure::Unknown,
    }
}

/// 1 and up; 0: it is not in our table.
pub fn category_position(id: &str) -> u64 {
    CATEGORY_POSITIONS.get(id).copied().unwrap_or(0)
}

/// 1 and up; 0: there is no such commune.
pub fn commune_position(code: &CommuneCode) -> u64 {
    COMMUNE_POSITIONS.get(code.as_str()).copied().unwrap_or(0)
}

/// What the positions mean; an index made with other tables cannot be read with these.
pub fn tables() -> String {
    let categories = category::categories().iter().map(|category| category.id.as_str());
    let communes = places::communes().iter().map(places::Commune::code);
    let all: Vec<&str> = categories.chain(communes).collect();
    crate::app::sha256(all.join(","))[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_fit_into_their_bits() {
        assert!(category::categories().len() < CATEGORIES);
        assert!(places::communes().len() < COMMUNES);
        let parts = [
            CATEGORY,
            COMMUNE,
            STAR,
            SELLER,
            IN_STOCK,
            CERTIFICATES,
            ORIGIN,
            BAND,
            TITLE,
            MEASURE,
        ];
        let mut end = 0;
        for Bits(from, length) in parts {
            assert_eq!(from, end, "the parts follow one another");
            end = from + length;
        }
        assert!(end <= 64);
    }

    #[test]
    fn a_price_is_in_one_band() {
        for (price, band) in [
            (0, "0-50000"),
            (49_999, "0-50000"),
            (50_000, "50000-100000"),
            (9_000_000, "1000000-"),
        ] {
            let at = usize::try_from(PriceBand::position(price)).expect("small");
            assert_eq!(PriceBand::ALL[at - 1].code(), band);
        }
    }
}
