//! The data folder: the database, the archive of incoming mail, the outbox, the secret.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use adapters::files::Folder;
use domain::contact::Secret;
use functions::sign_in::SessionKey;
use thiserror::Error;

/// A data folder. While one process has it open for writing, no other does.
#[derive(Debug)]
pub struct Data {
    path: PathBuf,
    /// Incoming messages as they came.
    pub inbox: Folder,
    /// Outgoing messages as they were sent.
    pub outbox: Folder,
    lock: Option<File>,
}

/// Why a data folder could not be opened.
#[derive(Debug, Error)]
pub enum DataError {
    /// A file in it.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The secret is not one.
    #[error(
        "{0}: not a secret; it has to be 32 bytes. Restore it from a backup: the references and \
             the links that customers have are derived from it"
    )]
    Secret(PathBuf),
    /// The key of sessions is not one.
    #[error("{0}: not a key; remove it, and everybody signs in again")]
    SessionKey(PathBuf),
}

impl Data {
    /// Opens a data folder, making what is not there.
    ///
    /// # Errors
    /// When it cannot be made or read.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |cause| DataError::File { path, cause }
        };
        let folder = |name: &str| Folder::open(&path.join(name)).map_err(at(&path.join(name)));
        let (inbox, outbox) = (folder("inbox")?, folder("outbox")?);
        private(path).map_err(at(path))?;
        Ok(Self { path: path.to_owned(), inbox, outbox, lock: None })
    }

    /// Takes the folder for this process; `false` where another has it.
    ///
    /// # Errors
    /// When the lock's file cannot be made.
    pub fn take(&mut self) -> Result<bool, DataError> {
        let path = self.path.join("lock");
        let at = |cause| DataError::File { path: path.clone(), cause };
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(at)?;
        match file.try_lock() {
            Ok(()) => {
                self.lock = Some(file);
                Ok(true)
            }
            Err(std::fs::TryLockError::WouldBlock) => Ok(false),
            Err(std::fs::TryLockError::Error(cause)) => Err(at(cause)),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database's file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join("kept.db")
    }

    /// The installation's secret; made the first time.
    ///
    /// # Errors
    /// When it cannot be read or made.
    pub fn secret(&self) -> Result<Secret, DataError> {
        self.random("secret", DataError::Secret).map(Secret::new)
    }

    /// The key with which sessions of staff are signed; made the first time.
    ///
    /// # Errors
    /// When it cannot be read or made.
    pub fn session_key(&self) -> Result<SessionKey, DataError> {
        self.random("session-key", DataError::SessionKey).map(SessionKey::new)
    }

    /// Random bytes that stay the same from their first use on.
    fn random(&self, name: &str, wrong: fn(PathBuf) -> DataError) -> Result<[u8; 32], DataError> {
        let path = self.path.join(name);
        let at = |cause| DataError::File { path: path.clone(), cause };
        match File::open(&path) {
            Ok(mut file) => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).map_err(at)?;
                bytes.try_into().map_err(|_| wrong(path.clone()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes)
                    .map_err(|error| at(io::Error::other(error.to_string())))?;
                // Whole or not at all: half a secret would be another one.
                let half = self.path.join(format!("{name}.new"));
                let mut file = new_private_file(&half).map_err(at)?;
                file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(at)?;
                std::fs::rename(&half, &path).map_err(at)?;
                Ok(bytes)
            }
            Err(error) => Err(at(error)),
        }
    }

    /// Leaves word where this process takes mail, for `kept receive`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn announce_smtp(&self, address: std::net::SocketAddr) -> Result<(), DataError> {
        let path = self.path.join("smtp");
        std::fs::write(&path, address.to_string()).map_err(|cause| DataError::File { path, cause })
    }

    /// Where the process that has the folder takes mail.
    #[must_use]
    pub fn smtp(&self) -> Option<std::net::SocketAddr> {
        std::fs::read_to_string(self.path.join("smtp")).ok()?.trim().parse().ok()
    }
}

/// What customers wrote is for the user who runs Kept alone.
#[cfg(unix)]
fn private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn new_private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().create(true).truncate(true).write(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn new_private_file(path: &Path) -> io::Result<File> {
    File::create(path)
}
