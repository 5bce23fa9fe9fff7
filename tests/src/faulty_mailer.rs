//! A mailer that can be told to fail.

use std::sync::{Arc, Mutex, PoisonError};

use adapters::mail::Outgoing;
use adapters::mailer::{MailError, Mailer};
use local::simulation::RecordingMailer;

/// A mailer that records, and that fails once it is told to. Clones share their state.
#[derive(Clone, Debug, Default)]
pub struct FaultyMailer {
    recording: RecordingMailer,
    fault: Arc<Mutex<Option<MailFault>>>,
}

/// The way in which sending an email fails.
#[derive(Clone, Debug)]
pub enum MailFault {
    /// The email is not accepted now.
    Transient(String),
    /// The email will never be accepted.
    Permanent(String),
    /// The email is accepted, but the confirmation is lost.
    Unconfirmed,
}

impl FaultyMailer {
    /// Every email that was accepted, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<Outgoing> {
        self.recording.sent()
    }

    /// Makes every email fail from now on.
    pub fn fail(&self, fault: MailFault) {
        self.set(Some(fault));
    }

    /// Accepts emails again.
    pub fn recover(&self) {
        self.set(None);
    }

    fn set(&self, fault: Option<MailFault>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }
}

impl Mailer for FaultyMailer {
    const IDEMPOTENT: bool = RecordingMailer::IDEMPOTENT;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match fault {
            None => self.recording.send(mail).await,
            Some(MailFault::Transient(reason)) => Err(MailError::Transient(reason.into())),
            Some(MailFault::Permanent(reason)) => Err(MailError::Permanent(reason.into())),
            Some(MailFault::Unconfirmed) => {
                self.recording.send(mail).await?;
                Err(MailError::Unconfirmed("no answer".into()))
            }
        }
    }
}
