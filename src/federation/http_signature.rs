//! Signed answers (pure): HTTP Message Signatures (RFC 9421) over the status, the digest of the bytes as sent (RFC 9530)
//! and what was asked for, so that an answer cannot be given to another question.

use axum::http::HeaderMap;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use entity::Timestamp;
use sha2::{Digest, Sha256};

use super::key::{Jwk, SigningKey};

/// What every signature covers, in the order in which ours do.
const COVERED: [&str; 5] = [
    "\"@status\"",
    "\"content-digest\"",
    "\"@method\";req",
    "\"@path\";req",
    "\"@query\";req",
];
/// How far the signer's clock may be from ours.
const CLOCK_MS: i64 = 60 * 60 * 1000;

/// What an answer is signed about, beside its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'e> {
    pub status: u16,
    pub method: &'e str,
    /// As in the request line.
    pub path: &'e str,
    /// Without its question mark; empty without one.
    pub query: &'e str,
}

/// The headers that go with a signed answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHeaders {
    pub content_digest: String,
    pub signature_input: String,
    pub signature: String,
}

/// `sha-256=:…:` of `bytes` (RFC 9530, section 2).
#[must_use]
pub fn content_digest(bytes: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(bytes)))
}

/// Signs `bytes`, which are sent as they are.
#[must_use]
pub fn sign(key: &SigningKey, exchange: Exchange<'_>, bytes: &[u8], now: Timestamp) -> SignatureHeaders {
    let digest = content_digest(bytes);
    let parameters = format!(
        "({});created={};keyid=\"{}\";alg=\"ed25519\"",
        COVERED.join(" "),
        now.0.div_euclid(1000),
        key.id()
    );
    // Every covered component is one of ours, so there is always a base.
    let base = base(exchange, &digest, &COVERED, &parameters).unwrap_or_default();
    SignatureHeaders {
        signature: format!("choque=:{}:", STANDARD.encode(key.sign(base.as_bytes()))),
        signature_input: format!("choque={parameters}"),
        content_digest: digest,
    }
}

/// The signature base (RFC 9421, section 2.5); `None` when a component is covered that we do not know.
fn base(exchange: Exchange<'_>, digest: &str, covered: &[&str], parameters: &str) -> Option<String> {
    let mut lines = Vec::with_capacity(covered.len() + 1);
    for component in covered {
        let value = match *component {
            "\"@status\"" => exchange.status.to_string(),
            "\"content-digest\"" => digest.to_owned(),
            "\"@method\";req" => exchange.method.to_owned(),
            "\"@path\";req" => exchange.path.to_owned(),
            "\"@query\";req" => format!("?{}", exchange.query),
            _ => return None,
        };
        lines.push(format!("{component}: {value}"));
    }
    lines.push(format!("\"@signature-params\": {parameters}"));
    Some(lines.join("\n"))
}

/// Why a signed answer is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unbelievable {
    #[error("its bytes do not have the digest it tells")]
    Digest,
    #[error("its signature is not by a key that was known when the partner was added, or covers something else")]
    Signature,
    #[error("it was signed more than an hour from now: one of the two clocks is wrong")]
    Clock,
}

/// Whether `bytes` are signed by one of `keys` as the answer to `exchange`. `Ok(false)`: they are not signed at all; a
/// digest or signature that is there must be right.
pub fn verify(
    keys: &[Jwk],
    exchange: Exchange<'_>,
    headers: &HeaderMap,
    bytes: &[u8],
    now: Timestamp,
) -> Result<bool, Unbelievable> {
    let header = |name: &str| -> Option<String> {
        let values: Vec<_> = headers.get_all(name).iter().map(|value| value.to_str().ok()).collect();
        let values: Option<Vec<_>> = values.into_iter().collect();
        values
            .filter(|values| !values.is_empty())
            .map(|values| values.join(", "))
    };
    let digest = header("content-digest");
    let told = digest.as_deref().map(entries).unwrap_or_default();
    let sha256 = told.iter().find(|(label, _)| *label == "sha-256");
    let right = sha256.map(|(_, value)| format!("sha-256={value}") == content_digest(bytes));
    if right == Some(false) {
        return Err(Unbelievable::Digest);
    }
    let Some(input) = header("signature-input") else {
        return Ok(false);
    };
    if right.is_none() {
        // A signature says nothing of bytes whose digest cannot be checked.
        return Err(Unbelievable::Digest);
    }
    let (Some(digest), Some(signature)) = (digest, header("signature")) else {
        return Err(Unbelievable::Signature);
    };
    let signatures = entries(&signature);
    for (label, parameters) in entries(&input) {
        let Some(covered) = parameters
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(')'))
            .map(|(list, _)| list.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>())
        else {
            continue;
        };
        let whole = COVERED.iter().all(|component| covered.contains(component));
        let signature = signatures
            .iter()
            .find(|(known, _)| *known == label)
            .and_then(|(_, value)| value.strip_prefix(':')?.strip_suffix(':'))
            .and_then(|value| STANDARD.decode(value).ok());
        let base = base(exchange, &digest, &covered, parameters);
        let (true, Some(signature), Some(base)) = (whole, signature, base) else {
            continue;
        };
        if keys.iter().any(|key| key.verifies(base.as_bytes(), &signature)) {
            let created = parameters
                .split(';')
                .find_map(|part| part.strip_prefix("created=")?.parse::<i64>().ok());
            let near = created.is_some_and(|created| (created.saturating_mul(1000) - now.0).abs() <= CLOCK_MS);
            return if near { Ok(true) } else { Err(Unbelievable::Clock) };
        }
    }
    Err(Unbelievable::Signature)
}

