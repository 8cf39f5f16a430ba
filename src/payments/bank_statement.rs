//! A bank's statement of one account, as its owner downloads it (pure): which column is which, and what each row tells.
//! Banks call their columns differently and change the words; the column is guessed, and the reader is told the guess.

use std::collections::HashMap;

use entity::{Day, Dong, Timestamp, payments::notice::Direction, text::fold};

use super::providers::{
    Told,
    told::{of_local, plain_number},
};
use crate::{
    app::sha256,
    http::language::Message,
    listings::bulk::{Cell, Headings, Line, Sheet, Unreadable, dong_in, read_table},
};

/// What a column may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    Date,
    /// Money in, without a sign.
    Credit,
    /// Money out, without a sign.
    Debit,
    /// Money in or, below zero or by [`Column::Direction`], out.
    Amount,
    Direction,
    Text,
    /// The bank's number for the transfer.
    Reference,
    /// What the account holds afterwards; it is not used, but a statement is known by it.
    Balance,
}

impl Column {
    /// The word the wire uses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Credit => "credit",
            Self::Debit => "debit",
            Self::Amount => "amount",
            Self::Direction => "direction",
            Self::Text => "text",
            Self::Reference => "reference",
            Self::Balance => "balance",
        }
    }
}

/// The words above columns, folded, the surest first: where two columns of a file could be one, the surer word wins.
const WORDS: [(Column, &[&str]); 8] = [
    (
        Column::Date,
        &[
            "ngay giao dich",
            "thoi gian giao dich",
            "ngay gd",
            "ngay gio giao dich",
            "transaction date",
            "tnx date",
            "trans date",
            "transaction time",
            "ngay phat sinh",
            "ngay ps",
            "ngay",
            "date",
            "thoi gian",
            "ngay gio",
            "ngay hach toan",
            "posting date",
            "ngay hieu luc",
            "ngay gia tri",
            "value date",
            "effective date",
            "ngay chung tu",
            "transactiondate",
        ],
    ),
    (
        Column::Credit,
        &[
            "so tien ghi co",
            "ghi co",
            "phat sinh co",
            "ps co",
            "so tien co",
            "co tktt",
            "tien vao",
            "so tien vao",
            "gui vao",
            "credit",
            "credit amount",
            "money in",
            "co",
            "thu",
            "so tien thu",
        ],
    ),
    (
        Column::Debit,
        &[
            "so tien ghi no",
            "ghi no",
            "phat sinh no",
            "ps no",
            "so tien no",
            "no tktt",
            "tien ra",
            "so tien ra",
            "rut ra",
            "debit",
            "debit amount",
            "money out",
            "no",
            "chi",
            "so tien chi",
        ],
    ),
    (
        Column::Amount,
        &[
            "so tien giao dich",
            "so tien gd",
            "so tien",
            "gia tri giao dich",
            "transaction amount",
            "amount",
            "transferamount",
        ],
    ),
    (
        Column::Direction,
        &[
            "loai giao dich",
            "loai gd",
            "transfer type",
            "transfertype",
            "chieu",
            "loai",
            "dr cr",
            "d c",
            "no co",
            "type",
        ],
    ),
    (
        Column::Text,
        &[
            "noi dung giao dich",
            "noi dung chi tiet",
            "noi dung chuyen khoan",
            "noi dung thanh toan",
            "noi dung",
            "dien giai",
            "mo ta giao dich",
            "mo ta",
            "transactions in detail",
            "transaction description",
            "transaction details",
            "description",
            "details",
            "remark",
            "remarks",
            "narrative",
            "content",
        ],
    ),
    (
        Column::Reference,
        &[
            "so tham chieu",
            "ma tham chieu",
            "so but toan",
            "but toan",
            "ma giao dich",
            "ma gd",
            "so giao dich",
            "so gd",
            "so ct",
            "so chung tu",
            "transaction id",
            "transaction no",
            "reference number",
            "reference no",
            "ref no",
            "reference code",
            "referencecode",
            "reference",
            "doc no",
            "ref",
        ],
    ),
    (
        Column::Balance,
        &[
            "so du",
            "so du sau giao dich",
            "so du cuoi",
            "balance",
            "running balance",
            "accumulated",
            "so du luy ke",
        ],
    ),
];

/// How a statement's columns are known.
pub const HEADINGS: Headings = Headings {
    known: |header| header.iter().filter(|words| column_named(words).is_some()).count(),
    check: |_| Ok(()),
};

