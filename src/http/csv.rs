//! Open data as CSV (RFC 4180): comma, double quotes where needed, CRLF. What a spreadsheet would run as a formula is
//! made a text.

/// Adds one line of `cells` to `text`.
pub fn line<'c>(text: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    for (nth, value) in cells.into_iter().enumerate() {
        if nth > 0 {
            text.push(',');
        }
        cell(text, value);
    }
    text.push_str("\r\n");
}

fn cell(text: &mut String, value: &str) {
    // An apostrophe in front keeps a spreadsheet from reading the rest as anything but text.
    let runs = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if runs { "'" } else { "" };
    if value.contains([',', '"', '\r', '\n']) {
        text.push('"');
        text.push_str(mark);
        text.push_str(&value.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(mark);
        text.push_str(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_run() {
        let mut text = String::new();
        line(
            &mut text,
            ["a", "b, \"c\"", "", "=1+1", "-cmd|' /C calc'!A0, x", "chè\nđinh"],
        );
        assert_eq!(
            text,
            "a,\"b, \"\"c\"\"\",,'=1+1,\"'-cmd|' /C calc'!A0, x\",\"chè\nđinh\"\r\n"
        );
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        let row = reader.records().next().expect("a line").expect("CSV");
        assert_eq!(row.iter().nth(1), Some("b, \"c\""));
        assert_eq!(row.len(), 6);
    }
}
