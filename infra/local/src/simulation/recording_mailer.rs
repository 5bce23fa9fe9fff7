//! A mailer that records.

use std::sync::{Arc, Mutex, PoisonError};

use adapters::mail::Outgoing;
use adapters::mailer::{MailError, Mailer};

/// A mailer that keeps every email that it is handed, and accepts it unless it was told otherwise.
/// Clones share what was recorded.
#[derive(Clone, Debug, Default)]
pub struct RecordingMailer {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    sent: Vec<Outgoing>,
    attempts: Vec<Outgoing>,
    refused: Vec<String>,
    down: bool,
}

impl RecordingMailer {
    /// Every email that was accepted, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<Outgoing> {
        self.with(|state| state.sent.clone())
    }

    /// Every email that it was handed, accepted or not, oldest first. One that was tried twice is there
    /// twice.
    #[must_use]
    pub fn attempts(&self) -> Vec<Outgoing> {
        self.with(|state| state.attempts.clone())
    }

    /// Refuses emails to these addresses for good, and to no others.
    pub fn refuse(&self, addresses: &[String]) {
        self.with(|state| state.refused = addresses.to_vec());
    }

    /// Stops accepting emails for the time being, or begins again.
    pub fn set_down(&self, down: bool) {
        self.with(|state| state.down = down);
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Mailer for RecordingMailer {
    // A mail server delivers twice what it accepts twice, so this one records it twice.
    const IDEMPOTENT: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        self.with(|state| {
            state.attempts.push(mail.clone());
            if state.down {
                return Err(MailError::Transient("451 try again later".into()));
            }
            if state.refused.contains(&mail.to.address) {
                return Err(MailError::Permanent("550 there is no such mailbox".into()));
            }
            state.sent.push(mail.clone());
            Ok(())
        })
    }
}
