//! Where the pictures lie: a folder. A file, once there, never changes, so it may be cached for good.
//!
//! Only [`Store`] knows that it is a folder.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use entity::ids::PhotoId;

use crate::app::App;

/// The place of all pictures.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    pub fn of(app: &App) -> Self {
        Self {
            root: app.config().media.clone(),
        }
    }

    /// `{aa}/{photo}-{width}.webp`, where `aa` are the last digits of the id: the first ones are its time, and would put
    /// a year's photographs into one folder.
    fn path(&self, id: PhotoId, width: u32) -> PathBuf {
        let name = id.to_string();
        self.root
            .join(&name[name.len() - 2..])
            .join(format!("{name}-{width}.webp"))
    }

    /// Writes a picture. When this returns it is there whole and survives a power cut; at no moment is it there in part.
    pub async fn put(&self, id: PhotoId, width: u32, bytes: Vec<u8>) -> io::Result<()> {
        let path = self.path(id, width);
        tokio::task::spawn_blocking(move || write_whole(&path, &bytes))
            .await
            .map_err(io::Error::other)?
    }

    /// Removes the picture; one that is not there is removed already.
    pub async fn remove(&self, id: PhotoId, width: u32) -> io::Result<()> {
        match tokio::fs::remove_file(self.path(id, width)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The picture, if there is one.
    pub async fn get(&self, id: PhotoId, width: u32) -> io::Result<Option<Vec<u8>>> {
        match tokio::fs::read(self.path(id, width)).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Under another name first, then renamed: a reader finds all of it or nothing.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let unfinished = path.with_extension("tmp");
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    // A name is durable only when its folder is, and the folder's when its own is.
    File::open(folder)?.sync_all()?;
    folder.parent().map_or(Ok(()), |root| File::open(root)?.sync_all())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(last: u8) -> PhotoId {
        PhotoId(Uuid::from_u128(
            0x0192_0000_0000_7000_8000_0000_0000_0000 | u128::from(last),
        ))
    }

    #[tokio::test]
    async fn what_is_put_is_there_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store {
            root: folder.path().join("media"),
        };
        assert_eq!(store.get(id(7), 320).await.expect("an answer"), None);
        store.put(id(7), 320, b"webp".to_vec()).await.expect("written");
        assert_eq!(
            store.get(id(7), 320).await.expect("an answer").as_deref(),
            Some(&b"webp"[..])
        );
        assert_eq!(store.get(id(7), 640).await.expect("an answer"), None);
        assert_eq!(store.get(id(8), 320).await.expect("an answer"), None);
        let names: Vec<_> = fs::read_dir(folder.path().join("media/07"))
            .expect("a folder")
            .collect();
        assert_eq!(names.len(), 1, "no unfinished file is left: {names:?}");
        store.remove(id(7), 320).await.expect("removed");
        store.remove(id(7), 320).await.expect("removed already");
        assert_eq!(store.get(id(7), 320).await.expect("an answer"), None);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("media"), b"a file").expect("written");
        let store = Store {
            root: folder.path().join("media"),
        };
        assert!(store.put(id(7), 320, b"webp".to_vec()).await.is_err());
    }
}
