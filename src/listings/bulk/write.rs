//! Files that go out: the template, an export, the refused rows of an import. Texts that a spreadsheet would evaluate get a
//! mark ([`cell::neutral`]).

use entity::Day;
use futures_util::{Stream, stream};
use rust_xlsxwriter::{Format as Look, Workbook, Worksheet};

use super::{
    BulkError,
    cell::{self, Cell},
    columns::{COLUMNS, Column, REASON_HEADER, category_name, say},
    current::{Whose, page},
    read::Refused,
};
use crate::{app::App, catalogue::category::categories, http::language::Language};

/// What an UTF-8 file begins with so that a spreadsheet takes it for one.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
/// Listings read at a time.
const PAGE: u64 = 500;

/// The words above the columns.
fn header(language: Language) -> Vec<String> {
    COLUMNS.iter().map(|column| say(language, column.header)).collect()
}

/// Rows as CSV (RFC 4180).
fn csv(rows: &[Vec<Cell>]) -> Result<Vec<u8>, BulkError> {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        let broken = |error: &dyn std::fmt::Display| sea_orm::DbErr::Custom(error.to_string());
        let texts = row.iter().map(|cell| match cell {
            Cell::Text(text) => cell::neutral(text),
            cell => cell.shown().into(),
        });
        let texts: Vec<_> = texts.collect();
        writer
            .write_record(texts.iter().map(|text| text.as_bytes()))
            .map_err(|error| broken(&error))?;
    }
    writer
        .into_inner()
        .map_err(|error| sea_orm::DbErr::Custom(error.to_string()).into())
}

fn texts(words: &[String]) -> Vec<Cell> {
    words.iter().map(|word| Cell::of_text(word)).collect()
}

/// The template: the columns' names and one row as an example.
pub fn template_csv(language: Language) -> Result<Vec<u8>, BulkError> {
    let example = COLUMNS.iter().map(|column| Cell::of_text(column.example)).collect();
    Ok([UTF8_MARK, &csv(&[texts(&header(language)), example])?].concat())
}

/// The template as a workbook, with a sheet that explains the columns and one that lists the categories.
pub fn template_xlsx(language: Language) -> Result<Vec<u8>, BulkError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(say(language, "import-sheet-listings"))?;
    head(sheet, &header(language))?;
    for (at, column) in (0_u16..).zip(&COLUMNS) {
        match column.example.parse::<f64>() {
            Ok(number) => sheet.write_number(1, at, number)?,
            Err(_) => sheet.write_string(1, at, column.example)?,
        };
    }
    explain(&mut workbook, language)?;
    Ok(workbook.save_to_buffer()?)
}

