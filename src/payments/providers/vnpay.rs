//! VNPay 2.1.0 (pure): the address where a buyer pays, what VNPay tells of it, and how it is asked.
//!
//! HMAC-SHA512 over all `vnp_*` but the hash itself, ascending, as a form encodes them (a space is `+`). Amounts are a
//! hundred times the đồng.

use std::collections::BTreeMap;

use entity::{Dong, PaymentReference, Timestamp, payments::notice::Direction, time::VIETNAM};
use form_urlencoded::Serializer;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{
    Answered, Order,
    sign::{Hash, plain},
    told::{Told, of_local},
};
use crate::config::Vnpay;

/// Parameters by name, ascending.
pub type Fields = BTreeMap<String, String>;

const SECURE_HASH: &str = "vnp_SecureHash";
const HASH_TYPE: &str = "vnp_SecureHashType";

/// What is signed.
#[must_use]
pub fn signed(fields: &Fields) -> String {
    let mut text = Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(name, _)| counts(name)) {
        text.append_pair(name, value);
    }
    text.finish()
}

fn counts(name: &str) -> bool {
    name.starts_with("vnp_") && name != SECURE_HASH && name != HASH_TYPE
}

/// `fields` as a query with its signature at the end.
#[must_use]
pub fn sign(secret: &str, fields: &Fields) -> String {
    let text = signed(fields);
    let hash = Hash::Sha512.sign(secret, text.as_bytes());
    format!("{text}&{SECURE_HASH}={hash}")
}

/// The parameters of `query`, if who knows `secret` signed them.
#[must_use]
pub fn prove(secret: &str, query: &str) -> Option<Fields> {
    let mut raw: Vec<(&str, &str)> = Vec::new();
    let mut fields = Fields::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (read, text) = form_urlencoded::parse(pair.as_bytes()).next()?;
        // The same name twice could be read one way here and another way there.
        if fields.insert(read.into_owned(), text.into_owned()).is_some() {
            return None;
        }
        raw.push((name, value));
    }
    let signature = fields.get(SECURE_HASH)?;
    // As it came, for programs differ in what they encode; and as we would write it.
    raw.retain(|(name, _)| counts(name));
    raw.sort_by_key(|(name, _)| *name);
    let as_sent: Vec<_> = raw.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let good = [as_sent.join("&"), signed(&fields)]
        .iter()
        .any(|text| Hash::Sha512.is_of(secret, text.as_bytes(), signature));
    good.then_some(fields)
}

/// Where a buyer pays `order`.
#[must_use]
pub fn pay_url(vnpay: &Vnpay, order: &Order<'_>) -> String {
    let fields: Fields = [
        ("vnp_Version", "2.1.0".to_owned()),
        ("vnp_Command", "pay".to_owned()),
        ("vnp_TmnCode", vnpay.tmn_code.clone()),
        ("vnp_Amount", (i128::from(order.amount.0) * 100).to_string()),
        ("vnp_CurrCode", "VND".to_owned()),
        ("vnp_TxnRef", order.number.to_owned()),
        ("vnp_OrderInfo", order.words.to_owned()),
        ("vnp_OrderType", "other".to_owned()),
        ("vnp_Locale", "vn".to_owned()),
        ("vnp_ReturnUrl", order.return_url.to_owned()),
        ("vnp_IpAddr", order.buyer_address.to_owned()),
        ("vnp_CreateDate", compact_time(order.at)),
    ]
    .into_iter()
    .chain(order.until.map(|until| ("vnp_ExpireDate", compact_time(until))))
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let mark = if vnpay.url.contains('?') { '&' } else { '?' };
    format!("{}{mark}{}", vnpay.url, sign(&vnpay.hash_secret, &fields))
}

/// Vietnam's time as `20261121140237`.
fn compact_time(at: Timestamp) -> String {
    VIETNAM.to_datetime(at.to_jiff()).strftime("%Y%m%d%H%M%S").to_string()
}

fn read_time(text: &str) -> Option<Timestamp> {
    of_local(jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", text).ok()?)
}

/// What VNPay answers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VnpayAnswer {
    /// `00` taken in, `01` no such payment, `02` known already, `04` another amount, `97` not proved, `99` unreadable.
    #[serde(rename = "RspCode")]
    pub code: &'static str,
    #[serde(rename = "Message")]
    pub message: &'static str,
}

impl VnpayAnswer {
    pub const DONE: Self = Self::new("00", "Confirm Success");
    pub const NO_ORDER: Self = Self::new("01", "Order not found");
    pub const KNOWN: Self = Self::new("02", "Order already confirmed");
    pub const AMOUNT: Self = Self::new("04", "Invalid amount");
    pub const CHECKSUM: Self = Self::new("97", "Invalid Checksum");
    pub const UNREADABLE: Self = Self::new("99", "Input data required");

