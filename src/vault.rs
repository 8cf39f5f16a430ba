//! What must not be readable in a stolen database or backup is sealed with a key that is in neither: `CHOQUE_SECRET`.

use std::{io::Write as _, path::Path};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

use crate::app::{Source, hex};

/// Why something sealed cannot be read: another key sealed it, or it was altered, or it belongs elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was sealed cannot be opened with this CHOQUE_SECRET")]
pub struct Sealed;

/// Seals and opens.
pub struct Vault {
    key: LessSafeKey,
    blinding: hmac::Key,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// The vault that `secret` opens.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        let derive = |what: &str| -> [u8; 32] { Sha256::digest(format!("choque {what}\n{secret}")).into() };
        let key = UnboundKey::new(&AES_256_GCM, &derive("seal")).expect("a key of 32 bytes");
        Self {
            key: LessSafeKey::new(key),
            blinding: hmac::Key::new(hmac::HMAC_SHA256, &derive("blind")),
        }
    }

    /// Seals `plain` so that it opens only under the same `context` (which row and column it belongs to).
    #[must_use]
    pub fn seal(&self, source: &Source, context: &str, plain: &str) -> String {
        let mut nonce = [0; NONCE_LEN];
        source.fill(&mut nonce);
        let mut bytes = plain.as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut bytes)
            .expect("far below what one key may seal at once");
        STANDARD_NO_PAD.encode([&nonce[..], &bytes].concat())
    }

    /// Opens what was sealed under `context`.
    pub fn open(&self, context: &str, sealed: &str) -> Result<String, Sealed> {
        let bytes = STANDARD_NO_PAD.decode(sealed).map_err(|_| Sealed)?;
        let (nonce, rest) = bytes.split_at_checked(NONCE_LEN).ok_or(Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Sealed)?;
        let mut rest = rest.to_vec();
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(context), &mut rest)
            .map_err(|_| Sealed)?;
        String::from_utf8(plain.to_vec()).map_err(|_| Sealed)
    }

    /// A keyed hash: equal for equal texts, and no way back without the secret.
    #[must_use]
    pub fn blind(&self, context: &str, plain: &str) -> String {
        hex(hmac::sign(&self.blinding, format!("{context}\n{plain}").as_bytes()).as_ref())
    }
}

/// The secret kept in the folder `state`, made on the first run, readable by its owner alone.
pub fn kept_secret(state: &Path, source: &Source) -> std::io::Result<String> {
    let path = state.join("secret");
    match std::fs::read_to_string(&path) {
        Ok(text) if !text.trim().is_empty() => return Ok(text.trim().to_owned()),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    std::fs::create_dir_all(state)?;
    let secret = source.secret();
    // Written aside and then named in one step: two programs that start at once must not read half a secret, and only
    // one of them gives it its name.
    let aside = state.join(format!("secret.{}", source.random()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    let named = std::fs::hard_link(&aside, &path);
    std::fs::remove_file(&aside)?;
    match named {
        Ok(()) => Ok(secret),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            std::fs::read_to_string(&path).map(|text| text.trim().to_owned())
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_its_secret_and_in_its_place() {
        let (vault, source) = (Vault::new("a"), Source::system());
        let sealed = vault.seal(&source, "account 1", "0123456789");
        assert_eq!(vault.open("account 1", &sealed).as_deref(), Ok("0123456789"));
        assert_ne!(sealed, vault.seal(&source, "account 1", "0123456789"));
        assert_eq!(vault.open("account 2", &sealed), Err(Sealed));
        assert_eq!(Vault::new("b").open("account 1", &sealed), Err(Sealed));
        for broken in ["", "x", "AAAA", &sealed[..20], &sealed.replace(&sealed[..4], "AAAA")] {
            assert_eq!(vault.open("account 1", broken), Err(Sealed), "{broken}");
        }
    }

    #[test]
    fn the_secret_is_made_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = Source::system();
        let first = kept_secret(folder.path(), &source).expect("made");
        assert_eq!(kept_secret(folder.path(), &source).expect("read"), first);
        assert_eq!(first.len(), 64);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
