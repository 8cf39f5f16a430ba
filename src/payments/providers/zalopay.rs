//! ZaloPay, second version of its API (pure): how a payment is asked for, what ZaloPay tells of it, and how it is asked.
//!
//! What we send is signed with the first key, what ZaloPay sends with the second. A number begins with the day in Vietnam
//! on which it was asked for.

use entity::{Dong, PaymentReference, Timestamp, payments::notice::Direction, time::VIETNAM};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Answered, Order, sign::Hash, told::Told};
use crate::{
    checked,
    config::Zalopay,
    http::input::{Field, Wrong},
    payments::PaymentsError,
};

/// The number under which a payment is asked for at `at`: `261121_CQXLSGMJHMJ`.
#[must_use]
pub fn number(at: Timestamp, name: &str) -> String {
    format!("{}_{name}", VIETNAM.to_datetime(at.to_jiff()).strftime("%y%m%d"))
}

/// Whom ZaloPay is told that it is for; it is not told who the buyer is.
const BUYER: &str = "choque";

/// What is signed of a request to be paid.
#[must_use]
pub fn signed_request(
    app_id: u32,
    number: &str,
    user: &str,
    amount: Dong,
    at: Timestamp,
    embed: &str,
    items: &str,
) -> String {
    format!("{app_id}|{number}|{user}|{}|{}|{embed}|{items}", amount.0, at.0)
}

/// A request to be paid, as its body.
#[must_use]
pub fn request(zalopay: &Zalopay, order: &Order<'_>) -> Value {
    let embed = json!({"redirecturl": order.return_url}).to_string();
    let text = signed_request(
        zalopay.app_id,
        order.number,
        BUYER,
        order.amount,
        order.at,
        &embed,
        "[]",
    );
    json!({
        "app_id": zalopay.app_id, "app_user": BUYER, "app_trans_id": order.number, "app_time": order.at.0,
        "amount": order.amount.0, "item": "[]", "embed_data": embed, "description": order.words, "bank_code": "",
        "callback_url": order.notify_url, "mac": Hash::Sha256.sign(&zalopay.key1, text.as_bytes()),
    })
}

/// Where the buyer pays, by ZaloPay's answer to [`request`].
#[must_use]
pub fn redirect(answer: &Value) -> Option<String> {
    let good = answer.get("return_code").and_then(Value::as_i64) == Some(1);
    let url = answer.get("order_url")?.as_str()?;
    good.then(|| url.to_owned())
}

/// The question what became of `order`, as its body.
#[must_use]
pub fn question(zalopay: &Zalopay, order: &Order<'_>) -> Value {
    let text = format!("{}|{}|{}", zalopay.app_id, order.number, zalopay.key1);
    json!({"app_id": zalopay.app_id, "app_trans_id": order.number,
        "mac": Hash::Sha256.sign(&zalopay.key1, text.as_bytes())})
}

/// What ZaloPay says of `order`. Its answers bear no signature: they are believed because of the connection they came over.
#[must_use]
pub fn answered(zalopay: &Zalopay, order: &Order<'_>, answer: &Value) -> Option<Answered> {
    match answer.get("return_code")?.as_i64()? {
        1 => {
            let data = json!({"app_id": zalopay.app_id, "app_trans_id": order.number, "amount": answer.get("amount")?,
                "zp_trans_id": answer.get("zp_trans_id")?, "server_time": answer.get("server_time")});
            let data: ZalopayData = serde_json::from_value(data).ok()?;
            Some(Answered::Paid(data.check(zalopay).ok()?))
        }
        3 => Some(Answered::Waiting),
        2 => Some(Answered::Failed),
        _ => None,
    }
}

/// A notice as ZaloPay writes it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ZalopayNotice {
    /// JSON as text: what it says, and what is signed.
    #[schema(value_type = String)]
    pub data: Field<String>,
    /// HMAC-SHA256 of `data` with the second key, in hexadecimal.
    #[schema(value_type = String)]
    pub mac: Field<String>,
}

/// What the text in a notice says. What the program does not use may be anything.
#[derive(Clone, Debug, Default, Deserialize)]
struct ZalopayData {
    app_id: Field<i64>,
    app_trans_id: Field<String>,
    amount: Field<i64>,
    zp_trans_id: Field<Value>,
    server_time: Field<i64>,
}

/// What ZaloPay answers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ZalopayAnswer {
    /// 1 taken in, 2 known already, -1 not proved or not readable, 0 send it again.
    pub return_code: i32,
    pub return_message: &'static str,
}

impl ZalopayAnswer {
    pub const DONE: Self = Self::new(1, "success");
    pub const KNOWN: Self = Self::new(2, "duplicate");
    pub const NOT_PROVED: Self = Self::new(-1, "mac not equal");
    pub const UNREADABLE: Self = Self::new(-1, "invalid data");
    pub const AGAIN: Self = Self::new(0, "try again");

    const fn new(return_code: i32, return_message: &'static str) -> Self {
        Self {
            return_code,
            return_message,
        }
    }
}

/// Whether ZaloPay signed `body`.
#[must_use]
pub fn proves(zalopay: &Zalopay, body: &[u8]) -> bool {
    let proved = || {
        let notice: ZalopayNotice = serde_json::from_slice(body).ok()?;
        let (data, mac) = (notice.data.given()?, notice.mac.given()?);
        Hash::Sha256.is_of(&zalopay.key2, data.as_bytes(), mac).then_some(())
    };
    proved().is_some()
}

