//! Signed notes (pure): keys, checkpoints and cosignatures. C2SP signed-note, tlog-checkpoint, tlog-cosignature.

use std::{fmt, str::FromStr};

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use signed_note::{Note, Signature, Verifier, VerifierList, is_key_name_valid, key_id};
use tlog_tiles::{Checkpoint, Hash};

/// What a key signs, as the first byte of its public half tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// The text of a note (signed-note, type 0x01): how a log signs its checkpoints.
    Ed25519,
    /// A moment and the text (tlog-cosignature, type 0x04): how a witness signs those of others.
    Cosignature,
}

impl Algorithm {
    const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Cosignature => 4,
        }
    }
}

/// Why something is not believed, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    #[error("'{0}' is not a verifier key (name+hash+key)")]
    NotAKey(String),
    #[error("the checkpoint is not a signed note")]
    NotANote,
    #[error("the signed note is not a checkpoint")]
    NotACheckpoint,
    #[error("the checkpoint is of the log '{told}', and the key is of '{key}'")]
    OtherLog { told: String, key: String },
    #[error("the checkpoint has no signature of the key {0}")]
    Unsigned(String),
    #[error("the signature of {0} under the checkpoint is wrong")]
    BadSignature(String),
}

/// The private half of a key.
pub struct NoteKey {
    pair: Ed25519KeyPair,
    public: VerifierKey,
}

impl fmt::Debug for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl NoteKey {
    /// The key called `name` that grows from 32 random bytes; `None` if the name cannot stand in a note or the seed is short.
    #[must_use]
    pub fn from_seed(name: &str, algorithm: Algorithm, seed: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let public = VerifierKey::new(name, algorithm, pair.public_key().as_ref().try_into().ok()?)?;
        Some(Self { pair, public })
    }

    #[must_use]
    pub const fn public(&self) -> &VerifierKey {
        &self.public
    }

    /// The checkpoint of the log of this key's name, signed.
    #[must_use]
    pub fn checkpoint(&self, size: u64, root: Hash) -> String {
        let text = format!("{}\n{size}\n{root}\n", self.public.name);
        let line = self.line(self.pair.sign(text.as_bytes()).as_ref());
        format!("{text}\n{line}")
    }

    /// The line with which this witness signs the text of a note at `time` (seconds since 1970).
    #[must_use]
    pub fn cosign(&self, text: &str, time: u64) -> String {
        let signature = self.pair.sign(cosigned(text, time).as_bytes());
        self.line(&[&time.to_be_bytes(), signature.as_ref()].concat())
    }

    fn line(&self, signature: &[u8]) -> String {
        let told = [&self.public.id.to_be_bytes(), signature].concat();
        format!("— {} {}\n", self.public.name, STANDARD.encode(told))
    }
}

fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// The public half of a key; its text is what is printed and passed on (`name+hash+key`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    algorithm: Algorithm,
    public: [u8; 32],
}

impl VerifierKey {
    /// `None` if the name cannot stand in a note.
    #[must_use]
    pub fn new(name: &str, algorithm: Algorithm, public: [u8; 32]) -> Option<Self> {
        is_key_name_valid(name).then(|| Self {
            name: name.to_owned(),
            id: key_id(name, &typed(algorithm, &public)),
            algorithm,
            public,
        })
    }

    /// The name in signatures; of a log, its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn public(&self) -> &[u8; 32] {
        &self.public
    }
}

fn typed(algorithm: Algorithm, public: &[u8; 32]) -> Vec<u8> {
    [&[algorithm.byte()], public.as_slice()].concat()
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode(typed(self.algorithm, &self.public));
        write!(f, "{}+{:08x}+{key}", self.name, self.id)
    }
}

impl FromStr for VerifierKey {
    type Err = NoteFault;

    fn from_str(text: &str) -> Result<Self, NoteFault> {
        let text = text.trim();
        let read = || {
            // The key itself may hold a plus, a name never does.
            let mut parts = text.splitn(3, '+');
            let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
            let bytes = STANDARD.decode(key).ok()?;
            let (kind, public) = bytes.split_first()?;
            let algorithm = [Algorithm::Ed25519, Algorithm::Cosignature]
                .into_iter()
                .find(|algorithm| algorithm.byte() == *kind)?;
            let key = Self::new(name, algorithm, public.try_into().ok()?)?;
            (id.len() == 8 && u32::from_str_radix(id, 16) == Ok(key.id)).then_some(key)
        };
        read().ok_or_else(|| NoteFault::NotAKey(text.chars().take(200).collect()))
    }
}

impl Verifier for VerifierKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.public);
        match self.algorithm {
            Algorithm::Ed25519 => key.verify(text, signature).is_ok(),
            Algorithm::Cosignature => {
                let (Some((time, signature)), Ok(text)) = (signature.split_first_chunk::<8>(), str::from_utf8(text))
                else {
                    return false;
                };
                let message = cosigned(text, u64::from_be_bytes(*time));
                key.verify(message.as_bytes(), signature).is_ok()
            }
        }
    }
}

/// A checkpoint whose signatures were looked at.
#[derive(Clone, Debug)]
pub struct Seen {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
    /// What was signed, without the signatures.
    pub text: String,
    /// The names of those of the given witnesses who signed it too.
    pub witnesses: Vec<String>,
}

