//! A folder whose files appear whole and survive a crash.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::oneshot;

/// The most files written before the disk is waited for. Fewer come while it is.
const MAX_GROUP: usize = 64;

/// A folder in which files appear whole or not at all.
///
/// One thread writes them. Files that come while it waits for the disk are written together, with one
/// wait for all of them.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    writer: Sender<PendingWrite>,
}

/// A file that waits to be written.
#[derive(Debug)]
struct PendingWrite {
    name: String,
    content: Vec<u8>,
    done: oneshot::Sender<io::Result<()>>,
}

impl Folder {
    /// Opens a folder, and creates it if it does not exist.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be created.
    pub fn open(path: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(path)?;
        let (writer, queue) = channel();
        let folder = path.to_owned();
        // The thread ends when the last clone of this handle is dropped.
        std::thread::Builder::new()
            .name("folder writer".into())
            .spawn(move || run(&folder, &queue))?;
        Ok(Self { path: path.to_owned(), writer })
    }

    /// The folder's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file under `name`, and replaces one that is there. It is on the disk when this
    /// returns.
    ///
    /// # Errors
    /// Returns an error if the name is not a plain file name, or if the file cannot be written.
    pub async fn write(&self, name: &str, content: Vec<u8>) -> io::Result<()> {
        let ended = || io::Error::other("the folder's writer has ended");
        let (done, result) = oneshot::channel();
        let write = PendingWrite { name: file_name(name)?, content, done };
        self.writer.send(write).map_err(|_| ended())?;
        result.await.map_err(|_| ended())?
    }

    /// Reads a file; `None` if there is none of this name.
    ///
    /// # Errors
    /// Returns an error if the name is not a plain file name, or if the file cannot be read.
    pub async fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.path.join(file_name(name)?);
        match tokio::fs::read(path).await {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the names of at most `limit` files, the last written first.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be read.
    pub async fn newest(&self, limit: usize) -> io::Result<Vec<String>> {
        let folder = self.path.clone();
        tokio::task::spawn_blocking(move || {
            let mut files = Vec::new();
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if !name.starts_with('.') && entry.file_type()?.is_file() {
                    files.push((entry.metadata()?.modified()?, name));
                }
            }
            files.sort_by(|a, b| b.cmp(a));
            Ok(files.into_iter().take(limit).map(|(_, name)| name).collect())
        })
        .await
        .map_err(io::Error::other)?
    }
}

fn run(folder: &Path, queue: &Receiver<PendingWrite>) {
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        group.extend(queue.try_iter().take(MAX_GROUP - 1));
        let written: Vec<_> = group
            .into_iter()
            .map(|write| (write.done, put(folder, &write.name, &write.content)))
            .collect();
        let synced: Vec<_> = written
            .into_iter()
            .map(|(done, file)| (done, file.and_then(|file| file.sync_data())))
            .collect();
        // A file's name is on the disk once its folder is.
        let folder_synced = File::open(folder).and_then(|folder| folder.sync_all());
        for (done, synced) in synced {
            let folder_synced = folder_synced
                .as_ref()
                .map_err(|error| io::Error::new(error.kind(), error.to_string()));
            // The caller may have gone. The file stays.
            let _ = done.send(synced.and(folder_synced.copied()));
        }
    }
}

/// Puts a file under its name, whole. If a crash loses it before it is on the disk, its writer was not
/// told that it is safe, and writes it again.
fn put(folder: &Path, name: &str, content: &[u8]) -> io::Result<File> {
    let partial = folder.join(format!(".{name}"));
    let mut file = File::create(&partial)?;
    file.write_all(content)?;
    std::fs::rename(&partial, folder.join(name))?;
    Ok(file)
}

/// Checks that a name is one file in the folder, and never a way out of it.
fn file_name(name: &str) -> io::Result<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    if !name.is_empty() && name.len() <= 200 && !name.starts_with('.') && name.chars().all(plain) {
        Ok(name.to_owned())
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file name"))
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn folder() -> (TempDir, Folder) {
        let temporary = TempDir::new().unwrap();
        let folder = Folder::open(temporary.path()).unwrap();
        (temporary, folder)
    }

    #[tokio::test]
    async fn a_file_appears_whole_and_names_stay_in_the_folder() {
        let (_temporary, folder) = folder();
        folder.write("a.eml", b"one".to_vec()).await.unwrap();
        folder.write("a.eml", b"two".to_vec()).await.unwrap();
        assert_eq!(folder.read("a.eml").await.unwrap().as_deref(), Some(b"two".as_slice()));
        assert_eq!(folder.read("b.eml").await.unwrap(), None);
        assert_eq!(folder.newest(9).await.unwrap(), ["a.eml"]);
        for bad in ["", "../a", "a/b", ".hidden", "a\0"] {
            assert!(folder.write(bad, Vec::new()).await.is_err(), "{bad:?}");
        }
    }

    #[tokio::test]
    async fn one_file_that_cannot_be_written_fails_alone_among_those_written_together() {
        let (temporary, folder) = folder();
        std::fs::create_dir(temporary.path().join("taken")).unwrap();
        let mut writes = Vec::new();
        for n in 0..200 {
            let folder = folder.clone();
            let name = if n == 100 { "taken".to_owned() } else { format!("{n}.eml") };
            writes.push(tokio::spawn(async move { folder.write(&name, vec![0; n]).await }));
        }
        let mut failed = 0;
        for write in writes {
            failed += usize::from(write.await.unwrap().is_err());
        }
        assert_eq!(failed, 1, "a folder cannot be replaced by a file");
        assert_eq!(folder.newest(1000).await.unwrap().len(), 199);
    }
}