/// Which column `words` stand above, and how sure that is: the less the surer.
fn column_named(words: &str) -> Option<(Column, usize)> {
    let folded = fold(words);
    let tidy = |part: &str| -> String {
        let only: String = part
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        only.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    // "Số tiền ghi có / Credit", "Ngày giao dịch (Transaction date)", "Ngày GD\nTNX Date".
    let mut parts: Vec<String> = vec![tidy(&folded)];
    let before_bracket = folded.split('(').next().unwrap_or("");
    parts.extend(before_bracket.split(['/', '\n', '|']).map(tidy));
    parts.iter().filter(|part| !part.is_empty()).find_map(|part| {
        WORDS.iter().find_map(|(column, words)| {
            let place = words.iter().position(|word| word == part)?;
            Some((*column, place))
        })
    })
}

/// A column of a file whose meaning was guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    pub column: Column,
    /// In the file, beginning with 0.
    pub place: usize,
    pub name: String,
}

/// A statement as it was read.
#[derive(Clone, Debug)]
pub struct Statement {
    pub format: &'static str,
    pub columns: Vec<Guess>,
    /// Rows with money, from top to bottom.
    pub rows: Vec<(u32, Told)>,
    /// Rows that cannot be read.
    pub faults: Vec<Fault>,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub line: u32,
    /// `None`: the row as a whole.
    pub guess: Option<Guess>,
    pub value: String,
    pub message: Message,
}

/// Reads a statement of the account with this number. `now`: what is dated later than tomorrow cannot have happened.
pub fn read(bytes: &[u8], number: &str, now: Timestamp) -> Result<Statement, Unreadable> {
    let sheet = read_table(bytes, HEADINGS)?;
    let columns = guess(&sheet);
    let has = |column| columns.iter().any(|guess: &Guess| guess.column == column);
    if !has(Column::Date) || !(has(Column::Credit) || has(Column::Amount)) {
        return Err(Unreadable::NoHeader);
    }
    let mut statement = Statement {
        format: sheet.format.code(),
        columns,
        rows: Vec::new(),
        faults: Vec::new(),
    };
    let mut seen: HashMap<String, u32> = HashMap::new();
    for line in &sheet.rows {
        if is_sum(line, &statement.columns) {
            continue;
        }
        match row(line, &statement.columns, number, now, &mut seen) {
            Ok(told) => statement.rows.push((line.line, told)),
            Err((column, message)) => {
                let guess = column.and_then(|column| at(&statement.columns, column));
                let value = guess.map_or("", |guess| line.cells.get(guess.place).map_or("", Cell::shown));
                let fault = Fault {
                    line: line.line,
                    guess: guess.cloned(),
                    value: value.chars().take(200).collect(),
                    message,
                };
                statement.faults.push(fault);
            }
        }
    }
    Ok(statement)
}

/// One column of each kind: the one under the surest word.
fn guess(sheet: &Sheet) -> Vec<Guess> {
    let mut best: Vec<(usize, Guess)> = Vec::new();
    for (place, name) in sheet.header.iter().enumerate() {
        let Some((column, sure)) = column_named(name) else {
            continue;
        };
        let guess = Guess {
            column,
            place,
            name: name.clone(),
        };
        match best.iter_mut().find(|(_, known)| known.column == column) {
            Some(known) if sure < known.0 => *known = (sure, guess),
            Some(_) => {}
            None => best.push((sure, guess)),
        }
    }
    best.into_iter().map(|(_, guess)| guess).collect()
}

fn at(columns: &[Guess], column: Column) -> Option<&Guess> {
    columns.iter().find(|guess| guess.column == column)
}

/// Whether a row only adds others up: banks write them above and below, and without a date.
fn is_sum(line: &Line, columns: &[Guess]) -> bool {
    let date = at(columns, Column::Date).and_then(|guess| line.cells.get(guess.place));
    let words = line
        .cells
        .iter()
        .map(|cell| fold(cell.shown()))
        .find(|words| !words.is_empty());
    let starts = [
        "tong", "cong", "so du", "total", "opening", "closing", "du dau", "du cuoi", "sum",
    ];
    let is_word = words.is_some_and(|words| starts.iter().any(|start| words.starts_with(start)));
    is_word && date.is_none_or(|cell| moment(cell.shown()).is_none())
}

type Refusal = (Option<Column>, Message);

