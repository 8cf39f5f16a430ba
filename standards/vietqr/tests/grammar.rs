//! The payload case by case: what is read, and why each malformed payload is refused.

use vietqr::{Initiation, Service, VietQr};

/// CRC-16/CCITT-FALSE, computed another way than in the crate: by long division of the message polynomial.
fn checksum(text: &str) -> u32 {
    let mut bits: Vec<u32> = text
        .bytes()
        .flat_map(|byte| (0..8).rev().map(move |i| u32::from(byte >> i) & 1))
        .collect();
    bits.extend([0; 16]);
    bits.iter_mut().take(16).for_each(|bit| *bit ^= 1);
    for at in 0..bits.len() - 16 {
        if bits[at] == 1 {
            for (i, tap) in [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1].iter().enumerate() {
                bits[at + i] ^= tap;
            }
        }
    }
    bits[bits.len() - 16..].iter().fold(0, |value, bit| value << 1 | bit)
}

fn sealed(body: &str) -> String {
    let body = format!("{body}6304");
    format!("{body}{:04X}", checksum(&body))
}

const HEAD: &str = "000201010211";
const TRANSFER: &str = "38510010A00000072701210006970415010710076540208QRIBFTTA";
const TAIL: &str = "53037045802VN";

fn refusal(payload: &str) -> (String, Option<String>) {
    match VietQr::decode(payload) {
        Ok(read) => (format!("read as {read:?}"), None),
        Err(error) => (error.code().to_owned(), error.tag().map(str::to_owned)),
    }
}

#[test]
fn what_does_not_concern_the_transfer_is_passed_over() {
    let plain = VietQr::decode(&sealed(&format!("{HEAD}{TRANSFER}{TAIL}"))).expect("valid");
    assert_eq!(
        (plain.bin(), plain.account(), plain.initiation()),
        ("970415", "1007654", Initiation::Static)
    );
    for body in [
        format!("{HEAD}{TRANSFER}5204599953037045802VN5909CHE HA DA6011THAI NGUYEN"),
        format!("{HEAD}2604ABCD{TRANSFER}{TAIL}6209010500001"),
        format!("000201{TRANSFER}{TAIL}"),
        format!("{HEAD}5802VN{TRANSFER}5303704"),
    ] {
        assert_eq!(VietQr::decode(&sealed(&body)).as_ref(), Ok(&plain), "{body}");
    }
}

#[test]
fn long_memos_are_read() {
    let memo = "x".repeat(95);
    let read = VietQr::decode(&sealed(&format!("{HEAD}{TRANSFER}{TAIL}62990895{memo}"))).expect("valid");
    assert_eq!(read.memo(), Some(memo.as_str()));
}

#[test]
fn amounts() {
    let read = |amount: &str| {
        let payload = sealed(&format!("{HEAD}{TRANSFER}530370454{:02}{amount}5802VN", amount.len()));
        VietQr::decode(&payload)
            .map(|qr| qr.amount())
            .map_err(|error| error.code())
    };
    for (text, dong) in [
        ("1", 1),
        ("200000", 200_000),
        ("200000.00", 200_000),
        ("007", 7),
        ("9999999999999", 9_999_999_999_999),
    ] {
        assert_eq!(read(text), Ok(Some(dong)), "{text}");
    }
    for text in [
        "0",
        "0.00",
        "200.5",
        "200.",
        ".00",
        "-1",
        "+1",
        "1,000",
        "1e3",
        " 1",
        "99999999999999",
        "1.0.0",
    ] {
        assert_eq!(read(text), Err("bad_amount"), "{text}");
    }
}

fn check(payload: &str, code: &str, tag: &str) {
    let (found, place) = refusal(payload);
    assert_eq!(
        (found.as_str(), place.as_deref().unwrap_or_default()),
        (code, tag),
        "{payload}"
    );
}

#[test]
fn refused_frames() {
    let plain = format!("{HEAD}{TRANSFER}{TAIL}");
    for (payload, code, tag) in [
        ("", "empty", ""),
        ("0", "bad_tag", ""),
        ("xx0201", "bad_tag", ""),
        ("00", "bad_length", "00"),
        ("00-201", "bad_length", "00"),
        ("0002", "truncated", "00"),
        ("00020a", "unsupported", "00"),
        ("000201", "missing_tag", "63"),
        (&format!("{} ", sealed(&plain)), "bad_tag", ""),
        (&format!("{}5909CHE HA DA", sealed(&plain)), "trailing_data", "63"),
        (&sealed(&sealed(&plain)), "duplicate_tag", "63"),
        (&format!("{plain}6304+0F1"), "bad_checksum", "63"),
        (&format!("{plain}63020F"), "bad_checksum", "63"),
    ] {
        check(payload, code, tag);
    }
}

