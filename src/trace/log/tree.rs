//! The Merkle tree of RFC 6962 over tiles of 256 hashes (pure).

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};

use tlog_tiles::{EMPTY_HASH, Error, Hash, HashReader, Tile, node_hash};

/// log₂ of the hashes of a whole tile.
pub const HEIGHT: u8 = 8;
/// Hashes of a whole tile.
pub const WIDTH: u64 = 256;
/// Bytes of a hash.
pub const HASH: usize = 32;

/// Where hashes are read from: tiles at hand by (level, number), or a list of what will be needed.
#[derive(Debug)]
pub enum Tiles {
    /// Notes what is asked for, and answers with zeros.
    Wanted(RefCell<BTreeSet<(u8, u64)>>),
    Loaded(HashMap<(u8, u64), Vec<u8>>),
}

impl HashReader for Tiles {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let hash = |index: &u64| {
            let tile = Tile::from_index(HEIGHT, *index);
            let place = (tile.level(), tile.level_index());
            match self {
                Self::Wanted(wanted) => {
                    wanted.borrow_mut().insert(place);
                    Ok(Hash([0; HASH]))
                }
                Self::Loaded(tiles) => {
                    let bytes = tiles.get(&place).ok_or(Error::IndexesNotInTree)?;
                    tile.hash_at_index(bytes, *index)
                }
            }
        };
        indexes.iter().map(hash).collect()
    }
}

/// The tiles that `work` reads.
pub fn wanted<T>(work: &impl Fn(&Tiles) -> Result<T, Error>) -> Vec<(u8, u64)> {
    let tiles = Tiles::Wanted(RefCell::default());
    // What comes of zeros means nothing.
    let _ = work(&tiles);
    match tiles {
        Tiles::Wanted(wanted) => wanted.into_inner().into_iter().collect(),
        Tiles::Loaded(_) => Vec::new(),
    }
}

/// The hash of a whole tile, which stands in the tile above it.
#[must_use]
pub fn tile_hash(bytes: &[u8]) -> Hash {
    Tile::subtree_hash(bytes)
}

/// A tree that grows leaf by leaf and keeps only what its hash needs.
#[derive(Clone, Debug, Default)]
pub struct Growing {
    size: u64,
    /// Hashes of whole subtrees, the largest first: one for each bit of `size`.
    subtrees: Vec<Hash>,
}

