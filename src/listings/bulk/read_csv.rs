//! CSV as spreadsheets and people write it: UTF-8 with or without its mark (or UTF-16 with one), parted by commas,
//! semicolons or tabs, with line ends inside quotes. Pure.

use std::borrow::Cow;

use entity::listings::import::Format;

use super::{
    cell::Cell,
    error::Unreadable,
    sheet::{Gathering, Headings, Sheet},
};

/// Rows in which the columns' names are looked for.
const LOOKED_AT: usize = 20;

/// Reads a CSV file.
pub fn read(bytes: &[u8], headings: Headings) -> Result<Sheet, Unreadable> {
    let text = decode(bytes)?;
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    let mut reader = reader(&text, separator(&text, headings));
    let mut gathering = Gathering::new(headings);
    let mut record = csv::StringRecord::new();
    let mut lines = Lines {
        text: text.as_bytes(),
        at: 0,
        line: 1,
    };
    // The text is UTF-8 and records may differ in length: nothing is left that could fail.
    while reader.read_record(&mut record).map_err(|_| Unreadable::OtherEncoding)? {
        let begins = record.position().map_or(0, csv::Position::byte);
        let line = lines.of(usize::try_from(begins).unwrap_or(usize::MAX));
        gathering.take(line, record.iter().map(Cell::of_text).collect())?;
        if gathering.is_hopeless() {
            break;
        }
    }
    gathering.finish(Format::Csv)
}

/// Counts lines as an editor shows them.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the record that the reader began to look for at `byte`: line ends before it are not part of it.
    fn of(&mut self, byte: usize) -> u32 {
        while let Some(next) = self.text.get(self.at) {
            if self.at >= byte && !matches!(next, b'\r' | b'\n') {
                break;
            }
            self.line += u32::from(*next == b'\n');
            self.at += 1;
        }
        self.line
    }
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let units = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units)
            .map(Cow::Owned)
            .map_err(|_| Unreadable::OtherEncoding)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => std::str::from_utf8(rest)
            .ok()
            // Text has no NULs; a picture or a program has.
            .filter(|text| !text.contains('\0'))
            .map(Cow::Borrowed)
            .ok_or(Unreadable::OtherEncoding),
    }
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// The mark under which the first rows name the most columns.
fn separator(text: &str, headings: Headings) -> u8 {
    let names = |separator: u8| {
        reader(text, separator)
            .records()
            .take(LOOKED_AT)
            .flatten()
            .map(|record| (headings.known)(&record.iter().map(str::to_owned).collect::<Vec<_>>()))
            .max()
            .unwrap_or(0)
    };
    // Of equals the last one counts, which is the comma.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|mark| names(*mark))
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::{super::sheet::LISTINGS, *};

    fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
        super::read(bytes, LISTINGS)
    }

    fn cells(sheet: &Sheet) -> Vec<(u32, Vec<&str>)> {
        sheet
            .rows
            .iter()
            .map(|row| (row.line, row.cells.iter().map(Cell::shown).collect()))
            .collect()
    }

    #[test]
    fn every_mark_and_encoding_gives_the_same_rows() {
        let comma =
            "Tên sản phẩm,Giá (đồng),Mô tả\r\n\"Chè, ngon\",45.000,\"một\r\nhai\"\r\n,,\r\nMật ong,\"90,000\",\r\n";
        let expected = vec![
            (2, vec!["Chè, ngon", "45.000", "một\r\nhai"]),
            (5, vec!["Mật ong", "90,000"]),
        ];
        assert_eq!(cells(&read(comma.as_bytes()).expect("read")), expected);
        let semicolon = "Tên sản phẩm;Giá (đồng);Mô tả\n\"Chè, ngon\";45.000;\"một\r\nhai\"\n;;\nMật ong;90,000;\n";
        let tab = semicolon.replace(';', "\t");
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(tab.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let marked = [b"\xef\xbb\xbf", semicolon.as_bytes()].concat();
        for bytes in [semicolon.as_bytes(), tab.as_bytes(), &utf16, &marked] {
            let sheet = read(bytes).expect("read");
            assert_eq!(sheet.header, ["Tên sản phẩm", "Giá (đồng)", "Mô tả"]);
            assert_eq!(cells(&sheet), expected);
        }
    }

    #[test]
    fn a_title_above_the_columns_is_no_row() {
        let sheet = read("HTX Chè Hảo Đạt\n\nname,price\nChè,1\n".as_bytes()).expect("read");
        assert_eq!(cells(&sheet), [(4, vec!["Chè", "1"])]);
    }

    #[test]
    fn what_is_no_table_is_refused_in_words() {
        for (bytes, why) in [
            (&b""[..], Unreadable::Empty),
            (b" \r\n ", Unreadable::Empty),
            (b"a,b\n1,2\n", Unreadable::NoHeader),
            (b"name,price\n", Unreadable::NoRows),
            (b"name,price,name\nx,1,y\n", Unreadable::Twice("name".into())),
            (b"name,price\n\xff\xfex", Unreadable::OtherEncoding),
            (b"\x89PNG\r\n\x1a\n\0\0", Unreadable::OtherEncoding),
        ] {
            assert_eq!(read(bytes), Err(why), "{bytes:?}");
        }
        let many = format!("name,price\n{}", "a,1\n".repeat(super::super::sheet::MOST_ROWS + 1));
        assert_eq!(
            read(many.as_bytes()),
            Err(Unreadable::TooManyRows(super::super::sheet::MOST_ROWS))
        );
    }
}
