//! SePay's notices (pure): how they are proved and what they say.
//!
//! A notice is signed over its bytes as they came, `X-SePay-Signature: sha256=hex(HMAC-SHA256(secret,
//! "{X-SePay-Timestamp}.{body}"))`, or carries `Authorization: Apikey …`.

use aws_lc_rs::{constant_time, hmac};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use entity::{Dong, PaymentReference, Timestamp, payments::notice::Direction, time::VIETNAM};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{Credential, PaymentsError};
use crate::{
    app::hex,
    http::input::{Field, Wrong},
};

/// The header of the signature.
pub static SIGNATURE: HeaderName = HeaderName::from_static("x-sepay-signature");
/// The header of the seconds since 1970 at which it was signed.
pub static SIGNED_AT: HeaderName = HeaderName::from_static("x-sepay-timestamp");

/// How far, in seconds, the provider's clock and ours may be apart; what was signed longer ago is a replay.
const DRIFT_S: i64 = 5 * 60;

impl Credential {
    /// Whether `headers` prove that the holder of this credential sent `body` at about `now`, which is the machine's
    /// time: a demo's clock may have been moved.
    #[must_use]
    pub fn proves(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> bool {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        // Who signs is judged by the signature alone: a wrong one is not made good by a key beside it.
        match text(&SIGNATURE) {
            Some(signature) => {
                let (Some(secret), Some(at)) = (&self.hmac_secret, text(&SIGNED_AT)) else {
                    return false;
                };
                is_recent(at, now) && is_signed(secret, at, body, signature)
            }
            None => match (&self.api_key, text(&header::AUTHORIZATION)) {
                (Some(key), Some(given)) => given
                    .strip_prefix("Apikey ")
                    .is_some_and(|given| same(given.trim(), key)),
                _ => false,
            },
        }
    }

    /// The headers under which SePay sends `body`; `None` for a credential without a secret.
    #[must_use]
    pub fn headers(&self, body: &[u8], now: Timestamp) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        if let Some(secret) = &self.hmac_secret {
            let at = (now.0 / 1000).to_string();
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
            let signature = format!("sha256={}", hex(hmac::sign(&key, &signed(&at, body)).as_ref()));
            headers.insert(&SIGNED_AT, HeaderValue::from_str(&at).ok()?);
            headers.insert(&SIGNATURE, HeaderValue::from_str(&signature).ok()?);
        } else {
            let key = format!("Apikey {}", self.api_key.as_ref()?);
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&key).ok()?);
        }
        Some(headers)
    }
}

fn is_recent(at: &str, now: Timestamp) -> bool {
    at.parse::<i64>()
        .is_ok_and(|at| at.abs_diff(now.0 / 1000) <= DRIFT_S.unsigned_abs())
}

fn is_signed(secret: &str, at: &str, body: &[u8], signature: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    signature
        .strip_prefix("sha256=")
        .and_then(unhex)
        // Takes the same time wherever the two differ.
        .is_some_and(|signature| hmac::verify(&key, &signed(at, body), &signature).is_ok())
}

fn signed(at: &str, body: &[u8]) -> Vec<u8> {
    [at.as_bytes(), b".", body].concat()
}

/// Whether two secrets are the same, in a time that tells neither where they differ nor how long they are.
fn same(a: &str, b: &str) -> bool {
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

/// A notice as SePay writes it. What the program does not use (`gateway`, `accumulated`, `referenceCode`) may be
/// anything.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SepayNotice {
    /// SePay's own number for it; a notice that comes again bears the same.
    #[schema(value_type = i64)]
    pub id: Field<i64>,
    /// `2026-11-21 14:02:37`, Vietnam's time.
    #[schema(value_type = Option<String>)]
    pub transaction_date: Field<String>,
    #[schema(value_type = String)]
    pub account_number: Field<String>,
    /// The virtual account the money came through.
    #[schema(value_type = Option<String>)]
    pub sub_account: Field<String>,
    /// The code SePay recognised in the text.
    #[schema(value_type = Option<String>)]
    pub code: Field<String>,
    /// What the sender wrote, and what banks wrote around it.
    #[schema(value_type = Option<String>)]
    pub content: Field<String>,
    /// `in` or `out`.
    #[schema(value_type = String)]
    pub transfer_type: Field<String>,
    /// đồng, 1 to 9999999999999.
    #[schema(value_type = i64)]
    pub transfer_amount: Field<i64>,
    /// The bank's whole message.
    #[schema(value_type = Option<String>)]
    pub description: Field<String>,
}

