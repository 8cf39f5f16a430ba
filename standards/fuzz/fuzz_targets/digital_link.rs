//! Whatever is read as a Digital Link is written canonically, and reads the same again.
#![no_main]

use digital_link::{DigitalLink, Gtin};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Gtin::parse(text);
    for link in [DigitalLink::parse(text), DigitalLink::parse_path(text)].into_iter().flatten() {
        let path = link.path();
        let again = DigitalLink::parse_path(&path).expect("a canonical path is valid");
        assert_eq!(again.path(), path);
        assert_eq!(link.levels().count(), link.qualifiers().len() + 1);
    }
});
