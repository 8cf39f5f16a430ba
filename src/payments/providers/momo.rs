//! MoMo, second version of its API (pure): how a payment is asked for, what MoMo tells of it, and how it is asked.
//!
//! HMAC-SHA256 over named fields as `k=v&…` in the order of their names, each kind of message with its own list.

use std::fmt::Write as _;

use entity::{PaymentReference, Timestamp, payments::notice::Direction};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    Answered, Order,
    sign::{Hash, plain},
    told::Told,
};
use crate::{
    checked,
    config::Momo,
    http::input::{Field, Wrong},
    payments::PaymentsError,
};

/// What MoMo signs when it tells of a payment, besides our access key.
const NOTICE: [&str; 12] = [
    "amount",
    "extraData",
    "message",
    "orderId",
    "orderInfo",
    "orderType",
    "partnerCode",
    "payType",
    "requestId",
    "responseTime",
    "resultCode",
    "transId",
];

/// What is signed of `fields`, in the order given; the access key comes first.
#[must_use]
pub fn signed(access_key: &str, fields: &[(&str, String)]) -> String {
    let mut text = format!("accessKey={access_key}");
    for (name, value) in fields {
        let _ = write!(text, "&{name}={value}");
    }
    text
}

/// What is signed of a notice.
#[must_use]
pub fn signed_notice(access_key: &str, notice: &Value) -> String {
    let fields = NOTICE.map(|name| (name, notice.get(name).map(plain).unwrap_or_default()));
    signed(access_key, &fields)
}

/// Whether MoMo signed `body`.
#[must_use]
pub fn proves(momo: &Momo, body: &[u8]) -> bool {
    let proved = || {
        let value: Value = serde_json::from_slice(body).ok()?;
        let signature = value.get("signature")?.as_str()?;
        let text = signed_notice(&momo.access_key, &value);
        Hash::Sha256
            .is_of(&momo.secret_key, text.as_bytes(), signature)
            .then_some(())
    };
    proved().is_some()
}

/// A request to be paid, as its body; `notify_url` is where MoMo tells what became of it.
#[must_use]
pub fn request(momo: &Momo, order: &Order<'_>) -> Value {
    let fields = [
        ("amount", order.amount.0.to_string()),
        ("extraData", String::new()),
        ("ipnUrl", order.notify_url.to_owned()),
        ("orderId", order.number.to_owned()),
        ("orderInfo", order.words.to_owned()),
        ("partnerCode", momo.partner_code.clone()),
        ("redirectUrl", order.return_url.to_owned()),
        ("requestId", order.number.to_owned()),
        ("requestType", "captureWallet".to_owned()),
    ];
    let signature = Hash::Sha256.sign(&momo.secret_key, signed(&momo.access_key, &fields).as_bytes());
    json!({
        "partnerCode": momo.partner_code, "requestId": order.number, "amount": order.amount.0, "orderId": order.number,
        "orderInfo": order.words, "redirectUrl": order.return_url, "ipnUrl": order.notify_url, "extraData": "",
        "requestType": "captureWallet", "lang": "vi", "signature": signature,
    })
}

/// Where the buyer pays, by MoMo's answer to [`request`].
#[must_use]
pub fn redirect(answer: &Value) -> Option<String> {
    let good = answer.get("resultCode").and_then(Value::as_i64) == Some(0);
    let url = answer.get("payUrl")?.as_str()?;
    good.then(|| url.to_owned())
}

/// The question what became of `order`, as its body.
#[must_use]
pub fn question(momo: &Momo, id: &str, order: &Order<'_>) -> Value {
    let fields = [
        ("orderId", order.number.to_owned()),
        ("partnerCode", momo.partner_code.clone()),
        ("requestId", id.to_owned()),
    ];
    let signature = Hash::Sha256.sign(&momo.secret_key, signed(&momo.access_key, &fields).as_bytes());
    json!({"partnerCode": momo.partner_code, "requestId": id, "orderId": order.number, "lang": "vi",
        "signature": signature})
}

/// What MoMo says of `order`. Its answers bear no signature: they are believed because of the connection they came over.
#[must_use]
pub fn answered(momo: &Momo, order: &Order<'_>, answer: &Value) -> Option<Answered> {
    let notice: MomoNotice = serde_json::from_value(answer.clone()).ok()?;
    if notice.order_id.given().map(String::as_str) != Some(order.number) {
        return None;
    }
    Some(match notice.result_code.given()? {
        0 => Answered::Paid(notice.check(momo).ok()?),
        // Begun, waiting for the buyer, being worked on; not found yet; the question came too fast.
        1000 | 7000 | 7002 | 9000 | 42 | 12 | 45 => Answered::Waiting,
        _ => Answered::Failed,
    })
}

/// A notice as MoMo writes it. What the program does not use may be anything.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MomoNotice {
    #[schema(value_type = String)]
    pub partner_code: Field<String>,
    /// What we asked for it under.
    #[schema(value_type = String)]
    pub order_id: Field<String>,
    /// đồng, 1 to 9999999999999.
    #[schema(value_type = i64)]
    pub amount: Field<i64>,
    #[schema(value_type = Option<String>)]
    pub order_info: Field<String>,
    /// MoMo's own number for it.
    #[schema(value_type = i64)]
    pub trans_id: Field<i64>,
    /// 0 where it is paid.
    #[schema(value_type = i64)]
    pub result_code: Field<i64>,
    /// Milliseconds since 1970.
    #[schema(value_type = Option<i64>)]
    pub response_time: Field<i64>,
    #[schema(value_type = String)]
    pub signature: Field<String>,
}

