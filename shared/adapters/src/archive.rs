//! The archive: incoming messages as they came, before Kept tries to understand them.

use std::future::Future;
use std::io;

use crate::digest::digest;
use crate::folder::Folder;

/// An archive of raw messages: a [`Folder`] on one machine, a bucket on AWS.
///
/// The same message always has the same name, so saving it twice has the effect of saving it once.
pub trait Archive: Clone + Send + Sync + 'static {
    /// Saves a message and returns its name. The message is safe once this returns.
    ///
    /// # Errors
    /// Returns an error if the message could not be saved.
    fn save(&self, raw: &[u8]) -> impl Future<Output = io::Result<String>> + Send;

    /// Returns the message of this name; `None` if there is none.
    ///
    /// # Errors
    /// Returns an error if the message could not be read.
    fn load(&self, name: &str) -> impl Future<Output = io::Result<Option<Vec<u8>>>> + Send;
}

impl Archive for Folder {
    async fn save(&self, raw: &[u8]) -> io::Result<String> {
        let name = name_of(raw);
        self.write(&name, raw.to_vec()).await?;
        Ok(name)
    }

    async fn load(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        self.read(name).await
    }
}

/// The name under which a message is archived.
#[must_use]
pub fn name_of(raw: &[u8]) -> String {
    format!("{}.eml", digest(raw))
}
