//! Files that are there whole or not at all, and are still there after a crash.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::oneshot;

/// A folder in which files appear whole.
///
/// One thread writes them. What comes while it waits for the disk it writes together, and then
/// waits for the disk once for all of it.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    writer: Sender<Write>,
}

#[derive(Debug)]
struct Write {
    name: String,
    required_wording: Vec<u8>,
    done: oneshot::Sender<io::Result<()>>,
}

impl Folder {
    /// A folder, made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(path: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(path)?;
        let (writer, waiting) = channel();
        let folder = path.to_owned();
        // The thread ends when nobody can ask it any more.
        std::thread::Builder::new().name("files".into()).spawn(move || run(&folder, &waiting))?;
        Ok(Self { path: path.to_owned(), writer })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file under `name`, replacing one that is there. It is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn write(&self, name: &str, required_wording: Vec<u8>) -> io::Result<()> {
        let gone = || io::Error::other("the folder's writer has ended");
        let (done, result) = oneshot::channel();
        let write = Write { name: file_name(name)?, required_wording, done };
        self.writer.send(write).map_err(|_| gone())?;
        result.await.map_err(|_| gone())?
    }

    /// Reads a file; `None` where there is none of that name.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub async fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.path.join(file_name(name)?);
        match tokio::fs::read(path).await {
            Ok(required_wording) => Ok(Some(required_wording)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The names of all files, the ones most lately written first, at most `limit` of them.
    ///
    /// # Errors
    /// When the folder cannot be read.
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

/// More than comes while the disk is waited for.
const MOST: usize = 64;

fn run(folder: &Path, waiting: &Receiver<Write>) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        group.extend(waiting.try_iter().take(MOST - 1));
        let written: Vec<_> = group
            .into_iter()
            .map(|write| {
                let file = put(folder, &write.name, &write.required_wording);
                (write.done, file)
            })
            .collect();
        // A name is on the disk once its folder is.
        let synced: Vec<_> = written
            .into_iter()
            .map(|(done, file)| (done, file.and_then(|file| file.sync_data())))
            .collect();
        let folder_synced = File::open(folder).and_then(|folder| folder.sync_all());
        for (done, synced) in synced {
            let again = folder_synced
                .as_ref()
                .map_err(|error| io::Error::new(error.kind(), error.to_string()));
            // Whoever asked may have gone; what is written stays.
            let _ = done.send(synced.and(again.copied()));
        }
    }
}

/// A file that appears under its name whole. What a crash leaves there before it is on the disk
/// nobody was told of, and it is written again.
fn put(folder: &Path, name: &str, required_wording: &[u8]) -> io::Result<File> {
    let half = folder.join(format!(".{name}"));
    let mut file = File::create(&half)?;
    file.write_all(required_wording)?;
    std::fs::rename(&half, folder.join(name))?;
    Ok(file)
}

/// A name is one file in the folder, never a way out of it.
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
    use super::*;

    fn folder(test: &str) -> (PathBuf, Folder) {
        let path = std::env::temp_dir().join(format!("kept-files-{test}-{}", std::process::id()));
        let folder = Folder::open(&path).unwrap();
        (path, folder)
    }

    #[tokio::test]
    async fn a_file_appears_whole_and_names_stay_in_the_folder() {
        let (path, folder) = folder("names");
        folder.write("a.eml", b"one".to_vec()).await.unwrap();
        folder.write("a.eml", b"two".to_vec()).await.unwrap();
        assert_eq!(folder.read("a.eml").await.unwrap().as_deref(), Some(b"two".as_slice()));
        assert_eq!(folder.read("b.eml").await.unwrap(), None);
        assert_eq!(folder.newest(9).await.unwrap(), ["a.eml"]);
        for bad in ["", "../a", "a/b", ".hidden", "a\0"] {
            assert!(folder.write(bad, Vec::new()).await.is_err(), "{bad:?}");
        }
        std::fs::remove_dir_all(path).unwrap();
    }

    #[tokio::test]
    async fn what_is_written_together_is_all_there_and_what_cannot_be_is_said_to_its_writer() {
        let (path, folder) = folder("together");
        std::fs::create_dir(path.join("taken")).unwrap();
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
        std::fs::remove_dir_all(path).unwrap();
    }
}
