//! What the providers' signatures have in common (pure).

use aws_lc_rs::{constant_time, hmac};
use entity::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::app::hex;

/// How far the provider's clock and ours may be apart; what was signed longer ago is a replay.
const DRIFT_MS: u64 = 5 * 60 * 1000;

/// Which hash a provider signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    Sha256,
    Sha512,
}

impl Hash {
    fn key(self, secret: &str) -> hmac::Key {
        let algorithm = match self {
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha512 => hmac::HMAC_SHA512,
        };
        hmac::Key::new(algorithm, secret.as_bytes())
    }

    /// HMAC of `message`, in lower-case hexadecimal.
    #[must_use]
    pub fn sign(self, secret: &str, message: &[u8]) -> String {
        hex(hmac::sign(&self.key(secret), message).as_ref())
    }

    /// Whether `signature`, hexadecimal in any case, is that of `message`.
    #[must_use]
    pub fn is_of(self, secret: &str, message: &[u8], signature: &str) -> bool {
        // Takes the same time wherever the two differ.
        unhex(signature).is_some_and(|signature| hmac::verify(&self.key(secret), message, &signature).is_ok())
    }
}

/// Whether what was signed at `at`, in milliseconds, was signed about `now`, which is the machine's time.
#[must_use]
pub const fn is_recent(at: i64, now: Timestamp) -> bool {
    at.abs_diff(now.0) <= DRIFT_MS
}

/// Whether two secrets are the same, in a time that tells neither where they differ nor how long they are.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a), Sha256::digest(b));
    constant_time::verify_slices_are_equal(&a, &b).is_ok()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

/// `value` as `JSON.stringify` of ECMAScript writes it when all keys are sorted: the form in which two providers sign.
#[must_use]
pub fn sorted_json(value: &Value) -> String {
    let mut text = String::new();
    write_sorted(&mut text, value);
    text
}

fn write_sorted(text: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (place, (key, value)) in members.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::String(key.clone()).to_string());
                text.push(':');
                write_sorted(text, value);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (place, value) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_sorted(text, value);
            }
            text.push(']');
        }
        Value::Number(number) => text.push_str(&js_number(number)),
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
}

/// A number as ECMAScript writes it: it knows only doubles, and writes whole ones without a point.
#[must_use]
pub fn js_number(number: &serde_json::Number) -> String {
    const EXACT: u64 = 1 << 53;
    if number.as_i64().is_some_and(|whole| whole.unsigned_abs() <= EXACT) {
        return number.to_string();
    }
    match number.as_f64() {
        Some(double) if double.abs() < 1e21 && (double == 0.0 || double.abs() >= 1e-6) => {
            let text = double.to_string();
            if text == "-0" { "0".to_owned() } else { text }
        }
        Some(double) => {
            let text = format!("{double:e}");
            match text.split_once('e') {
                Some((head, power)) if !power.starts_with('-') => format!("{head}e+{power}"),
                _ => text,
            }
        }
        None => number.to_string(),
    }
}

/// A scalar as it stands in a `k=v` text.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => js_number(number),
        Value::Bool(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => sorted_json(value),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_written_as_a_browser_would() {
        let value: Value = serde_json::from_str(
            r#"{"b":{"z":1,"a":[2,{"d":null,"c":true}]},"a":"chè \"ngon\"\n\u0001/","n":[1.0,-0.0,1e3,0.1,1e21,1e-7,9007199254740993]}"#,
        )
        .expect("JSON");
        assert_eq!(
            sorted_json(&value),
            r#"{"a":"chè \"ngon\"\n\u0001/","b":{"a":[2,{"c":true,"d":null}],"z":1},"n":[1,0,1000,0.1,1e+21,1e-7,9007199254740992]}"#
        );
        assert_eq!(plain(&json!(null)), "");
        assert_eq!(plain(&json!("a b")), "a b");
    }

    #[test]
    fn a_signature_is_of_its_message_and_secret_alone() {
        for hash in [Hash::Sha256, Hash::Sha512] {
            let signature = hash.sign("secret", b"message");
            assert!(hash.is_of("secret", b"message", &signature));
            assert!(hash.is_of("secret", b"message", &signature.to_ascii_uppercase()));
            assert!(!hash.is_of("secret", b"messages", &signature));
            assert!(!hash.is_of("secret2", b"message", &signature));
            for broken in ["", "0", "zz", &signature[2..], &format!("{signature}00")] {
                assert!(!hash.is_of("secret", b"message", broken), "{broken}");
            }
        }
    }

    #[test]
    fn five_minutes_are_recent_and_a_millisecond_more_is_not() {
        let now = Timestamp(1_795_244_557_999);
        for (at, recent) in [
            (0, true),
            (300_000, true),
            (-300_000, true),
            (300_001, false),
            (-300_001, false),
        ] {
            assert_eq!(is_recent(now.0 + at, now), recent, "{at}");
        }
        assert!(!is_recent(i64::MIN, now) && !is_recent(i64::MAX, now));
    }

    proptest! {
        /// Whatever is parsed back from the sorted form is what was written, and sorting twice changes nothing.
        #[test]
        fn sorting_changes_no_text(keys in prop::collection::btree_map(".{0,8}", ".{0,8}", 0..6)) {
            let value = json!(keys);
            let text = sorted_json(&value);
            let again: Value = serde_json::from_str(&text).expect("JSON");
            prop_assert_eq!(&again, &value);
            prop_assert_eq!(sorted_json(&again), text);
        }
    }
}
