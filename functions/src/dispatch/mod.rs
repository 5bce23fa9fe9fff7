//! Sees to what a commit asks for: sends its mails, sets its timers, tells other systems. The only
//! function that touches the outside world.
//!
//! Mails are claimed before they are sent and confirmed after, so the only mail that can go out
//! twice is one whose sender was stopped between the two, and it is marked as such. Timers and the
//! bus take the same request twice without harm.

mod breaches;
mod letter;
#[cfg(feature = "lambda")]
pub mod stream;

use adapters::mailer::{MailError, Mailer};
use adapters::outside::{Bus, News, OutsideError, Timers};
use adapters::store::{Claim, Committed, StoreError};
use chrono::TimeDelta;
use domain::contact::{Actor, Commit, Contact, Event, Mail, MailKind};
use domain::decide::{Command, MAIL_GRACE, MailOutcome, MailResult, Request};
use thiserror::Error;

use crate::Desk;

/// Sees to commits.
#[derive(Clone, Debug)]
pub struct Dispatch<M, T, B> {
    /// The desk that committed them.
    pub desk: Desk,
    /// What sends mail.
    pub mailer: M,
    /// What sets timers.
    pub timers: T,
    /// What tells other systems.
    pub bus: B,
    /// How long a claim holds: longer than a dispatch can take, so that nobody else is still at it.
    pub lease: TimeDelta,
}

/// Why a commit was not seen to. All of it may be tried again.
#[derive(Debug, Error)]
pub enum DispatchError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Timers or the bus.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// Somebody else is sending these mails at this moment, or was stopped while doing so.
    #[error("the mails of this commit are being sent")]
    Busy,
}

impl<M: Mailer, T: Timers, B: Bus> Dispatch<M, T, B> {
    /// Sees to one commit. Doing so twice does no harm.
    ///
    /// # Errors
    /// When something cannot be reached. A mail that is refused is no error but a result, which is
    /// committed.
    pub async fn see_to(&self, committed: &Committed) -> Result<(), DispatchError> {
        let Committed { id, commit, contact } = committed;
        for timer in &commit.timers {
            self.timers.set(id, timer).await?;
        }
        self.bus
            .tell(&News {
                contact: id,
                number: commit.number,
                at: commit.at,
                events: &commit.events,
            })
            .await?;
        breaches::log(&self.desk.organisation, id, &commit.events);
        if commit.mails.is_empty() {
            return Ok(());
        }
        // First claim, then look whether the mails still wait: whoever retries mails does it the
        // other way round, so one of the two always sees the other.
        let claim = if M::REPEATABLE {
            Claim::Fresh
        } else {
            self.desk.store.claim(id, commit.number, self.desk.now(), self.lease).await?
        };
        // Right after the commit nobody can have retried yet, and its own state is good.
        let fresh = claim == Claim::Fresh && self.desk.now() - commit.at < MAIL_GRACE / 5;
        let contact = match contact {
            Some(contact) if fresh => contact.clone(),
            _ => match self.desk.store.load(id).await? {
                Some(contact) => contact,
                // Erased meanwhile: nobody is to be written to.
                None => return Ok(()),
            },
        };
        let mails = still_pending(&contact, commit);
        if mails.is_empty() {
            return Ok(());
        }
        if claim == Claim::Busy {
            return Err(DispatchError::Busy);
        }
        let possible_duplicate = claim == Claim::Abandoned;
        let message = self.message(commit, &contact, &mails).await?;
        let mut results = Vec::with_capacity(mails.len());
        for mail in mails {
            let twice = possible_duplicate || mail.uncertain;
            let outcome = self.send(&contact, mail, message.as_deref(), twice).await;
            results.push(MailResult { mail: mail.clone(), outcome });
        }
        let request =
            Request { key: None, by: Actor::Kept, command: Command::MailResults(results) };
        self.desk.give_knowing(id, Some(contact), &request).await?;
        Ok(())
    }

    /// What the customer first wrote, where one of the mails shows it.
    async fn message(
        &self,
        commit: &Commit,
        contact: &Contact,
        mails: &[&Mail],
    ) -> Result<Option<String>, StoreError> {
        let written = |commit: &Commit| {
            commit.events.iter().find_map(|event| match event {
                Event::Received { text, .. } => Some(text.clone()),
                _ => None,
            })
        };
        if !mails.iter().any(|mail| matches!(mail.kind, MailKind::NewContact { .. })) {
            return Ok(None);
        }
        if let Some(text) = written(commit) {
            return Ok(Some(text));
        }
        let first = self.desk.store.entry(&contact.id, 1).await?;
        Ok(first.and_then(|entry| written(&entry.commit)))
    }

    async fn send(
        &self,
        contact: &Contact,
        mail: &Mail,
        message: Option<&str>,
        possible_duplicate: bool,
    ) -> MailOutcome {
        let outgoing = match letter::write(&self.desk, contact, mail, message) {
            Ok(outgoing) => adapters::mail::Outgoing { possible_duplicate, ..outgoing },
            Err(why) => return MailOutcome::Failed { why },
        };
        match self.mailer.send(&outgoing).await {
            Ok(()) => MailOutcome::Accepted { at: self.desk.now(), possible_duplicate },
            Err(MailError::Later(why)) => MailOutcome::Deferred { why },
            Err(MailError::Never(why)) => MailOutcome::Failed { why },
        }
    }
}

/// The mails of a commit that still wait to be sent because of it.
fn still_pending<'a>(contact: &Contact, commit: &'a Commit) -> Vec<&'a Mail> {
    let waits =
        |mail: &&Mail| contact.pending.iter().any(|p| p.id == mail.id && p.commit == commit.number);
    commit.mails.iter().filter(waits).collect()
}
