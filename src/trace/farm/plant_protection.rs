//! Plant protection products and their pre-harvest intervals, as far as a published source gives them: dated, each with its
//! source. A suggestion for who writes the diary, never a rule: the label of the bottle goes before, and whatever the
//! farmer writes is what is recorded.

/// Where a figure is from.
#[derive(Debug)]
pub struct Source {
    pub title: &'static str,
    /// Year and month.
    pub as_of: &'static str,
}

/// On what it is sprayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crop {
    Citrus,
    Tomato,
    Pepper,
    Squash,
}

impl Crop {
    /// As the diary calls it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Citrus => "cam, quýt, bưởi",
            Self::Tomato => "cà chua",
            Self::Pepper => "ớt",
            Self::Squash => "bầu bí",
        }
    }
}

/// An active ingredient on a crop.
#[derive(Debug)]
pub struct Product {
    pub name: &'static str,
    pub crop: Crop,
    /// Days from the last spraying to the harvest.
    pub interval_days: i32,
    pub source: &'static Source,
}

static CITRUS: Source = Source {
    title: "UC IPM, Pest Management Guidelines: Citrus",
    as_of: "2017-02",
};
static GARDEN: Source = Source {
    title: "Mississippi State University Extension, Bug's Eye View 10(9)",
    as_of: "2024-05",
};

const fn on(crop: Crop, name: &'static str, interval_days: i32) -> Product {
    Product {
        name,
        crop,
        interval_days,
        source: match crop {
            Crop::Citrus => &CITRUS,
            Crop::Tomato | Crop::Pepper | Crop::Squash => &GARDEN,
        },
    }
}

/// What is known.
pub static PRODUCTS: &[Product] = &[
    on(Crop::Citrus, "Abamectin", 7),
    on(Crop::Citrus, "Acetamiprid", 7),
    on(Crop::Citrus, "Azadirachtin", 0),
    on(Crop::Citrus, "Bacillus thuringiensis", 0),
    on(Crop::Citrus, "Bifenthrin", 1),
    on(Crop::Citrus, "Buprofezin", 3),
    on(Crop::Citrus, "Chlorantraniliprole", 1),
    on(Crop::Citrus, "Cyantraniliprole", 1),
    on(Crop::Citrus, "Diflubenzuron", 7),
    on(Crop::Citrus, "Fenpyroximate", 14),
    on(Crop::Citrus, "Hexythiazox", 28),
    on(Crop::Citrus, "Imidacloprid", 0),
    on(Crop::Citrus, "Malathion", 7),
    on(Crop::Citrus, "Methoxyfenozide", 1),
    on(Crop::Tomato, "Pyrethrin", 0),
    on(Crop::Tomato, "Spinosad", 1),
    on(Crop::Tomato, "Malathion", 1),
    on(Crop::Tomato, "Bifenthrin", 1),
    on(Crop::Tomato, "Permethrin", 0),
    on(Crop::Tomato, "Zeta-cypermethrin", 1),
    on(Crop::Pepper, "Pyrethrin", 0),
    on(Crop::Pepper, "Spinosad", 1),
    on(Crop::Pepper, "Malathion", 3),
    on(Crop::Pepper, "Bifenthrin", 7),
    on(Crop::Pepper, "Permethrin", 3),
    on(Crop::Pepper, "Zeta-cypermethrin", 1),
    on(Crop::Squash, "Pyrethrin", 0),
    on(Crop::Squash, "Spinosad", 3),
    on(Crop::Squash, "Malathion", 1),
    on(Crop::Squash, "Bifenthrin", 3),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_product_has_one_interval_on_a_crop() {
        let keys: BTreeSet<_> = PRODUCTS.iter().map(|row| (row.crop.label(), row.name)).collect();
        assert_eq!(keys.len(), PRODUCTS.len());
        assert!(PRODUCTS.iter().all(|row| (0..=365).contains(&row.interval_days)));
    }
}
