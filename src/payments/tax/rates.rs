//! What is withheld of a sale (pure).

use std::sync::LazyLock;

use entity::{Day, Dong, Rate, catalogue::seller::Kind, payments::withholding::What};
use sea_orm::Iterable as _;
use serde::Deserialize;

use crate::payments::earnings::of_rate;

#[derive(Debug, Deserialize)]
struct Line {
    from: String,
    what: String,
    vat_bp: i32,
    pit_bp: i32,
}

#[derive(Debug, Deserialize)]
struct KindOf {
    category: String,
    what: String,
}

#[derive(Debug, Deserialize)]
struct From {
    kind: String,
    withheld: String,
}

fn table<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the tables beside this file are well formed; a test reads them")
}

static RATES: LazyLock<Vec<Line>> = LazyLock::new(|| table(include_str!("rates.csv")));
static KINDS: LazyLock<Vec<KindOf>> = LazyLock::new(|| table(include_str!("kinds.csv")));
static FROM: LazyLock<Vec<From>> = LazyLock::new(|| table(include_str!("withheld_from.csv")));

/// Whether tax is withheld from sellers of this kind.
pub fn is_withheld(kind: Kind) -> bool {
    FROM.iter()
        .any(|line| line.kind == kind.code() && line.withheld == "yes")
}

/// What the law calls goods of `category`; where there is none, nobody knows.
pub fn what(category: &str) -> What {
    if category.is_empty() {
        return What::Unclear;
    }
    let listed = KINDS.iter().find(|line| {
        category
            .strip_prefix(line.category.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    });
    listed
        .and_then(|line| What::iter().find(|what| what.code() == line.what))
        .unwrap_or(What::Goods)
}

/// What is withheld of an amount, and by which rates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxed {
    pub from: String,
    pub vat_rate: Rate,
    pub pit_rate: Rate,
    pub vat: Dong,
    pub pit: Dong,
}

/// What is withheld of `base` on `day`, each tax rounded by itself; `None`: nothing, or no rate holds yet.
pub fn taxed(what: What, base: Dong, day: Day) -> Option<Taxed> {
    taxed_by(&RATES, what, base, day)
}

fn taxed_by(rates: &[Line], what: What, base: Dong, day: Day) -> Option<Taxed> {
    let day = day.iso();
    let line = rates
        .iter()
        .filter(|line| line.what == what.code() && line.from <= day)
        .max_by(|a, b| a.from.cmp(&b.from))?;
    let (vat_rate, pit_rate) = (Rate(line.vat_bp), Rate(line.pit_bp));
    let taxed = Taxed {
        from: line.from.clone(),
        vat: of_rate(base, vat_rate),
        pit: of_rate(base, pit_rate),
        vat_rate,
        pit_rate,
    };
    (base > Dong::ZERO && taxed.vat.0 + taxed.pit.0 > 0).then_some(taxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::from_iso(text).expect("a day")
    }

    #[test]
    fn the_tables_are_sound() {
        for line in &*RATES {
            assert!(Day::from_iso(&line.from).is_ok(), "{line:?}");
            assert!(
                (0..=10_000).contains(&line.vat_bp) && (0..=10_000).contains(&line.pit_bp),
                "{line:?}"
            );
        }
        for what in What::iter() {
            assert!(RATES.iter().any(|line| line.what == what.code()), "{what:?}");
        }
        for line in &*KINDS {
            assert!(
                crate::catalogue::category::category(&line.category).is_some(),
                "{line:?}"
            );
            assert_ne!(what(&line.category), What::Goods, "{line:?}");
        }
        assert!(is_withheld(Kind::Household) && !is_withheld(Kind::Cooperative) && !is_withheld(Kind::Company));
    }

    #[test]
    fn goods_services_and_what_nobody_knows() {
        let of = |category| {
            let taxed = taxed(what(category), Dong(1_000_000), day("2026-11-22")).expect("rates hold");
            (taxed.vat.0, taxed.pit.0)
        };
        assert_eq!(of("tea-green"), (10_000, 5_000));
        assert_eq!(of("tourism-stay"), (50_000, 20_000));
        assert_eq!(of(""), (50_000, 20_000));
        assert_eq!(
            taxed(What::Transport, Dong(30_000), day("2026-11-22")).map(|t| (t.vat.0, t.pit.0)),
            Some((900, 450))
        );
        assert_eq!(
            taxed(What::Goods, Dong(1_000_000), day("2025-06-30")),
            None,
            "before the decree"
        );
        assert_eq!(
            taxed(What::Goods, Dong(30), day("2026-11-22")),
            None,
            "less than half a đồng each"
        );
    }

    #[test]
    fn a_rate_may_change_in_the_middle_of_a_month() {
        let rates: Vec<Line> = table("from,what,vat_bp,pit_bp\n2026-11-01,goods,100,50\n2026-11-16,goods,200,50\n");
        let vat = |on| taxed_by(&rates, What::Goods, Dong(100_000), day(on)).map(|taxed| taxed.vat.0);
        assert_eq!(vat("2026-10-31"), None);
        assert_eq!(vat("2026-11-15"), Some(1_000));
        assert_eq!(vat("2026-11-16"), Some(2_000));
    }
}
