//! Where messages are kept as they came, before anyone tries to understand them.

use std::future::Future;
use std::io;

use crate::digest::digest;
use crate::files::Folder;

/// An archive of raw messages. The same message has the same name, so archiving it twice is archiving
/// it once.
pub trait Archive: Clone + Send + Sync + 'static {
    /// Keeps a message and says under which name. It is safe once this returns.
    fn keep(&self, raw: &[u8]) -> impl Future<Output = io::Result<String>> + Send;

    /// The message of a name; `None` where there is none.
    fn find(&self, name: &str) -> impl Future<Output = io::Result<Option<Vec<u8>>>> + Send;
}

impl Archive for Folder {
    async fn keep(&self, raw: &[u8]) -> io::Result<String> {
        let name = name_of(raw);
        self.write(&name, raw.to_vec()).await?;
        Ok(name)
    }

    async fn find(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        self.read(name).await
    }
}

/// The name under which a message is archived.
#[must_use]
pub fn name_of(raw: &[u8]) -> String {
    format!("{}.eml", digest(raw))
}
