//! Compressed URIs: what others have written is read, what is written is read back, and nothing panics.

use digital_link::{ApplicationIdentifier, DigitalLink, Gln, Gtin, Lot, Serial, compress, decompress};
use proptest::prelude::*;

/// As GS1's toolkit and a port of it write them.
const WRITTEN_BY_OTHERS: [(&str, &str); 3] = [
    ("/ARHKVAdpQg", "/01/09780345418913"),
    (
        "/AQnYUc1gmiERBhQ0ytiyZuAGOLc1TXgpNWCv1",
        "/01/05412345000013/10/ABC%26%2B123?7003=1903061658&k1=v1",
    ),
    ("/ABeRcNWtKMPA", "/00/106141412345678908"),
];

#[test]
fn what_others_write_is_read() {
    for (compressed, plain) in WRITTEN_BY_OTHERS {
        assert_eq!(decompress(compressed).as_deref(), Ok(plain));
    }
    assert_eq!(
        decompress("/AQnYUc1gmiERBhQ0ytiyZuAGOLc1TQ?linkType=all").as_deref(),
        Ok("/01/05412345000013/10/ABC%26%2B123?7003=1903061658&linkType=all"),
        "the query is kept"
    );
}

#[test]
fn a_single_element_is_written_as_others_write_it() {
    let link = DigitalLink::parse_path("/01/09780345418913").expect("well formed");
    assert_eq!(compress(&link), "ARHKVAdpQg");
    let link = DigitalLink::parse_path("/00/106141412345678908").expect("well formed");
    assert_eq!(compress(&link), "ABeRcNWtKMPA");
}

#[test]
fn what_stands_before_the_segment_is_kept() {
    // 10 = ABC, in upper-case hexadecimal: 0001 0000 · 010 · 00011 · 1010 1011 1100, then padding.
    for before in ["/01/09780345418913", "/01/09780345418913/22/2A"] {
        let plain = decompress(&format!("{before}/EEOrw"));
        assert_eq!(plain, Ok(format!("{before}/10/ABC")));
    }
    assert_eq!(
        decompress("/01/09780345418913/EEOrw/?17=261231").as_deref(),
        Ok("/01/09780345418913/10/ABC?17=261231")
    );
}

#[test]
fn what_is_no_compressed_segment_is_refused() {
    for path in [
        "",
        "/",
        "tim",
        "/tim",
        "/robots.txt",
        "/01/09780345418913",
        "/01/09780345418913/10",
        "/01/09780345418914/EEOrw",
        "/ARHKVAdpQ",
        "/ARHKVAdpQw",
        "/B-HKVAdpQg",
        "/%41RHKVAdpQg",
        "/ARHKVAdpQg/ARHKVAdpQg",
        "/8RHKVAdpQg",
        "/____________",
        "/chè",
    ] {
        assert!(decompress(path).is_err(), "{path}: {:?}", decompress(path));
    }
    assert!(decompress(&format!("/{}", "A".repeat(10_000))).is_err());
    let error = decompress("/01/09780345418913/_").expect_err("not a segment");
    assert_eq!((error.code(), error.offset()), ("compression", 19));
}

#[test]
fn every_identifier_says_how_long_its_code_is() {
    // Codes that share their first two digits have one length: compression rests on it.
    for one in ApplicationIdentifier::all() {
        for other in ApplicationIdentifier::all() {
            if one.code()[..2] == other.code()[..2] {
                assert_eq!(one.code().len(), other.code().len(), "{} {}", one.code(), other.code());
            }
        }
    }
}

/// Set 82.
const TEXT: &str = "[!\"%&'()*+,./0-9:;<=>?A-Z_a-z-]{1,20}";

/// Links of the kinds that stickers carry, with attributes of every format.
fn links() -> impl Strategy<Value = String> {
    let text = || {
        prop_oneof![
            "[0-9]{1,20}",
            "[0-9a-f]{1,20}",
            "[0-9A-F]{1,20}",
            "[A-Za-z0-9_-]{1,20}",
            TEXT
        ]
    };
    let attributes = (
        proptest::option::of("26(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])"),
        proptest::option::of("[0-9]{6}"),
        proptest::option::of("[0-9]{1,15}"),
        proptest::option::of("[A-Za-z0-9]{1,90}"),
        proptest::option::of("[0-9]{90}"),
    );
    let variants = (
        proptest::option::of(text()),
        proptest::option::of(text()),
        proptest::option::of(text()),
    );
    ("[0-9]{13}", variants, attributes).prop_map(|(body, (cpv, lot, serial), (date, weight, price, note, digits))| {
        let gtin = Gtin::from_body(&body).expect("thirteen digits");
        let mut path = format!("/01/{gtin}");
        for (code, value) in [("22", cpv), ("10", lot), ("21", serial)] {
            if let Some(value) = value {
                path.extend(["/", code, "/", &percent(&value)]);
            }
        }
        let weighed = weight.is_some();
        let pairs = [
            ("17", date),
            ("3103", weight),
            ("3922", price.filter(|_| weighed)),
            ("91", note),
            ("92", digits),
        ];
        let pairs: Vec<String> = pairs
            .into_iter()
            .filter_map(|(code, value)| value.map(|value| format!("{code}={value}")))
            .collect();
        if pairs.is_empty() {
            path
        } else {
            format!("{path}?{}", pairs.join("&"))
        }
    })
}

fn percent(text: &str) -> String {
    let written: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    written.concat()
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(path in links()) {
        // Not every combination is one that GS1 allows.
        if let Ok(link) = DigitalLink::parse_path(&path) {
            let segment = compress(&link);
            prop_assert!(segment.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_'));
            let plain = decompress(&format!("/{segment}"))?;
            prop_assert_eq!(DigitalLink::parse_path(&plain)?.path(), link.path());
        }
    }

    #[test]
    fn built_links_are_read_back(body in "[0-9]{13}", lot in TEXT, serial in TEXT) {
        let (gtin, lot, serial) = (Gtin::from_body(&body)?, Lot::parse(&lot)?, Serial::parse(&serial)?);
        for link in [
            DigitalLink::for_gtin(gtin),
            DigitalLink::for_lot(gtin, &lot),
            DigitalLink::for_serial(gtin, &serial),
            DigitalLink::for_lot_serial(gtin, &lot, &serial),
            DigitalLink::for_gln(Gln::from_body(&body[1..])?),
        ] {
            prop_assert_eq!(decompress(&format!("/{}", compress(&link)))?, link.path());
        }
    }

    #[test]
    fn no_segment_panics(bytes in "[A-Za-z0-9_-]{0,80}", any in "\\PC{0,40}", before in "(/01/09520123456788|/[0-9]{2,4}/[0-9]{1,14})?") {
        for path in [format!("/{bytes}"), format!("{before}/{bytes}"), format!("/{any}"), any] {
            if let Ok(plain) = decompress(&path) {
                prop_assert!(DigitalLink::parse_path(&plain).is_ok());
            }
        }
    }
}