/// The members of a structured dictionary (RFC 8941, section 3.2), as texts: split at commas outside quotes and lists.
fn entries(header: &str) -> Vec<(&str, &str)> {
    let (mut entries, mut from, mut quoted, mut depth) = (Vec::new(), 0, false, 0_i32);
    for (at, c) in header.char_indices().chain([(header.len(), ',')]) {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 || at == header.len() => {
                entries.extend(header.get(from..at).and_then(|entry| entry.trim().split_once('=')));
                from = at + 1;
            }
            _ => {}
        }
    }
    entries
}

/// An item's signature, as text.
#[must_use]
pub fn sign_item(key: &SigningKey, canonical: &str) -> String {
    URL_SAFE_NO_PAD.encode(key.sign(canonical.as_bytes()))
}

/// Whether one of `keys` made an item's signature.
#[must_use]
pub fn verifies_item(keys: &[Jwk], canonical: &str, signature: &str) -> bool {
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
        return false;
    };
    keys.iter().any(|key| key.verifies(canonical.as_bytes(), &signature))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const ASKED: Exchange<'_> = Exchange {
        status: 200,
        method: "GET",
        path: "/federation/v1/changes",
        query: "since=a-1",
    };
    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32]).expect("a key")
    }

    fn headers(signed: &SignatureHeaders) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-digest", &signed.content_digest),
            ("signature-input", &signed.signature_input),
            ("signature", &signed.signature),
        ] {
            headers.insert(name, HeaderValue::from_str(value).expect("a header"));
        }
        headers
    }

    #[test]
    fn a_signed_answer_is_believed_only_as_it_was_signed() {
        let signed = sign(&key(1), ASKED, b"{}", NOW);
        let keys = [key(1).public()];
        let told = headers(&signed);
        assert_eq!(verify(&keys, ASKED, &told, b"{}", NOW), Ok(true));
        assert_eq!(verify(&keys, ASKED, &told, b"{ }", NOW), Err(Unbelievable::Digest));
        for other in [
            Exchange { status: 206, ..ASKED },
            Exchange {
                method: "HEAD",
                ..ASKED
            },
            Exchange {
                path: "/federation/v1/snapshot",
                ..ASKED
            },
            Exchange {
                query: "since=a-2",
                ..ASKED
            },
        ] {
            assert_eq!(verify(&keys, other, &told, b"{}", NOW), Err(Unbelievable::Signature));
        }
        assert_eq!(
            verify(&[key(2).public()], ASKED, &told, b"{}", NOW),
            Err(Unbelievable::Signature)
        );
        assert_eq!(
            verify(&keys, ASKED, &told, b"{}", NOW.plus(2 * CLOCK_MS)),
            Err(Unbelievable::Clock)
        );
        assert_eq!(verify(&keys, ASKED, &HeaderMap::new(), b"{}", NOW), Ok(false));
        let mut undigested = told.clone();
        undigested.insert("content-digest", HeaderValue::from_static("sha-512=:AAAA:"));
        assert_eq!(verify(&keys, ASKED, &undigested, b"{}", NOW), Err(Unbelievable::Digest));
        let mut stripped = told.clone();
        stripped.remove("signature");
        assert_eq!(
            verify(&keys, ASKED, &stripped, b"{}", NOW),
            Err(Unbelievable::Signature)
        );
    }

    #[test]
    fn a_signature_that_leaves_something_out_does_not_count() {
        let digest = content_digest(b"{}");
        let covered = &COVERED[..4];
        let parameters = format!("({});created={}", covered.join(" "), NOW.0 / 1000);
        let base = base(ASKED, &digest, covered, &parameters).expect("a base");
        let partial = SignatureHeaders {
            content_digest: digest,
            signature_input: format!("a={parameters}"),
            signature: format!("a=:{}:", STANDARD.encode(key(1).sign(base.as_bytes()))),
        };
        assert_eq!(
            verify(&[key(1).public()], ASKED, &headers(&partial), b"{}", NOW),
            Err(Unbelievable::Signature)
        );
    }

    #[test]
    fn several_signatures_are_told_apart() {
        let signed = sign(&key(1), ASKED, b"{}", NOW);
        let other = sign(&key(2), ASKED, b"{}", NOW);
        let both = SignatureHeaders {
            signature_input: format!(
                "{}, {}",
                other.signature_input.replacen("choque", "x", 1),
                signed.signature_input
            ),
            signature: format!("{}, {}", other.signature.replacen("choque", "x", 1), signed.signature),
            ..signed
        };
        assert_eq!(verify(&[key(1).public()], ASKED, &headers(&both), b"{}", NOW), Ok(true));
    }
}