/// What a notice tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub provider_id: String,
    /// The numbers it names, the virtual account's first.
    pub numbers: Vec<String>,
    pub direction: Direction,
    pub amount: Dong,
    pub content: String,
    /// Every payment reference in it, those the sender wrote first.
    pub references: Vec<PaymentReference>,
    pub happened_at: Option<Timestamp>,
}

impl Told {
    /// Reads a notice's bytes.
    pub fn read(body: &[u8]) -> Result<Self, PaymentsError> {
        let notice: SepayNotice = serde_json::from_slice(body).map_err(PaymentsError::Unreadable)?;
        Ok(notice.check()?)
    }
}

impl SepayNotice {
    fn check(&self) -> Result<Told, Wrong> {
        let mut wrong = Wrong::default();
        let id = wrong.integer("/id", &self.id, 1..=i64::MAX);
        let amount = wrong.dong("/transferAmount", &self.transfer_amount);
        let number = wrong
            .required("/accountNumber", &self.account_number)
            .map(|text| plain_number(text));
        if number.as_ref().is_some_and(String::is_empty) {
            wrong.note("/accountNumber", "wrong-account-number");
        }
        let direction = match wrong.required("/transferType", &self.transfer_type).map(String::as_str) {
            Some("in") => Some(Direction::In),
            Some("out") => Some(Direction::Out),
            Some(_) => {
                wrong.note("/transferType", "wrong-transfer-type");
                None
            }
            None => None,
        };
        crate::checked!(wrong; id, amount, number, direction);
        let text = |field: &Field<String>| field.given().cloned().unwrap_or_default();
        let content = text(&self.content);
        let mut references: Vec<PaymentReference> = Vec::new();
        for words in [&content, &text(&self.code), &text(&self.description)] {
            for reference in PaymentReference::all_in(words) {
                if !references.contains(&reference) {
                    references.push(reference);
                }
            }
        }
        let virtual_number = plain_number(&text(&self.sub_account));
        let numbers = [virtual_number, number];
        Ok(Told {
            provider_id: id.to_string(),
            numbers: numbers.into_iter().filter(|number| !number.is_empty()).collect(),
            direction,
            amount,
            content,
            references,
            // Money is not refused for its date.
            happened_at: self.transaction_date.given().and_then(|text| local_time(text)),
        })
    }
}

