//! Sending: into a folder, or to a mail server.

use std::future::Future;
use std::time::Duration;

use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{Address, AsyncTransport as _, Tokio1Executor};
use thiserror::Error;

use crate::files::Folder;
use crate::mail::Outgoing;

/// Sends mail.
pub trait Mailer: Clone + Send + Sync + 'static {
    /// Whether sending the same mail again changes nothing, so that nobody need ask first whether
    /// it was sent before.
    const REPEATABLE: bool;

    /// Hands a mail over. It counts as sent once this returns.
    fn send(&self, mail: &Outgoing) -> impl Future<Output = Result<(), MailError>> + Send;
}

/// Why a mail was not taken.
#[derive(Debug, Error)]
pub enum MailError {
    /// It may be taken later.
    #[error("not now: {0}")]
    Later(String),
    /// It will not be taken.
    #[error("refused: {0}")]
    Never(String),
    /// Nothing was heard: it may have been taken.
    #[error("no answer: {0}")]
    Unknown(String),
}

impl Mailer for Folder {
    // The file's name is the mail's, so writing it again is writing the same file.
    const REPEATABLE: bool = true;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        self.write(&format!("{}.eml", mail.name), mail.to_bytes())
            .await
            .map_err(|error| MailError::Later(error.to_string()))
    }
}

/// A mail server that sends on.
#[derive(Clone, Debug)]
pub struct Relay {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Relay {
    /// A relay at a URL: `smtp://host:25`, `smtps://user:password@host`,
    /// `smtp://user:password@host:587?tls=required`.
    ///
    /// # Errors
    /// When the URL is not of that form.
    pub fn at(url: &str) -> Result<Self, MailError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| MailError::Never(error.to_string()))?
            .timeout(Some(Duration::from_secs(20)))
            .build();
        Ok(Self { transport })
    }
}

impl Mailer for Relay {
    const REPEATABLE: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let address = |text: &str| {
            text.parse::<Address>()
                .map_err(|error| MailError::Never(format!("an address is malformed: {error}")))
        };
        let sender = mail.envelope_sender().map(address).transpose()?;
        let envelope = lettre::address::Envelope::new(sender, vec![address(&mail.to.address)?])
            .map_err(|error| MailError::Never(error.to_string()))?;
        match self.transport.send_raw(&envelope, &mail.to_bytes()).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(MailError::Never(without_addresses(&error))),
            Err(error) => Err(MailError::Later(without_addresses(&error))),
        }
    }
}

/// What a server said, without the addresses that servers like to repeat: it is logged and kept.
fn without_addresses(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    let words = text.split_whitespace();
    words
        .map(|word| if word.contains('@') { "(address)" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}
