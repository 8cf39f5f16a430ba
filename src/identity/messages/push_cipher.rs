//! What is pushed is readable to the browser alone, not to the service in between (RFC 8291, over RFC 8188). Pure.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hmac,
};

use crate::app::Source;

/// Octets of a point of P-256 in its uncompressed form.
pub const POINT: usize = 65;
/// Octets of the secret that browser and sender share.
pub const AUTH: usize = 16;
/// Octets of a record; all goes into one.
const RECORD: u32 = 4096;
/// What one record can carry, besides its delimiter, tag and header.
const MOST: usize = 3993;

/// The keys of one browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Browser {
    pub point: Vec<u8>,
    pub auth: Vec<u8>,
}

/// A browser's keys cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what is pushed cannot be sealed for this browser")]
pub struct Unsealable;

impl Browser {
    /// Whether something could be sealed for it.
    #[must_use]
    pub fn is_sound(&self, source: &Source) -> bool {
        self.seal(source, b"").is_ok()
    }

    /// Seals `plain` with a key and a salt of `source`.
    pub fn seal(&self, source: &Source, plain: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let mut salt = [0; 16];
        source.fill(&mut salt);
        self.seal_with(&new_key(source), salt, plain)
    }

    fn seal_with(&self, mine: &PrivateKey, salt: [u8; 16], plain: &[u8]) -> Result<Vec<u8>, Unsealable> {
        if self.point.len() != POINT || self.auth.len() != AUTH || plain.len() > MOST {
            return Err(Unsealable);
        }
        let point = mine.compute_public_key().map_err(|_| Unsealable)?;
        let point = point.as_ref();
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &self.point);
        let shared = agree(mine, theirs, Unsealable, |shared| Ok(shared.to_vec()))?;
        let info = [b"WebPush: info\0", &self.point[..], point].concat();
        let keying = derive(&self.auth, &shared, &info);
        let key = derive(&salt, &keying, b"Content-Encoding: aes128gcm\0");
        let nonce = derive(&salt, &keying, b"Content-Encoding: nonce\0");
        let key = UnboundKey::new(&AES_128_GCM, &key[..16]).map_err(|_| Unsealable)?;
        let nonce = Nonce::try_assume_unique_for_key(&nonce[..NONCE_LEN]).map_err(|_| Unsealable)?;
        // 2 ends the last record.
        let mut record = [plain, &[2]].concat();
        LessSafeKey::new(key)
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut record)
            .map_err(|_| Unsealable)?;
        let length = u8::try_from(point.len()).map_err(|_| Unsealable)?;
        Ok([&salt[..], &RECORD.to_be_bytes(), &[length], point, &record].concat())
    }
}

/// HKDF with SHA-256 (RFC 5869), of which one block is enough here.
fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> Vec<u8> {
    let mac = |key: &[u8], text: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text);
    mac(mac(salt, secret).as_ref(), &[info, &[1]].concat())
        .as_ref()
        .to_vec()
}

/// Draws a private key from `source`.
fn new_key(source: &Source) -> PrivateKey {
    loop {
        // Nearly every number of 32 octets is a key.
        if let Ok(key) = PrivateKey::from_private_key(&ECDH_P256, &new_scalar(source)) {
            return key;
        }
    }
}

fn new_scalar(source: &Source) -> [u8; 32] {
    let mut bytes = [0; 32];
    source.fill(&mut bytes);
    bytes
}

/// A private key's octets, and its point.
pub fn new_pair(source: &Source) -> ([u8; 32], Vec<u8>) {
    loop {
        let scalar = new_scalar(source);
        if let Ok(point) = point_of(&scalar) {
            return (scalar, point);
        }
    }
}

/// The point that belongs to a private key.
pub fn point_of(scalar: &[u8]) -> Result<Vec<u8>, Unsealable> {
    PrivateKey::from_private_key(&ECDH_P256, scalar)
        .ok()
        .and_then(|key| key.compute_public_key().ok())
        .map(|point| point.as_ref().to_vec())
        .ok_or(Unsealable)
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64")
    }

    fn browser() -> Browser {
        Browser {
            point: bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            auth: bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        }
    }

    #[test]
    fn the_example_of_the_standard_comes_out() {
        // RFC 8291, section 5 and appendix A.
        let mine = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let mine = PrivateKey::from_private_key(&ECDH_P256, &mine).expect("a key");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().expect("16 octets");
        let sealed = browser().seal_with(&mine, salt, b"When I grow up, I want to be a watermelon");
        assert_eq!(
            URL_SAFE_NO_PAD.encode(sealed.expect("sealed")),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl\
             7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let source = Source::seeded("push");
        assert!(browser().is_sound(&source));
        let mut off_the_curve = browser();
        off_the_curve.point[64] ^= 1;
        let short = Browser {
            auth: vec![0; 15],
            ..browser()
        };
        for broken in [off_the_curve, short] {
            assert!(!broken.is_sound(&source));
        }
        assert_eq!(browser().seal(&source, &[0; MOST + 1]), Err(Unsealable));
        assert_eq!(browser().seal(&source, &[0; MOST]).map(|sealed| sealed.len()), Ok(4096));
    }
}
