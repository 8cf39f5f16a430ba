//! A statement as a workbook.

use super::read::{Kind, Statement};
use crate::{
    http::language::{Language, Message},
    payments::sheet::{Cell, Table, say},
};

/// The table of `statement`: a line for each movement, the opening before them and the closing after them.
pub fn table(statement: &Statement, (vat, pit): (i64, i64), language: Language) -> Table {
    let above = vec![
        language.say(
            &Message::new("ledger-statement-head")
                .with("name", statement.seller.name.as_str())
                .with("month", statement.month.to_string()),
        ),
        language.say(
            &Message::new("ledger-statement-sums")
                .with("revenue", statement.sum(&[Kind::Earned, Kind::Returned]).to_string())
                .with("commission", (-statement.sum(&[Kind::Commission])).to_string())
                .with("vat", vat.to_string())
                .with("pit", pit.to_string())
                .with("payouts", (-statement.sum(&[Kind::Payout])).to_string()),
        ),
    ];
    let header = [
        "ledger-column-at",
        "ledger-column-kind",
        "ledger-column-about",
        "ledger-column-amount",
        "ledger-column-balance",
    ];
    let line = |words: String, sum: i64| {
        vec![
            Cell::Empty,
            Cell::Text(words),
            Cell::Empty,
            Cell::Empty,
            Cell::Number(sum),
        ]
    };
    let mut rows = vec![line(say(language, "ledger-opening"), statement.opening)];
    rows.extend(statement.movements.iter().map(|movement| {
        vec![
            Cell::Text(movement.at.to_string()),
            Cell::Text(say(language, movement.kind.word())),
            movement.about.map_or(Cell::Empty, |id| Cell::Text(id.to_string())),
            Cell::Number(movement.amount),
            Cell::Number(movement.balance),
        ]
    }));
    Table {
        name: say(language, "ledger-sheet-statement"),
        above,
        header: header.iter().map(|id| say(language, id)).collect(),
        rows,
        totals: line(say(language, "ledger-closing"), statement.closing),
    }
}
