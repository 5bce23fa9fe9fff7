//! Emails to send: what they are about, not yet how they read.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::SuppressionReason;
use crate::deadline::DeadlineId;
use crate::organisation::PersonId;

/// Names an email of a contact by its commit and its place there: `3-0`. An email that is sent again
/// keeps its id, and so its Message-ID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailId(pub String);

impl MailId {
    /// The id of the email at place `index`, from 0, of a commit.
    #[must_use]
    pub fn new(commit: u32, index: usize) -> Self {
        Self(format!("{commit}-{index}"))
    }

    /// Returns the number of the commit that decided to send the email.
    #[must_use]
    pub fn commit(&self) -> u32 {
        self.0.split_once('-').and_then(|(commit, _)| commit.parse().ok()).unwrap_or_default()
    }
}

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An email to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The email's id.
    pub id: MailId,
    /// The addressee.
    pub to: Addressee,
    /// The subject matter.
    #[serde(flatten)]
    pub kind: MailKind,
    /// True if an earlier attempt had no known outcome, so that this one may be a duplicate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uncertain: bool,
}

/// The addressee of an email.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Addressee {
    /// The customer.
    Customer,
    /// A member of staff.
    Person(PersonId),
}

/// The subject matter of an email, with everything that it needs to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "kebab-case")]
pub enum MailKind {
    /// Confirms receipt to the customer and gives the date of the answer.
    Acknowledgement,
    /// Notifies staff of a new contact.
    NewContact {
        /// The reason why the customer was sent no acknowledgement.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unacknowledged: Option<SuppressionReason>,
        /// The ids of the action prompts to add.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        action_prompts: Vec<String>,
    },
    /// Asks staff to act, or updates the customer, because a milestone happened.
    ActionPrompt {
        /// The ids of the action prompts.
        action_prompts: Vec<String>,
    },
    /// Notifies staff that the customer wrote again.
    CustomerWrote {
        /// The text of the message.
        text: String,
        /// The stage of the complaints procedure that it asks for, if it was taken as a request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<u8>,
        /// The ids of action prompts for the same person.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        action_prompts: Vec<String>,
    },
    /// Reminds staff, or the customer of a window.
    Reminder {
        /// The deadlines, the earliest due first.
        deadlines: Vec<DeadlineId>,
        /// True if any of them was missed.
        overdue: bool,
        /// The ids of the action prompts that were set off at the same time.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        action_prompts: Vec<String>,
    },
    /// Answers the customer.
    Answer {
        /// The text of the answer.
        text: String,
        /// The member of staff who wrote it.
        by: PersonId,
        /// True if the contact closes once the email is accepted and nothing else is owed.
        closes: bool,
    },
    /// Tells the customer something that is not the answer.
    Update {
        /// The text of the update.
        text: String,
        /// The member of staff who wrote it.
        by: PersonId,
        /// True if it was a reply from a mailbox, whose author is asked if it was the full response.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        plain: bool,
    },
    /// Tells a member of staff that their reply was sent as an update, and asks if it was the full response.
    UpdateSent {
        /// The number of the commit in which the reply was written.
        entry: u32,
    },
    /// Tells the customer that the next stage of the complaints procedure has started, and the new dates.
    StageStarted {
        /// The stage.
        stage: u8,
    },
    /// Tells the customer that the complaint is at the stage before again.
    StageTakenBack {
        /// The stage.
        stage: u8,
        /// The reason for which their late request was declined; `None` if they had not asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        declined: Option<String>,
    },
    /// Tells the customer that the answer will take longer.
    Delay {
        /// The text of the notice; may be empty.
        text: String,
        /// The member of staff who wrote it.
        by: PersonId,
        /// The new date.
        until: NaiveDate,
    },
    /// Notifies staff that an email to the customer was not delivered.
    Undelivered {
        /// The email that was not delivered.
        topic: MailTopic,
        /// The reason.
        why: MailProblem,
    },
    /// Notifies staff that their reply was not passed on to the customer.
    ReplyNotSent {
        /// The reason.
        why: ReplyRejection,
    },
}

/// The subject matter of an email, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailTopic {
    /// [`MailKind::Acknowledgement`].
    Acknowledgement,
    /// [`MailKind::NewContact`].
    NewContact,
    /// [`MailKind::ActionPrompt`].
    ActionPrompt,
    /// [`MailKind::CustomerWrote`].
    CustomerWrote,
    /// [`MailKind::Reminder`] before anything was missed.
    Reminder,
    /// [`MailKind::Reminder`] after something was missed.
    Escalation,
    /// [`MailKind::Answer`].
    Answer,
    /// [`MailKind::Update`].
    Update,
    /// [`MailKind::UpdateSent`].
    UpdateSent,
    /// [`MailKind::StageStarted`].
    StageStarted,
    /// [`MailKind::StageTakenBack`].
    StageTakenBack,
    /// [`MailKind::Delay`].
    Delay,
    /// [`MailKind::Undelivered`].
    Undelivered,
    /// [`MailKind::ReplyNotSent`].
    ReplyNotSent,
}

impl MailKind {
    /// Returns the topic.
    #[must_use]
    pub fn topic(&self) -> MailTopic {
        match self {
            Self::Acknowledgement => MailTopic::Acknowledgement,
            Self::NewContact { .. } => MailTopic::NewContact,
            Self::ActionPrompt { .. } => MailTopic::ActionPrompt,
            Self::CustomerWrote { .. } => MailTopic::CustomerWrote,
            Self::Reminder { overdue: false, .. } => MailTopic::Reminder,
            Self::Reminder { overdue: true, .. } => MailTopic::Escalation,
            Self::Answer { .. } => MailTopic::Answer,
            Self::Update { .. } => MailTopic::Update,
            Self::UpdateSent { .. } => MailTopic::UpdateSent,
            Self::StageStarted { .. } => MailTopic::StageStarted,
            Self::StageTakenBack { .. } => MailTopic::StageTakenBack,
            Self::Delay { .. } => MailTopic::Delay,
            Self::Undelivered { .. } => MailTopic::Undelivered,
            Self::ReplyNotSent { .. } => MailTopic::ReplyNotSent,
        }
    }
}

/// The reason why an email was not accepted for delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "kebab-case")]
pub enum MailProblem {
    /// The mail server refused the email or could not be reached.
    Server {
        /// The response of the server, or of the connection to it, quoted as it came.
        response: String,
    },
    /// The emails before it in the same commit took too long.
    OutOfTime,
    /// The addressee has left the organisation.
    UnknownPerson {
        /// The addressee.
        person: PersonId,
    },
    /// The customer gave no email address.
    NoAddress,
    /// The text of the email could not be made.
    NotWritten,
}

/// The reason why a reply by staff was not passed on to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplyRejection {
    /// The reply came from an address that belongs to nobody on the staff.
    UnknownSender,
    /// The reply had no text above the line.
    NoText,
    /// Files were attached to the reply.
    HasAttachments,
    /// The customer gave no email address.
    NoAddress,
    /// The answer was refused for another reason.
    Refused,
}

/// An email that has been decided and not yet accepted for delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingMail {
    /// The email's id.
    pub id: MailId,
    /// The number of the commit that last asked for it to be sent and that holds it.
    pub commit: u32,
    /// The number of attempts so far.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// True if the last attempt was deferred: the email is known not to have been accepted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferred: bool,
    /// The earliest time, in UTC, at which to try again.
    pub not_before: DateTime<Utc>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}