/// What a proved body says.
pub fn read(momo: &Momo, body: &[u8]) -> Result<Told, PaymentsError> {
    let notice: MomoNotice = serde_json::from_slice(body).map_err(PaymentsError::Unreadable)?;
    Ok(notice.check(momo)?)
}

impl MomoNotice {
    fn check(&self, momo: &Momo) -> Result<Told, Wrong> {
        let mut wrong = Wrong::default();
        let partner = wrong.required("/partnerCode", &self.partner_code);
        if partner.is_some_and(|partner| *partner != momo.partner_code) {
            wrong.note("/partnerCode", "wrong-partner");
        }
        let number = wrong.line("/orderId", &self.order_id, 100);
        let amount = wrong.dong("/amount", &self.amount);
        let transaction = wrong.integer("/transId", &self.trans_id, 0..=i64::MAX);
        let result = wrong.integer("/resultCode", &self.result_code, 0..=i64::from(u32::MAX));
        checked!(wrong; number, amount, transaction, result);
        let moved = result == 0;
        let words = self.order_info.given().map_or("", String::as_str);
        let at = self.response_time.given().copied().map(Timestamp);
        Ok(Told {
            provider_id: if moved {
                transaction.to_string()
            } else {
                format!("{number}/{result}/{transaction}")
            },
            numbers: Vec::new(),
            direction: Direction::In,
            amount,
            references: PaymentReference::all_in(&number),
            content: format!("{number} {words}").trim().to_owned(),
            bank_reference: None,
            happened_at: at.filter(|at| (Timestamp(0)..=Timestamp::MAX).contains(at)),
            moved,
        })
    }
}

/// A signed notice that `order` was paid, as MoMo would send it: for demos and tests.
#[must_use]
pub fn notice(momo: &Momo, order: &Order<'_>, transaction: i64, now: Timestamp) -> Value {
    let mut notice = json!({
        "partnerCode": momo.partner_code, "orderId": order.number, "requestId": order.number, "amount": order.amount.0,
        "orderInfo": order.words, "orderType": "momo_wallet", "transId": transaction, "resultCode": 0,
        "message": "Successful.", "payType": "qr", "responseTime": now.0, "extraData": "",
    });
    let text = signed_notice(&momo.access_key, &notice);
    notice["signature"] = Hash::Sha256.sign(&momo.secret_key, text.as_bytes()).into();
    notice
}

#[cfg(test)]
mod tests {
    use entity::Dong;
    use proptest::prelude::*;

    use super::*;

    fn momo() -> Momo {
        Momo {
            partner_code: "MOMO".into(),
            access_key: "AK".into(),
            secret_key: "SK".into(),
            endpoint: "https://momo.test".into(),
        }
    }

    fn paid() -> Value {
        let order = Order {
            number: "CQXLSGMJHMJ",
            amount: Dong(45_000),
            words: "Thanh toan CQXLSGMJHMJ",
            return_url: "",
            notify_url: "",
            buyer_address: "127.0.0.1",
            at: Timestamp(0),
            until: None,
        };
        notice(&momo(), &order, 4_000_000_001, Timestamp(1_795_244_557_000))
    }

    #[test]
    fn a_signature_holds_for_what_is_signed() {
        let body = paid().to_string();
        assert!(proves(&momo(), body.as_bytes()));
        for broken in [
            body.replace("45000", "45001"),
            body.replace("\"resultCode\":0", "\"resultCode\":1"),
            body[..body.len() - 1].to_owned(),
            "{}".to_owned(),
        ] {
            assert!(!proves(&momo(), broken.as_bytes()), "{broken}");
        }
        let other = Momo {
            secret_key: "XX".into(),
            ..momo()
        };
        assert!(!proves(&other, body.as_bytes()));
    }

    #[test]
    fn a_notice_is_money_only_with_a_result_of_zero() {
        let told = read(&momo(), paid().to_string().as_bytes()).expect("read");
        assert_eq!(
            (told.amount, told.provider_id.as_str(), told.moved),
            (Dong(45_000), "4000000001", true)
        );
        let mut failed = paid();
        failed["resultCode"] = json!(1006);
        assert!(!read(&momo(), failed.to_string().as_bytes()).expect("read").moved);
        for amount in [json!(0), json!(-1), json!(1e18), json!("45000"), json!(4.5)] {
            let mut wrong = paid();
            wrong["amount"] = amount;
            let Err(PaymentsError::Wrong(wrong)) = read(&momo(), wrong.to_string().as_bytes()) else {
                panic!("accepted");
            };
            assert_eq!(wrong.0[0].pointer, "/amount");
        }
    }

    proptest! {
        #[test]
        fn nonsense_is_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(!proves(&momo(), &body));
            let _ = read(&momo(), &body);
        }
    }
}
