//! What can be asked of a contact.

use chrono::{DateTime, NaiveDate, Utc};

use crate::contact::{
    Actor, AutomaticSender, ContactId, Customer, Mail, MailId, Means, ThreadMark,
};
use crate::organisation::{PersonId, TeamId};
use crate::standards::{Category, Channel, Milestone, Priority};

/// A command with who gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What makes it the same command when it comes again: a message's or a form's own mark.
    pub key: Option<String>,
    /// Who gives it.
    pub by: Actor,
    /// What is asked.
    pub command: Command,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A contact reached the provider.
    Receive(Box<NewContact>),
    /// The customer wrote again, into the thread of this contact.
    CustomerWrote {
        /// How, this time.
        channel: Channel,
        /// What.
        message: Message,
    },
    /// Staff answer.
    Answer(Answer),
    /// Staff tried to ring.
    RecordCallAttempt {
        /// What they note.
        text: String,
    },
    /// Staff told the customer that it is still being looked into.
    GiveUpdate {
        /// What they said.
        text: String,
    },
    /// Staff tell the customer that it takes longer.
    NotifyDelay(DelayNotice),
    /// Staff record something that happened.
    RecordMilestone {
        /// What.
        milestone: Milestone,
        /// When; for appointments and agreed calls, the time agreed.
        at: DateTime<Utc>,
        /// Whether it is on its way by post, so that it arrives later.
        by_post: bool,
    },
    /// Staff say what it is about and how pressing it is.
    Triage {
        /// What it is about.
        category: Category,
        /// How pressing it is.
        priority: Priority,
    },
    /// The customer asks for the next stage of the complaints procedure.
    Escalate {
        /// When they asked.
        at: DateTime<Utc>,
    },
    /// Staff note something for colleagues.
    Note {
        /// The note.
        text: String,
    },
    /// Somebody takes it, or is given it.
    Assign {
        /// Who.
        person: PersonId,
    },
    /// It is passed to another team.
    HandOver {
        /// Which.
        team: TeamId,
    },
    /// A reply by staff is not passed on to the customer.
    RejectStaffReply {
        /// Who is told.
        person: PersonId,
        /// Why, in words.
        why: String,
    },
    /// Staff close it.
    Close {
        /// Why, where an answer is owed and none is needed.
        reason: Option<String>,
    },
    /// A timer of this contact fired.
    TimerFired,
    /// Mails were sent, or not.
    MailResults(Vec<MailResult>),
    /// Mails that should have been sent by now are to be sent again.
    RetryMails(Vec<Mail>),
}

/// A contact as it reached the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContact {
    /// Its id, derived from what makes it the same contact.
    pub id: ContactId,
    /// Its content in short: a different one under the same id is another message.
    pub fingerprint: String,
    /// When it reached the provider.
    pub received_at: DateTime<Utc>,
    /// How it came.
    pub channel: Channel,
    /// What it is about.
    pub category: Category,
    /// How pressing it is.
    pub priority: Priority,
    /// Who gets it.
    pub team: TeamId,
    /// Whom it was written to in person.
    pub owner: Option<PersonId>,
    /// Who brought it.
    pub customer: Customer,
    /// The subject in a line.
    pub subject: String,
    /// What was written.
    pub message: Message,
    /// What shows that a machine sent it.
    pub automatic: Option<AutomaticSender>,
    /// How many acknowledgements the sender has been sent in the last 24 hours.
    pub acknowledged_today: u32,
    /// Milestones that are reached with receipt: a message taken for a colleague.
    pub also: Vec<Milestone>,
}

/// What a customer wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The text.
    pub text: String,
    /// How many files came with it.
    pub attachments: u32,
    /// Where the message as it came is archived.
    pub archived: Option<String>,
    /// Its mark in the thread.
    pub thread: Option<ThreadMark>,
    /// What shows that a machine sent it.
    pub automatic: Option<AutomaticSender>,
}

/// An answer by staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How it was given. By email, Kept sends it.
    pub means: Means,
    /// What was written or said.
    pub text: String,
    /// When; what Kept sends counts when it is accepted for delivery.
    pub at: DateTime<Utc>,
    /// Whether the contact is closed with it, if nothing else is owed.
    pub closes: bool,
}

/// A notice that an answer takes longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelayNotice {
    /// The new date.
    pub until: NaiveDate,
    /// What is written.
    pub text: String,
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailResult {
    /// Which; with what it was about, since what it keeps follows from that.
    pub mail: Mail,
    /// What became of it.
    pub outcome: MailOutcome,
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// Accepted for delivery.
    Accepted {
        /// When.
        at: DateTime<Utc>,
        /// An earlier attempt may have been accepted too.
        possible_duplicate: bool,
    },
    /// Not now; to be tried again.
    Deferred {
        /// What the other side said.
        why: String,
    },
    /// Refused for good.
    Failed {
        /// What the other side said.
        why: String,
    },
}

impl MailResult {
    /// The mail's name.
    #[must_use]
    pub fn id(&self) -> &MailId {
        &self.mail.id
    }
}