/// An account's number as it is compared: letters and digits, letters in upper case.
#[must_use]
pub fn plain_number(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn local_time(text: &str) -> Option<Timestamp> {
    let local: jiff::civil::DateTime = text.trim().parse().ok()?;
    let at = Timestamp(VIETNAM.to_timestamp(local).ok()?.as_millisecond());
    (Timestamp(0)..=Timestamp::MAX).contains(&at).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hmac_secret(secret: &str) -> Credential {
        Credential {
            hmac_secret: Some(secret.to_owned()),
            api_key: None,
        }
    }

    #[test]
    fn a_signature_holds_for_its_bytes_its_secret_and_its_five_minutes() {
        let (body, now) = (br#"{"id":1}"#.as_slice(), Timestamp(1_795_244_557_999));
        let ours = hmac_secret("whsec_test");
        let headers = ours.headers(body, now).expect("signed");
        assert!(ours.proves(&headers, body, now));
        assert!(ours.proves(&headers, body, now.plus(300_000)));
        assert!(ours.proves(&headers, body, now.plus(-300_000)));
        assert!(!ours.proves(&headers, body, now.plus(301_000)), "a replay");
        assert!(!ours.proves(&headers, body, now.plus(-301_000)), "from the future");
        assert!(!ours.proves(&headers, br#"{"id":2}"#, now));
        assert!(!hmac_secret("whsec_other").proves(&headers, body, now));
        for broken in ["", "sha256=", "sha256=0", "sha256=zz", "6b89", "sha256=6b89"] {
            let mut headers = headers.clone();
            headers.insert(&SIGNATURE, HeaderValue::from_str(broken).expect("a header"));
            assert!(!ours.proves(&headers, body, now), "{broken}");
        }
        for broken in ["", "now", "1795244557.0", "-1", "99999999999999999999"] {
            let mut headers = headers.clone();
            headers.insert(&SIGNED_AT, HeaderValue::from_str(broken).expect("a header"));
            assert!(!ours.proves(&headers, body, now), "{broken}");
        }
    }

    #[test]
    fn a_key_is_compared_whole_and_a_wrong_signature_is_not_made_good_by_it() {
        let both = Credential {
            hmac_secret: Some("whsec_test".into()),
            api_key: Some("key-of-eight".into()),
        };
        let with =
            |key: &str| HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_str(key).expect("a header"))]);
        assert!(both.proves(&with("Apikey key-of-eight"), b"", Timestamp(0)));
        for wrong in [
            "Apikey key-of-eigh",
            "Apikey ",
            "Bearer key-of-eight",
            "key-of-eight",
            "",
        ] {
            assert!(!both.proves(&with(wrong), b"", Timestamp(0)), "{wrong}");
        }
        let mut headers = with("Apikey key-of-eight");
        headers.insert(&SIGNATURE, HeaderValue::from_static("sha256=00"));
        assert!(!both.proves(&headers, b"", Timestamp(0)));
        assert!(!Credential::default().proves(&with("Apikey "), b"", Timestamp(0)));
    }

    #[test]
    fn a_notice_is_read_whatever_else_it_holds() {
        let reference = PaymentReference::of(uuid::Uuid::from_u128(7));
        let told = Told::read(
            format!(
                r#"{{"id":92704,"gateway":5,"transactionDate":"2026-11-21 14:02:37","accountNumber":"0123 499-999",
                "subAccount":null,"code":"{reference}","content":"CT DEN:{reference} ck","transferType":"in",
                "transferAmount":227700,"accumulated":"?","description":null}}"#
            )
            .as_bytes(),
        )
        .expect("a notice");
        assert_eq!(told.numbers, ["0123499999"]);
        assert_eq!(told.references, [reference]);
        assert_eq!(told.amount, Dong(227_700));
        assert_eq!(
            told.happened_at.map(Timestamp::rfc3339).as_deref(),
            Some("2026-11-21T14:02:37.000+07:00")
        );
    }

    #[test]
    fn every_wrong_field_of_a_notice_is_named() {
        let told = |body: &str| match Told::read(body.as_bytes()) {
            Err(PaymentsError::Wrong(wrong)) => wrong.0.into_iter().map(|error| error.pointer).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            told("{}"),
            ["/id", "/transferAmount", "/accountNumber", "/transferType"]
        );
        for amount in [
            "0",
            "-1",
            "1000000000000000000",
            "1e18",
            "45000.0",
            "45000.5",
            "\"45000\"",
            "null",
            "[]",
        ] {
            let body = format!(
                r#"{{"id":1,"accountNumber":"1","transferType":"in","transferAmount":{amount},"content":"x"}}"#
            );
            assert_eq!(told(&body), ["/transferAmount"], "{amount}");
        }
        assert_eq!(
            told(r#"{"id":"1","accountNumber":" - ","transferType":"sideways","transferAmount":1}"#),
            ["/id", "/accountNumber", "/transferType"]
        );
        for truncated in ["", "{", r#"{"id":1,"transferAm"#] {
            assert!(matches!(
                Told::read(truncated.as_bytes()),
                Err(PaymentsError::Unreadable(_))
            ));
        }
    }
}
