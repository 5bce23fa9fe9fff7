//! Sending: into a folder, or to a mail server.

mod relay;

use std::future::Future;

use thiserror::Error;

use crate::files::Folder;
use crate::mail::Outgoing;

pub use relay::Relay;

/// Sends mail.
pub trait Mailer: Clone + Send + Sync + 'static {
    /// Whether sending the same mail again changes nothing, so that nobody need ask first whether
    /// it was sent before.
    const IDEMPOTENT: bool;

    /// Hands a mail over. It counts as sent once this returns.
    fn send(&self, mail: &Outgoing) -> impl Future<Output = Result<(), MailError>> + Send;
}

/// Why a mail was not taken.
#[derive(Debug, Error)]
pub enum MailError {
    /// It may be taken later.
    #[error("not now: {0}")]
    Transient(String),
    /// It will not be taken.
    #[error("refused: {0}")]
    Permanent(String),
    /// All of it was handed over and no answer was heard: it may have been taken.
    #[error("not heard of again: {0}")]
    Unconfirmed(String),
}

impl Mailer for Folder {
    // The file's name is the mail's, so writing it again is writing the same file.
    const IDEMPOTENT: bool = true;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        self.write(&format!("{}.eml", mail.name), mail.to_bytes())
            .await
            .map_err(|error| MailError::Transient(error.to_string()))
    }
}
