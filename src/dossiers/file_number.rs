//! The one-stop file number: the province's form, filled in, with a serial of the commune's day.

use std::sync::LazyLock;

use entity::{CommuneCode, Day};
use serde::Deserialize;

use crate::{db::Unit, places};

#[derive(Debug, Deserialize)]
struct Form {
    pattern: String,
    in_force: String,
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("data/file_numbers.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the table in data/ is well formed; a test reads it")
});

/// The serial is the last thing of every form.
const SERIAL: &str = "{serial}";

/// The number's part before the serial (pure).
fn head(commune: &CommuneCode, day: Day) -> String {
    let iso = day.iso();
    let form = FORMS
        .iter()
        .filter(|form| form.in_force <= iso)
        .max_by(|a, b| a.in_force.cmp(&b.in_force))
        .unwrap_or(&FORMS[0]);
    let province = places::commune(commune).map_or("00", |commune| &commune.province_code);
    form.pattern
        .replace("{province}", province)
        .replace("{commune}", commune.as_str())
        .replace("{yymmdd}", &day.yymmdd())
        .replace(SERIAL, "")
}

/// A new number. Two that apply at the same time wait for each other here, so none is given twice.
pub(super) async fn take(unit: &mut Unit, commune: &CommuneCode) -> Result<String, sea_orm::DbErr> {
    let head = head(commune, unit.now().day());
    let serial = unit.next_number(&format!("dossier {head}")).await?;
    Ok(format!("{head}{serial:04}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_province_commune_and_day() {
        let commune: CommuneCode = "05503".parse().expect("a commune");
        let day = Day::from_iso("2026-11-22").expect("a day");
        assert_eq!(head(&commune, day), "000.19.05503-261122-");
        for form in &*FORMS {
            assert!(
                form.pattern.ends_with(SERIAL),
                "the serial is what tells two of a day apart: {form:?}"
            );
        }
    }
}