impl Growing {
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds the hash of a leaf ([`tlog_tiles::record_hash`]).
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // Each trailing one of the size is a subtree that this leaf makes whole.
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.subtrees.pop() else { break };
            hash = node_hash(left, hash);
        }
        self.subtrees.push(hash);
        self.size += 1;
    }

    /// The hash of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut right_to_left = self.subtrees.iter().rev().copied();
        match right_to_left.next() {
            None => EMPTY_HASH,
            Some(last) => right_to_left.fold(last, |right, left| node_hash(left, right)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use proptest::prelude::*;
    use serde_json::Value;
    use tlog_tiles::{check_record, check_tree, prove_record, prove_tree, record_hash, tree_hash};

    use super::*;

    /// The tiles of a tree of these leaves, built as the database's are: appended to, never made anew.
    fn tiles(leaves: &[Hash]) -> Tiles {
        let mut loaded: HashMap<(u8, u64), Vec<u8>> = HashMap::new();
        let mut new: Vec<Hash> = leaves.to_vec();
        for level in 0.. {
            let mut above = Vec::new();
            for (n, chunk) in (0..).zip(new.chunks(256)) {
                let bytes: Vec<u8> = chunk.iter().flat_map(|hash| hash.0).collect();
                if chunk.len() == 256 {
                    above.push(tile_hash(&bytes));
                }
                loaded.insert((level, n), bytes);
            }
            if above.is_empty() {
                break;
            }
            new = above;
        }
        Tiles::Loaded(loaded)
    }

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count)
            .map(|n| record_hash(format!("leaf {n}").as_bytes()))
            .collect()
    }

    #[test]
    fn every_size_to_600_proves_every_leaf_and_every_size_before() {
        let all = leaves(600);
        let (mut growing, mut roots) = (Growing::default(), vec![EMPTY_HASH]);
        for leaf in &all {
            growing.push(*leaf);
            roots.push(growing.root());
        }
        let tiles = tiles(&all);
        for size in 1..=600_u64 {
            let root = roots[usize::try_from(size).expect("small")];
            assert_eq!(tree_hash(size, &tiles).expect("a root"), root, "{size}");
            // All leaves and sizes of the small trees, and a spread of them in the others.
            let step = if size < 70 { 1 } else { 37 };
            for n in (0..size).step_by(step).chain([size - 1]) {
                let at = usize::try_from(n).expect("small");
                let proof = prove_record(size, n, &tiles).expect("a proof");
                assert!(check_record(&proof, size, root, n, all[at]).is_ok(), "{n} of {size}");
                assert!(check_record(&proof, size, root, n, record_hash(b"other")).is_err());
                let before = roots[at + 1];
                let proof = prove_tree(size, n + 1, &tiles).expect("a proof");
                assert!(check_tree(&proof, size, root, n + 1, before).is_ok(), "{n} to {size}");
                if n + 1 < size {
                    assert!(check_tree(&proof, size, root, n + 1, EMPTY_HASH).is_err());
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn what_was_changed_in_a_proof_is_refused(size in 2..600_u64, n in any::<u64>(), at in any::<usize>(), bit in 0..256_usize) {
            let (all, n) = (leaves(size), n % size);
            let tiles = tiles(&all);
            let root = tree_hash(size, &tiles).expect("a root");
            let leaf = all[usize::try_from(n).expect("small")];
            let mut proof = prove_record(size, n, &tiles).expect("a proof");
            let at = at % proof.len();
            proof[at].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(check_record(&proof, size, root, n, leaf).is_err());
            proof[at].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(check_record(&proof, size, root, n, leaf).is_ok());
            proof.push(leaf);
            prop_assert!(check_record(&proof, size, root, n, leaf).is_err());
        }
    }

    fn hash(value: &Value) -> Option<Hash> {
        let bytes = STANDARD.decode(value.as_str()?).ok()?;
        Some(Hash(bytes.try_into().ok()?))
    }

    fn proof(vector: &Value) -> Option<Vec<Hash>> {
        match &vector["proof"] {
            Value::Null => Some(Vec::new()),
            list => list.as_array()?.iter().map(hash).collect(),
        }
    }

    fn inclusion(vector: &Value) -> Option<()> {
        let (n, size) = (vector["leafIdx"].as_u64()?, vector["treeSize"].as_u64()?);
        let (root, leaf) = (hash(&vector["root"])?, hash(&vector["leafHash"])?);
        check_record(&proof(vector)?, size, root, n, leaf).ok()
    }

    fn consistency(vector: &Value) -> Option<()> {
        let (before, size) = (vector["size1"].as_u64()?, vector["size2"].as_u64()?);
        let (first, root) = (hash(&vector["root1"])?, hash(&vector["root2"])?);
        check_tree(&proof(vector)?, size, root, before, first).ok()
    }

    #[test]
    fn the_vectors_of_rfc_6962_are_told_apart() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/trace/rfc6962");
        if !folder.is_dir() {
            assert!(std::env::var_os("CI").is_none(), "the vectors of RFC 6962 are missing");
            eprintln!("skipped: the vectors of RFC 6962 are not here");
            return;
        }
        for (kind, verify) in [
            ("inclusion", inclusion as fn(&Value) -> Option<()>),
            ("consistency", consistency),
        ] {
            let (mut good, mut bad) = (0, 0);
            for case in std::fs::read_dir(folder.join(kind)).expect("a folder") {
                for file in std::fs::read_dir(case.expect("a folder").path()).expect("a folder") {
                    let path = file.expect("a file").path();
                    let text = std::fs::read_to_string(&path).expect("a file");
                    let vector: Value = serde_json::from_str(&text).expect("JSON");
                    let refused = verify(&vector).is_none();
                    assert_eq!(Some(refused), vector["wantErr"].as_bool(), "{}", path.display());
                    *(if refused { &mut bad } else { &mut good }) += 1;
                }
            }
            assert!(good >= 3 && bad >= 40, "{kind}: {good} good and {bad} bad");
        }
    }
}
