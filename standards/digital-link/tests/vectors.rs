//! GS1's own test vectors: those taken with the strict options must be accepted or refused alike, and read alike.

use std::path::Path;

use digital_link::DigitalLink;
use serde_json::Value;

/// Outside the repository: see the source and licence named inside the file.
const VECTORS: &str = "../../../shared/data/trace/gs1_digital_link_vectors.json";

/// The options under which the reference engine is as strict as this crate.
fn is_strict(state: &Value) -> bool {
    let options = [
        "permitConvenienceAlphas",
        "gs1_encoder_setPermitZeroSuppressedGTINinDLuris",
    ];
    match state {
        Value::Null => true,
        Value::Object(set) => {
            set.len() == options.len() && options.iter().all(|name| set.get(*name) == Some(&"false".into()))
        }
        _ => false,
    }
}

#[test]
fn the_strict_vectors_of_gs1_hold() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(VECTORS);
    let Ok(text) = std::fs::read_to_string(&file) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "{} is missing",
            file.display()
        );
        println!("skipped: {} is missing", file.display());
        return;
    };
    let document: Value = serde_json::from_str(&text).expect("the vectors are JSON");
    let vectors = document["vectors"].as_array().expect("the file holds vectors");
    let strict: Vec<_> = vectors.iter().filter(|vector| is_strict(&vector["state"])).collect();
    assert!(strict.len() >= 25, "only {} strict vectors", strict.len());
    for vector in strict {
        let uri = vector["uri"].as_str().expect("a vector has a URI");
        let read = DigitalLink::parse(uri);
        assert_eq!(read.is_ok(), vector["valid"] == true, "{uri}: {read:?}");
        assert_eq!(
            read.ok().map(|link| link.element_string()).as_deref(),
            vector["ais"].as_str(),
            "{uri}"
        );
    }
}
