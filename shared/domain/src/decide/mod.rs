//! `decide`: what a command means for a contact.
//!
//! | Command | A new contact | An open contact | A closed contact |
//! |---|---|---|---|
//! | receive | recorded, clocks start, acknowledgement decided | duplicate | duplicate |
//! | customer wrote | refused | joins; clocks start again if nothing is owed | reopens, clocks start again |
//! | answer, log, tell delay, sort, escalate, assign, pass, note | refused | recorded | recorded; an answer can still be sent |
//! | close | refused | closed, unless something is owed and no reason is given | nothing |
//! | timer fired | nothing | due steps of the ladders taken, breaches recorded | nothing |
//! | mail results | nothing | recorded; accepted mails keep promises | recorded |
//!
//! Total and pure: the same arguments give the same decision, late timers, duplicate deliveries and
//! impossible requests are outcomes with names, and nothing is read but what is passed in.

mod action_prompts;
mod clocks;
mod command;
mod mail_results;
mod receive;
mod staff;
mod timer;
mod transaction;

use chrono::{DateTime, TimeDelta, Utc};

pub use command::{
    Answer, Command, DelayNotice, MailOutcome, MailResult, Message, NewContact, Request,
};

use crate::contact::{Commit, Contact};
use crate::organisation::Organisation;
use crate::standards::OwedBy;
use transaction::Transaction;

/// What is to be done about a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Write this; then see to its mails and timers.
    Commit(Box<CommitPlan>),
    /// There is nothing to write.
    NoChange(NoChange),
    /// The command asks for something that cannot be.
    Refused(Refusal),
}

/// A commit with the state that it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitPlan {
    /// The entry for the log.
    pub commit: Commit,
    /// The contact after it.
    pub contact: Contact,
}

/// Why there is nothing to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoChange {
    /// The same message or command was taken in before.
    Duplicate,
    /// A timer fired and there was nothing left to do: the deadline was met meanwhile, or the
    /// timer came early, late or twice.
    NothingDue,
    /// The results were those of mails that are no longer pending.
    NotPending,
    /// It was closed before.
    AlreadyClosed,
    /// There is no such contact; it was erased, or never was.
    NoSuchContact,
}

/// Why a command cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such contact.
    #[error("there is no such contact")]
    NoSuchContact,
    /// The idempotency key was used for another message.
    #[error("this idempotency_key was used for another message; use a new key for a new message")]
    KeyUsedForAnotherMessage,
    /// Nobody of that name.
    #[error("there is nobody called `{0}` in this organisation")]
    UnknownPerson(String),
    /// No team of that name.
    #[error("there is no team called `{0}` in this organisation")]
    UnknownTeam(String),
    /// An answer without text.
    #[error("the answer is empty")]
    Empty,
    /// The customer gave no email address.
    #[error("the customer gave no email address; ring or write to them, and log it here")]
    NoAddress,
    /// A time that lies in the future or before the contact.
    #[error("the time given is not between the contact's receipt and now")]
    ImpossibleTime,
    /// An extension has to say why.
    #[error(
        "say why it takes longer: the time for answering a complaint is only put off by a notice \
         that gives the reasons"
    )]
    ReasonMissing,
    /// There is no further stage.
    #[error("there is no further stage of the complaints procedure for this contact")]
    NoNextStage,
    /// A category that the organisation does not have.
    #[error("there is no category `{0}` in this organisation")]
    UnknownCategory(String),
    /// A new date that is not later than today.
    #[error("the new date has to be after today")]
    DateNotAhead,
    /// Closing a contact to which an answer is owed needs a reason.
    #[error("an answer is still owed; answer first, or say why none is needed")]
    StillOwed,
}

/// Decides what `request` means at `now` for `contact`, as it was last written; `None` where there
/// is no such contact yet.
#[must_use]
pub fn decide(
    contact: Option<&Contact>,
    request: &Request,
    now: DateTime<Utc>,
    organisation: &Organisation,
) -> Decision {
    let contact = match (contact, &request.command) {
        (None, Command::Receive(new)) => {
            return Decision::Commit(Box::new(receive::receive(new, request, now, organisation)));
        }
        (Some(contact), Command::Receive(new)) => {
            return if contact.fingerprint == new.fingerprint {
                Decision::NoChange(NoChange::Duplicate)
            } else {
                Decision::Refused(Refusal::KeyUsedForAnotherMessage)
            };
        }
        (None, Command::TimerFired | Command::MailResults(_) | Command::RetryMails(_)) => {
            return Decision::NoChange(NoChange::NoSuchContact);
        }
        (None, _) => return Decision::Refused(Refusal::NoSuchContact),
        (Some(contact), _) => contact,
    };
    if request.key.as_ref().is_some_and(|key| contact.recent_keys.contains(key)) {
        return Decision::NoChange(NoChange::Duplicate);
    }
    let mut transaction = Transaction::of(contact, request, now, organisation);
    let done = match &request.command {
        Command::Receive(_) => Ok(Some(NoChange::Duplicate)),
        Command::CustomerWrote { channel, message } => {
            receive::customer_wrote(&mut transaction, *channel, message);
            Ok(None)
        }
        Command::TimerFired => Ok(timer::fired(&mut transaction)),
        Command::MailResults(results) => Ok(mail_results::record(&mut transaction, results)),
        Command::RetryMails(mails) => Ok(mail_results::retry(&mut transaction, mails)),
        command => staff::act(&mut transaction, command, &request.by),
    };
    match done {
        Ok(None) => Decision::Commit(Box::new(transaction.finish())),
        Ok(Some(nothing)) => Decision::NoChange(nothing),
        Err(refusal) => Decision::Refused(refusal),
    }
}

/// How long a mail may be on its way before it counts as not sent. Longer than any attempt to send
/// the mails of one commit can take, so that nobody else is still at it.
pub const MAIL_GRACE: TimeDelta = TimeDelta::minutes(5);

/// Whether a window of the customer's.
fn is_customers(organisation: &Organisation, standard: &str) -> bool {
    organisation.standard(standard).is_some_and(|s| s.owed_by == OwedBy::Customer)
}
