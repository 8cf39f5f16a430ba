//! Which folder below `CHOQUE_STATE/search` is this process's own.
//!
//! A process takes the first folder that nobody else holds the lock of. After a restart that is most likely the one it had,
//! with an index that is nearly up to date.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// Folders that nobody has wanted for so long are swept away.
const KEPT: Duration = Duration::from_hours(24);
/// More processes than this do not share a folder.
const MOST: usize = 1000;

/// A folder of our own, for as long as this value lives.
#[derive(Debug)]
pub struct Slot {
    folder: PathBuf,
    _lock: File,
}

impl Slot {
    /// Claims a folder below `root` and sweeps away those that are no longer in use.
    pub fn claim(root: &Path, now: SystemTime) -> io::Result<Self> {
        let mut claimed = None;
        for number in 0..MOST {
            let folder = root.join(number.to_string());
            if claimed.is_some() {
                sweep(&folder, now);
                if !folder.exists() {
                    break;
                }
            } else if let Some(lock) = lock(&folder)? {
                claimed = Some(Self { folder, _lock: lock });
            }
        }
        claimed.ok_or_else(|| io::Error::other(format!("every folder in {} is in use", root.display())))
    }

    /// Where the index itself is.
    pub fn index(&self) -> PathBuf {
        self.folder.join("index")
    }
}

fn lock(folder: &Path) -> io::Result<Option<File>> {
    fs::create_dir_all(folder)?;
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("lock"))?;
    match file.try_lock() {
        Ok(()) => {
            // Its date tells when the folder was last wanted.
            file.set_len(0)?;
            file.write_all(std::process::id().to_string().as_bytes())?;
            Ok(Some(file))
        }
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Removes `folder` if nobody holds it and nobody has wanted it for long.
fn sweep(folder: &Path, now: SystemTime) {
    let Ok(file) = OpenOptions::new().write(true).open(folder.join("lock")) else {
        return;
    };
    let wanted = file.metadata().and_then(|about| about.modified());
    let old = wanted.is_ok_and(|wanted| now.duration_since(wanted).is_ok_and(|age| age > KEPT));
    if old
        && file.try_lock().is_ok()
        && let Err(error) = fs::remove_dir_all(folder)
    {
        tracing::warn!(%error, folder = %folder.display(), "an old search index could not be removed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_process_has_its_own_and_finds_it_again() {
        let root = tempfile::tempdir().expect("a folder");
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 100);
        let claim = || Slot::claim(root.path(), SystemTime::UNIX_EPOCH).expect("a slot");
        let (first, second) = (claim(), claim());
        assert_ne!(first.index(), second.index());
        let was = first.index();
        drop(first);
        let again = claim();
        assert_eq!(again.index(), was);
        drop(second);
        let _third = claim();
        let fourth = claim();
        let lost = fourth.index();
        drop((fourth, again));
        // A century later what nobody holds is gone, and what somebody holds is not.
        let _first = Slot::claim(root.path(), now).expect("a slot");
        assert!(!lost.parent().expect("a folder").exists());
        assert!(root.path().join("1").exists());
    }
}