/// What a proved body says.
pub fn read(zalopay: &Zalopay, body: &[u8]) -> Result<Told, PaymentsError> {
    let notice: ZalopayNotice = serde_json::from_slice(body).map_err(PaymentsError::Unreadable)?;
    let mut wrong = Wrong::default();
    let data = wrong.required("/data", &notice.data).cloned();
    checked!(wrong; data);
    let data: ZalopayData = serde_json::from_str(&data).map_err(PaymentsError::Unreadable)?;
    Ok(data.check(zalopay)?)
}

impl ZalopayData {
    fn check(&self, zalopay: &Zalopay) -> Result<Told, Wrong> {
        let mut wrong = Wrong::default();
        let app = wrong.required("/data/app_id", &self.app_id);
        if app.is_some_and(|app| *app != i64::from(zalopay.app_id)) {
            wrong.note("/data/app_id", "wrong-partner");
        }
        let number = wrong.line("/data/app_trans_id", &self.app_trans_id, 100);
        let amount = wrong.dong("/data/amount", &self.amount);
        // A number that some of their programs write as text.
        let transaction = match wrong.required("/data/zp_trans_id", &self.zp_trans_id) {
            Some(Value::Number(id)) => Some(id.to_string()),
            Some(Value::String(id)) if !id.trim().is_empty() && id.len() <= 100 => Some(id.trim().to_owned()),
            Some(_) => {
                wrong.note("/data/zp_trans_id", "wrong-type");
                None
            }
            None => None,
        };
        checked!(wrong; number, amount, transaction);
        let at = self.server_time.given().copied().map(Timestamp);
        Ok(Told {
            provider_id: transaction,
            numbers: Vec::new(),
            direction: Direction::In,
            amount,
            references: PaymentReference::all_in(&number),
            content: number,
            bank_reference: None,
            happened_at: at.filter(|at| (Timestamp(0)..=Timestamp::MAX).contains(at)),
            moved: true,
        })
    }
}

/// A signed notice that `order` was paid, as ZaloPay would send it: for demos and tests.
#[must_use]
pub fn notice(zalopay: &Zalopay, order: &Order<'_>, transaction: i64, now: Timestamp) -> Value {
    let data = json!({
        "app_id": zalopay.app_id, "app_trans_id": order.number, "app_time": order.at.0, "app_user": BUYER,
        "amount": order.amount.0, "embed_data": "{}", "item": "[]", "zp_trans_id": transaction, "server_time": now.0,
        "channel": 38, "merchant_user_id": "", "user_fee_amount": 0, "discount_amount": 0,
    })
    .to_string();
    let mac = Hash::Sha256.sign(&zalopay.key2, data.as_bytes());
    json!({"data": data, "mac": mac, "type": 1})
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zalopay() -> Zalopay {
        Zalopay {
            app_id: 2553,
            key1: "key1".into(),
            key2: "key2".into(),
            endpoint: "https://zalopay.test".into(),
        }
    }

    fn paid() -> Value {
        let order = Order {
            number: "261121_CQXLSGMJHMJ",
            amount: Dong(45_000),
            words: "",
            return_url: "",
            notify_url: "",
            buyer_address: "127.0.0.1",
            at: Timestamp(0),
            until: None,
        };
        notice(&zalopay(), &order, 261_121_000_000_001, Timestamp(1_795_244_557_000))
    }

    #[test]
    fn a_number_begins_with_the_day_in_vietnam() {
        let midnight = Timestamp(1_795_194_000_000);
        assert_eq!(number(midnight, "X"), "261121_X");
        assert_eq!(number(midnight.plus(-1), "X"), "261120_X");
    }

    #[test]
    fn a_signature_holds_for_its_text_and_the_second_key() {
        let body = paid().to_string();
        assert!(proves(&zalopay(), body.as_bytes()));
        for broken in [
            body.replace("45000", "45001"),
            body[..body.len() - 1].to_owned(),
            "{}".to_owned(),
            r#"{"data":5,"mac":"x"}"#.to_owned(),
        ] {
            assert!(!proves(&zalopay(), broken.as_bytes()), "{broken}");
        }
        let first_key = Zalopay {
            key2: "key1".into(),
            ..zalopay()
        };
        assert!(!proves(&first_key, body.as_bytes()));
    }

    #[test]
    fn a_notice_is_read_field_by_field() {
        let told = read(&zalopay(), paid().to_string().as_bytes()).expect("read");
        assert_eq!(
            (told.amount, told.provider_id.as_str()),
            (Dong(45_000), "261121000000001")
        );
        assert_eq!(told.references.len(), 1);
        for amount in ["0", "-1", "1e18", "\\\"5\\\"", "4.5"] {
            let body = paid().to_string().replace("45000", amount);
            let Err(PaymentsError::Wrong(wrong)) = read(&zalopay(), body.as_bytes()) else {
                panic!("accepted {amount}");
            };
            assert_eq!(wrong.0[0].pointer, "/data/amount");
        }
    }

    proptest! {
        #[test]
        fn nonsense_is_refused(body in prop::collection::vec(any::<u8>(), 0..200), data in ".{0,60}") {
            prop_assert!(!proves(&zalopay(), &body));
            let _ = read(&zalopay(), &body);
            let _ = read(&zalopay(), json!({"data": data}).to_string().as_bytes());
        }
    }
}
