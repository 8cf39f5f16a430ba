//! A table as a workbook, and files as answers that a browser saves.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use rust_xlsxwriter::{Format, Workbook};

use super::PaymentsError;
use crate::http::language::{Language, Message};

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// A sum in đồng, or a count.
    Number(i64),
    Empty,
}

/// A table: words above it, a line of names, rows, and a row of sums.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The sheet's own name; at most 31 characters.
    pub name: String,
    /// Lines above the table.
    pub above: Vec<String>,
    pub header: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// Shown in bold below the rows.
    pub totals: Vec<Cell>,
}

/// The words of `id`.
#[must_use]
pub fn say(language: Language, id: &'static str) -> String {
    language.say(&Message::new(id))
}

/// The tables as a workbook, one sheet each. Widths follow what stands in them.
pub fn workbook(tables: &[Table]) -> Result<Vec<u8>, PaymentsError> {
    let (bold, money) = (Format::new().set_bold(), Format::new().set_num_format("#,##0"));
    let bold_money = Format::new().set_bold().set_num_format("#,##0");
    let mut workbook = Workbook::new();
    for table in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&table.name)?;
        let mut row = 0;
        for line in &table.above {
            sheet.write_string_with_format(row, 0, line, &bold)?;
            row += 1;
        }
        for (at, name) in (0_u16..).zip(&table.header) {
            sheet.write_string_with_format(row, at, name, &bold)?;
            sheet.set_column_width(at, 14)?;
        }
        row += 1;
        sheet.set_freeze_panes(row, 0)?;
        for (cells, text, number) in table
            .rows
            .iter()
            .map(|cells| (cells, None, &money))
            .chain(std::iter::once((&table.totals, Some(&bold), &bold_money)))
        {
            for (at, cell) in (0_u16..).zip(cells) {
                match (cell, text) {
                    (Cell::Empty, _) => {}
                    (Cell::Text(words), None) => {
                        sheet.write_string(row, at, words)?;
                    }
                    (Cell::Text(words), Some(format)) => {
                        sheet.write_string_with_format(row, at, words, format)?;
                    }
                    #[expect(clippy::cast_precision_loss, reason = "sums of đồng have fewer than 53 bits")]
                    (Cell::Number(sum), _) => {
                        sheet.write_number_with_format(row, at, *sum as f64, number)?;
                    }
                }
            }
            row += 1;
        }
        sheet.autofit();
    }
    Ok(workbook.save_to_buffer()?)
}

/// [`workbook`], away from what waits for it.
pub async fn workbook_of(tables: Vec<Table>) -> Result<Vec<u8>, PaymentsError> {
    tokio::task::spawn_blocking(move || workbook(&tables)).await?
}

/// A file that a browser saves under `name`.
pub fn saved(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
