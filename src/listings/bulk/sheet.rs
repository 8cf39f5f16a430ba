//! A file as it was read, of whatever kind: the words above its columns, and its rows with their lines. Pure.

use entity::listings::import::Format;

use super::{
    cell::Cell,
    columns::{COLUMNS, Named, Row, column_named, say},
    error::Unreadable,
    read_csv, read_xlsx,
};
use crate::http::language::{Language, Message};

/// Rows taken in one file.
pub const MOST_ROWS: usize = 20_000;
/// Columns looked at.
pub const MOST_COLUMNS: usize = 200;
/// How far down the row with the columns' names may be: people put a title above it.
const HEADER_WITHIN: usize = 20;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub format: Format,
    pub header: Vec<String>,
    /// Without empty ones.
    pub rows: Vec<Line>,
}

/// A row and where it stands, beginning with 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub line: u32,
    pub cells: Vec<Cell>,
}

/// By which words a file's columns are known.
#[derive(Clone, Copy, Debug)]
pub struct Headings {
    /// How many of a row's cells name a column.
    pub known: fn(&[String]) -> usize,
    /// Refuses a row that names one column twice, where that matters.
    pub check: fn(&[String]) -> Result<(), Unreadable>,
}

/// Those of a file of listings.
pub const LISTINGS: Headings = Headings { known, check: twice };

/// Reads a file of listings by what it is and not by what it is called.
pub fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    read_table(bytes, LISTINGS)
}

/// Reads a file of another kind, whose columns are known by `headings`.
pub fn read_table(bytes: &[u8], headings: Headings) -> Result<Sheet, Unreadable> {
    const OLD: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return read_xlsx::read(bytes, headings);
    }
    if bytes.starts_with(&OLD) {
        // A workbook with a password lies in a file of the old kind, under this name.
        let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let is_locked = bytes.windows(locked.len()).any(|window| window == locked);
        return Err(if is_locked {
            Unreadable::Locked
        } else {
            Unreadable::OldWorkbook
        });
    }
    read_csv::read(bytes, headings)
}

/// Gathers rows as they are read, until it has found the one that names the columns and all below it.
#[derive(Debug)]
pub struct Gathering {
    headings: Headings,
    header: Option<Vec<String>>,
    seen: usize,
    rows: Vec<Line>,
}

impl Gathering {
    pub const fn new(headings: Headings) -> Self {
        Self {
            headings,
            header: None,
            seen: 0,
            rows: Vec::new(),
        }
    }

    /// Whether no row so far names columns, and none is looked for any more.
    pub const fn is_hopeless(&self) -> bool {
        self.header.is_none() && self.seen >= HEADER_WITHIN
    }

    /// Takes the next row. Empty ones are left out.
    pub fn take(&mut self, line: u32, mut cells: Vec<Cell>) -> Result<(), Unreadable> {
        while cells.last().is_some_and(Cell::is_empty) {
            cells.pop();
        }
        if cells.is_empty() || self.is_hopeless() {
            return Ok(());
        }
        if cells.len() > MOST_COLUMNS {
            return Err(Unreadable::TooManyColumns(MOST_COLUMNS));
        }
        if self.header.is_some() {
            if self.rows.len() >= MOST_ROWS {
                return Err(Unreadable::TooManyRows(MOST_ROWS));
            }
            self.rows.push(Line { line, cells });
            return Ok(());
        }
        self.seen += 1;
        let header: Vec<String> = cells.iter().map(|cell| cell.shown().trim().to_owned()).collect();
        if (self.headings.known)(&header) >= 2 {
            (self.headings.check)(&header)?;
            self.header = Some(header);
        }
        Ok(())
    }

    pub fn finish(self, format: Format) -> Result<Sheet, Unreadable> {
        match self.header {
            None if self.seen == 0 => Err(Unreadable::Empty),
            None => Err(Unreadable::NoHeader),
            Some(_) if self.rows.is_empty() => Err(Unreadable::NoRows),
            Some(header) => Ok(Sheet {
                format,
                header,
                rows: self.rows,
            }),
        }
    }
}

/// How many of `header` name a column.
pub fn known(header: &[String]) -> usize {
    header
        .iter()
        .filter(|name| matches!(column_named(name), Some(Named::Column(_))))
        .count()
}

