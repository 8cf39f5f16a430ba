//! Reads a log from its server, for `choque log verify URL`. The server is the one that is not trusted.

use std::time::Duration;

use reqwest::{Client, StatusCode, Url};
use tlog_tiles::{Tile, record_hash};

use super::{
    leaf::LEAF,
    note::{NoteFault, VerifierKey, open},
    tree::{Growing, HASH, HEIGHT, WIDTH, tile_hash},
    verify::{Held, Keys, Refusal},
};

/// The largest answer that is read.
const LARGEST: usize = 4 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a log was refused or could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RemoteFault {
    #[error("'{0}' is not the address of an exchange")]
    NotAnAddress(String),
    #[error("{path} cannot be read: {why}")]
    Unread { path: String, why: String },
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("tile {0} is not made of the leaves behind it")]
    Tile(String),
    #[error("the leaves of {0} are not written as they should be")]
    Entries(String),
    #[error("the {0} leaves do not hash to the root that the checkpoint signs")]
    Root(u64),
}

impl From<NoteFault> for RemoteFault {
    fn from(fault: NoteFault) -> Self {
        Self::Refused(fault.into())
    }
}

/// What was found right.
#[derive(Debug)]
pub struct Verified {
    pub origin: String,
    pub size: u64,
    pub witnesses: Vec<String>,
    /// Whether the key was the server's own word.
    pub own_key: bool,
    /// The size of the checkpoint held that it goes on from.
    pub since: Option<u64>,
    /// The checkpoint as it was told, to be held until next time.
    pub checkpoint: String,
}

struct Server {
    client: Client,
    base: Url,
}

