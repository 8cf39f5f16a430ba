//! What holds for every input: no panic, what is written is read back, one flipped bit is caught.

use proptest::prelude::*;
use vietqr::{Initiation, LONGEST_MEMO, Service, VietQr, fold_memo};

fn any_code() -> impl Strategy<Value = VietQr> {
    let amount = proptest::option::of(1u64..=9_999_999_999_999);
    (
        "[0-9]{6}",
        "[0-9A-Za-z]{1,19}",
        amount,
        "[A-Za-z0-9àđơ ]{0,25}",
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(bin, account, amount, memo, card, dynamic)| {
            let mut qr = VietQr::new(&bin, &account)
                .and_then(|qr| qr.with_memo(&memo))
                .expect("valid parts");
            if let Some(dong) = amount {
                qr = qr.with_amount(dong).expect("a valid amount");
            }
            qr.with_service(if card { Service::Card } else { Service::Account })
                .with_initiation(if dynamic {
                    Initiation::Dynamic
                } else {
                    Initiation::Static
                })
        })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(qr in any_code()) {
        let payload = qr.encode();
        prop_assert!(payload.is_ascii());
        prop_assert_eq!(VietQr::decode(&payload), Ok(qr));
    }

    #[test]
    fn one_flipped_bit_is_caught(qr in any_code(), at in any::<prop::sample::Index>(), bit in 0u8..7) {
        let payload = qr.encode();
        let mut flipped = payload.clone().into_bytes();
        let at = at.index(flipped.len());
        flipped[at] ^= 1 << bit;
        let flipped = String::from_utf8(flipped)?;
        // Turning a letter of the checksum to lower case is the one flip that changes nothing.
        if at >= payload.len() - 4 && flipped.eq_ignore_ascii_case(&payload) {
            prop_assert_eq!(VietQr::decode(&flipped), Ok(qr));
        } else {
            prop_assert!(VietQr::decode(&flipped).is_err(), "{} became {}", payload, flipped);
        }
    }

    #[test]
    fn no_input_panics(text in "\\PC*", fields in proptest::collection::vec("(00|01|38|53|54|58|62|63)[0-9]{2}\\PC{0,12}", 0..8)) {
        let _ = VietQr::decode(&text);
        let near = fields.concat();
        if let Err(error) = VietQr::decode(&near) {
            prop_assert!(error.offset().is_some_and(|offset| offset <= near.len()));
        }
        let _ = VietQr::new(&text, &text);
    }

    #[test]
    fn cut_payloads_are_refused(qr in any_code(), at in any::<prop::sample::Index>()) {
        let payload = qr.encode();
        prop_assert!(VietQr::decode(&payload[..at.index(payload.len())]).is_err());
    }

    #[test]
    fn folding_leaves_only_what_banks_pass_on(text in "\\PC*") {
        let folded = fold_memo(&text);
        prop_assert!(folded.bytes().all(|c| c.is_ascii_alphanumeric() || c == b' '));
        prop_assert_eq!(&fold_memo(&folded), &folded);
        let fits = VietQr::new("970415", "1").and_then(|qr| qr.with_memo(&text)).is_ok();
        prop_assert_eq!(fits, folded.len() <= LONGEST_MEMO);
    }
}
