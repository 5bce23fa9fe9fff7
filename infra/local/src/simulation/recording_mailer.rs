//! A mailer that records.

use std::sync::{Arc, Mutex, PoisonError};

use adapters::mail::Outgoing;
use adapters::mailer::{MailError, Mailer};

/// A mailer that accepts every email and keeps it. Clones share what was recorded.
#[derive(Clone, Debug, Default)]
pub struct RecordingMailer {
    sent: Arc<Mutex<Vec<Outgoing>>>,
}

impl RecordingMailer {
    /// Every email so far, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<Outgoing> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Mailer for RecordingMailer {
    // A mail server delivers twice what it accepts twice, so this one records it twice.
    const IDEMPOTENT: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
        Ok(())
    }
}
