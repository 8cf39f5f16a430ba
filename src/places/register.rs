//! The register of provinces and communes, read once from the tables in `data/`.

use std::{collections::HashMap, sync::LazyLock};

use entity::{CommuneCode, text::fold};
use serde::{Deserialize, de::DeserializeOwned};

/// A province or a city of its rank.
#[derive(Debug, Deserialize)]
pub struct Province {
    pub code: String,
    pub name: String,
    pub full_name: String,
}

/// A commune (xã), ward (phường) or special zone (đặc khu).
#[derive(Debug, Deserialize)]
pub struct Commune {
    code: String,
    /// With its kind in front: `Xã Tân Cương`.
    pub full_name: String,
    pub name: String,
    pub province_code: String,
}

impl Commune {
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The province it lies in.
    #[must_use]
    pub fn province(&self) -> &'static Province {
        // A test checks that every commune names a province of the table.
        provinces()
            .iter()
            .find(|province| province.code == self.province_code)
            .unwrap_or(&provinces()[0])
    }

    /// As an address ends: `Xã Tân Cương, Thái Nguyên`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}, {}", self.full_name, self.province().name)
    }
}

/// Rows of a table that is part of the program.
pub(super) fn rows<T: DeserializeOwned>(table: &str) -> Vec<T> {
    csv::Reader::from_reader(table.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the tables in data/ are well formed; a test reads them")
}

static PROVINCES: LazyLock<Vec<Province>> = LazyLock::new(|| rows(include_str!("data/provinces.csv")));
static COMMUNES: LazyLock<Vec<Commune>> = LazyLock::new(|| rows(include_str!("data/communes.csv")));
static BY_CODE: LazyLock<HashMap<&str, &Commune>> = LazyLock::new(|| {
    COMMUNES
        .iter()
        .map(|commune| (commune.code.as_str(), commune))
        .collect()
});

/// All provinces, by code.
#[must_use]
pub fn provinces() -> &'static [Province] {
    &PROVINCES
}

/// All communes, by code.
#[must_use]
pub fn communes() -> &'static [Commune] {
    &COMMUNES
}

/// The commune with this code, when there is one.
#[must_use]
pub fn commune(code: &CommuneCode) -> Option<&'static Commune> {
    BY_CODE.get(code.as_str()).copied()
}

/// Communes whose name begins with, or else holds, `query` (marks do not matter), those that begin with it first.
#[must_use]
pub fn search(query: &str, province: Option<&str>) -> Vec<&'static Commune> {
    let query = fold(query);
    let mut found: Vec<_> = COMMUNES
        .iter()
        .filter(|commune| province.is_none_or(|code| commune.province_code == code))
        .filter_map(|commune| {
            fold(&commune.full_name)
                .find(&query)
                .map(|_| (!fold(&commune.name).starts_with(&query), commune))
        })
        .collect();
    found.sort_by_key(|(later, commune)| (*later, commune.code.as_str()));
    found.into_iter().map(|(_, commune)| commune).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_is_whole() {
        assert_eq!(provinces().len(), 34);
        assert_eq!(communes().len(), 3321);
        assert_eq!(BY_CODE.len(), 3321);
        assert_eq!(
            communes()
                .iter()
                .filter(|commune| commune.province_code == "19")
                .count(),
            92
        );
        assert!(communes().iter().all(|commune| {
            provinces()
                .iter()
                .any(|province| province.code == commune.province_code)
        }));
        assert!(
            communes()
                .iter()
                .all(|commune| commune.code.parse::<CommuneCode>().is_ok())
        );
    }

    #[test]
    fn communes_are_found_without_tones() {
        let found = search("tan cuong", Some("19"));
        assert_eq!(found[0].address(), "Xã Tân Cương, Thái Nguyên");
    }
}
