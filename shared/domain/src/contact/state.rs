//! The current state of a contact: small and bounded, whatever its history.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ContactId, PendingMail};
use crate::deadline::{Deadline, DeadlineState};
use crate::organisation::{Organisation, PersonId, TeamId};
use crate::standards::{Category, Channel, Facts, Milestone, Priority};

/// A contact as it stands after its last commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Its id, which is also its reference.
    pub id: ContactId,
    /// The number of its last commit.
    pub version: u32,
    /// What it was made from: a different text under the same idempotency key is seen by this.
    pub fingerprint: String,
    /// When it reached the provider.
    pub received_at: DateTime<Utc>,
    /// How it came.
    pub channel: Channel,
    /// What it is about.
    pub category: Category,
    /// How pressing it is.
    pub priority: Priority,
    /// The stage of the complaints procedure.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub stage: u8,
    /// Who has it.
    pub team: TeamId,
    /// Who of that team has taken it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Whether it was addressed to a member of staff by name, not to a team.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
    /// Who brought it.
    pub customer: Customer,
    /// The subject in a line.
    pub subject: String,
    /// Whether receipt was confirmed.
    pub acknowledgement: Acknowledgement,
    /// Its clocks, in the order in which they started.
    pub deadlines: Vec<Deadline>,
    /// When each milestone was last reached.
    pub milestones: Vec<(Milestone, DateTime<Utc>)>,
    /// Mails not yet accepted by anyone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<PendingMail>,
    /// Whose mailbox refused for good what they were last sent: somebody of the staff was not told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreachable_staff: Vec<PersonId>,
    /// The messages and commands that were last taken in, to recognise them when they come again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recent_keys: Vec<String>,
    /// Marks of the thread, so that a mail program shows our mails below the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadMark>,
    /// The commit in which the customer last wrote again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub last_customer_commit: u32,
    /// Whether it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
}

/// What a customer gave of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// Their name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where they write from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where they want to be answered, if that is another address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Their telephone number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Their address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
}

/// The customer's last message, as a mail program knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadMark {
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
}

/// How a contact was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether receipt was confirmed to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Acknowledgement {
    /// A mail is on its way.
    OnItsWay,
    /// It was accepted for delivery.
    Outcome {
        /// When.
        at: DateTime<Utc>,
    },
    /// None is sent.
    Suppressed {
        /// Why.
        why: Suppressed,
    },
    /// It was refused for good.
    Failed,
}

/// Why no acknowledgement is sent. The clocks run all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", content = "sign", rename_all = "kebab-case")]
pub enum Suppressed {
    /// The sender is a machine.
    Automatic(AutomaticSender),
    /// The sender has had as many acknowledgements today as one sender gets.
    TooManyToday,
    /// There is no address to send it to.
    NoAddress,
    /// A member of staff recorded the contact while talking to the customer.
    RecordedByStaff,
}

/// What shows that a message was sent by a machine (RFC 3834, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AutomaticSender {
    /// `Auto-Submitted` with any value but `no`.
    AutoSubmitted,
    /// An empty envelope sender: a report about a delivery.
    NullSender,
    /// A local part that belongs to a machine: `mailer-daemon`, `no-reply`, `owner-…`.
    SystemAddress,
    /// A `List-…` field.
    MailingList,
    /// `Precedence: bulk`, `list` or `junk`.
    Bulk,
    /// One of the provider's own addresses.
    OwnAddress,
    /// So malformed that nobody can be answered.
    Malformed,
}

impl Suppressed {
    /// The reason in words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Automatic(sign) => match sign {
                AutomaticSender::AutoSubmitted => {
                    "the message says that a machine sent it (Auto-Submitted)"
                }
                AutomaticSender::NullSender => {
                    "the message is a report about a delivery (empty sender)"
                }
                AutomaticSender::SystemAddress => "the sender's address belongs to a machine",
                AutomaticSender::MailingList => "the message came through a mailing list",
                AutomaticSender::Bulk => "the message is marked as bulk mail",
                AutomaticSender::OwnAddress => "the sender is one of our own addresses",
                AutomaticSender::Malformed => "the message is too damaged to be answered",
            },
            Self::TooManyToday => "the sender has had enough acknowledgements today",
            Self::NoAddress => "no email address was given",
            Self::RecordedByStaff => "staff recorded the contact while speaking to the customer",
        }
    }
}

impl Customer {
    /// Where a person's answer goes: where they asked for it, else where they wrote from.
    #[must_use]
    pub fn answer_to(&self) -> Option<&str> {
        self.reply_to.as_deref().or(self.email.as_deref())
    }
}

impl Contact {
    /// How many messages and commands are remembered; a redelivery comes within minutes or days,
    /// not after as many others.
    pub const MAX_RECENT_KEYS: usize = 24;

    /// How many deadlines are kept in the state; the history has all of them.
    pub const MAX_DEADLINES: usize = 40;

    /// What standards look at.
    #[must_use]
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            channel: self.channel,
            category: &self.category,
            priority: self.priority,
            team: self.team.as_str(),
            stage: self.stage,
            direct: self.direct,
        }
    }

    /// The reference as people are told it.
    #[must_use]
    pub fn reference(&self, organisation: &Organisation) -> String {
        self.id.reference(&organisation.prefix)
    }

    /// The next deadline that the provider owes, the earliest due first.
    #[must_use]
    pub fn next_due(&self, organisation: &Organisation) -> Option<&Deadline> {
        self.deadlines
            .iter()
            .filter(|deadline| deadline.is_outstanding() && !deadline.is_customers(organisation))
            .min_by_key(|deadline| deadline.due_at)
    }

    /// When Kept has to look at it next, for a mail not yet sent or a timer.
    #[must_use]
    pub fn next_action_at(&self) -> Option<DateTime<Utc>> {
        let mails = self.pending.iter().map(|mail| mail.not_before);
        mails.chain(self.next_timer_at()).min()
    }

    /// When its next timer fires.
    #[must_use]
    pub fn next_timer_at(&self) -> Option<DateTime<Utc>> {
        self.deadlines.iter().filter_map(|deadline| deadline.next_timer_at).min()
    }

    /// Whether an answer is still owed.
    #[must_use]
    pub fn owes_answer(&self, organisation: &Organisation) -> bool {
        self.deadlines.iter().any(|deadline| {
            deadline.is_outstanding()
                && organisation
                    .standard(&deadline.standard)
                    .is_none_or(|standard| standard.kept_by(Milestone::Responded))
        })
    }

    /// Whether any promise was broken.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.deadlines.iter().any(|d| !d.internal && d.is_broken())
    }

    /// When a milestone was last reached.
    #[must_use]
    pub fn milestone_at(&self, milestone: Milestone) -> Option<DateTime<Utc>> {
        self.milestones.iter().find(|(other, _)| *other == milestone).map(|(_, at)| *at)
    }

    /// A deadline by its id.
    #[must_use]
    pub fn deadline(&self, id: &str) -> Option<&Deadline> {
        self.deadlines.iter().find(|deadline| deadline.id == id)
    }

    /// Whether any of its deadlines was missed and is still owed.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.deadlines.iter().any(|d| d.state == DeadlineState::Missed)
    }
}

fn one() -> u8 {
    1
}

fn is_one(stage: &u8) -> bool {
    *stage == 1
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}
