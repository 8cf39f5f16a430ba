//! Casso's notices, second version (pure): how they are proved and what they say.
//!
//! `X-Casso-Signature: t=<milliseconds>,v1=<hex>` is HMAC-SHA512 over `"{t}."` and the body as compact JSON with its keys
//! sorted at every depth.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use entity::{Dong, Timestamp, payments::notice::Direction};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    sign::{Hash, is_recent, sorted_json},
    told::{Told, bank_reference, local_time, number, plain_number, text},
};
use crate::{
    checked,
    http::input::{Field, Wrong},
    payments::PaymentsError,
};

/// The header of the signature.
pub static SIGNATURE: HeaderName = HeaderName::from_static("x-casso-signature");

/// Whether `headers` prove that who knows `secret` sent `body` at about `now`, which is the machine's time.
#[must_use]
pub fn proves(secret: &str, headers: &HeaderMap, body: &[u8], now: Timestamp) -> bool {
    let proved = || {
        let given = headers.get(&SIGNATURE)?.to_str().ok()?;
        let (mut at, mut signature) = (None, None);
        for part in given.split(',') {
            match part.trim().split_once('=')? {
                ("t", value) if at.is_none() => at = Some(value),
                ("v1", value) if signature.is_none() => signature = Some(value),
                // Twice the same name, or one that means nothing yet: a later version may add some.
                ("t" | "v1", _) => return None,
                _ => {}
            }
        }
        let (at, signature) = (at?, signature?);
        let value: Value = serde_json::from_slice(body).ok()?;
        let good = is_recent(at.parse().ok()?, now) && Hash::Sha512.is_of(secret, &signed(at, &value), signature);
        good.then_some(())
    };
    proved().is_some()
}

/// The headers under which Casso sends `body`.
#[must_use]
pub fn headers(secret: &str, body: &[u8], now: Timestamp) -> Option<HeaderMap> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let at = now.0.to_string();
    let signature = Hash::Sha512.sign(secret, &signed(&at, &value));
    let header = HeaderValue::from_str(&format!("t={at},v1={signature}")).ok()?;
    Some(HeaderMap::from_iter([(SIGNATURE.clone(), header)]))
}

fn signed(at: &str, value: &Value) -> Vec<u8> {
    format!("{at}.{}", sorted_json(value)).into_bytes()
}

/// A notice as Casso writes it. What the program does not use may be anything.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CassoNotice {
    /// 0.
    #[schema(value_type = Option<i64>)]
    pub error: Field<i64>,
    #[schema(value_type = CassoData)]
    pub data: Field<CassoData>,
}

/// A movement as Casso tells it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CassoData {
    /// Casso's own number for it; 0 where somebody tries the connection.
    #[schema(value_type = i64)]
    pub id: Field<i64>,
    /// The bank's number for the transfer.
    #[schema(value_type = Option<String>)]
    pub reference: Field<String>,
    /// What the sender wrote, and what banks wrote around it.
    #[schema(value_type = Option<String>)]
    pub description: Field<String>,
    /// đồng; below zero where money went out.
    #[schema(value_type = i64)]
    pub amount: Field<i64>,
    /// `2026-11-21 14:02:37`, Vietnam's time.
    #[schema(value_type = Option<String>)]
    pub transaction_date_time: Field<String>,
    #[schema(value_type = String)]
    pub account_number: Field<String>,
    /// The virtual account the money came through.
    #[schema(value_type = Option<String>)]
    pub virtual_account_number: Field<String>,
}

/// What a body says; `None`: it tries the connection.
pub fn read(body: &[u8]) -> Result<Option<Told>, PaymentsError> {
    let notice: CassoNotice = serde_json::from_slice(body).map_err(PaymentsError::Unreadable)?;
    Ok(notice.check()?)
}