/// Reads `note`, which the log of `key` must have signed; a signature of one of `witnesses` must be right where there is one.
pub fn open(note: &[u8], key: &VerifierKey, witnesses: &[VerifierKey]) -> Result<Seen, NoteFault> {
    let read = Note::from_bytes(note).map_err(|_| NoteFault::NotANote)?;
    let checkpoint = Checkpoint::from_bytes(read.text()).map_err(|_| NoteFault::NotACheckpoint)?;
    if checkpoint.origin() != key.name {
        return Err(NoteFault::OtherLog {
            told: checkpoint.origin().to_owned(),
            key: key.name.clone(),
        });
    }
    let mut known: Vec<&VerifierKey> = vec![key];
    for witness in witnesses {
        if !known.contains(&witness) {
            known.push(witness);
        }
    }
    let list = known.iter().map(|key| Box::new((*key).clone()) as Box<dyn Verifier>);
    let signed = match read.verify(&VerifierList::new(list.collect())) {
        Ok((signed, _)) => signed,
        Err(signed_note::NoteError::InvalidSignature { name, .. }) => return Err(NoteFault::BadSignature(name)),
        Err(_) => Vec::new(),
    };
    let by = |key: &VerifierKey| signed.iter().any(|one| one.name() == key.name && one.id() == key.id);
    if !by(key) {
        return Err(NoteFault::Unsigned(key.name.clone()));
    }
    Ok(Seen {
        origin: checkpoint.origin().to_owned(),
        size: checkpoint.size(),
        root: *checkpoint.hash(),
        text: String::from_utf8_lossy(read.text()).into_owned(),
        witnesses: known[1..]
            .iter()
            .filter(|key| by(key))
            .map(|key| key.name.clone())
            .collect(),
    })
}

/// The origin that a note tells, whoever signed it.
#[must_use]
pub fn origin_of(note: &[u8]) -> Option<String> {
    let note = Note::from_bytes(note).ok()?;
    Some(Checkpoint::from_bytes(note.text()).ok()?.origin().to_owned())
}

/// Which of `lines`, as a witness answers them, is its signature under `text`; what others wrote there is left out.
#[must_use]
pub fn cosignature_in(lines: &str, text: &str, witness: &VerifierKey) -> Option<String> {
    lines.lines().take(100).find_map(|line| {
        let signature = Signature::from_bytes(line.as_bytes()).ok()?;
        let right = signature.name() == witness.name
            && signature.id() == witness.id
            && witness.verify(text.as_bytes(), signature.signature());
        right.then(|| format!("{line}\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> (NoteKey, NoteKey) {
        let log = NoteKey::from_seed("cho.example.vn/log/1", Algorithm::Ed25519, &[1; 32]);
        let witness = NoteKey::from_seed("ban.example.vn/witness", Algorithm::Cosignature, &[2; 32]);
        (log.expect("a key"), witness.expect("a key"))
    }

    #[test]
    fn the_keys_and_notes_of_the_standard_are_read() {
        // The example of C2SP signed-note.
        let key: VerifierKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
            .parse()
            .expect("a key");
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let signature = STANDARD
            .decode("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=")
            .expect("base64");
        assert!(key.verify(text.as_bytes(), &signature[4..]));
        assert!(!key.verify(b"other\n", &signature[4..]));
        assert_eq!(
            key.to_string(),
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        );
        for broken in [
            "",
            "a",
            "a+b+c",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+Bxpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            assert!(broken.parse::<VerifierKey>().is_err(), "{broken}");
        }
    }

    #[test]
    fn a_checkpoint_is_believed_only_from_its_log() {
        let (log, witness) = keys();
        let note = log.checkpoint(7, Hash([3; 32]));
        let seen = open(note.as_bytes(), log.public(), &[]).expect("signed");
        assert_eq!((seen.size, seen.root), (7, Hash([3; 32])));
        assert!(seen.witnesses.is_empty());

        let cosigned = format!("{note}{}", witness.cosign(&seen.text, 1_700_000_000));
        let both = open(cosigned.as_bytes(), log.public(), &[witness.public().clone()]).expect("signed twice");
        assert_eq!(both.witnesses, ["ban.example.vn/witness"]);
        // Who does not know the witness is not disturbed by it.
        assert!(open(cosigned.as_bytes(), log.public(), &[]).is_ok());

        let other = NoteKey::from_seed("cho.example.vn/log/1", Algorithm::Ed25519, &[9; 32]).expect("a key");
        assert_eq!(
            open(note.as_bytes(), other.public(), &[]).err(),
            Some(NoteFault::Unsigned("cho.example.vn/log/1".to_owned()))
        );
        let elsewhere = NoteKey::from_seed("cho.example.vn/log/2", Algorithm::Ed25519, &[1; 32]).expect("a key");
        assert!(matches!(
            open(note.as_bytes(), elsewhere.public(), &[]),
            Err(NoteFault::OtherLog { .. })
        ));
        let forged = note.replacen("\n7\n", "\n8\n", 1);
        assert!(matches!(
            open(forged.as_bytes(), log.public(), &[]),
            Err(NoteFault::BadSignature(_))
        ));
        assert_eq!(open(b"hello", log.public(), &[]).err(), Some(NoteFault::NotANote));
    }

    #[test]
    fn a_cosignature_is_of_its_text_and_its_moment() {
        let (log, witness) = keys();
        let note = log.checkpoint(7, Hash([3; 32]));
        let text = open(note.as_bytes(), log.public(), &[]).expect("signed").text;
        let line = witness.cosign(&text, 1_700_000_000);
        let lines = format!("— somebody AAAAAAAAAAAA\nnonsense\n{line}");
        assert_eq!(cosignature_in(&lines, &text, witness.public()), Some(line.clone()));
        assert_eq!(cosignature_in(&line, "other\n", witness.public()), None);
        assert_eq!(cosignature_in(&line, &text, log.public()), None);
    }
}