#[test]
fn refused_fields() {
    let plain = format!("{HEAD}{TRANSFER}{TAIL}");
    for (body, code, tag) in [
        (format!("{HEAD}0100{TRANSFER}{TAIL}"), "bad_length", "01"),
        (format!("{HEAD}{TRANSFER}{TRANSFER}{TAIL}"), "duplicate_tag", "38"),
        (format!("{plain}5802VN"), "duplicate_tag", "58"),
        (format!("010211000201{TRANSFER}{TAIL}"), "not_first", "00"),
        (format!("000202{TRANSFER}{TAIL}"), "unsupported", "00"),
        (format!("000201010213{TRANSFER}{TAIL}"), "unsupported", "01"),
        (format!("{HEAD}{TAIL}"), "missing_tag", "38"),
        (format!("{HEAD}{TRANSFER}5802VN"), "missing_tag", "53"),
        (format!("{HEAD}{TRANSFER}53038405802VN"), "unsupported", "53"),
        (format!("{HEAD}{TRANSFER}53037045802US"), "unsupported", "58"),
        (format!("{plain}550201"), "unsupported", "55"),
        (format!("{plain}62040805"), "truncated", "62.08"),
        (format!("{plain}62080804Trà"), "bad_character", ""),
        (format!("{plain}62080804a\tbc"), "bad_character", ""),
    ] {
        check(&sealed(&body), code, tag);
    }
}

#[test]
fn refused_transfers() {
    for (transfer, code, tag) in [
        ("38140010A000000727", "missing_tag", "38.01"),
        ("38140010A000000728", "unsupported", "38.00"),
        (
            "38500010A0000007270120000697043601061000000208QRIBFTTX",
            "unsupported",
            "38.02",
        ),
        (
            "38500010A00000072701200006A7043601061000000208QRIBFTTA",
            "bad_bin",
            "38.01.00",
        ),
        (
            "38500010A0000007270120000697043601061000 00208QRIBFTTA",
            "bad_account",
            "38.01.01",
        ),
        (
            "38500010A0000007270120000697043601991000000208QRIBFTTA",
            "truncated",
            "38.01.01",
        ),
        (
            "38500010A0000007270120000697043600061000000208QRIBFTTA",
            "duplicate_tag",
            "38.01.00",
        ),
    ] {
        check(&sealed(&format!("{HEAD}{transfer}{TAIL}")), code, tag);
    }
}

#[test]
fn a_refusal_names_its_place() {
    let error = VietQr::decode(&sealed(&format!("{HEAD}{TRANSFER}53038405802VN"))).expect_err("dollars");
    assert_eq!(
        error.to_string(),
        r#"tag 53 at byte 71: "840" is not supported, 704 is"#
    );
}

#[test]
fn what_cannot_be_written_is_refused() {
    let code = |result: Result<VietQr, vietqr::Error>| result.map_err(|error| error.code());
    for bin in ["", "97041", "9704155", "97041a", "９７０４１５"] {
        assert_eq!(code(VietQr::new(bin, "1")), Err("bad_bin"), "{bin}");
    }
    for account in ["", "12345678901234567890", "12 34", "12-34", "số"] {
        assert_eq!(code(VietQr::new("970415", account)), Err("bad_account"), "{account}");
    }
    let qr = VietQr::new("970415", "1007654").expect("valid");
    assert_eq!(code(qr.clone().with_amount(0)), Err("bad_amount"));
    assert_eq!(code(qr.clone().with_amount(10_000_000_000_000)), Err("bad_amount"));
    assert_eq!(
        code(qr.clone().with_memo("Thanh toán đơn hàng chè DH1")),
        Err("memo_too_long")
    );
    let qr = qr
        .with_memo("Đơn hàng DH1 ✓")
        .expect("short enough")
        .with_service(Service::Card);
    assert_eq!((qr.memo(), qr.service()), (Some("Don hang DH1"), Service::Card));
}
