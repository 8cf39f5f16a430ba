//! Workbooks. A workbook is a zip file of XML, and both can be made to grow without end, so everything in it is unpacked
//! once into nothing, and counted, before anything reads it. Pure, and up to some seconds of a core.
//!
//! Formulas are never evaluated: a cell has the value that it came to when the file was saved.

use std::io::{Cursor, Read};

use calamine::{Data, DataRef, Reader as _, Xlsx, XlsxError};
use entity::listings::import::Format;
use zip::ZipArchive;

use super::{
    cell::Cell,
    error::Unreadable,
    sheet::{Gathering, Headings, MOST_COLUMNS, Sheet},
};

/// Files in the zip file.
const MOST_PARTS: usize = 1000;
/// Bytes of all parts, unpacked: ten times what twenty thousand full rows take.
const MOST_BYTES: u64 = 96 * 1024 * 1024;
/// Bytes of the part that holds the texts, each of which costs more in memory than it has letters.
const MOST_TEXTS: u64 = 32 * 1024 * 1024;
/// Bytes of the parts that say how cells look. Each look is kept with all its words.
const MOST_LOOKS: u64 = 4 * 1024 * 1024;
/// How many times larger than packed the whole may be once it is large at all.
const MOST_GROWTH: u64 = 150;
const LARGE: u64 = 24 * 1024 * 1024;

/// Reads the first sheet of a workbook that names columns.
pub fn read(bytes: &[u8], headings: Headings) -> Result<Sheet, Unreadable> {
    count(bytes)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| why(&error))?;
    let names = workbook.sheet_names();
    let mut last = Err(Unreadable::NoHeader);
    for name in names {
        last = read_sheet(&mut workbook, &name, headings);
        match last {
            Err(Unreadable::NoHeader | Unreadable::Empty) => {}
            _ => return last,
        }
    }
    last
}

fn read_sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, headings: Headings) -> Result<Sheet, Unreadable> {
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A sheet that holds a chart and no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Err(Unreadable::NoHeader),
        Err(error) => return Err(why(&error)),
    };
    let mut gathering = Gathering::new(headings);
    let (mut line, mut row) = (0, Vec::new());
    while let Some(cell) = cells.next_cell().map_err(|error| why(&error))? {
        let (at, column) = cell.get_position();
        if at != line {
            // Rows come in order; one that does not would be told under a line that is not its own.
            if at < line {
                return Err(Unreadable::Damaged);
            }
            gathering.take(line + 1, std::mem::take(&mut row))?;
            line = at;
        }
        let column = column as usize;
        let value = read_cell(cell.get_value());
        if value.is_empty() || gathering.is_hopeless() {
            continue;
        }
        if column >= MOST_COLUMNS {
            return Err(Unreadable::TooManyColumns(MOST_COLUMNS));
        }
        if row.len() <= column {
            row.resize(column + 1, Cell::Empty);
        }
        row[column] = value;
    }
    gathering.take(line + 1, row)?;
    gathering.finish(Format::Xlsx)
}

fn read_cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        #[expect(clippy::cast_precision_loss, reason = "no column takes numbers beyond 2^53")]
        DataRef::Int(number) => Cell::of_number(*number as f64),
        DataRef::Float(number) => Cell::of_number(*number),
        DataRef::Bool(truth) => Cell::of_text(if *truth { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            Cell::Day(format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::DateTime(at) => Cell::of_number(at.as_f64()),
        DataRef::DateTimeIso(text) => Cell::Day(text.chars().take(10).collect()),
        DataRef::DurationIso(text) | DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::Error(fault) => Cell::Fault(Data::Error(fault.clone()).to_string()),
    }
}

fn why(error: &XlsxError) -> Unreadable {
    match error {
        XlsxError::Password => Unreadable::Locked,
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => Unreadable::NotAWorkbook,
        _ => Unreadable::Damaged,
    }
}

/// Unpacks every part into nothing and refuses the file as soon as it is too much.
fn count(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(Unreadable::Bomb);
    }
    let packed = bytes.len() as u64;
    let (mut total, mut is_workbook) = (0, false);
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => Unreadable::Locked,
            _ => Unreadable::Damaged,
        })?;
        let name = part.name().map_err(|_| Unreadable::Damaged)?.to_ascii_lowercase();
        is_workbook |= name.starts_with("xl");
        let is_texts = name.ends_with("sharedstrings.xml");
        let most = if is_texts {
            MOST_TEXTS
        } else if name.ends_with("styles.xml") || name.contains("theme") {
            MOST_LOOKS
        } else {
            MOST_BYTES
        };
        let mut texts = Vec::new();
        let (mut size, mut block) = (0, vec![0; 64 * 1024]);
        loop {
            let read = part.read(&mut block).map_err(|_| Unreadable::Damaged)?;
            if read == 0 {
                break;
            }
            size += read as u64;
            total += read as u64;
            if size > most || total > MOST_BYTES || (total > LARGE && total > packed.saturating_mul(MOST_GROWTH)) {
                return Err(Unreadable::Bomb);
            }
            if is_texts {
                texts.extend_from_slice(&block[..read]);
            }
        }
        if is_texts {
            promises(&texts)?;
        }
    }
    if is_workbook {
        Ok(())
    } else {
        Err(Unreadable::NotAWorkbook)
    }
}

/// Refuses a part that promises more texts than it can hold: room for as many as are promised is taken beforehand.
fn promises(texts: &[u8]) -> Result<(), Unreadable> {
    const WORD: &[u8] = b"uniqueCount";
    // Excel writes UTF-8. In UTF-16 the promise would not be found.
    if texts.contains(&0) {
        return Err(Unreadable::Damaged);
    }
    for at in texts
        .windows(WORD.len())
        .enumerate()
        .filter(|(_, window)| *window == WORD)
    {
        let rest = &texts[at.0 + WORD.len()..];
        let digits: Vec<u8> = rest
            .iter()
            .copied()
            .skip_while(|b| !b.is_ascii_digit())
            .take_while(u8::is_ascii_digit)
            .take(20)
            .collect();
        let promised = String::from_utf8_lossy(&digits).parse::<u128>().unwrap_or(0);
        // The shortest text is `<si/>`.
        if promised > texts.len() as u128 / 5 + 1 {
            return Err(Unreadable::Bomb);
        }
    }
    Ok(())
}