    const fn new(code: &'static str, message: &'static str) -> Self {
        Self { code, message }
    }
}

/// What proved parameters say.
pub fn read(vnpay: &Vnpay, fields: &Fields) -> Result<Told, VnpayAnswer> {
    let field = |name: &str| fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    if field("vnp_TmnCode") != Some(vnpay.tmn_code.as_str()) {
        return Err(VnpayAnswer::NO_ORDER);
    }
    let number = field("vnp_TxnRef").ok_or(VnpayAnswer::NO_ORDER)?;
    let amount = field("vnp_Amount").and_then(hundredth).ok_or(VnpayAnswer::AMOUNT)?;
    let response = field("vnp_ResponseCode").ok_or(VnpayAnswer::UNREADABLE)?;
    let status = field("vnp_TransactionStatus").unwrap_or(response);
    let moved = response == "00" && status == "00";
    let transaction = field("vnp_TransactionNo").unwrap_or("0");
    if moved && transaction == "0" {
        return Err(VnpayAnswer::UNREADABLE);
    }
    let content = [number, field("vnp_OrderInfo").unwrap_or("")].join(" ");
    Ok(Told {
        provider_id: if moved {
            transaction.to_owned()
        } else {
            // What came to nothing has no number of its own.
            format!("{number}/{response}/{transaction}")
        },
        numbers: Vec::new(),
        direction: Direction::In,
        amount,
        references: PaymentReference::all_in(number),
        content: content.trim().to_owned(),
        bank_reference: field("vnp_BankTranNo").map(super::told::plain_number),
        happened_at: field("vnp_PayDate").and_then(read_time),
        moved,
    })
}

/// Whole đồng of a hundredfold text.
fn hundredth(text: &str) -> Option<Dong> {
    let hundreds: i64 = text.parse().ok()?;
    let amount = Dong(hundreds / 100);
    (hundreds % 100 == 0 && (1..=Dong::MAX.0).contains(&amount.0)).then_some(amount)
}

/// The question what became of `order`, as its body.
#[must_use]
pub fn question(vnpay: &Vnpay, id: &str, order: &Order<'_>, now: Timestamp) -> Value {
    let (created, asked) = (compact_time(order.at), compact_time(now));
    let parts = [
        id,
        "2.1.0",
        "querydr",
        &vnpay.tmn_code,
        order.number,
        &created,
        &asked,
        order.buyer_address,
        order.words,
    ];
    let hash = Hash::Sha512.sign(&vnpay.hash_secret, parts.join("|").as_bytes());
    json!({
        "vnp_RequestId": id, "vnp_Version": "2.1.0", "vnp_Command": "querydr", "vnp_TmnCode": vnpay.tmn_code,
        "vnp_TxnRef": order.number, "vnp_OrderInfo": order.words, "vnp_TransactionDate": created,
        "vnp_CreateDate": asked, "vnp_IpAddr": order.buyer_address, "vnp_SecureHash": hash,
    })
}

/// The members of an answer to a question, in the order in which VNPay signs them.
const ANSWER: [&str; 15] = [
    "vnp_ResponseId",
    "vnp_Command",
    "vnp_ResponseCode",
    "vnp_Message",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_BankCode",
    "vnp_PayDate",
    "vnp_TransactionNo",
    "vnp_TransactionType",
    "vnp_TransactionStatus",
    "vnp_OrderInfo",
    "vnp_PromotionCode",
    "vnp_PromotionAmount",
];

/// What is signed of an answer to a question.
#[must_use]
pub fn signed_answer(answer: &Map<String, Value>) -> String {
    let texts: Vec<_> = ANSWER
        .iter()
        .map(|name| answer.get(*name).map(plain).unwrap_or_default())
        .collect();
    texts.join("|")
}

