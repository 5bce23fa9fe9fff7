//! What can happen to a contact: its history.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Customer, MailId, Suppressed};
use crate::deadline::{Derivation, WaiverReason};
use crate::organisation::{PersonId, TeamId};
use crate::standards::{Category, Channel, Milestone, Priority};

/// How staff reached the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// By email, which Kept sends.
    Email,
    /// By telephone, and spoke to them.
    Phone,
    /// By letter.
    Letter,
    /// In person.
    InPerson,
}

/// Something that happened to a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// It reached the provider.
    Received {
        /// How.
        channel: Channel,
        /// What it is about.
        category: Category,
        /// How pressing it is.
        priority: Priority,
        /// Who has it.
        team: TeamId,
        /// Who brought it.
        customer: Customer,
        /// The subject in a line.
        subject: String,
        /// What was written or said.
        text: String,
        /// How many files came with it; they are in the archived message.
        #[serde(default, skip_serializing_if = "is_zero")]
        attachments: u32,
        /// Where the message as it came is archived.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        archived: Option<String>,
    },
    /// The customer wrote again.
    CustomerWrote {
        /// What they wrote.
        text: String,
        /// How many files came with it.
        #[serde(default, skip_serializing_if = "is_zero")]
        attachments: u32,
        /// Where the message as it came is archived.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        archived: Option<String>,
    },
    /// A clock started.
    DeadlineStarted {
        /// The deadline.
        deadline: String,
        /// The version of the pack it was taken from.
        version: String,
        /// When it is due.
        due_at: DateTime<Utc>,
        /// Why then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        derivation: Option<Derivation>,
    },
    /// A clock's due time changed.
    DeadlineMoved {
        /// The deadline.
        deadline: String,
        /// What changed it.
        because: MoveReason,
        /// When it is due now.
        due_at: DateTime<Utc>,
        /// Why then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        derivation: Option<Derivation>,
    },
    /// A clock stands still, waiting for something.
    DeadlinePaused {
        /// The deadline.
        deadline: String,
        /// Since when.
        at: DateTime<Utc>,
        /// For what.
        until: Milestone,
    },
    /// Staff said what it is about and how pressing it is.
    Triaged {
        /// What it is about.
        category: Category,
        /// How pressing it is.
        priority: Priority,
    },
    /// The customer asked for the next stage of the complaints procedure.
    Escalated {
        /// The stage that it is at now.
        stage: u8,
        /// Whether the time in which the customer should have asked was over. It is taken all the
        /// same.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        after_window: bool,
    },
    /// Somebody was told to do something, because of what happened.
    ActionPrompted {
        /// The prompts.
        action_prompts: Vec<String>,
        /// Who was told; the customer, where nobody of the staff is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
    },
    /// A clock could not be started, because its due date lies outside the calendar.
    DeadlineNotStarted {
        /// The standard.
        standard: String,
        /// Why, in words.
        why: String,
    },
    /// No acknowledgement is sent.
    AcknowledgementSuppressed {
        /// Why.
        why: Suppressed,
    },
    /// Something happened that can start a clock or keep a promise.
    MilestoneRecorded {
        /// What.
        milestone: Milestone,
        /// When it happened, which may be before it was recorded.
        at: DateTime<Utc>,
        /// Whether it is on its way by post.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_post: bool,
    },
    /// A deadline was met, or done late.
    DeadlineMet {
        /// The deadline.
        deadline: String,
        /// What did it.
        by: Milestone,
        /// When.
        at: DateTime<Utc>,
        /// Whether the time was over.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    /// The time is over and the promise is not kept.
    DeadlineMissed {
        /// The deadline.
        deadline: String,
        /// The last instant that would have been in time.
        due_at: DateTime<Utc>,
    },
    /// A customer's window closed.
    WindowClosed {
        /// The deadline.
        deadline: String,
    },
    /// A deadline turned out not to be owed.
    DeadlineWaived {
        /// The deadline.
        deadline: String,
        /// Why.
        why: WaiverReason,
    },
    /// Staff were reminded or told.
    Notified {
        /// Who.
        person: PersonId,
        /// Of which deadlines.
        deadlines: Vec<String>,
    },
    /// A mail was accepted for delivery.
    MailSent {
        /// Which.
        mail: MailId,
        /// When it was accepted.
        at: DateTime<Utc>,
        /// An earlier attempt may have been accepted too, without our hearing of it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        possible_duplicate: bool,
    },
    /// A mail could not be handed over and will be tried again.
    MailDeferred {
        /// Which.
        mail: MailId,
        /// What the other side said.
        why: String,
        /// When it is tried again.
        until: DateTime<Utc>,
    },
    /// A mail was refused for good.
    MailFailed {
        /// Which.
        mail: MailId,
        /// What the other side said.
        why: String,
    },
    /// A mail is tried again.
    MailRetried {
        /// Which.
        mail: MailId,
    },
    /// Staff answered.
    Answered {
        /// How.
        means: Means,
        /// What was written or said.
        text: String,
        /// When, which may be before it was recorded.
        at: DateTime<Utc>,
    },
    /// Staff tried to ring and did not reach the customer.
    CallAttempted {
        /// What they noted.
        text: String,
    },
    /// Staff told the customer that it is still being looked into.
    UpdateGiven {
        /// What was said.
        text: String,
    },
    /// Staff told the customer that it takes longer.
    DelayNotified {
        /// What was written.
        text: String,
        /// The new date.
        until: NaiveDate,
    },
    /// A note for colleagues.
    NoteAdded {
        /// The note.
        text: String,
    },
    /// Somebody took it, or was given it.
    Assigned {
        /// Who.
        person: PersonId,
    },
    /// It was passed to another team.
    HandedOver {
        /// Which.
        team: TeamId,
    },
    /// A reply by somebody of the staff was not passed on.
    StaffReplyRejected {
        /// Why, in words.
        why: String,
    },
    /// It was closed.
    Closed {
        /// Why, where something was still owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The customer wrote to a closed or answered contact, and it is open again.
    Reopened,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What changed a clock's due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MoveReason {
    /// What starts it happened; something else had stood in.
    Started,
    /// Something happened that makes it start afresh.
    Restarted,
    /// What it had waited for happened.
    Resumed,
    /// It was put off, with notice given in time.
    Extended,
    /// The matter was found urgent when the time for that was over.
    MadeUrgent,
}
