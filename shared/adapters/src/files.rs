//! Files that are there whole or not at all, and are still there after a crash.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A folder in which files appear whole.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A folder, made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(path: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(path)?;
        Ok(Self { path: path.to_owned() })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file under `name`, replacing one that is there. It is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written; nothing appears under the name then.
    pub async fn write(&self, name: &str, contents: Vec<u8>) -> io::Result<()> {
        let (folder, name) = (self.path.clone(), file_name(name)?);
        tokio::task::spawn_blocking(move || {
            // Two writers of the same file write the same contents, so either may win; but each
            // needs a file of its own until then.
            let thread = format!("{:?}", std::thread::current().id());
            let thread: String = thread.chars().filter(char::is_ascii_digit).collect();
            let half = folder.join(format!(".{name}.{thread}"));
            let mut file = std::fs::File::create(&half)?;
            file.write_all(&contents)?;
            // First the name, then the disk: a journal then takes contents and name in one go. What
            // a crash leaves under the name in between nobody was told of, and it is written again.
            std::fs::rename(&half, folder.join(&name))?;
            file.sync_all()?;
            std::fs::File::open(&folder)?.sync_all()
        })
        .await
        .map_err(io::Error::other)?
    }

    /// Reads a file; `None` where there is none of that name.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub async fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.path.join(file_name(name)?);
        match tokio::fs::read(path).await {
            Ok(contents) => Ok(Some(contents)),
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

    #[tokio::test]
    async fn a_file_appears_whole_and_names_stay_in_the_folder() {
        let path = std::env::temp_dir().join(format!("kept-files-{}", std::process::id()));
        let folder = Folder::open(&path).unwrap();
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
}