fn row(
    line: &Line,
    columns: &[Guess],
    number: &str,
    now: Timestamp,
    seen: &mut HashMap<String, u32>,
) -> Result<Told, Refusal> {
    let empty = Cell::Empty;
    let cell = |column| {
        at(columns, column)
            .and_then(|guess| line.cells.get(guess.place))
            .unwrap_or(&empty)
    };
    let written = cell(Column::Date).shown().trim();
    if written.is_empty() {
        return Err((Some(Column::Date), "wrong-required".into()));
    }
    let Some((day, at)) = moment(written) else {
        return Err((Some(Column::Date), "wrong-import-day".into()));
    };
    if at > now.plus(24 * 60 * 60 * 1000) {
        return Err((Some(Column::Date), "wrong-future".into()));
    }
    let (direction, amount) = money(&cell)?;
    let content = cell(Column::Text).shown().trim().to_owned();
    let reference = plain_number(cell(Column::Reference).shown());
    // Rows that are equal in all of this are told apart by how many came before: the same rows of another download of the
    // same days get the same names.
    let letters: String = content.chars().filter(|c| c.is_alphanumeric()).collect();
    let name = format!(
        "{number}|{written}|{day}|{}|{}|{reference}|{letters}",
        direction.code(),
        amount.0
    );
    let nth = seen.entry(name.clone()).or_default();
    *nth += 1;
    Ok(Told {
        provider_id: sha256(format!("{name}|{nth}")),
        numbers: vec![number.to_owned()],
        direction,
        amount,
        references: Told::references_in(&[&content]),
        content,
        bank_reference: (!reference.is_empty()).then_some(reference),
        happened_at: Some(at),
        moved: true,
    })
}

/// Which way and how much.
fn money<'c>(cell: &impl Fn(Column) -> &'c Cell) -> Result<(Direction, Dong), Refusal> {
    let mut found = None;
    for (column, direction) in [(Column::Credit, Direction::In), (Column::Debit, Direction::Out)] {
        let amount = whole(cell(column)).map_err(|message| (Some(column), message))?;
        if amount != 0 {
            if found.is_some() {
                return Err((Some(column), "wrong-statement-both".into()));
            }
            // Some write what went out below zero.
            found = Some((column, direction, amount.abs()));
        }
    }
    if found.is_none() {
        let amount = whole(cell(Column::Amount)).map_err(|message| (Some(Column::Amount), message))?;
        if amount != 0 {
            let said = fold(cell(Column::Direction).shown());
            let out = ["out", "ra", "tien ra", "no", "ghi no", "debit", "d", "dr", "-", "chi"];
            let goes_out = amount < 0 || out.contains(&said.trim());
            let direction = if goes_out { Direction::Out } else { Direction::In };
            found = Some((Column::Amount, direction, amount.abs()));
        }
    }
    let (column, direction, amount) = found.ok_or((None, Message::new("wrong-statement-no-amount")))?;
    if amount > Dong::MAX.0 {
        return Err((Some(column), "wrong-too-large".into()));
    }
    Ok((direction, Dong(amount)))
}

/// An amount with its sign; nothing is nothing.
fn whole(cell: &Cell) -> Result<i64, Message> {
    match cell {
        Cell::Empty => Ok(0),
        Cell::Text(text) => {
            let text = text.trim();
            if matches!(text, "" | "-" | "--") {
                return Ok(0);
            }
            let plain = text.strip_prefix('+').unwrap_or(text).trim();
            dong_in(&Cell::of_text(plain))
        }
        other => dong_in(other),
    }
}