fn twice(header: &[String]) -> Result<(), Unreadable> {
    let mut seen = [false; COLUMNS.len()];
    for name in header {
        if let Some(Named::Column(place)) = column_named(name)
            && std::mem::replace(&mut seen[place], true)
        {
            return Err(Unreadable::Twice(name.clone()));
        }
    }
    Ok(())
}

/// Which column of a file is which.
#[derive(Clone, Debug)]
pub struct Shape {
    /// For each column of the file, its place in [`COLUMNS`].
    named: Vec<Option<usize>>,
    /// For each of [`COLUMNS`], its place in the file.
    place: [Option<usize>; COLUMNS.len()],
    /// Words above columns that mean nothing here.
    pub ignored: Vec<String>,
}

impl Shape {
    #[must_use]
    pub fn of(header: &[String]) -> Self {
        let mut shape = Self {
            named: Vec::with_capacity(header.len()),
            place: [None; COLUMNS.len()],
            ignored: Vec::new(),
        };
        for (at, name) in header.iter().enumerate() {
            let named = column_named(name);
            if let Some(Named::Column(place)) = named {
                shape.named.push(Some(place));
                shape.place[place] = Some(at);
            } else {
                shape.named.push(None);
                if named.is_none() && !name.is_empty() {
                    shape.ignored.push(name.clone());
                }
            }
        }
        shape
    }

    /// What the row says, or everything in it that cannot be read.
    pub fn read(&self, cells: &[Cell]) -> (Row, Vec<Fault>) {
        let (mut row, mut faults) = (Row::default(), Vec::new());
        for (at, cell) in cells.iter().enumerate() {
            match self.named.get(at) {
                Some(Some(place)) => {
                    if let Err(message) = (COLUMNS[*place].read)(cell, &mut row) {
                        faults.push(Fault {
                            column: Some(*place),
                            message,
                        });
                    }
                }
                Some(None) => {}
                None if cell.is_empty() => {}
                // A mark that should have been in quotes moved every cell behind it.
                None => faults.push(Fault {
                    column: None,
                    message: Message::new("wrong-import-beyond")
                        .with("value", cell.shown().chars().take(40).collect::<String>()),
                }),
            }
        }
        (row, faults)
    }

    /// A fault as it is kept and told.
    #[must_use]
    pub fn told(&self, fault: &Fault, cells: &[Cell]) -> Told {
        let at = fault.column.and_then(|place| self.place[place]);
        Told {
            column: fault.column.map(|place| COLUMNS[place].key.to_owned()),
            number: at.map(|at| at + 1),
            value: at
                .and_then(|at| cells.get(at))
                .map(|cell| cell.shown().chars().take(200).collect())
                .unwrap_or_default(),
            vi: Language::Vietnamese.say(&fault.message),
            en: Language::English.say(&fault.message),
        }
    }
}

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// In [`COLUMNS`]; `None`: the row as a whole.
    pub column: Option<usize>,
    pub message: Message,
}

impl Fault {
    /// One about the column `key`.
    #[must_use]
    pub fn at(key: &str, message: impl Into<Message>) -> Self {
        Self {
            column: COLUMNS.iter().position(|column| column.key == key),
            message: message.into(),
        }
    }

    /// What a verb has against the field at `pointer`.
    #[must_use]
    pub fn of_field(pointer: &str, message: Message) -> Self {
        let within = |field: &str| {
            pointer
                .strip_prefix(field)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // The longest field wins: `/preorder/harvest_on` is not the cap's `/preorder`.
        let column = COLUMNS
            .iter()
            .enumerate()
            .flat_map(|(place, column)| column.fields.iter().map(move |field| (place, *field)))
            .filter(|(_, field)| within(field))
            .max_by_key(|(_, field)| field.len())
            .map(|(place, _)| place);
        Self { column, message }
    }
}

/// A fault in words, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Told {
    /// The column's key.
    pub column: Option<String>,
    /// Of the file, beginning with 1.
    pub number: Option<usize>,
    pub value: String,
    pub vi: String,
    pub en: String,
}

impl Told {
    #[must_use]
    pub fn reason(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }

    /// What the column is called.
    #[must_use]
    pub fn column_name(&self, language: Language) -> Option<String> {
        let key = self.column.as_deref()?;
        let column = COLUMNS.iter().find(|column| column.key == key)?;
        Some(say(language, column.header))
    }
}
