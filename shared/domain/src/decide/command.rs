//! Commands: what a customer, a member of staff or the system asks of a contact.

use chrono::{DateTime, NaiveDate, Utc};

use crate::contact::{
    Actor, AutomaticSender, ContactId, Customer, Mail, MailId, MailProblem, Means, ReplyRejection,
    ThreadMark,
};
use crate::organisation::{PersonId, TeamId};
use crate::standards::{Category, Channel, Milestone, Priority};

/// A command with the key by which a second delivery is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Identifies the message or form that gave the command; `None` if it cannot come twice.
    pub key: Option<String>,
    /// The command.
    pub command: Command,
}

/// A command, by who gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Takes in a new contact.
    Receive(Box<NewContact>),
    /// Adds a message of the customer's to their contact.
    CustomerWrote {
        /// The channel of the message.
        channel: Channel,
        /// When it reached the provider, in UTC.
        received_at: DateTime<Utc>,
        /// The message.
        message: Message,
    },
    /// A command of a member of staff.
    Staff {
        /// The member of staff.
        person: PersonId,
        /// Their command.
        command: StaffCommand,
    },
    /// A command of Kept itself. It is never refused.
    System(SystemCommand),
}

/// A command of a member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaffCommand {
    /// Answers the customer.
    Answer(Answer),
    /// Records a call that did not reach the customer.
    RecordCallAttempt {
        /// A note about the call.
        text: String,
    },
    /// Passes on a reply from the mailbox of a member of staff. It is the answer, or an update if the
    /// answer to the contact needs certain parts.
    Reply {
        /// The text.
        text: String,
    },
    /// Tells the customer something that is not the answer.
    GiveUpdate(Update),
    /// Says that an earlier reply was the full response.
    ConfirmResponse {
        /// The number of the commit in which the reply was written.
        entry: u32,
        /// True to close the contact with it, if nothing else is owed.
        closes: bool,
    },
    /// Tells the customer that the answer will take longer.
    NotifyDelay(DelayNotice),
    /// Records a milestone.
    RecordMilestone {
        /// The milestone.
        milestone: Milestone,
        /// When it happened, in UTC; for appointments and agreed calls, the time agreed.
        at: DateTime<Utc>,
        /// True if it is on its way by post, so that it arrives later.
        by_post: bool,
        /// The reason, which is needed if the milestone ends what the law asks for.
        reason: Option<String>,
    },
    /// Takes back a milestone that ended something and was recorded by mistake.
    TakeBackMilestone {
        /// The milestone.
        milestone: Milestone,
        /// The reason.
        reason: String,
    },
    /// Sets the category and priority.
    Triage {
        /// The category.
        category: Category,
        /// The priority.
        priority: Priority,
    },
    /// Records that the customer asked for the next stage of the complaints procedure.
    Escalate {
        /// When they asked, in UTC.
        at: DateTime<Utc>,
    },
    /// Leaves a note for colleagues.
    AddNote {
        /// The note.
        text: String,
    },
    /// Says that the customer did not ask for the present stage of the complaints procedure.
    NotAStageRequest,
    /// Declines the customer's request for the present stage, which came after their window had closed.
    DeclineStage {
        /// The reason, which the customer is told.
        reason: String,
    },
    /// Says that the customer's request for the present stage had come earlier.
    DateStageRequest {
        /// When it reached the provider, in UTC.
        at: DateTime<Utc>,
    },
    /// Assigns the contact.
    Assign {
        /// The new owner.
        person: PersonId,
        /// The reason, which is needed if they considered the complaint at an earlier stage.
        reason: Option<String>,
    },
    /// Hands the contact over to another team.
    HandOver {
        /// The new team.
        team: TeamId,
    },
    /// Opens the contact again. What closing it waived is owed again.
    Reopen {
        /// The reason.
        reason: String,
    },
    /// Closes the contact.
    Close {
        /// The reason, which is needed if something is still owed.
        reason: Option<String>,
    },
}

