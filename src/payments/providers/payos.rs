//! payOS' notices (pure): how they are proved and what they say.
//!
//! `signature` in the body is HMAC-SHA256 over `data` as `k=v&…` in the order of the keys, `null` as nothing, not encoded.
//! The scheme has no time, so a notice can be sent again for ever; it is kept once.

use entity::{Dong, payments::notice::Direction};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    sign::{Hash, plain},
    told::{Told, bank_reference, local_time, number, plain_number, text},
};
use crate::{
    checked,
    http::input::{Field, Wrong},
    payments::PaymentsError,
};

/// Whether who knows `secret` signed `body`.
#[must_use]
pub fn proves(secret: &str, body: &[u8]) -> bool {
    let proved = || {
        let value: Value = serde_json::from_slice(body).ok()?;
        let signature = value.get("signature")?.as_str()?;
        let data = value.get("data")?.as_object()?;
        Hash::Sha256
            .is_of(secret, signed(data).as_bytes(), signature)
            .then_some(())
    };
    proved().is_some()
}

/// The signature of `data`.
#[must_use]
pub fn sign(secret: &str, data: &Map<String, Value>) -> String {
    Hash::Sha256.sign(secret, signed(data).as_bytes())
}

/// What is signed: of a notice's `data`, and of a request for a payment link.
#[must_use]
pub fn signed(data: &Map<String, Value>) -> String {
    let mut members: Vec<_> = data.iter().collect();
    members.sort_by_key(|(key, _)| *key);
    let pairs: Vec<_> = members
        .into_iter()
        .map(|(key, value)| match plain(value) {
            // Their own programs write these two words where there is nothing.
            value if value == "null" || value == "undefined" => format!("{key}="),
            value => format!("{key}={value}"),
        })
        .collect();
    pairs.join("&")
}

/// A notice as payOS writes it. What the program does not use may be anything.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct PayosNotice {
    /// `00`.
    #[schema(value_type = Option<String>)]
    pub code: Field<String>,
    #[schema(value_type = PayosData)]
    pub data: Field<PayosData>,
    #[schema(value_type = String)]
    pub signature: Field<String>,
}

/// Money as payOS tells of it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PayosData {
    /// The number that the payment link was asked for under.
    #[schema(value_type = Option<i64>)]
    pub order_code: Field<i64>,
    /// đồng, 1 to 9999999999999.
    #[schema(value_type = i64)]
    pub amount: Field<i64>,
    /// What the sender wrote, and what banks wrote around it.
    #[schema(value_type = Option<String>)]
    pub description: Field<String>,
    #[schema(value_type = String)]
    pub account_number: Field<String>,
    /// The bank's number for the transfer: with the link's id, payOS' name for the notice.
    #[schema(value_type = String)]
    pub reference: Field<String>,
    /// `2026-11-21 14:02:37`, Vietnam's time.
    #[schema(value_type = Option<String>)]
    pub transaction_date_time: Field<String>,
    #[schema(value_type = Option<String>)]
    pub payment_link_id: Field<String>,
    /// The virtual account the money came through.
    #[schema(value_type = Option<String>)]
    pub virtual_account_number: Field<String>,
}

/// What a body says; `None`: it tries the connection.
pub fn read(body: &[u8]) -> Result<Option<Told>, PaymentsError> {
    let notice: PayosNotice = serde_json::from_slice(body).map_err(PaymentsError::Unreadable)?;
    Ok(notice.check()?)
}

impl PayosNotice {
    fn check(&self) -> Result<Option<Told>, Wrong> {
        let mut wrong = Wrong::default();
        let Some(data) = wrong.required("/data", &self.data) else {
            return Err(wrong);
        };
        let amount = wrong.dong("/data/amount", &data.amount);
        let account = number(&mut wrong, "/data/accountNumber", &data.account_number);
        let reference = wrong.line("/data/reference", &data.reference, 200);
        checked!(wrong; amount, account, reference);
        let content = text(&data.description);
        // What payOS sends when an address is registered, the same to everybody.
        if data.order_code.given() == Some(&123) && content == "VQRIO123" && amount == Dong(3000) {
            return Ok(None);
        }
        let virtual_number = plain_number(&text(&data.virtual_account_number));
        Ok(Some(Told {
            provider_id: format!("{}:{reference}", text(&data.payment_link_id)),
            numbers: [virtual_number, account]
                .into_iter()
                .filter(|n| !n.is_empty())
                .collect(),
            direction: Direction::In,
            amount,
            references: Told::references_in(&[&content]),
            content,
            bank_reference: bank_reference(&data.reference),
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

    fn body(data: &Value) -> Vec<u8> {
        let signature = sign("demo-payos-key", data.as_object().expect("an object"));
        let body = json!({"code": "00", "desc": "success", "success": true, "data": data, "signature": signature});
        body.to_string().into_bytes()
    }

    fn data() -> Value {
        json!({"orderCode": 1001, "amount": 45_000, "description": "CSIB CQXLSGMJHMJ", "accountNumber": "0123499999",
            "reference": "TF230204212323", "transactionDateTime": "2026-11-21 14:02:37", "currency": "VND",
            "paymentLinkId": "124c33293c43417ab7879e14c8d9eb18", "code": "00", "desc": "Thành công",
            "counterAccountName": null, "virtualAccountNumber": ""})
    }

    #[test]
    fn a_signature_holds_for_its_data_and_its_secret() {
        let bytes = body(&data());
        assert!(proves("demo-payos-key", &bytes));
        assert!(!proves("another-key", &bytes));
        let text = String::from_utf8(bytes).expect("text");
        for altered in [
            text.replace("45000", "45001"),
            text.replace("\"signature\":\"", "\"signature\":\"0"),
            text.replace("signature", "sign"),
            text[..text.len() - 1].to_owned(),
            "[]".to_owned(),
            String::new(),
        ] {
            assert!(!proves("demo-payos-key", altered.as_bytes()), "{altered}");
        }
    }

    #[test]
    fn nothing_is_signed_as_nothing() {
        let text = signed(
            json!({"b": null, "a": "null", "c": 1.0, "d": "x y&z", "e": [{"b": 1, "a": 2}]})
                .as_object()
                .expect("object"),
        );
        assert_eq!(text, r#"a=&b=&c=1&d=x y&z&e=[{"a":2,"b":1}]"#);
    }

    #[test]
    fn a_notice_is_read_and_a_trial_is_no_money() {
        let told = read(&body(&data())).expect("read").expect("money");
        assert_eq!((told.amount, told.references.len()), (Dong(45_000), 1));
        assert_eq!(told.provider_id, "124c33293c43417ab7879e14c8d9eb18:TF230204212323");
        let mut trial = data();
        trial["orderCode"] = json!(123);
        trial["amount"] = json!(3000);
        trial["description"] = json!("VQRIO123");
        assert_eq!(read(&body(&trial)).expect("read"), None);
        for amount in [json!(0), json!(-1), json!(1e18), json!("5"), json!(5.5), Value::Null] {
            let mut wrong = data();
            wrong["amount"] = amount;
            let Err(PaymentsError::Wrong(wrong)) = read(&body(&wrong)) else {
                panic!("accepted");
            };
            assert_eq!(wrong.0[0].pointer, "/data/amount");
        }
    }

    proptest! {
        #[test]
        fn nonsense_is_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(!proves("demo-payos-key", &body));
            let _ = read(&body);
        }
    }
}