/// What VNPay says of `order`; `None`: the answer is not proved or not of this order.
#[must_use]
pub fn answered(vnpay: &Vnpay, order: &Order<'_>, answer: &Value) -> Option<Answered> {
    let members = answer.as_object()?;
    let hash = members.get(SECURE_HASH)?.as_str()?;
    if !Hash::Sha512.is_of(&vnpay.hash_secret, signed_answer(members).as_bytes(), hash) {
        return None;
    }
    let fields: Fields = members
        .iter()
        .map(|(name, value)| (name.clone(), plain(value)))
        .collect();
    let code = fields.get("vnp_ResponseCode").map_or("", String::as_str);
    // It has not heard of it: the buyer has not been there.
    if code == "91" {
        return Some(Answered::Waiting);
    }
    if code != "00" || fields.get("vnp_TxnRef").map(String::as_str) != Some(order.number) {
        return None;
    }
    Some(match fields.get("vnp_TransactionStatus").map(String::as_str) {
        Some("00") => Answered::Paid(read(vnpay, &fields).ok()?),
        // Begun and not finished; being looked at as a suspected fraud.
        Some("01" | "05" | "06" | "07") | None => Answered::Waiting,
        Some(_) => Answered::Failed,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vnpay() -> Vnpay {
        Vnpay {
            tmn_code: "TESTTMN1".into(),
            hash_secret: "SECRETSECRETSECRET".into(),
            url: "https://vnpay.test/vpcpay.html".into(),
            api_url: "https://vnpay.test/api".into(),
        }
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn paid() -> Fields {
        fields(&[
            ("vnp_Amount", "4500000"),
            ("vnp_BankCode", "NCB"),
            ("vnp_OrderInfo", "Thanh toan CQXLSGMJHMJ"),
            ("vnp_PayDate", "20261121140237"),
            ("vnp_ResponseCode", "00"),
            ("vnp_TmnCode", "TESTTMN1"),
            ("vnp_TransactionNo", "14422574"),
            ("vnp_TransactionStatus", "00"),
            ("vnp_TxnRef", "CQXLSGMJHMJ"),
        ])
    }

    #[test]
    fn what_is_signed_is_proved_in_any_order_and_encoding() {
        let secret = "SECRETSECRETSECRET";
        let query = sign(secret, &paid());
        assert_eq!(
            prove(secret, &query)
                .expect("proved")
                .get("vnp_Amount")
                .map(String::as_str),
            Some("4500000")
        );
        let mut turned: Vec<_> = query.split('&').collect();
        turned.reverse();
        assert!(prove(secret, &turned.join("&")).is_some());
        // Signed over %20 by a program that writes spaces that way.
        let theirs = signed(&paid()).replace('+', "%20");
        let hash = Hash::Sha512.sign(secret, theirs.as_bytes());
        assert!(
            prove(
                secret,
                &format!(
                    "{theirs}&vnp_SecureHashType=HMACSHA512&vnp_SecureHash={}",
                    hash.to_uppercase()
                )
            )
            .is_some()
        );
        for broken in [
            String::new(),
            query.replace("4500000", "4500001"),
            query.replace("vnp_SecureHash=", "vnp_SecureHash=0"),
            format!("{query}&vnp_Amount=4500000"),
            format!("{query}&vnp_Extra=1"),
            query[..query.len() - 2].to_owned(),
        ] {
            assert!(prove(secret, &broken).is_none(), "{broken}");
        }
        assert!(prove("another", &query).is_none());
    }

    #[test]
    fn a_notice_is_money_only_when_it_says_so_twice() {
        let told = read(&vnpay(), &paid()).expect("read");
        assert_eq!(
            (told.amount, told.provider_id.as_str(), told.moved),
            (Dong(45_000), "14422574", true)
        );
        assert_eq!(told.references.len(), 1);
        let with = |name: &str, value: &str| {
            let mut fields = paid();
            fields.insert(name.into(), value.into());
            read(&vnpay(), &fields)
        };
        assert!(!with("vnp_ResponseCode", "24").expect("read").moved);
        assert!(!with("vnp_TransactionStatus", "02").expect("read").moved);
        for amount in [
            "0",
            "-100",
            "4500001",
            "1e18",
            "45000.0",
            "",
            "99999999999999999999",
            "999999999999999900",
        ] {
            assert_eq!(with("vnp_Amount", amount).expect_err("refused").code, "04", "{amount}");
        }
        assert_eq!(with("vnp_TmnCode", "OTHER").expect_err("refused").code, "01");
        assert_eq!(with("vnp_TxnRef", "").expect_err("refused").code, "01");
        assert_eq!(with("vnp_TransactionNo", "0").expect_err("refused").code, "99");
    }

    proptest! {
        #[test]
        fn nonsense_is_refused(query in ".{0,200}") {
            prop_assert!(prove("SECRETSECRETSECRET", &query).is_none());
        }

        #[test]
        fn what_is_signed_is_proved(values in prop::collection::btree_map("vnp_[A-Za-z]{1,8}", ".{0,20}", 0..8)) {
            let values: Fields = values.into_iter().filter(|(name, _)| counts(name)).collect();
            let query = sign("SECRETSECRETSECRET", &values);
            let read = prove("SECRETSECRETSECRET", &query).expect("proved");
            prop_assert_eq!(read.into_iter().filter(|(name, _)| counts(name)).collect::<Fields>(), values);
        }
    }
}
