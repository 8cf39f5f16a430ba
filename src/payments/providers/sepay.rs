//! SePay's notices (pure): how they are proved and what they say.
//!
//! A notice is signed over its bytes as they came, `X-SePay-Signature: sha256=hex(HMAC-SHA256(secret,
//! "{X-SePay-Timestamp}.{body}"))`, or carries `Authorization: Apikey …`.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use entity::{Timestamp, payments::notice::Direction};
use serde::Deserialize;
use utoipa::ToSchema;

pub use super::told::{Told, plain_number};
use super::{
    sign::{Hash, is_recent, same},
    told::{bank_reference, local_time, number, text},
};
use crate::{
    checked,
    http::input::{Field, Wrong},
    payments::{Credential, PaymentsError},
};

/// The header of the signature.
pub static SIGNATURE: HeaderName = HeaderName::from_static("x-sepay-signature");
/// The header of the seconds since 1970 at which it was signed.
pub static SIGNED_AT: HeaderName = HeaderName::from_static("x-sepay-timestamp");

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
                was_signed_recently(at, now) && is_signed(secret, at, body, signature)
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
            let signature = format!("sha256={}", Hash::Sha256.sign(secret, &signed(&at, body)));
            headers.insert(&SIGNED_AT, HeaderValue::from_str(&at).ok()?);
            headers.insert(&SIGNATURE, HeaderValue::from_str(&signature).ok()?);
        } else {
            let key = format!("Apikey {}", self.api_key.as_ref()?);
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&key).ok()?);
        }
        Some(headers)
    }
}

fn was_signed_recently(at: &str, now: Timestamp) -> bool {
    at.parse::<i64>()
        .ok()
        .and_then(|seconds| seconds.checked_mul(1000))
        // The seconds that are signed have no fraction, so ours has none either.
        .is_some_and(|at| is_recent(at, Timestamp(now.0 - now.0.rem_euclid(1000))))
}

fn is_signed(secret: &str, at: &str, body: &[u8], signature: &str) -> bool {
    signature
        .strip_prefix("sha256=")
        .is_some_and(|signature| Hash::Sha256.is_of(secret, &signed(at, body), signature))
}

fn signed(at: &str, body: &[u8]) -> Vec<u8> {
    [at.as_bytes(), b".", body].concat()
}

/// A notice as SePay writes it. What the program does not use (`gateway`, `accumulated`) may be
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
    /// The bank's number for the transfer.
    #[schema(value_type = Option<String>)]
    pub reference_code: Field<String>,
    /// The bank's whole message.
    #[schema(value_type = Option<String>)]
    pub description: Field<String>,
}

impl Told {
    /// Reads the bytes of a notice of SePay's.
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
        let account = number(&mut wrong, "/accountNumber", &self.account_number);
        let direction = match wrong.required("/transferType", &self.transfer_type).map(String::as_str) {
            Some("in") => Some(Direction::In),
            Some("out") => Some(Direction::Out),
            Some(_) => {
                wrong.note("/transferType", "wrong-transfer-type");
                None
            }
            None => None,
        };
        checked!(wrong; id, amount, account, direction);
        let content = text(&self.content);
        let references = Told::references_in(&[&content, &text(&self.code), &text(&self.description)]);
        let virtual_number = plain_number(&text(&self.sub_account));
        Ok(Told {
            provider_id: id.to_string(),
            numbers: [virtual_number, account]
                .into_iter()
                .filter(|number| !number.is_empty())
                .collect(),
            direction,
            amount,
            content,
            references,
            bank_reference: bank_reference(&self.reference_code),
            // Money is not refused for its date.
            happened_at: self.transaction_date.given().and_then(|text| local_time(text)),
            moved: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use entity::{Dong, PaymentReference};

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
