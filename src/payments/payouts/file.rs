//! The file by which a bank is told of many transfers at once. Banks differ in details; these columns, in this order, are
//! what their templates have in common: number, beneficiary account, beneficiary, bank, its NAPAS number, amount, memo.

use super::read::PayoutView;
use crate::{
    http::{csv, language::Language},
    payments::{
        Account, PaymentsError,
        sheet::{Cell, Table, say},
    },
    vault::Vault,
};

/// What an UTF-8 file begins with so that a spreadsheet takes it for one.
const UTF8_MARK: &str = "\u{feff}";

/// The ids of the words above the columns.
const HEADER: [&str; 7] = [
    "ledger-file-number",
    "ledger-file-account",
    "ledger-file-holder",
    "ledger-file-bank",
    "ledger-file-bin",
    "ledger-file-amount",
    "ledger-file-memo",
];

/// The table of `payouts`, whole account numbers included: every reading is to be logged.
pub fn table(vault: &Vault, payouts: &[PayoutView], language: Language) -> Result<Table, PaymentsError> {
    let mut rows = Vec::with_capacity(payouts.len());
    let mut sum = 0_i64;
    for (nth, view) in (1_i64..).zip(payouts) {
        let account = Account::open(vault, &view.account)?;
        sum += view.payout.amount.0;
        rows.push(vec![
            Cell::Number(nth),
            Cell::Text(account.number),
            Cell::Text(account.holder),
            Cell::Text(account.bank_name.to_owned()),
            Cell::Text(account.bank_bin),
            Cell::Number(view.payout.amount.0),
            Cell::Text(format!("{} CHO QUE TRA TIEN BAN HANG", view.payout.reference)),
        ]);
    }
    let mut totals = vec![Cell::Empty; HEADER.len()];
    totals[1] = Cell::Text(say(language, "ledger-total"));
    totals[5] = Cell::Number(sum);
    Ok(Table {
        name: say(language, "ledger-sheet-payouts"),
        above: Vec::new(),
        header: HEADER.iter().map(|id| say(language, id)).collect(),
        rows,
        totals,
    })
}

/// The table as CSV, without its sums: a program reads it.
pub fn as_csv(table: &Table) -> Vec<u8> {
    let mut text = UTF8_MARK.to_owned();
    csv::line(&mut text, table.header.iter().map(String::as_str));
    for row in &table.rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| match cell {
                Cell::Text(text) => text.clone(),
                Cell::Number(number) => number.to_string(),
                Cell::Empty => String::new(),
            })
            .collect();
        csv::line(&mut text, cells.iter().map(String::as_str));
    }
    text.into_bytes()
}
