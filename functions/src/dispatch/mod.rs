//! Dispatch: carries out what a commit asks for. It sets timers, sends emails, publishes events. No
//! other function reaches the world outside.
//!
//! Emails are claimed before they are sent, and their results are recorded after. An email can go out
//! twice only if its sender was stopped, or its server fell silent, between the two; the second one
//! is then marked as a possible duplicate. Timers and the bus take the same request twice without
//! harm.
//!
//! [`stream`] feeds dispatch from the table's stream on AWS. On one machine the store's feed does.

mod breaches;
mod email;
#[cfg(feature = "lambda")]
pub mod stream;

use std::borrow::Cow;

use adapters::errors::error_chain;
use adapters::mailer::{MailError, Mailer};
use adapters::ports::{CommitNotice, EventBus, PortError, Timers};
use adapters::store::{Claim, Committed, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{Commit, Contact, Event, Mail, MailKind, MailProblem};
use domain::decide::{Command, MAIL_GRACE, MailOutcome, MailResult, Request, SystemCommand};
use thiserror::Error;

use crate::App;

/// The time after its commit in which sending an email may begin. An attempt takes at most a minute,
/// so its result is recorded before [`MAIL_GRACE`] is over and the sweep looks at the email.
const SEND_WITHIN: TimeDelta = TimeDelta::minutes(3);

/// Carries out commits.
#[derive(Clone, Debug)]
pub struct Dispatch<M, T, B> {
    /// The app that wrote the commits.
    pub app: App,
    /// The mailer.
    pub mailer: M,
    /// The timers.
    pub timers: T,
    /// The event bus.
    pub bus: B,
    /// The life of a claim. It has to be longer than a dispatch can take, so that a claim that has
    /// lapsed belongs to nobody at work.
    pub lease: TimeDelta,
}

/// A commit that was not carried out completely. Carrying it out again is safe.
#[derive(Debug, Error)]
pub enum DispatchError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The timers or the bus failed.
    #[error(transparent)]
    Port(#[from] PortError),
    /// Another sender is at work on these emails, or was stopped while it was.
    #[error("the emails of this commit are being sent by somebody else")]
    Busy,
}

impl<M: Mailer, T: Timers, B: EventBus> Dispatch<M, T, B> {
    /// Carries out one commit. Carrying it out twice does no harm.
    ///
    /// Timers, emails and events do not wait for each other: a bus that refuses does not hold up an
    /// acknowledgement.
    ///
    /// # Errors
    /// Returns an error if the table, the timers or the bus failed. A refused email is not an error.
    /// It is a result, and is recorded.
    pub async fn process(&self, committed: &Committed) -> Result<(), DispatchError> {
        let timers = self.set_timers(committed).await;
        let mails = self.send_mails(committed).await;
        let Committed { id, commit, .. } = committed;
        let notice = CommitNotice {
            contact: id,
            number: commit.number,
            at: commit.at,
            events: &commit.events,
        };
        let published = self.bus.publish(&notice).await.map_err(DispatchError::from);
        breaches::log(&self.app.organisation, id, &commit.events);
        timers.and(mails).and(published)
    }

    async fn set_timers(
        &self,
        Committed { id, commit, contact }: &Committed,
    ) -> Result<(), DispatchError> {
        let mut known: Option<Cow<'_, Contact>> = contact.as_ref().map(Cow::Borrowed);
        for timer in &commit.timers {
            let started = commit.events.iter().find_map(|event| match event {
                Event::DeadlineStarted { deadline, due_at, .. } if *deadline == timer.deadline => {
                    Some(*due_at)
                }
                _ => None,
            });
            let due_at = match started {
                Some(due_at) => Some(due_at),
                None if T::SPREADS => {
                    if known.is_none() {
                        known = self.app.store.load(id).await?.map(Cow::Owned);
                    }
                    let contact = known.as_deref();
                    contact.and_then(|c| c.deadline(&timer.deadline)).map(|d| d.due_at)
                }
                None => None,
            };
            let spread = due_at.map_or(TimeDelta::zero(), |due_at| spread(timer.at, due_at));
            self.timers.set(id, timer, spread).await?;
        }
        // A deadline that has ended needs no timer.
        for event in &commit.events {
            if let Event::DeadlineMet { deadline, .. }
            | Event::DeadlineWaived { deadline, .. }
            | Event::WindowClosed { deadline } = event
            {
                // A timer that is left over fires and does nothing. That is no reason to repeat the
                // commit.
                if let Err(error) = self.timers.clear(id, deadline).await {
                    let error = error_chain(&error);
                    tracing::warn!(contact = %id, error, "an unneeded timer was not removed");
                }
            }
        }
        Ok(())
    }

    async fn send_mails(
        &self,
        Committed { id, commit, contact }: &Committed,
    ) -> Result<(), DispatchError> {
        if commit.mails.is_empty() {
            return Ok(());
        }
        if self.app.now() - commit.at >= SEND_WITHIN {
            // The commit waited too long for its turn. The sweep brings its emails again, and must
            // not meet a sender.
            return Ok(());
        }
        // First claim, then check that the emails are still pending. A retry does it the other way
        // round, so one of the two always sees the other.
        let claim = if M::IDEMPOTENT {
            Claim::Fresh
        } else {
            self.app.store.claim(id, commit.number, self.app.now(), self.lease).await?
        };
        // Right after the commit nobody can have retried yet, so its own state is current.
        let fresh = claim == Claim::Fresh && self.app.now() - commit.at < MAIL_GRACE / 5;
        let contact = match contact {
            Some(contact) if fresh => contact.clone(),
            _ => match self.app.store.load(id).await? {
                Some(contact) => contact,
                // The contact has been erased, so nobody is to be written to.
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
            let outcome = if self.app.now() - commit.at >= SEND_WITHIN {
                Some(MailOutcome::Deferred { why: MailProblem::OutOfTime })
            } else {
                self.send(&contact, mail, message.as_deref(), twice).await
            };
            results.extend(outcome.map(|outcome| MailResult { mail: mail.clone(), outcome }));
        }
        if results.is_empty() {
            return Ok(());
        }
        let command = Command::System(SystemCommand::RecordMailResults(results));
        let request = Request { key: None, command };
        self.app.execute_loaded(id, Some(contact), &request).await?;
        Ok(())
    }

    /// The customer's first message, if one of the emails shows it.
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
        let first = self.app.store.log_entry(&contact.id, 1).await?;
        Ok(first.and_then(|entry| written(&entry.commit)))
    }

    /// Sends an email. Returns `None` if it is not known whether it was accepted. Then no result is
    /// recorded, as if the sender had been stopped, and the sweep sends it again with a mark.
    async fn send(
        &self,
        contact: &Contact,
        mail: &Mail,
        message: Option<&str>,
        possible_duplicate: bool,
    ) -> Option<MailOutcome> {
        let outgoing = match email::write(&self.app, contact, mail, message) {
            Ok(outgoing) => adapters::mail::Outgoing { possible_duplicate, ..outgoing },
            Err(why) => return Some(MailOutcome::Failed { why }),
        };
        let Err(error) = self.mailer.send(&outgoing).await else {
            return Some(MailOutcome::Accepted { at: self.app.now(), possible_duplicate });
        };
        let response = error.response();
        let why = MailProblem::Server { response: response.clone() };
        match error {
            MailError::Transient(_) => Some(MailOutcome::Deferred { why }),
            MailError::Permanent(_) => Some(MailOutcome::Failed { why }),
            // The email has its mark already, so it can be deferred like any other.
            MailError::Unconfirmed(_) if mail.uncertain => Some(MailOutcome::Deferred { why }),
            MailError::Unconfirmed(_) => {
                tracing::warn!(
                    contact = %contact.id,
                    mail = %mail.id,
                    response,
                    "the email may have been accepted; it will be sent again with a mark"
                );
                None
            }
        }
    }
}

/// The longest time over which timers of one instant are spread.
const MAX_SPREAD: TimeDelta = TimeDelta::minutes(15);

/// The time over which a timer may be spread. Most deadlines fall at closing time, and so do the steps
/// of their reminders. A reminder leaves at least half of the time that was left. A breach is recorded
/// in its own second.
fn spread(at: DateTime<Utc>, due_at: DateTime<Utc>) -> TimeDelta {
    if at <= due_at {
        MAX_SPREAD.min((due_at - at) / 2)
    } else if at - due_at <= TimeDelta::seconds(1) {
        TimeDelta::zero()
    } else {
        MAX_SPREAD
    }
}

/// The emails of a commit that are still pending because of it.
fn still_pending<'a>(contact: &Contact, commit: &'a Commit) -> Vec<&'a Mail> {
    let is_pending =
        |mail: &&Mail| contact.pending.iter().any(|p| p.id == mail.id && p.commit == commit.number);
    commit.mails.iter().filter(is_pending).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_is_spread_and_a_breach_keeps_its_second() {
        let due = DateTime::from_timestamp(1_780_502_400, 0).unwrap();
        let minutes = |n| spread(due + TimeDelta::minutes(n), due).num_minutes();
        assert_eq!(minutes(-24 * 60), 15, "a day before");
        assert_eq!(minutes(-20), 10, "half of what is left");
        assert_eq!(minutes(-1), 0);
        assert_eq!(spread(due + TimeDelta::seconds(1), due), TimeDelta::zero(), "the breach");
        assert_eq!(minutes(24 * 60), 15, "an escalation a day later");
    }
}
