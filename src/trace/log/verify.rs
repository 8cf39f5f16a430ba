//! Verification without a database (pure): of a proof bundle, and of a checkpoint against one held from before. The page
//! `/kiem-chung` does in TypeScript what stands here, over the same test bundles.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use entity::{
    Timestamp,
    ids::{EventId, SellerId},
};
use signed_note::Note;
use tlog_tiles::{Checkpoint, Hash, check_record, record_hash};

use super::{
    Told,
    bundle::{Bundle, FORMAT, Leaf},
    leaf::leaf,
    note::{Algorithm, NoteFault, VerifierKey, open},
};

/// Why something is refused, in a sentence that names what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("this is not a proof bundle: {0}")]
    NotABundle(String),
    #[error("{0}")]
    Note(#[from] NoteFault),
    #[error("none of the keys given is of the log '{0}'")]
    NoKey(String),
    #[error("no witness whose key was given has signed the checkpoint")]
    NoWitness,
    #[error("leaf {index} (event {event}): {fault}")]
    Leaf {
        index: u64,
        event: String,
        fault: LeafFault,
    },
    #[error("the bundle has no event that names the batch {0}")]
    OtherBatch(String),
    #[error("the checkpoint held is of the log '{held}', and this is the log '{told}'")]
    OtherLog { held: String, told: String },
    #[error("the log has {told} leaves, and the checkpoint held has {held}: it was cut short, or begun anew")]
    Shorter { held: u64, told: u64 },
    #[error("the first {held} leaves are not those of the checkpoint held: history was rewritten")]
    Rewritten { held: u64 },
}

/// What is wrong with a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafFault {
    #[error("{0}")]
    Malformed(&'static str),
    #[error("the event is not what was committed to: it was changed")]
    Changed,
    #[error("the proof does not lead to the checkpoint: the event is not in the log")]
    NotInLog,
}

/// Keys that somebody trusts, wherever they have them from.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    pub logs: Vec<VerifierKey>,
    pub witnesses: Vec<VerifierKey>,
}

impl FromStr for Keys {
    type Err = NoteFault;

    /// One verifier key a line; empty lines and lines that begin with # say nothing.
    fn from_str(text: &str) -> Result<Self, NoteFault> {
        let mut keys = Self::default();
        for line in text.lines().map(str::trim) {
            if !line.is_empty() && !line.starts_with('#') {
                keys.add(line.parse()?);
            }
        }
        Ok(keys)
    }
}

impl Keys {
    pub fn add(&mut self, key: VerifierKey) {
        match key.algorithm() {
            Algorithm::Ed25519 => self.logs.push(key),
            Algorithm::Cosignature => self.witnesses.push(key),
        }
    }
}

/// A checkpoint that was kept from before: whatever the log says today must go on from it.
#[derive(Clone, Debug)]
pub struct Held {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

impl Held {
    /// Reads a checkpoint as it was saved: a signed note. If `keys` has the key of its log, that must have signed it.
    pub fn read(text: &[u8], keys: &Keys) -> Result<Self, NoteFault> {
        let note = Note::from_bytes(text).map_err(|_| NoteFault::NotANote)?;
        let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|_| NoteFault::NotACheckpoint)?;
        if let Some(key) = keys.logs.iter().find(|key| key.name() == checkpoint.origin()) {
            open(text, key, &keys.witnesses)?;
        }
        Ok(Self {
            origin: checkpoint.origin().to_owned(),
            size: checkpoint.size(),
            root: *checkpoint.hash(),
        })
    }

    /// Refuses a log of `size` leaves whose first [`Held::size`] leaves hash to `root_then` (`None`: it has not as many).
    pub fn check(&self, origin: &str, size: u64, root_then: Option<Hash>) -> Result<(), Refusal> {
        if self.origin != origin {
            return Err(Refusal::OtherLog {
                held: self.origin.clone(),
                told: origin.to_owned(),
            });
        }
        match root_then {
            None => Err(Refusal::Shorter {
                held: self.size,
                told: size,
            }),
            Some(root) if root == self.root => Ok(()),
            Some(_) => Err(Refusal::Rewritten { held: self.size }),
        }
    }
}

/// What a bundle proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    pub origin: String,
    pub size: u64,
    /// Events whose documents are proved.
    pub events: usize,
    /// Leaves of events that were erased: in the log, and unreadable for good.
    pub erased: usize,
    pub waiting: u64,
    /// Witnesses whose keys were given and who have signed.
    pub witnesses: Vec<String>,
    /// Whether the log's key came with the bundle, so that it proves nothing against whoever made the bundle.
    pub own_key: bool,
}

