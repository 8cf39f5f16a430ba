//! Points (pure): decimal text with at most two decimals, kept as a whole number of hundredths.

use serde_json::Value;

use crate::http::{
    input::{Field, Wrong},
    language::Message,
};

/// Hundredths of a point, written as people write points: `83.16`, `70`.
#[must_use]
pub fn write(hundredths: i64) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    let text = format!("{whole}.{rest:02}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `field` as hundredths, from none to `most` points; both `"87.5"` and `87.5` are read.
pub fn read(wrong: &mut Wrong, pointer: &str, field: &Field<Value>, most: i32) -> Option<i32> {
    let text = match wrong.required(pointer, field)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => {
            wrong.note(pointer, "wrong-type");
            return None;
        }
    };
    let read = parse(&text).filter(|hundredths| *hundredths <= most * 100);
    if read.is_none() {
        wrong.note(pointer, Message::new("wrong-points").with("max", most.to_string()));
    }
    read
}

fn parse(text: &str) -> Option<i32> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || rest.len() > 2 || !digits(whole) || !digits(rest) || text.ends_with('.') {
        return None;
    }
    let hundredths: i32 = format!("{rest:0<2}").parse().ok()?;
    Some(whole.parse::<i32>().ok()? * 100 + hundredths)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn points_are_read_and_written() {
        let mut wrong = Wrong::default();
        for (value, hundredths) in [
            (json!("40"), 4000),
            (json!(38.5), 3850),
            (json!("0"), 0),
            (json!("7.05"), 705),
            (json!(12), 1200),
        ] {
            assert_eq!(read(&mut wrong, "/a", &Field::Given(value), 40), Some(hundredths));
        }
        assert!(wrong.0.is_empty());
        for value in [
            json!("40.01"),
            json!(41),
            json!("-1"),
            json!("1,5"),
            json!("1.005"),
            json!("1."),
            json!(".5"),
            json!(""),
            json!(1e308),
            json!(true),
            json!("0x10"),
            json!("9999999999"),
        ] {
            assert_eq!(
                read(&mut wrong, "/a", &Field::Given(value.clone()), 40),
                None,
                "{value}"
            );
        }
        assert_eq!(
            [8316, 9000, 8350, 5, 0].map(write),
            ["83.16", "90", "83.5", "0.05", "0"]
        );
    }
}