impl Server {
    async fn get(&self, path: &str) -> Result<Vec<u8>, RemoteFault> {
        let unread = |why: String| RemoteFault::Unread {
            path: path.to_owned(),
            why,
        };
        let url = self.base.join(path).map_err(|error| unread(error.to_string()))?;
        let failed = |error: reqwest::Error| unread(error.without_url().to_string());
        let mut answer = self.client.get(url).send().await.map_err(failed)?;
        if answer.status() != StatusCode::OK {
            return Err(unread(format!("the server answers {}", answer.status())));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if bytes.len() + chunk.len() > LARGEST {
                return Err(unread("the answer is too large".to_owned()));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

/// Checks the whole log of the exchange at `address`: its signature, every tile against the leaves, the root, and that it
/// goes on from `held`. `heard` is told how far it has come.
pub async fn remote(
    address: &str,
    keys: &Keys,
    held: Option<&Held>,
    heard: impl Fn(u64, u64),
) -> Result<Verified, RemoteFault> {
    let not = || RemoteFault::NotAnAddress(address.to_owned());
    let base = Url::parse(address).map_err(|_| not())?;
    if !matches!(base.scheme(), "http" | "https") {
        return Err(not());
    }
    let client = Client::builder()
        .timeout(PATIENCE)
        .build()
        .map_err(|error| RemoteFault::Unread {
            path: address.to_owned(),
            why: error.to_string(),
        })?;
    let server = Server { client, base };
    let note = server.get("/log/checkpoint").await?;
    let own_key = keys.logs.is_empty();
    let key: VerifierKey = if own_key {
        String::from_utf8_lossy(&server.get("/log/key").await?).parse()?
    } else {
        let origin = super::note::origin_of(&note).ok_or(NoteFault::NotANote)?;
        let named = keys.logs.iter().find(|key| key.name() == origin);
        named.cloned().ok_or(Refusal::NoKey(origin))?
    };
    let seen = open(&note, &key, &keys.witnesses)?;
    if !keys.witnesses.is_empty() && seen.witnesses.is_empty() {
        return Err(Refusal::NoWitness.into());
    }
    if let Some(held) = held
        && (held.origin != seen.origin || held.size > seen.size)
    {
        held.check(&seen.origin, seen.size, None)?;
    }
    let mut tree = Growing::default();
    let mut root_then = held.filter(|held| held.size == 0).map(|_| tree.root());
    // What whole tiles of a level hash to, which the level above has to hold.
    let mut above = Vec::new();
    for n in 0..seen.size.div_ceil(WIDTH) {
        let width = WIDTH.min(seen.size - n * WIDTH);
        let tile = place(0, n, width);
        let entries = format!("/log/{}", tile.replacen("tile/0/", "tile/entries/", 1));
        let mut hashes = Vec::new();
        for leaf in leaves(&server.get(&entries).await?, width).ok_or_else(|| RemoteFault::Entries(entries.clone()))? {
            let hash = record_hash(leaf);
            hashes.extend_from_slice(&hash.0);
            tree.push(hash);
            if held.is_some_and(|held| held.size == tree.size()) {
                root_then = Some(tree.root());
            }
        }
        if server.get(&format!("/log/{tile}")).await? != hashes {
            return Err(RemoteFault::Tile(tile));
        }
        if width == WIDTH {
            above.extend_from_slice(&tile_hash(&hashes).0);
        }
        heard(tree.size(), seen.size);
    }
    check_levels(&server, above).await?;
    if tree.root() != seen.root {
        return Err(RemoteFault::Root(seen.size));
    }
    if let Some(held) = held {
        held.check(&seen.origin, seen.size, root_then)?;
    }
    Ok(Verified {
        origin: seen.origin,
        size: seen.size,
        witnesses: seen.witnesses,
        own_key,
        since: held.map(|held| held.size),
        checkpoint: String::from_utf8_lossy(&note).into_owned(),
    })
}

/// Checks the tiles above the leaves; `hashes` are those of level 1.
async fn check_levels(server: &Server, mut hashes: Vec<u8>) -> Result<(), RemoteFault> {
    for level in 1.. {
        let mut above = Vec::new();
        for (n, bytes) in (0..).zip(hashes.chunks(256 * HASH)) {
            let tile = place(level, n, (bytes.len() / HASH) as u64);
            if server.get(&format!("/log/{tile}")).await? != bytes {
                return Err(RemoteFault::Tile(tile));
            }
            if bytes.len() == 256 * HASH {
                above.extend_from_slice(&tile_hash(bytes).0);
            }
        }
        if above.is_empty() {
            return Ok(());
        }
        hashes = above;
    }
    Ok(())
}

/// The path of a tile below `/log/`.
fn place(level: u8, n: u64, width: u64) -> String {
    let width = u32::try_from(width).unwrap_or(1).max(1);
    let path = Tile::new(HEIGHT, level, n, width, false).path();
    // The library writes the height, which C2SP tlog-tiles does not.
    path.replacen("tile/8/", "tile/", 1)
}

/// The leaves of an entry bundle, if there are `width` of them and nothing else.
fn leaves(bytes: &[u8], width: u64) -> Option<Vec<&[u8]>> {
    let (mut rest, mut leaves) = (bytes, Vec::new());
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (leaf, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        leaves.push(leaf);
        rest = after;
    }
    let right = leaves.len() as u64 == width && leaves.iter().all(|leaf| leaf.len() == LEAF && leaf[0] == 1);
    right.then_some(leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_is_asked_for_as_the_standard_writes_it() {
        assert_eq!(place(0, 0, 256), "tile/0/000");
        assert_eq!(place(2, 1_234_067, 7), "tile/2/x001/x234/067.p/7");
    }

    #[test]
    fn leaves_are_read_whole_or_not_at_all() {
        let leaf = [1_u8; LEAF];
        let one = [&[0, 33], leaf.as_slice()].concat();
        assert_eq!(leaves(&one, 1), Some(vec![leaf.as_slice()]));
        let two = [one.clone(), one.clone()].concat();
        assert_eq!(leaves(&two, 2).map(|leaves| leaves.len()), Some(2));
        for (wrong, width) in [(&two[..], 1), (&one[..34], 1), (&two[..36], 2), (&[0_u8, 0][..], 1)] {
            assert_eq!(leaves(wrong, width), None);
        }
    }
}
