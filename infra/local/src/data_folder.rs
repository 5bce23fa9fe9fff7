//! The data folder: the database, incoming messages, the outbox and the keys.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use adapters::folder::Folder;
use domain::contact::Secret;
use functions::sign_in::SessionKey;
use tempfile::NamedTempFile;
use thiserror::Error;

/// An open data folder. [`DataFolder::lock`] keeps other processes out while it is open.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    /// Incoming messages as they were received.
    pub(crate) inbox: Folder,
    /// Emails as they were sent, if no relay sends them.
    pub(crate) outbox: Folder,
    lock: Option<File>,
}

/// The reason why a data folder cannot be used.
#[derive(Debug, Error)]
pub(crate) enum DataFolderError {
    #[error("cannot use {path}")]
    File { path: PathBuf, source: io::Error },
    #[error(
        "{0}: a secret must be 32 bytes; restore the file from a backup, because references and the \
         links that customers have are derived from it"
    )]
    Secret(PathBuf),
    #[error("{0}: a session key must be 32 bytes; delete the file, and everybody signs in again")]
    SessionKey(PathBuf),
}

impl DataFolder {
    /// Opens a data folder, and makes what is missing.
    ///
    /// # Errors
    /// Returns an error if a folder cannot be made.
    pub(crate) fn open(path: &Path) -> Result<Self, DataFolderError> {
        let folder = |name: &str| {
            let path = path.join(name);
            Folder::open(&path).map_err(error_at(&path))
        };
        let (inbox, outbox) = (folder("inbox")?, folder("outbox")?);
        make_private(path).map_err(error_at(path))?;
        Ok(Self { path: path.to_owned(), inbox, outbox, lock: None })
    }

    /// Locks the folder for this process. Returns false if another process has locked it.
    ///
    /// # Errors
    /// Returns an error if the lock file cannot be made.
    pub(crate) fn lock(&mut self) -> Result<bool, DataFolderError> {
        let path = self.path.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(error_at(&path))?;
        match file.try_lock() {
            Ok(()) => {
                self.lock = Some(file);
                Ok(true)
            }
            Err(std::fs::TryLockError::WouldBlock) => Ok(false),
            Err(std::fs::TryLockError::Error(error)) => Err(error_at(&path)(error)),
        }
    }

    /// The folder's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of the database.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("kept.db")
    }

    /// The secret from which references, links and reply addresses are derived. It is made at the first
    /// start.
    ///
    /// # Errors
    /// Returns an error if it cannot be read or made.
    pub(crate) fn secret(&self) -> Result<Secret, DataFolderError> {
        self.key("secret", DataFolderError::Secret).map(Secret::new)
    }

    /// The key that signs the sessions of staff. It is made at the first start.
    ///
    /// # Errors
    /// Returns an error if it cannot be read or made.
    pub(crate) fn session_key(&self) -> Result<SessionKey, DataFolderError> {
        self.key("session-key", DataFolderError::SessionKey).map(SessionKey::new)
    }

    /// Random bytes from a file, which is made if it is missing.
    fn key(
        &self,
        name: &str,
        wrong_length: fn(PathBuf) -> DataFolderError,
    ) -> Result<[u8; 32], DataFolderError> {
        let path = self.path.join(name);
        match File::open(&path) {
            Ok(mut file) => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).map_err(error_at(&path))?;
                bytes.try_into().map_err(|_| wrong_length(path))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes).map_err(io::Error::from).map_err(error_at(&path))?;
                self.write_key(&path, &bytes).map_err(error_at(&path))?;
                Ok(bytes)
            }
            Err(error) => Err(error_at(&path)(error)),
        }
    }

    /// Writes a key whole or not at all: half of one would be a different key. A temporary file is
    /// readable for its owner only, and so is the file that it becomes.
    fn write_key(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(&self.path)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }

    /// Writes down where this process listens for mail, for `kept receive`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub(crate) fn announce_smtp(&self, address: SocketAddr) -> Result<(), DataFolderError> {
        let path = self.path.join("smtp");
        std::fs::write(&path, address.to_string()).map_err(error_at(&path))
    }

    /// The address on which the process that has locked the folder listens for mail.
    pub(crate) fn smtp_address(&self) -> Option<SocketAddr> {
        std::fs::read_to_string(self.path.join("smtp")).ok()?.trim().parse().ok()
    }
}

fn error_at(path: &Path) -> impl FnOnce(io::Error) -> DataFolderError {
    let path = path.to_owned();
    move |source| DataFolderError::File { path, source }
}

/// Closes the folder to other users of the machine: it holds what customers wrote.
#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> io::Result<()> {
    Ok(())
}