impl fmt::Display for Proven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "The bundle is right: {} events are in the log {} of {} leaves, unchanged.",
            self.events, self.origin, self.size
        )?;
        if self.erased > 0 {
            writeln!(
                f,
                "{} more were erased, as the law lets a person ask; their leaves are there.",
                self.erased
            )?;
        }
        if self.waiting > 0 {
            writeln!(f, "{} events were too new for this checkpoint.", self.waiting)?;
        }
        if self.own_key {
            writeln!(
                f,
                "The key came with the bundle. To be sure, take it from a sticker sheet or a partner: --key KEY."
            )?;
        }
        match self.witnesses.as_slice() {
            [] => write!(f, "No witness was asked for."),
            witnesses => write!(f, "Witnesses: {}.", witnesses.join(", ")),
        }
    }
}

/// Checks the bundle `text` with `keys`; when they have no key of a log, with the one that came in the bundle. When they
/// have keys of witnesses, one of those must have signed.
pub fn bundle(text: &[u8], keys: &Keys, held: Option<&Held>) -> Result<Proven, Refusal> {
    let bundle: Bundle = serde_json::from_slice(text).map_err(|error| Refusal::NotABundle(error.to_string()))?;
    if bundle.format != FORMAT {
        return Err(Refusal::NotABundle(format!("its format is not {FORMAT}")));
    }
    let note = bundle.checkpoint.as_bytes();
    let own: VerifierKey = bundle.key.parse()?;
    let own_key = keys.logs.is_empty();
    let origin = super::note::origin_of(note).ok_or(NoteFault::NotANote)?;
    let key = if own_key {
        &own
    } else {
        let named = keys.logs.iter().find(|key| key.name() == origin);
        named.ok_or_else(|| Refusal::NoKey(origin.clone()))?
    };
    let seen = open(note, key, &keys.witnesses)?;
    if !keys.witnesses.is_empty() && seen.witnesses.is_empty() {
        return Err(Refusal::NoWitness);
    }
    if let Some(held) = held {
        // Of another size, the bundle alone cannot tell whether one goes on from the other.
        let then = match seen.size.cmp(&held.size) {
            std::cmp::Ordering::Less => None,
            std::cmp::Ordering::Equal => Some(seen.root),
            std::cmp::Ordering::Greater => Some(held.root),
        };
        held.check(&seen.origin, seen.size, then)?;
    }
    let (mut events, mut erased, mut names_batch) = (0, 0, false);
    for one in &bundle.leaves {
        match check_leaf(one, seen.size, seen.root) {
            Ok(Some(document)) => {
                events += 1;
                names_batch |= names(document, &bundle.batch.uri);
            }
            Ok(None) => erased += 1,
            Err(fault) => {
                return Err(Refusal::Leaf {
                    index: one.index,
                    event: one.event.chars().take(64).collect(),
                    fault,
                });
            }
        }
    }
    if !names_batch && events > 0 {
        return Err(Refusal::OtherBatch(bundle.batch.uri));
    }
    Ok(Proven {
        origin: seen.origin,
        size: seen.size,
        events,
        erased,
        waiting: bundle.waiting,
        witnesses: seen.witnesses,
        own_key,
    })
}

/// The document of a leaf that is what it was, and where it should be.
fn check_leaf(told: &Leaf, size: u64, root: Hash) -> Result<Option<&str>, LeafFault> {
    use LeafFault::{Changed, Malformed, NotInLog};
    let bytes = |text: &str| {
        STANDARD
            .decode(text)
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
    };
    let commitment = bytes(&told.commitment).ok_or(Malformed("its commitment is not 32 bytes"))?;
    let document = match (&told.document, &told.salt) {
        (Some(document), Some(salt)) => {
            let salt = bytes(salt).ok_or(Malformed("its salt is not 32 bytes"))?;
            let seller = match &told.seller {
                Some(text) => Some(
                    text.parse::<SellerId>()
                        .map_err(|_| Malformed("its seller is not an id"))?,
                ),
                None => None,
            };
            let event = Told {
                event: told
                    .event
                    .parse::<EventId>()
                    .map_err(|_| Malformed("its event is not an id"))?,
                recorded_at: told
                    .recorded_at
                    .parse::<Timestamp>()
                    .map_err(|_| Malformed("its time of recording is not a moment"))?,
                seller,
                document,
                context: told.context.as_deref(),
            };
            if event.commitment(&salt) != commitment {
                return Err(Changed);
            }
            Some(document.as_str())
        }
        (None, None) => None,
        _ => return Err(Malformed("an event has both its document and its salt, or neither")),
    };
    let proof: Option<Vec<Hash>> = told.proof.iter().map(|hash| bytes(hash).map(Hash)).collect();
    let proof = proof
        .filter(|proof| proof.len() <= 64)
        .ok_or(Malformed("its proof is not a list of hashes"))?;
    check_record(&proof, size, root, told.index, record_hash(&leaf(&commitment))).map_err(|_| NotInLog)?;
    Ok(document)
}