fn head(sheet: &mut Worksheet, header: &[String]) -> Result<(), BulkError> {
    let bold = Look::new().set_bold();
    for (at, name) in (0_u16..).zip(header) {
        sheet.write_string_with_format(0, at, name, &bold)?;
    }
    let text = Look::new().set_num_format("@");
    for (at, column) in (0_u16..).zip(&COLUMNS) {
        sheet.set_column_width(at, column.width)?;
        // Digits that are no number: a spreadsheet would round them, or drop their first noughts.
        if matches!(column.key, "gtin" | "sku" | "id") {
            sheet.set_column_format(at, &text)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn explain(workbook: &mut Workbook, language: Language) -> Result<(), BulkError> {
    let bold = Look::new().set_bold();
    let wrap = Look::new().set_text_wrap();
    let sheet = workbook.add_worksheet();
    sheet.set_name(say(language, "import-sheet-help"))?;
    sheet.set_column_width(0, 24.0)?;
    sheet.set_column_width(1, 18.0)?;
    sheet.set_column_width(2, 80.0)?;
    for (row, column) in (0_u32..).zip(&COLUMNS) {
        sheet.write_string_with_format(row, 0, say(language, column.header), &bold)?;
        sheet.write_string(row, 1, column.key)?;
        sheet.write_string_with_format(row, 2, say(language, column.hint), &wrap)?;
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name(say(language, "import-sheet-categories"))?;
    sheet.set_column_width(0, 40.0)?;
    sheet.set_column_width(1, 24.0)?;
    for (row, category) in (0_u32..).zip(categories()) {
        sheet.write_string(row, 0, category_name(&category.id, language))?;
        sheet.write_string(row, 1, &category.id)?;
    }
    Ok(())
}

/// Where an export has come to.
struct Export {
    app: App,
    whose: Whose,
    language: Language,
    today: Day,
    after: Option<entity::ids::ListingId>,
    begun: bool,
    ended: bool,
}

impl Export {
    fn new(app: &App, whose: Whose, language: Language) -> Self {
        Self {
            app: app.clone(),
            today: app.today(),
            whose,
            language,
            after: None,
            begun: false,
            ended: false,
        }
    }

    /// The next rows; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<Vec<Cell>>>, BulkError> {
        if self.ended {
            return Ok(None);
        }
        let found = page(self.app.db().read(), &self.whose, self.after, PAGE, self.today).await?;
        self.ended = found.len() < usize::try_from(PAGE).unwrap_or(0);
        self.after = found.last().map(|current| current.listing.id).or(self.after);
        let write = |column: &Column, current: &_| (column.write)(current, self.language);
        let rows = found
            .iter()
            .map(|current| COLUMNS.iter().map(|column| write(column, current)).collect())
            .collect();
        Ok(Some(rows))
    }
}

/// Listings as CSV, piece by piece.
pub fn export_csv(
    app: &App,
    whose: Whose,
    language: Language,
) -> impl Stream<Item = Result<Vec<u8>, BulkError>> + Send + use<> {
    stream::try_unfold(Export::new(app, whose, language), |mut export| async move {
        if !export.begun {
            export.begun = true;
            let first = csv(&[texts(&header(export.language))])?;
            return Ok(Some(([UTF8_MARK, &first].concat(), export)));
        }
        let Some(rows) = export.next().await? else {
            return Ok(None);
        };
        Ok(Some((csv(&rows)?, export)))
    })
}

/// Listings as a workbook.
pub async fn export_xlsx(app: &App, whose: Whose, language: Language) -> Result<Vec<u8>, BulkError> {
    let mut export = Export::new(app, whose, language);
    let mut rows = Vec::new();
    while let Some(more) = export.next().await? {
        rows.extend(more);
    }
    let written = tokio::task::spawn_blocking(move || {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.set_name(say(language, "import-sheet-listings"))?;
        head(sheet, &header(language))?;
        fill(sheet, &rows)?;
        explain(&mut workbook, language)?;
        Ok::<_, BulkError>(workbook.save_to_buffer()?)
    });
    written.await?
}

fn fill(sheet: &mut Worksheet, rows: &[Vec<Cell>]) -> Result<(), BulkError> {
    for (row, cells) in (1_u32..).zip(rows) {
        for (at, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Empty => continue,
                // Beyond fifteen digits a workbook rounds.
                Cell::Number(text) if text.len() <= 15 => match text.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, at, number)?,
                    Err(_) => sheet.write_string(row, at, text)?,
                },
                Cell::Text(text) => sheet.write_string(row, at, cell::neutral(text))?,
                Cell::Number(text) | Cell::Day(text) | Cell::Fault(text) => sheet.write_string(row, at, text)?,
            };
        }
    }
    Ok(())
}

/// The refused rows in their file's own shape, each with its reasons behind it.
fn with_reasons(header: &[String], rows: Vec<Refused>, language: Language) -> (Vec<String>, Vec<Vec<Cell>>) {
    // A file of refused rows that comes back has that column already.
    let reason = say(language, REASON_HEADER);
    let kept: Vec<usize> = (0..header.len())
        .filter(|at| super::columns::column_named(&header[*at]) != Some(super::columns::Named::Reason))
        .collect();
    let mut names: Vec<String> = kept.iter().map(|at| header[*at].clone()).collect();
    names.push(reason);
    let rows = rows
        .into_iter()
        .map(|(_, mut cells, told)| {
            let mut row: Vec<Cell> = kept
                .iter()
                .map(|at| cells.get_mut(*at).map(std::mem::take).unwrap_or_default())
                .collect();
            let reasons = told.iter().map(|told| match told.column_name(language) {
                Some(column) => format!("{column}: {}", told.reason(language)),
                None => told.reason(language).to_owned(),
            });
            row.push(Cell::of_text(&reasons.collect::<Vec<_>>().join(" ")));
            row
        })
        .collect();
    (names, rows)
}

/// Refused rows as CSV.
pub fn refused_csv(header: &[String], rows: Vec<Refused>, language: Language) -> Result<Vec<u8>, BulkError> {
    let (names, mut rows) = with_reasons(header, rows, language);
    rows.insert(0, names.iter().map(|name| Cell::of_text(name)).collect());
    Ok([UTF8_MARK, &csv(&rows)?].concat())
}

/// Refused rows as a workbook.
pub fn refused_xlsx(header: &[String], rows: Vec<Refused>, language: Language) -> Result<Vec<u8>, BulkError> {
    let (names, rows) = with_reasons(header, rows, language);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(say(language, "import-sheet-listings"))?;
    let bold = Look::new().set_bold();
    for (at, name) in (0_u16..).zip(&names) {
        sheet.write_string_with_format(0, at, cell::neutral(name), &bold)?;
    }
    fill(sheet, &rows)?;
    Ok(workbook.save_to_buffer()?)
}
