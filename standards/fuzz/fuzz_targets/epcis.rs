//! Whatever is read as an EPCIS document is written so that it reads the same again.
#![no_main]

use epcis::EpcisDocument;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(document) = serde_json::from_slice::<EpcisDocument>(data) {
        let text = serde_json::to_string(&document).expect("a document is JSON");
        let again: EpcisDocument = serde_json::from_str(&text).expect("what was written is read");
        assert_eq!(again, document);
        for event in document.events() {
            let _ = event.check();
        }
    }
});
