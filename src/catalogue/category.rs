//! The categories: a dozen groups of what villages make, each with its leaves, mapped to the 26 OCOP product sets
//! (QĐ 26/2026). A product may be put in a leaf or, when none fits, in its group.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use crate::http::language::Language;

#[derive(Debug, Deserialize)]
pub struct Category {
    pub id: String,
    /// The group a leaf belongs to.
    pub parent: Option<String>,
    name_vi: String,
    name_en: String,
    /// The drawing that stands where there is no photograph.
    pub motif: String,
    pub ocop_set_no: Option<u8>,
    /// In Google's product taxonomy, where one fits for sure.
    pub google_category: Option<u32>,
    /// GS1 Global Product Classification, where one fits for sure.
    pub gpc_brick: Option<String>,
}

impl Category {
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        language.either(&self.name_vi, &self.name_en)
    }
}

static CATEGORIES: LazyLock<Vec<Category>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("categories.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the table beside this file is well formed; a test reads it")
});
static BY_ID: LazyLock<HashMap<&str, &Category>> = LazyLock::new(|| {
    CATEGORIES
        .iter()
        .map(|category| (category.id.as_str(), category))
        .collect()
});

/// All categories, each group before its leaves.
#[must_use]
pub fn categories() -> &'static [Category] {
    &CATEGORIES
}

#[must_use]
pub fn category(id: &str) -> Option<&'static Category> {
    BY_ID.get(id).copied()
}

/// `id` and, for a group, its leaves: what a filter on `id` means.
#[must_use]
pub fn within(id: &str) -> Vec<&'static str> {
    CATEGORIES
        .iter()
        .filter(|category| category.id == id || category.parent.as_deref() == Some(id))
        .map(|category| category.id.as_str())
        .collect()
}

/// The drawing for a product of category `id`.
#[must_use]
pub fn motif(id: &str) -> &'static str {
    category(id).map_or("other", |category| category.motif.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_has_its_group_and_every_ocop_set_a_category() {
        for category in categories() {
            if let Some(parent) = &category.parent {
                assert!(
                    super::category(parent).is_some_and(|group| group.parent.is_none()),
                    "{}",
                    category.id
                );
            }
        }
        for set in 1..=26 {
            assert!(
                categories().iter().any(|category| category.ocop_set_no == Some(set)),
                "OCOP set {set}"
            );
        }
        for brick in categories().iter().filter_map(|category| category.gpc_brick.as_deref()) {
            // Every brick of the GPC has eight digits, the first of them 1.
            assert!(
                brick.len() == 8 && brick.starts_with('1') && brick.parse::<u32>().is_ok(),
                "{brick}"
            );
        }
        assert_eq!(BY_ID.len(), CATEGORIES.len());
        assert!(within("tea").len() > 3);
    }
}
