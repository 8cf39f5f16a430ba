//! A month's return as a workbook, with the columns of the schedule that a platform declares withheld tax with
//! (NĐ 117/2025/NĐ-CP, form 02/CNKD-TMĐT and its list; recalled, so compare it with the form in force before filing).

use super::read::{Return, Sums};
use crate::{
    http::language::{Language, Message},
    payments::sheet::{Cell, Table, say},
};

/// The ids of the words above the columns.
const HEADER: [&str; 12] = [
    "ledger-tax-number",
    "ledger-tax-code",
    "ledger-tax-name",
    "ledger-tax-goods",
    "ledger-tax-services",
    "ledger-tax-transport",
    "ledger-tax-vat",
    "ledger-tax-pit",
    "ledger-tax-cancelled",
    "ledger-tax-vat-offset",
    "ledger-tax-pit-offset",
    "ledger-tax-due",
];

fn cells(sums: &Sums) -> impl Iterator<Item = Cell> {
    [
        sums.goods,
        sums.services,
        sums.transport,
        sums.vat,
        sums.pit,
        sums.cancelled,
        sums.vat_offset,
        sums.pit_offset,
        sums.due(),
    ]
    .into_iter()
    .map(Cell::Number)
}

/// The table of `told`.
pub fn table(told: &Return, language: Language) -> Table {
    let rows = (1_i64..).zip(&told.sellers).map(|(nth, (seller, sums))| {
        let code = seller.tax_code.clone().map_or(Cell::Empty, Cell::Text);
        let head = [Cell::Number(nth), code, Cell::Text(seller.name.clone())];
        head.into_iter().chain(cells(sums)).collect()
    });
    let sums = [Cell::Empty, Cell::Empty, Cell::Text(say(language, "ledger-total"))];
    Table {
        name: say(language, "ledger-sheet-tax"),
        above: vec![
            language.say(&Message::new("ledger-tax-head").with("month", told.month.to_string())),
            say(language, "ledger-tax-source"),
        ],
        header: HEADER.iter().map(|id| say(language, id)).collect(),
        rows: rows.collect(),
        totals: sums.into_iter().chain(cells(&told.totals)).collect(),
    }
}