/// A command of Kept itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemCommand {
    /// Does what is due by now: sends reminders, records missed deadlines.
    FireTimers,
    /// Records what became of emails.
    RecordMailResults(Vec<MailResult>),
    /// Asks for emails to be sent again that should have been sent by now.
    RetryMails(Vec<Mail>),
    /// Tells a member of staff that their reply was not passed on to the customer.
    RejectStaffReply {
        /// The member of staff to tell.
        person: PersonId,
        /// The reason.
        why: ReplyRejection,
    },
}

impl Command {
    /// Returns who gives the command.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::Receive(new) => new.recorded_by.clone().map_or(Actor::Customer, Actor::Staff),
            Self::CustomerWrote { .. } => Actor::Customer,
            Self::Staff { person, .. } => Actor::Staff(person.clone()),
            Self::System(_) => Actor::Kept,
        }
    }
}

/// A contact as it reached the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContact {
    /// The id, derived from what makes it the same contact.
    pub id: ContactId,
    /// A digest of the message. Another one under the same id is another message.
    pub fingerprint: String,
    /// When it reached the provider, in UTC.
    pub received_at: DateTime<Utc>,
    /// The member of staff who recorded it; `None` if the customer sent it themselves.
    pub recorded_by: Option<PersonId>,
    /// The channel.
    pub channel: Channel,
    /// The category.
    pub category: Category,
    /// The priority.
    pub priority: Priority,
    /// The team that gets it.
    pub team: TeamId,
    /// The member of staff to whom it was addressed by name.
    pub owner: Option<PersonId>,
    /// The customer.
    pub customer: Customer,
    /// The subject, in one line.
    pub subject: String,
    /// The message.
    pub message: Message,
    /// The sign that a machine sent it.
    pub automatic: Option<AutomaticSender>,
    /// The number of acknowledgements that the sender was sent in the last 24 hours.
    pub acknowledged_today: u32,
    /// The milestones that happened with receipt, such as a message taken for a colleague.
    pub also: Vec<Milestone>,
}

/// A customer's message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The text.
    pub text: String,
    /// The number of files that came with it.
    pub attachments: u32,
    /// The archive's key of the message as it came.
    pub archived: Option<String>,
    /// Its Message-ID.
    pub thread: Option<ThreadMark>,
    /// The sign that a machine sent it.
    pub automatic: Option<AutomaticSender>,
}

/// An answer by staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The means. Kept sends an answer by email; others have been given already.
    pub means: Means,
    /// The text that was written or said.
    pub text: String,
    /// When it was given, in UTC. An email counts when it is accepted for delivery.
    pub at: DateTime<Utc>,
    /// True to close the contact with it, if nothing else is owed.
    pub closes: bool,
}

/// An update by staff, which is never the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The means. Kept sends an update by email; others have been given already.
    pub means: Means,
    /// The text that was written or said.
    pub text: String,
    /// When it was given, in UTC. An email counts when it is accepted for delivery.
    pub at: DateTime<Utc>,
}

/// A notice that the answer will take longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelayNotice {
    /// The means. Kept sends a notice by email; others have been given already.
    pub means: Means,
    /// The new date.
    pub until: NaiveDate,
    /// The text that was written or said.
    pub text: String,
    /// When it was given, in UTC. An email counts when it is accepted for delivery.
    pub at: DateTime<Utc>,
    /// True to send it even if the date is later than the standards allow. Without that it is refused,
    /// so that staff see both dates before it goes out.
    pub confirmed: bool,
}

/// The result of sending an email.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailResult {
    /// The email. What it meets follows from what it is about.
    pub mail: Mail,
    /// The outcome.
    pub outcome: MailOutcome,
}

/// The outcome of an attempt to send an email.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// Accepted for delivery.
    Accepted {
        /// When it was accepted, in UTC.
        at: DateTime<Utc>,
        /// True if an earlier attempt may have been accepted too.
        possible_duplicate: bool,
    },
    /// Not accepted; to be tried again.
    Deferred {
        /// The reason.
        why: MailProblem,
    },
    /// Refused; not to be tried again.
    Failed {
        /// The reason.
        why: MailProblem,
    },
}

impl MailResult {
    /// Returns the email's id.
    #[must_use]
    pub fn id(&self) -> &MailId {
        &self.mail.id
    }
}
