//! The mailer: into a [`Folder`], to a mail [`Relay`], or, on AWS, through SES.

mod relay;

use std::future::Future;

use thiserror::Error;

use crate::errors::{BoxError, error_chain};
use crate::folder::Folder;
use crate::mail::Outgoing;

pub use relay::{Relay, RelayUrlError};

/// Sends email.
pub trait Mailer: Clone + Send + Sync + 'static {
    /// True if sending an email again has no further effect. Nobody then needs to ask first if it
    /// was sent before.
    const IDEMPOTENT: bool;

    /// Hands an email over for delivery. It counts as sent once this returns.
    ///
    /// # Errors
    /// Returns an error if the email was not accepted, or if that is not known.
    fn send(&self, mail: &Outgoing) -> impl Future<Output = Result<(), MailError>> + Send;
}

/// An email that was not accepted. The source is what the mail system answered, without addresses: it
/// is logged and stored.
#[derive(Debug, Error)]
pub enum MailError {
    /// It was not accepted, and may be later.
    #[error("the email was not accepted yet")]
    Transient(#[source] BoxError),
    /// It was refused, and will be again.
    #[error("the email was refused")]
    Permanent(#[source] BoxError),
    /// It was handed over whole and no answer came: it may have been accepted.
    #[error("the email may have been accepted")]
    Unconfirmed(#[source] BoxError),
}

impl MailError {
    /// Returns what the mail system answered, or why it did not.
    #[must_use]
    pub fn response(&self) -> String {
        let (Self::Transient(source) | Self::Permanent(source) | Self::Unconfirmed(source)) = self;
        error_chain(source.as_ref())
    }
}

impl Mailer for Folder {
    // The file has the email's name, so sending it again writes the same file.
    const IDEMPOTENT: bool = true;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        self.write(&format!("{}.eml", mail.name), mail.to_bytes())
            .await
            .map_err(|error| MailError::Transient(error.into()))
    }
}
