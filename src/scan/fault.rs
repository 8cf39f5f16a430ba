//! Why an address is no GS1 Digital Link, in words for whoever holds the sticker.

use digital_link::{Error, Fault, Linter, ValueError};

use crate::http::language::Message;

/// One sentence: which part of the code, and what is wrong with it.
pub fn sentence(error: &Error) -> Message {
    let ai = error.ai().unwrap_or("").to_owned();
    match error.fault() {
        Fault::Value(value) => value_sentence(*value, ai),
        Fault::UriCharacter(found) => Message::new("scan-say-fault-character").with("character", found.to_string()),
        Fault::PercentEncoding => Message::new("scan-say-fault-percent").with("ai", ai),
        Fault::UnknownIdentifier => Message::new("scan-say-fault-unknown-ai").with("ai", ai),
        Fault::QualifierOrder => Message::new("scan-say-fault-order").with("ai", ai),
        Fault::Duplicate => Message::new("scan-say-fault-twice").with("ai", ai),
        Fault::NotAttribute | Fault::BelongsInPath => Message::new("scan-say-fault-place").with("ai", ai),
        Fault::Excluded(which) | Fault::Missing(which) => Message::new("scan-say-fault-companion")
            .with("ai", ai)
            .with("other", which.clone()),
        // A path with no readable key, and whatever later versions of the standard's crate find.
        _ => Message::new("scan-say-fault-no-key"),
    }
}

fn value_sentence(value: ValueError, ai: String) -> Message {
    match value {
        ValueError::Empty => Message::new("scan-say-fault-empty").with("ai", ai),
        ValueError::TooShort { least } => Message::new("scan-say-fault-short").with("ai", ai).with("least", least),
        ValueError::TooLong { most } => Message::new("scan-say-fault-long").with("ai", ai).with("most", most),
        ValueError::Character(found) => Message::new("scan-say-fault-value-character")
            .with("ai", ai)
            .with("character", found.to_string()),
        ValueError::Rule(Linter::CheckDigit) => Message::new("scan-say-fault-check-digit").with("ai", ai),
        _ => Message::new("scan-say-fault-value").with("ai", ai),
    }
}

#[cfg(test)]
mod tests {
    use digital_link::DigitalLink;

    use super::*;
    use crate::http::language::Language;

    #[test]
    fn the_place_and_the_fault_are_named() {
        let said = |path: &str| {
            let error = DigitalLink::parse_path(path).expect_err(path);
            Language::Vietnamese.say(&sentence(&error))
        };
        for (path, word) in [
            ("/01/09506000134353/10/ABC", "(01)"),
            ("/01/09506000134352/21/1/10/ABC", "(10)"),
            ("/01/0950600013435X", "X"),
            ("/01/09506000134352/10/AAAAAAAAAAAAAAAAAAAAA", "20"),
            ("/01/09506000134352/10/", "(10)"),
            ("/01/09506000134352/10/a%2", "(10)"),
            ("/01/09506000134352/9999/1", "(9999)"),
            ("/01/09506000134352?17=261301", "(17)"),
        ] {
            let sentence = said(path);
            assert!(
                sentence.contains(word) && !sentence.contains("scan-say"),
                "{path}: {sentence}"
            );
        }
        assert_ne!(said("/01/09506000134353"), said("/01/0950600013435X"));
    }
}