/// A day, with the time where one stands behind it: `21/11/2026 14:02:37`, `2026-11-21`. Without a time it is midday.
fn moment(text: &str) -> Option<(Day, Timestamp)> {
    let mut parts = text
        .trim()
        .split(|c: char| c.is_whitespace() || c == 'T')
        .filter(|part| !part.is_empty());
    let (first, second) = (parts.next()?, parts.next());
    let (date, time) = if first.contains(':') {
        (second?, Some(first))
    } else {
        (first, second)
    };
    let day = Cell::of_text(date).day().ok()??;
    let clock = time.and_then(|time| {
        let time = time.trim_end_matches('Z').split(['+', '.']).next()?;
        let mut numbers = time.split(':').map(|part| part.parse::<i8>().ok());
        let (hour, minute, second) = (numbers.next()??, numbers.next()??, numbers.next().unwrap_or(Some(0))?);
        jiff::civil::Time::new(hour, minute, second, 0).ok()
    });
    let clock = clock.unwrap_or(jiff::civil::time(12, 0, 0, 0));
    Some((day, of_local(day.0.to_datetime(clock))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_244_557_000);

    fn told(text: &str) -> Statement {
        read(text.as_bytes(), "0123499999", NOW).expect("a statement")
    }

    fn rows(statement: &Statement) -> Vec<(u32, &'static str, i64, &str)> {
        let row = |(line, told): &(u32, Told)| (*line, told.direction.code(), told.amount.0);
        statement
            .rows
            .iter()
            .map(|pair| {
                let (line, direction, amount) = row(pair);
                (line, direction, amount, pair.1.content.as_str())
            })
            .collect()
    }

    #[test]
    fn statements_of_different_banks_tell_the_same() {
        let vietcombank = "NGÂN HÀNG TMCP NGOẠI THƯƠNG\nSao kê tài khoản\n\nNgày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả\n\
            21/11/2026,5078 - 12345,,\"45,000\",MBVCB.1.CQXLSGMJHMJ\n20/11/2026,5078 - 12346,\"1,000\",,PHI\nTổng cộng,,\"1,000\",\"45,000\",\n";
        let agribank = "Ngày hạch toán;Số bút toán;Phát sinh nợ;Phát sinh có;Số dư;Diễn giải\n\
            2026-11-21 14:02:37;507812345;0;45.000;1.045.000;MBVCB.1.CQXLSGMJHMJ\n20/11/2026;507812346;1.000;0;1.000.000;PHI\n";
        let two_tongues = "Ngày/ TNX Date\tSố CT/ Doc No\tSố tiền ghi nợ/ Debit\tSố tiền ghi có/ Credit\tSố dư/ Balance\tNội dung chi tiết/ Transactions in detail\n\
            21/11/2026\t507812345\t\t45.000\t1\tMBVCB.1.CQXLSGMJHMJ\n20/11/2026\t507812346\t1.000\t\t1\tPHI\n";
        let signed = "Date,Amount,Description,Reference\n21/11/2026,+45000,MBVCB.1.CQXLSGMJHMJ,507812345\n20/11/2026,-1000,PHI,507812346\n";
        for text in [vietcombank, agribank, two_tongues, signed] {
            let statement = told(text);
            assert_eq!(statement.faults, [], "{text}");
            let found: Vec<_> = rows(&statement)
                .into_iter()
                .map(|(_, way, amount, text)| (way, amount, text))
                .collect();
            assert_eq!(
                found,
                [("in", 45_000, "MBVCB.1.CQXLSGMJHMJ"), ("out", 1_000, "PHI")],
                "{text}"
            );
            assert_eq!(statement.rows[0].1.bank_reference.as_deref(), Some("507812345"));
            assert_eq!(statement.rows[0].1.references.len(), 1);
        }
    }

    #[test]
    fn a_row_that_cannot_be_read_says_where_and_why() {
        let statement = told(
            "Ngày giao dịch,Ghi nợ,Ghi có,Nội dung\n,,5000,x\nhôm qua,,5000,x\n21/11/2026,,năm nghìn,x\n21/11/2026,,,x\n\
             21/11/2026,1,1,x\n21/11/2126,,5000,x\n21/11/2026,,1e18,x\n21/11/2026,,45000.5,x\n21/11/2026,,5000,good\n",
        );
        let faults: Vec<_> = statement
            .faults
            .iter()
            .map(|fault| {
                (
                    fault.line,
                    fault.guess.as_ref().map(|guess| guess.place + 1),
                    fault.message.id(),
                )
            })
            .collect();
        assert_eq!(
            faults,
            [
                (2, Some(1), "wrong-required"),
                (3, Some(1), "wrong-import-day"),
                (4, Some(3), "wrong-import-number"),
                (5, None, "wrong-statement-no-amount"),
                (6, Some(2), "wrong-statement-both"),
                (7, Some(1), "wrong-future"),
                (8, Some(3), "wrong-import-number"),
                (9, Some(3), "wrong-import-dong-parts"),
            ]
        );
        assert_eq!(rows(&statement), [(10, "in", 5_000, "good")]);
    }

    #[test]
    fn equal_rows_are_told_apart_and_known_again() {
        let text = "Ngày giao dịch,Ghi có,Nội dung\n21/11/2026,15000,sap 9\n21/11/2026,15000,sap 9\n";
        let (once, again) = (told(text), told(text));
        let names = |statement: &Statement| {
            statement
                .rows
                .iter()
                .map(|(_, told)| told.provider_id.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&once), names(&again));
        assert_ne!(names(&once)[0], names(&once)[1]);
    }

    #[test]
    fn what_is_no_statement_is_refused() {
        for text in [
            "",
            "a,b\n1,2\n",
            "Nội dung,Số dư\nx,1\n",
            "Ngày giao dịch,Ghi nợ\n21/11/2026,5\n",
        ] {
            assert!(read(text.as_bytes(), "1", NOW).is_err(), "{text}");
        }
    }
}
