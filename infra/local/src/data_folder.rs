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

/// The files and folders of a data folder.
const PARTS: [&str; 9] = [
    "inbox",
    "outbox",
    "kept.db",
    "kept.db-wal",
    "kept.db-shm",
    "secret",
    "session-key",
    "lock",
    "smtp",
];

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
    #[error(
        "{0} is a symbolic link. Kept does not follow links in its data folder; move the file or folder \
         itself there"
    )]
    SymbolicLink(PathBuf),
    #[error(
        "{0} can be read by other users of this machine. Run `chmod 600` on it; if somebody may have read \
         it, links and reply addresses are no longer secret"
    )]
    OpenSecret(PathBuf),
    #[error(
        "{0} belongs to another user of this machine, who could read and change everything in it"
    )]
    ForeignFolder(PathBuf),
    #[error("{0}: a session key must be 32 bytes; delete the file, and everybody signs in again")]
    SessionKey(PathBuf),
}

impl DataFolder {
    /// Opens a data folder, and makes what is missing. What this process writes from then on is for its
    /// own user only.
    ///
    /// # Errors
    /// Returns an error if a folder cannot be made, or if somebody else prepared the data folder: it
    /// belongs to another user, or something in it is a symbolic link.
    pub(crate) fn open(path: &Path) -> Result<Self, DataFolderError> {
        permissions::keep_new_files_private();
        let folder = |name: &str| {
            let path = path.join(name);
            let folder = Folder::open(&path).map_err(error_at(&path))?;
            permissions::make_private(&path).map_err(error_at(&path))?;
            Ok(folder)
        };
        for name in PARTS {
            let part = path.join(name);
            if std::fs::symlink_metadata(&part).is_ok_and(|metadata| metadata.is_symlink()) {
                return Err(DataFolderError::SymbolicLink(part));
            }
        }
        let (inbox, outbox) = (folder("inbox")?, folder("outbox")?);
        if !permissions::is_own(path).map_err(error_at(path))? {
            return Err(DataFolderError::ForeignFolder(path.to_owned()));
        }
        permissions::make_private(path).map_err(error_at(path))?;
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
                if !permissions::is_private(&file).map_err(error_at(&path))? {
                    return Err(DataFolderError::OpenSecret(path));
                }
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

/// The permissions of files and folders: the data folder holds what customers wrote.
#[cfg(unix)]
mod permissions {
    use std::fs::{File, Permissions};
    use std::io;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::path::Path;

    use rustix::fs::Mode;

    /// Makes this process's new files readable for its own user only, whatever the umask was.
    pub(super) fn keep_new_files_private() {
        rustix::process::umask(Mode::RWXG | Mode::RWXO);
    }

    /// Closes a folder to other users of the machine.
    pub(super) fn make_private(path: &Path) -> io::Result<()> {
        std::fs::set_permissions(path, Permissions::from_mode(0o700))
    }

    /// Returns true if no other user can read or write a file.
    pub(super) fn is_private(file: &File) -> io::Result<bool> {
        Ok(file.metadata()?.permissions().mode() & 0o077 == 0)
    }

    /// Returns true if a folder belongs to the user of this process.
    pub(super) fn is_own(path: &Path) -> io::Result<bool> {
        Ok(std::fs::metadata(path)?.uid() == rustix::process::geteuid().as_raw())
    }
}

/// Other systems keep a user's folders private by themselves.
#[cfg(not(unix))]
mod permissions {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub(super) fn keep_new_files_private() {}

    pub(super) fn make_private(_: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn is_private(_: &File) -> io::Result<bool> {
        Ok(true)
    }

    pub(super) fn is_own(_: &Path) -> io::Result<bool> {
        Ok(true)
    }
}
