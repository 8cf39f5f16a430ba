//! Payloads on which two independent libraries agree.

use std::path::Path;

use serde_json::Value;
use vietqr::{Initiation, LONGEST_MEMO, Service, VietQr};

/// Outside the repository: the file names its sources.
const VECTORS: &str = "../../../shared/data/payments/vietqr_vectors.json";

fn vectors() -> Option<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(VECTORS);
    let Ok(text) = std::fs::read_to_string(&file) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "{} is missing",
            file.display()
        );
        println!("skipped: {} is missing", file.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("the vectors are JSON"))
}

#[test]
fn valid_payloads_are_read_and_written_alike() {
    let Some(vectors) = vectors() else { return };
    let valid = vectors["valid"].as_array().expect("the file holds valid payloads");
    assert!(valid.len() >= 10, "only {} payloads", valid.len());
    for vector in valid {
        let payload = vector["payload"].as_str().expect("a vector has a payload");
        let input = &vector["input"];
        let field = |name: &str| input[name].as_str();
        let read = VietQr::decode(payload).unwrap_or_else(|error| panic!("{payload}: {error}"));
        assert_eq!(Some(read.bin()), field("bin"), "{payload}");
        assert_eq!(Some(read.account()), field("account"), "{payload}");
        assert_eq!(
            read.amount().map(|dong| dong.to_string()).as_deref(),
            field("amount"),
            "{payload}"
        );
        assert_eq!(read.memo(), field("purpose"), "{payload}");
        assert_eq!(
            read.service() == Service::Card,
            field("service") == Some("QRIBFTTC"),
            "{payload}"
        );
        assert_eq!(
            read.initiation() == Initiation::Dynamic,
            field("init_method") == Some("12"),
            "{payload}"
        );
        assert_eq!(read.encode(), payload);

        let mut built = VietQr::new(read.bin(), read.account())
            .expect("valid")
            .with_service(read.service());
        if let Some(dong) = read.amount() {
            built = built.with_amount(dong).expect("valid");
        }
        match (built.with_memo(read.memo().unwrap_or_default()), read.memo()) {
            (Ok(built), _) => assert_eq!(built.encode(), payload),
            (Err(error), memo) => {
                assert_eq!(error.code(), "memo_too_long");
                assert!(memo.is_some_and(|memo| memo.len() > LONGEST_MEMO), "{payload}");
            }
        }
    }
}

#[test]
fn a_lower_case_checksum_is_read() {
    let Some(vectors) = vectors() else { return };
    let payload = vectors["lower_case_crc_variant"]
        .as_str()
        .expect("the file holds this payload");
    let read = VietQr::decode(payload).expect("valid");
    assert_eq!(
        read.encode(),
        payload[..payload.len() - 4].to_owned() + &payload[payload.len() - 4..].to_uppercase()
    );
}

#[test]
fn invalid_payloads_are_refused() {
    let Some(vectors) = vectors() else { return };
    for vector in vectors["must_reject"]
        .as_array()
        .expect("the file holds invalid payloads")
    {
        let payload = vector["payload"].as_str().expect("a vector has a payload");
        assert!(VietQr::decode(payload).is_err(), "{}", vector["why"]);
    }
}