impl CassoNotice {
    fn check(&self) -> Result<Option<Told>, Wrong> {
        let mut wrong = Wrong::default();
        let Some(data) = wrong.required("/data", &self.data) else {
            return Err(wrong);
        };
        let id = wrong.integer("/data/id", &data.id, 0..=i64::MAX);
        let amount = wrong.integer("/data/amount", &data.amount, -Dong::MAX.0..=Dong::MAX.0);
        if amount == Some(0) {
            wrong.note("/data/amount", "wrong-not-positive");
        }
        let account = number(&mut wrong, "/data/accountNumber", &data.account_number);
        checked!(wrong; id, amount, account);
        if id == 0 {
            return Ok(None);
        }
        let content = text(&data.description);
        let virtual_number = plain_number(&text(&data.virtual_account_number));
        Ok(Some(Told {
            provider_id: id.to_string(),
            numbers: [virtual_number, account]
                .into_iter()
                .filter(|n| !n.is_empty())
                .collect(),
            direction: if amount < 0 { Direction::Out } else { Direction::In },
            amount: Dong(amount.abs()),
            references: Told::references_in(&[&content]),
            content,
            bank_reference: bank_reference(&data.reference),
            // Money is not refused for its date.
            happened_at: data.transaction_date_time.given().and_then(|text| local_time(text)),
            moved: true,
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp(1_795_244_557_999);

    fn body() -> Value {
        json!({"error": 0, "data": {"id": 7, "reference": "FT26 325", "description": "mua chè CQXLSGMJHMJ",
            "amount": 227_700, "runningBalance": 19_077_000, "transactionDateTime": "2026-11-21 14:02:37",
            "accountNumber": "0123 499-999", "bankName": "Vietcombank", "virtualAccountNumber": null}})
    }

    #[test]
    fn a_signature_holds_for_its_content_its_secret_and_its_five_minutes() {
        let bytes = body().to_string();
        let headers = headers("demo-casso-secret", bytes.as_bytes(), NOW).expect("signed");
        let good = |secret, headers: &HeaderMap, bytes: &str, now| proves(secret, headers, bytes.as_bytes(), now);
        assert!(good("demo-casso-secret", &headers, &bytes, NOW));
        // The order and the spaces of the bytes do not matter: what is signed is what they say.
        let pretty = serde_json::to_string_pretty(&body()).expect("JSON");
        assert!(good("demo-casso-secret", &headers, &pretty, NOW.plus(300_000)));
        assert!(
            !good("demo-casso-secret", &headers, &bytes, NOW.plus(300_001)),
            "a replay"
        );
        assert!(
            !good("demo-casso-secret", &headers, &bytes, NOW.plus(-300_001)),
            "from the future"
        );
        assert!(!good("another-secret", &headers, &bytes, NOW));
        assert!(!good(
            "demo-casso-secret",
            &headers,
            &bytes.replace("227700", "227701"),
            NOW
        ));
        let given = headers[&SIGNATURE].to_str().expect("text").to_owned();
        for broken in [
            "",
            "t=1",
            "v1=00",
            &given.replace("t=", "t=-"),
            &given.replace(",v1=", ",v2="),
            &format!("{given},t=1"),
            &given[..given.len() - 1],
        ] {
            let headers = HeaderMap::from_iter([(SIGNATURE.clone(), HeaderValue::from_str(broken).expect("header"))]);
            assert!(!good("demo-casso-secret", &headers, &bytes, NOW), "{broken}");
        }
        assert!(!good("demo-casso-secret", &HeaderMap::new(), &bytes, NOW));
        assert!(!good("demo-casso-secret", &headers, "{", NOW));
    }

    #[test]
    fn money_out_is_below_zero_and_a_trial_is_no_money() {
        let told = read(body().to_string().as_bytes()).expect("read").expect("money");
        assert_eq!((told.amount, told.direction), (Dong(227_700), Direction::In));
        assert_eq!(
            (told.numbers.as_slice(), told.references.len()),
            (&["0123499999".to_owned()][..], 1)
        );
        assert_eq!(told.bank_reference.as_deref(), Some("FT26325"));
        let mut out = body();
        out["data"]["amount"] = json!(-5);
        let told = read(out.to_string().as_bytes()).expect("read").expect("money");
        assert_eq!((told.amount, told.direction), (Dong(5), Direction::Out));
        out["data"]["id"] = json!(0);
        assert_eq!(read(out.to_string().as_bytes()).expect("read"), None);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = |body: &str| match read(body.as_bytes()) {
            Err(PaymentsError::Wrong(wrong)) => wrong.0.into_iter().map(|error| error.pointer).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(wrong("{}"), ["/data"]);
        assert_eq!(wrong(r#"{"data":5}"#), ["/data"]);
        assert_eq!(
            wrong(r#"{"data":{}}"#),
            ["/data/id", "/data/amount", "/data/accountNumber"]
        );
        for amount in [
            "0",
            "1e18",
            "1000000000000000000",
            "\"5\"",
            "5.5",
            "45000.0",
            "null",
            "[]",
        ] {
            let body = format!(r#"{{"data":{{"id":1,"accountNumber":"1","amount":{amount}}}}}"#);
            assert_eq!(wrong(&body), ["/data/amount"], "{amount}");
        }
    }

    proptest! {
        /// No bytes and no header make it panic, and none prove anything without the secret.
        #[test]
        fn nonsense_is_refused(header in "[ -~]{0,80}", body in prop::collection::vec(any::<u8>(), 0..200)) {
            let headers = HeaderMap::from_iter([(SIGNATURE.clone(), HeaderValue::from_str(&header).expect("printable"))]);
            prop_assert!(!proves("demo-casso-secret", &headers, &body, NOW));
            let _ = read(&body);
        }

        /// What is signed is proved, whatever it says.
        #[test]
        fn what_is_signed_is_proved(text in ".{0,40}", amount in any::<i64>(), fraction in any::<f64>()) {
            let body = json!({"data": {"description": text, "amount": amount, "z": fraction, "a": [null, {"é": 1}]}}).to_string();
            let headers = headers("demo-casso-secret", body.as_bytes(), NOW).expect("signed");
            prop_assert!(proves("demo-casso-secret", &headers, body.as_bytes(), NOW));
        }
    }
}
