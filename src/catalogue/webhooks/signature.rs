//! Signatures as Standard Webhooks has them (standardwebhooks.com, `v1`): HMAC-SHA256 over `id.timestamp.body`. Pure.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The value of `webhook-signature`: one signature for each secret, the newest first.
#[must_use]
pub fn sign(secrets: &[Vec<u8>], id: &str, timestamp_s: i64, body: &str) -> String {
    let text = format!("{id}.{timestamp_s}.{body}");
    let signatures: Vec<String> = secrets
        .iter()
        .map(|secret| {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
            format!("v1,{}", STANDARD.encode(tag))
        })
        .collect();
    signatures.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_signature_comes_out() {
        // Of the specification's reference libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let signed = sign(
            std::slice::from_ref(&secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let two = sign(&[secret, vec![0; 32]], "a", 1, "{}");
        assert_eq!(two.split(' ').filter(|one| one.starts_with("v1,")).count(), 2);
    }
}
