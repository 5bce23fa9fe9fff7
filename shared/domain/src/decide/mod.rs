//! The effect of each command on a contact.
//!
//! | Command | A new contact | An open contact | A closed contact |
//! |---|---|---|---|
//! | [receive](Command::Receive) | recorded; deadlines start; acknowledgement decided | duplicate | duplicate |
//! | [customer wrote](Command::CustomerWrote) | refused | joins; deadlines start again if no answer is owed; asks for the next stage if this one is answered | reopens; the same |
//! | [close](StaffCommand::Close) | refused | closed, unless something is owed and no reason is given | no change |
//! | [reply from a mailbox](StaffCommand::Reply) | refused | the answer or an update | sent all the same |
//! | [note](StaffCommand::AddNote) | refused | recorded | recorded |
//! | [reopen](StaffCommand::Reopen) | refused | refused | reopened; what closing waived is owed again |
//! | [next stage](StaffCommand::Escalate) | refused | the stage starts, if there is one | the same; reopened |
//! | [not a stage request](StaffCommand::NotAStageRequest), [declined](StaffCommand::DeclineStage) | refused | the stage before it again, unless this one is answered | refused |
//! | [milestone](StaffCommand::RecordMilestone) | refused | recorded | recorded if a deadline waits for it |
//! | [take back a milestone](StaffCommand::TakeBackMilestone) | refused | what it ended is owed again | the same; reopened |
//! | [any other command of staff](StaffCommand) | refused | recorded if it [can be meant](allowed_actions) | refused |
//! | [fire timers](SystemCommand::FireTimers) | no change | reminders sent, missed deadlines recorded | no change |
//! | [record mail results](SystemCommand::RecordMailResults) | no change | recorded; accepted emails meet deadlines | recorded |
//!
//! [`decide`] is total and pure. The same arguments give the same decision, and it reads nothing but
//! its arguments. Late timers, duplicate deliveries and impossible requests are outcomes with names.
//!
//! ```
//! use domain::contact::{Customer, Secret};
//! use domain::decide::{Command, Decision, Message, NewContact, Request, decide};
//! use domain::library::load_built_in;
//! use domain::standards::{Category, Channel, Priority};
//!
//! let organisation = load_built_in("westkent")?;
//! let now = "2026-06-02T09:00:00Z".parse()?;
//! let new = NewContact {
//!     id: Secret::new([7; 32]).contact_of_form("the form's idempotency key"),
//!     fingerprint: "a digest of the form".into(),
//!     received_at: now,
//!     recorded_by: None,
//!     channel: Channel::WebForm,
//!     category: Category::default(),
//!     priority: Priority::Normal,
//!     team: "customer-services".into(),
//!     owner: None,
//!     customer: Customer { email: Some("jo@tenant.example".into()), ..Customer::default() },
//!     subject: "Bins".into(),
//!     message: Message { text: "When are they emptied?".into(), ..Message::default() },
//!     automatic: None,
//!     acknowledged_today: 0,
//!     also: Vec::new(),
//! };
//! let request = Request { key: None, command: Command::Receive(Box::new(new)) };
//! let Decision::Commit(plan) = decide(None, &request, now, &organisation)? else { panic!() };
//! let due = plan.contact.next_due(&organisation).expect("an answer is owed");
//! // The end of the next working day: Wednesday 3 June at 17:15.
//! assert_eq!(due.id.to_string(), "wk-online");
//! assert_eq!(due.due_at.to_string(), "2026-06-03 16:15:00 UTC");
//! // The acknowledgement is decided, and the first timer is set.
//! assert!(!plan.commit.mails.is_empty() && !plan.commit.timers.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
mod action_prompts;
mod actions;
mod adjust;
mod answer;
mod appointment;
mod close;
mod command;
mod delay;
mod escalate;
mod mail_results;
mod milestone;
mod receive;
mod refusal;
mod reply;
mod settle;
mod staff;
mod start;
mod system;
mod take_back;
mod thanks;
mod timer;
mod transaction;
mod triage;

use chrono::{DateTime, TimeDelta, Utc};

pub use actions::{StaffAction, allowed_actions, milestones};
pub use command::{
    Answer, Command, DelayNotice, MailOutcome, MailResult, Message, NewContact, Request,
    StaffCommand, SystemCommand, Update,
};
pub use refusal::{NoChange, Refusal};
pub use take_back::endings;

use crate::contact::{Commit, Contact};
use crate::organisation::Organisation;
use refusal::Stop;
use transaction::Transaction;

/// The decision on a command that is not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Write this commit, then send its emails and set its timers.
    Commit(Box<CommitPlan>),
    /// Write nothing.
    NoChange(NoChange),
}

/// A commit with the state to which it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitPlan {
    /// The entry for the log.
    pub commit: Commit,
    /// The contact after it.
    pub contact: Contact,
}

/// The time after which an email that is being sent counts as not sent. It is longer than any attempt
/// to send the emails of one commit can take, so nobody else is still sending them.
pub const MAIL_GRACE: TimeDelta = TimeDelta::minutes(5);

/// Decides what `request` means at `now` for `contact`.
///
/// `contact` is the contact as it was last written, or `None` if there is none yet.
///
/// # Errors
/// Returns an error if the command cannot be carried out. Commands of the system are never refused.
pub fn decide(
    contact: Option<&Contact>,
    request: &Request,
    now: DateTime<Utc>,
    organisation: &Organisation,
) -> Result<Decision, Refusal> {
    match carry_out(contact, request, now, organisation) {
        Ok(transaction) => Ok(Decision::Commit(Box::new(transaction.finish()))),
        Err(Stop::NoChange(no_change)) => Ok(Decision::NoChange(no_change)),
        Err(Stop::Refused(refusal)) => Err(refusal),
    }
}

fn carry_out<'a>(
    contact: Option<&'a Contact>,
    request: &Request,
    now: DateTime<Utc>,
    organisation: &'a Organisation,
) -> Result<Transaction<'a>, Stop> {
    let Some(contact) = contact else {
        return match &request.command {
            Command::Receive(new) => Ok(receive::receive(new, request, now, organisation)),
            Command::CustomerWrote { .. } | Command::Staff { .. } => {
                Err(Refusal::NoSuchContact.into())
            }
            Command::System(_) => Err(NoChange::NoSuchContact.into()),
        };
    };
    let seen = request.key.as_ref().is_some_and(|key| contact.recent_keys.contains(key));
    let mut transaction = Transaction::of(contact, request, now, organisation);
    match &request.command {
        Command::Receive(new) => return Err(receive::again(contact, new)),
        _ if seen => return Err(NoChange::Duplicate.into()),
        Command::CustomerWrote { channel, received_at, message } => {
            transaction.customer_wrote(*channel, *received_at, message);
        }
        Command::Staff { person, command } => transaction.staff(person, command)?,
        Command::System(command) => transaction.system(command)?,
    }
    Ok(transaction)
}
