//! The one way in which a JSON value is written before it is signed (pure; RFC 8785).
//!
//! Members are sorted by the UTF-16 code units of their names, nothing stands between tokens, and texts are escaped only
//! where JSON requires it. Signed documents hold whole numbers below 2^53 only, so the number rules of RFC 8785 come down
//! to decimal digits.

use serde_json::Value;

/// `value` in its canonical form.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

fn write(out: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (place, (name, value)) in members.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                text(out, name);
                out.push(':');
                write(out, value);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(out, item);
            }
            out.push(']');
        }
        Value::String(string) => text(out, string),
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
    }
}

/// `string` as a JSON text.
pub fn text(out: &mut String, string: &str) {
    // serde_json escapes what RFC 8785, section 3.2.2.2, escapes, and in the same way.
    out.push_str(&Value::from(string).to_string());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_and_nothing_is_escaped_without_need() {
        let value = json!({
            "\u{20ac}": "Euro", "\r": "return", "\u{fb33}": "dalet", "1": "one", "\u{1f600}": "smile", "\u{80}": "control", "ö": "o",
        });
        // The order of the example in RFC 8785, section 3.2.3.
        assert_eq!(
            canonical(&value),
            "{\"\\r\":\"return\",\"1\":\"one\",\"\u{80}\":\"control\",\"ö\":\"o\",\"\u{20ac}\":\"Euro\",\"\u{1f600}\":\"smile\",\"\u{fb33}\":\"dalet\"}"
        );
        assert_eq!(
            canonical(&json!({"b": [1, true, null, {"d": "đ\"\\/\n\u{1}", "c": -5}], "a": {}})),
            "{\"a\":{},\"b\":[1,true,null,{\"c\":-5,\"d\":\"đ\\\"\\\\/\\n\\u0001\"}]}"
        );
    }
}
