//! The banks and wallets that take a VietQR transfer, by the six digits under which NAPAS knows them.
//!
//! The table's facts come from the package vietnam-qr-pay 1.5.1 (MIT). Three numbers stand there twice, under a bank's
//! former and its present name: the present one is kept. One bank has no number there and is left out.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

/// A bank.
#[derive(Debug, Deserialize)]
pub struct Bank {
    /// Six digits.
    pub bin: String,
    /// The name on its cards.
    pub name: String,
    /// The name in its licence.
    pub full_name: String,
}

static BANKS: LazyLock<Vec<Bank>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("banks.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the table beside this file is well formed; a test reads it")
});
static BY_BIN: LazyLock<HashMap<&str, &Bank>> =
    LazyLock::new(|| BANKS.iter().map(|bank| (bank.bin.as_str(), bank)).collect());

/// All of them, in the order of their numbers.
#[must_use]
pub fn banks() -> &'static [Bank] {
    &BANKS
}

#[must_use]
pub fn bank(bin: &str) -> Option<&'static Bank> {
    BY_BIN.get(bin).copied()
}

/// The bank's short name; of a number that left the table, the number.
#[must_use]
pub fn name_of(bin: &str) -> String {
    bank(bin).map_or_else(|| bin.to_owned(), |bank| bank.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bank_has_a_number_of_its_own() {
        assert_eq!(BY_BIN.len(), banks().len());
        assert!(banks().is_sorted_by(|a, b| a.bin < b.bin));
        for bank in banks() {
            assert!(
                bank.bin.len() == 6 && bank.bin.bytes().all(|b| b.is_ascii_digit()),
                "{bank:?}"
            );
            assert!(!bank.name.is_empty() && !bank.full_name.is_empty(), "{bank:?}");
        }
    }

    #[test]
    fn a_bank_that_was_renamed_bears_its_present_name() {
        assert_eq!(name_of("970436"), "Vietcombank");
        assert_eq!(name_of("970449"), "LPBank");
        assert_eq!(name_of("970414"), "MBV");
        assert_eq!(name_of("970406"), "Vikki Bank");
        assert_eq!(name_of("000000"), "000000");
    }
}