/// Whether a document names the batch `uri`, at this resolver or at GS1's: as a whole text, not as a part of one.
fn names(document: &str, uri: &str) -> bool {
    fn holds(value: &serde_json::Value, uri: &str, path: &str) -> bool {
        match value {
            serde_json::Value::String(text) => {
                text == uri || text.strip_prefix("https://id.gs1.org").is_some_and(|rest| rest == path)
            }
            serde_json::Value::Array(values) => values.iter().any(|value| holds(value, uri, path)),
            serde_json::Value::Object(members) => members.values().any(|value| holds(value, uri, path)),
            _ => false,
        }
    }
    let path = uri.find("/01/").map_or(uri, |at| &uri[at..]);
    serde_json::from_str(document).is_ok_and(|value| holds(&value, uri, path))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tlog_tiles::prove_record;
    use uuid::Uuid;

    use super::*;
    use crate::{
        app::Source,
        trace::log::{
            bundle::BatchNamed,
            leaf::SALT,
            note::NoteKey,
            tree::{Growing, Tiles},
        },
    };

    const GOOD: &str = include_str!("../../../tests/bundles/good.json");
    const CASES: &str = include_str!("../../../tests/bundles/cases.json");

    /// The bundle that both verifiers are tested with, made anew: a log of nine leaves, three of them of the batch, one of
    /// those erased; and the keys of its log and of a witness.
    fn made() -> (Bundle, String, String) {
        let source = Source::seeded("bundle");
        let log = NoteKey::from_seed("cho.example.vn/log/1", Algorithm::Ed25519, &[1; 32]).expect("a key");
        let witness = NoteKey::from_seed("ban.example.vn/witness/1", Algorithm::Cosignature, &[2; 32]).expect("a key");
        let uri = "https://cho.example.vn/01/09520123456788/10/261120-01";
        let (mut leaves, mut tree, mut tile) = (Vec::new(), Growing::default(), Vec::new());
        for n in 0..9_u64 {
            let named = if n == 4 {
                uri
            } else {
                "https://cho.example.vn/01/09520123456788/10/L-0"
            };
            let document =
                json!({"type": "ObjectEvent", "n": n, "note": "Chè hái sáng", "epcList": [named]}).to_string();
            let mut salt = [0; SALT];
            source.fill(&mut salt);
            let told = Told {
                event: EventId(Uuid::from_u128(u128::from(n) + 1)),
                recorded_at: Timestamp(1_700_000_000_123 + i64::try_from(n).expect("small")),
                seller: (n != 3).then(|| SellerId(Uuid::from_u128(77))),
                document: &document,
                context: (n == 4).then_some("[]"),
            };
            let commitment = told.commitment(&salt);
            let hash = record_hash(&leaf(&commitment));
            tree.push(hash);
            tile.extend_from_slice(&hash.0);
            let there = n != 8;
            leaves.push(Leaf {
                event: told.event.to_string(),
                index: n,
                document: there.then(|| document.clone()),
                context: told.context.map(str::to_owned),
                salt: there.then(|| STANDARD.encode(salt)),
                commitment: STANDARD.encode(commitment),
                recorded_at: told.recorded_at.rfc3339(),
                seller: told.seller.map(|seller| seller.to_string()),
                proof: Vec::new(),
            });
        }
        let tiles = Tiles::Loaded([((0, 0), tile)].into());
        leaves.retain(|leaf| matches!(leaf.index, 3 | 4 | 8));
        for leaf in &mut leaves {
            let proof = prove_record(9, leaf.index, &tiles).expect("a proof");
            leaf.proof = proof.iter().map(ToString::to_string).collect();
        }
        let note = log.checkpoint(9, tree.root());
        let text = open(note.as_bytes(), log.public(), &[]).expect("signed").text;
        let bundle = Bundle {
            format: FORMAT.to_owned(),
            batch: BatchNamed {
                id: Uuid::from_u128(5).to_string(),
                gtin: "09520123456788".to_owned(),
                lot: "261120-01".to_owned(),
                uri: uri.to_owned(),
            },
            key: log.public().to_string(),
            witnesses: vec![witness.public().to_string()],
            checkpoint: format!("{note}{}", witness.cosign(&text, 1_700_000_100)),
            leaves,
            waiting: 1,
        };
        (bundle, log.public().to_string(), witness.public().to_string())
    }

    #[test]
    fn the_bundle_kept_for_both_verifiers_is_what_is_made() {
        let made = serde_json::to_value(made().0).expect("JSON");
        let kept: Value = serde_json::from_str(GOOD).expect("JSON");
        assert_eq!(kept, made, "tests/bundles/good.json should be:\n{made:#}");
    }

    #[test]
    fn a_good_bundle_is_proved_and_says_what_it_proves() {
        let (_, log, witness) = made();
        let keys: Keys = format!("# of the sheet\n{log}\n\n{witness}\n").parse().expect("keys");
        let proven = bundle(GOOD.as_bytes(), &keys, None).expect("right");
        assert_eq!(
            (proven.events, proven.erased, proven.waiting, proven.size),
            (2, 1, 1, 9)
        );
        assert_eq!(proven.witnesses, ["ban.example.vn/witness/1"]);
        assert!(!proven.own_key);
        assert!(bundle(GOOD.as_bytes(), &Keys::default(), None).expect("right").own_key);
    }

    const fn code(refusal: &Refusal) -> &'static str {
        match refusal {
            Refusal::NotABundle(_) => "not-a-bundle",
            Refusal::Note(NoteFault::NotAKey(_)) => "not-a-key",
            Refusal::Note(NoteFault::NotANote | NoteFault::NotACheckpoint) => "not-a-checkpoint",
            Refusal::Note(NoteFault::OtherLog { .. }) | Refusal::NoKey(_) => "no-key",
            Refusal::Note(NoteFault::Unsigned(_)) => "unsigned",
            Refusal::Note(NoteFault::BadSignature(_)) => "bad-signature",
            Refusal::NoWitness => "no-witness",
            Refusal::Leaf { fault, .. } => match fault {
                LeafFault::Malformed(_) => "malformed-leaf",
                LeafFault::Changed => "changed",
                LeafFault::NotInLog => "not-in-log",
            },
            Refusal::OtherBatch(_) => "other-batch",
            Refusal::OtherLog { .. } | Refusal::Shorter { .. } | Refusal::Rewritten { .. } => "held",
        }
    }

    #[test]
    fn every_forgery_of_the_table_is_refused_for_its_reason() {
        let table: Value = serde_json::from_str(CASES).expect("JSON");
        let cases = table["cases"].as_array().expect("cases");
        assert!(cases.len() >= 25, "{} cases", cases.len());
        for case in cases {
            let mut told: Value = serde_json::from_str(GOOD).expect("JSON");
            for (pointer, value) in case["set"].as_object().into_iter().flatten() {
                *told.pointer_mut(pointer).expect("a place in the bundle") = value.clone();
            }
            let keys = case["keys"]
                .as_str()
                .unwrap_or("")
                .parse::<Keys>()
                .map_err(Refusal::from);
            let verdict = keys.and_then(|keys| bundle(told.to_string().as_bytes(), &keys, None));
            let reason = verdict.as_ref().err().map(code);
            assert_eq!(reason, case["refused"].as_str(), "{}", case["name"]);
        }
    }

    #[test]
    fn a_log_goes_on_from_what_is_held_or_is_refused() {
        let (told, log, _) = made();
        let keys: Keys = log.parse().expect("a key");
        let held = Held::read(told.checkpoint.as_bytes(), &keys).expect("a checkpoint");
        assert!(bundle(GOOD.as_bytes(), &keys, Some(&held)).is_ok());
        assert_eq!(held.check(&held.origin, 20, Some(held.root)), Ok(()));
        assert_eq!(
            held.check(&held.origin, 20, Some(Hash([0; 32]))),
            Err(Refusal::Rewritten { held: 9 })
        );
        assert_eq!(
            held.check(&held.origin, 8, None),
            Err(Refusal::Shorter { held: 9, told: 8 })
        );
        assert!(matches!(
            held.check("cho.example.vn/log/2", 20, Some(held.root)),
            Err(Refusal::OtherLog { .. })
        ));
        // The operator's own key signs another history of the same length.
        let operator = NoteKey::from_seed("cho.example.vn/log/1", Algorithm::Ed25519, &[1; 32]).expect("a key");
        let other = Held {
            root: Hash([5; 32]),
            ..held
        };
        let again = operator.checkpoint(9, Hash([5; 32]));
        assert!(Held::read(again.as_bytes(), &keys).is_ok());
        assert_eq!(
            bundle(GOOD.as_bytes(), &keys, Some(&other)).err(),
            Some(Refusal::Rewritten { held: 9 })
        );
        let forged = again.replace("\n9\n", "\n10\n");
        assert!(Held::read(forged.as_bytes(), &keys).is_err());
    }
}
