//! What holds for every input: no panic, what is written is read back, a wrong digit is caught.

use digital_link::{DigitalLink, Gln, Gtin, Lot, Serial};
use proptest::prelude::*;

/// Set 82.
const TEXT: &str = "[!\"%&'()*+,./0-9:;<=>?A-Z_a-z-]{1,20}";

/// Strings that come close to being Digital Links.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,4}",
        "[0-9]{14}",
        "[0-9]{18}",
        Just("09520123456788".to_owned()),
        Just("https://a".to_owned()),
        "[/?&=#%+:;.\\[\\]]",
        "%[0-9a-fA-F]{2}",
        TEXT,
        "\\PC{0,4}",
    ];
    proptest::collection::vec(prop_oneof![piece, Just("/".to_owned()), Just("/01/".to_owned())], 0..16)
        .prop_map(|pieces| pieces.concat())
}

/// A path of valid pieces whose order and companions are left to chance.
fn plausible() -> impl Strategy<Value = String> {
    let attribute = prop_oneof![
        "17=26(0[1-9]|1[0-2])[0-3][0-9]",
        "3[0-9]{3}=[0-9]{6}",
        "9[0-9]=[A-Z]{1,3}",
        "10=A",
        "utm=x"
    ];
    let qualifier = prop_oneof!["/10/[A-Z]{1,3}", "/21/[0-9]{1,3}", "/22/[a-z]", "/235/x"];
    let (qualifiers, attributes) = (
        proptest::collection::vec(qualifier, 0..3),
        proptest::collection::vec(attribute, 0..4),
    );
    (qualifiers, attributes).prop_map(|(qualifiers, attributes)| {
        format!("/01/09520123456788{}?{}", qualifiers.concat(), attributes.join("&"))
    })
}

proptest! {
    #[test]
    fn no_input_panics(text in "\\PC*", near in nearly()) {
        for input in [&text, &near] {
            let _ = DigitalLink::parse(input);
            let _ = DigitalLink::parse_path(input);
            let _ = (Gtin::parse(input), Gtin::from_body(input), Gln::parse(input), Gln::from_body(input));
            let _ = (Lot::parse(input), Serial::parse(input));
        }
    }

    #[test]
    fn an_error_points_into_the_input(near in nearly()) {
        if let Err(error) = DigitalLink::parse_path(&near) {
            prop_assert!(error.offset() <= near.len());
        }
    }

    #[test]
    fn what_is_built_is_read_back(body in "[0-9]{13}", lot in TEXT, serial in TEXT) {
        let (gtin, lot, serial) = (Gtin::from_body(&body)?, Lot::parse(&lot)?, Serial::parse(&serial)?);
        for link in [
            DigitalLink::for_gtin(gtin),
            DigitalLink::for_lot(gtin, &lot),
            DigitalLink::for_serial(gtin, &serial),
            DigitalLink::for_lot_serial(gtin, &lot, &serial),
            DigitalLink::for_gln(Gln::from_body(&body[1..])?),
        ] {
            prop_assert_eq!(DigitalLink::parse(&link.uri("https://id.example/x")), Ok(link.clone()));
            prop_assert_eq!(DigitalLink::parse_path(&link.path()), Ok(link));
        }
    }

    #[test]
    fn what_is_read_is_written_so_that_it_reads_the_same(path in plausible()) {
        if let Ok(link) = DigitalLink::parse_path(&path) {
            let canonical = link.path();
            let again = DigitalLink::parse_path(&canonical)?;
            prop_assert_eq!(again.path(), canonical);
            for element in link.attributes() {
                prop_assert_eq!(again.value(element.ai()), Some(element.value()));
            }
        }
    }

    #[test]
    fn one_wrong_digit_is_caught(body in "[0-9]{13}", at in 0usize..14, add in 1u8..10) {
        let gtin = Gtin::from_body(&body)?;
        let mut digits = gtin.as_str().as_bytes().to_vec();
        digits[at] = b'0' + (digits[at] - b'0' + add) % 10;
        let wrong = String::from_utf8(digits)?;
        prop_assert!(Gtin::parse(&wrong).is_err());
        let path = format!("/01/{wrong}");
        prop_assert!(DigitalLink::parse_path(&path).is_err());
    }
}
