//! Sees to what a commit asks for: sends its mails, sets its timers, tells other systems. The only
//! function that touches the outside world.
//!
//! Mails are claimed before they are sent and confirmed after, so the only mail that can go out
//! twice is one whose sender was stopped, or whose server fell silent, between the two, and it is
//! marked as such. Timers and the
//! bus take the same request twice without harm.

mod breaches;
mod email;
#[cfg(feature = "lambda")]
pub mod stream;

use std::borrow::Cow;

use adapters::mailer::{MailError, Mailer};
use adapters::ports::{CommitNotice, EventBus, PortError, Timers};
use adapters::store::{Claim, Committed, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::contact::{Commit, Contact, Event, Mail, MailKind, MailProblem};
use domain::decide::{Command, MAIL_GRACE, MailOutcome, MailResult, Request, SystemCommand};
use thiserror::Error;

use crate::App;

/// How long after its commit a mail may be begun. An attempt takes a minute at most, so its result is
/// written before [`MAIL_GRACE`] is over and somebody else looks at the mail.
const BEGUN_WITHIN: TimeDelta = TimeDelta::minutes(3);

/// Sees to commits.
#[derive(Clone, Debug)]
pub struct Dispatch<M, T, B> {
    /// The desk that committed them.
    pub app: App,
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
    Port(#[from] PortError),
    /// Somebody else is sending these mails at this moment, or was stopped while doing so.
    #[error("the mails of this commit are being sent")]
    Busy,
}

impl<M: Mailer, T: Timers, B: EventBus> Dispatch<M, T, B> {
    /// Sees to one commit. Doing so twice does no harm.
    ///
    /// Its timers, its mails and its news are each seen to whatever becomes of the others: a bus
    /// that refuses does not hold up an acknowledgement.
    ///
    /// # Errors
    /// When something cannot be reached. A mail that is refused is no error but a result, which is
    /// committed.
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
        let told = self.bus.publish(&notice).await.map_err(DispatchError::from);
        breaches::log(&self.app.organisation, id, &commit.events);
        timers.and(mails).and(told)
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
        // What is over need not wake anyone.
        for event in &commit.events {
            if let Event::DeadlineMet { deadline, .. }
            | Event::DeadlineWaived { deadline, .. }
            | Event::WindowClosed { deadline } = event
            {
                // One that stays wakes the contact in vain, which is nothing to come again for.
                if let Err(error) = self.timers.clear(id, deadline).await {
                    tracing::warn!(contact = %id, %error, "a timer stays that nobody needs");
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
        if self.app.now() - commit.at >= BEGUN_WITHIN {
            // It waited too long for its turn. The sweep brings it again, and two never meet.
            return Ok(());
        }
        // First claim, then look whether the mails still wait: whoever retries mails does it the
        // other way round, so one of the two always sees the other.
        let claim = if M::IDEMPOTENT {
            Claim::Fresh
        } else {
            self.app.store.claim(id, commit.number, self.app.now(), self.lease).await?
        };
        // Right after the commit nobody can have retried yet, and its own state is good.
        let fresh = claim == Claim::Fresh && self.app.now() - commit.at < MAIL_GRACE / 5;
        let contact = match contact {
            Some(contact) if fresh => contact.clone(),
            _ => match self.app.store.load(id).await? {
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
            let outcome = if self.app.now() - commit.at >= BEGUN_WITHIN {
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
        let first = self.app.store.entry(&contact.id, 1).await?;
        Ok(first.and_then(|entry| written(&entry.commit)))
    }

    /// Sends a mail; `None` where nothing was heard of it. Then nothing is written down either, as by
    /// a sender that was stopped, and the sweep sends it again, marked.
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
        Some(match self.mailer.send(&outgoing).await {
            Ok(()) => MailOutcome::Accepted { at: self.app.now(), possible_duplicate },
            Err(MailError::Transient(response)) => {
                MailOutcome::Deferred { why: MailProblem::Server { response } }
            }
            Err(MailError::Permanent(response)) => {
                MailOutcome::Failed { why: MailProblem::Server { response } }
            }
            // It carries the mark already, so it can wait longer each time like any other.
            Err(MailError::Unconfirmed(response)) if mail.uncertain => {
                MailOutcome::Deferred { why: MailProblem::Server { response } }
            }
            Err(MailError::Unconfirmed(why)) => {
                tracing::warn!(contact = %contact.id, mail = %mail.id, why, "may have been taken; sent again, marked");
                return None;
            }
        })
    }
}

/// As long as the timers that fall on one instant are spread over, where nothing is lost by it.
const SPREAD: TimeDelta = TimeDelta::minutes(15);

/// How much later than at its instant a timer may come. Most deadlines fall at closing time, and
/// with them the steps of their ladders. A reminder leaves at least half of the time that was left;
/// a breach is recorded in its own second.
fn spread(at: DateTime<Utc>, due_at: DateTime<Utc>) -> TimeDelta {
    if at <= due_at {
        SPREAD.min((due_at - at) / 2)
    } else if at - due_at <= TimeDelta::seconds(1) {
        TimeDelta::zero()
    } else {
        SPREAD
    }
}

/// The mails of a commit that still wait to be sent because of it.
fn still_pending<'a>(contact: &Contact, commit: &'a Commit) -> Vec<&'a Mail> {
    let waits =
        |mail: &&Mail| contact.pending.iter().any(|p| p.id == mail.id && p.commit == commit.number);
    commit.mails.iter().filter(waits).collect()
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
