//! The current state of a contact: small and bounded, whatever its history.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ConsideredBy, ContactId, PendingMail, StageRequest};
use crate::deadline::{Deadline, DeadlineId, DeadlineState};
use crate::organisation::{Organisation, PersonId, TeamId};
use crate::standards::{Category, Channel, Facts, Milestone, Priority, Receipt};

/// A contact after its last commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The id, from which the reference is made.
    pub id: ContactId,
    /// The number of the last commit.
    pub version: u32,
    /// A digest of the first message. It shows if another message uses the same idempotency key.
    pub fingerprint: String,
    /// When the contact reached the provider, in UTC.
    pub received_at: DateTime<Utc>,
    /// The channel of the first message, or of the one that last started its deadlines.
    pub channel: Channel,
    /// The category.
    pub category: Category,
    /// The priority.
    pub priority: Priority,
    /// True once staff have set the category and the priority.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub triaged: bool,
    /// The stage of the complaints procedure, from 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub stage: u8,
    /// The customer's requests for the stages after the first, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stage_requests: Vec<StageRequest>,
    /// The stage at which the customer was last answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_stage: Option<u8>,
    /// The members of staff who considered the complaint, by stage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub considered_by: Vec<ConsideredBy>,
    /// The team that has the contact.
    pub team: TeamId,
    /// The member of staff who has the contact; `None` if it is not assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// True if it was addressed to a member of staff by name and not to a team.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
    /// The office at the time when the message arrived that last started the deadlines.
    #[serde(default, skip_serializing_if = "is_when_open")]
    pub received: Receipt,
    /// The customer.
    pub customer: Customer,
    /// The subject, in one line.
    pub subject: String,
    /// The state of the acknowledgement.
    pub acknowledgement: Acknowledgement,
    /// The deadlines, in the order in which they started.
    pub deadlines: Vec<Deadline>,
    /// The milestones with the time at which each last happened, in UTC.
    pub milestones: Vec<(Milestone, DateTime<Utc>)>,
    /// The emails that have not been accepted for delivery.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<PendingMail>,
    /// The members of staff whose mailbox refused the last email to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreachable_staff: Vec<PersonId>,
    /// The keys of recent messages and commands, by which a second delivery is recognised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recent_keys: Vec<String>,
    /// The customer's last message, so that mail programs show ours below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadMark>,
    /// The number of the commit in which the customer last wrote again; 0 if they have not.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub last_customer_commit: u32,
    /// The last replies by staff that reached the customer, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replies: Vec<StaffReply>,
    /// How the contact was closed; `None` while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
}

/// The customer, as they described themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// Their name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The email address that they write from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The email address to which answers go, if it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Their telephone number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Their postal address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
}

/// The customer's last message, as a mail program knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadMark {
    /// The Message-ID, without angle brackets.
    pub message_id: String,
}

/// A reply by staff that reached the customer: an answer or an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffReply {
    /// The number of the commit in which it was written.
    pub entry: u32,
    /// The member of staff who gave it.
    pub by: PersonId,
    /// When it was given or accepted for delivery, in UTC.
    pub at: DateTime<Utc>,
    /// True if it went by post.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_post: bool,
    /// When the customer first wrote after it, other than to say thanks, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then_wrote_at: Option<DateTime<Utc>>,
}

/// How a contact was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// When it was closed, in UTC.
    pub at: DateTime<Utc>,
}

/// The state of the acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Acknowledgement {
    /// The email has been decided and not yet accepted for delivery.
    OnItsWay,
    /// Receipt was confirmed, by the email or by an answer that came before it.
    Confirmed {
        /// When it was confirmed, in UTC.
        at: DateTime<Utc>,
    },
    /// None is sent.
    Suppressed {
        /// The reason.
        why: SuppressionReason,
    },
    /// The email was refused and will not be tried again.
    Failed,
}

/// The reason why no acknowledgement is sent. Deadlines start all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", content = "sign", rename_all = "kebab-case")]
pub enum SuppressionReason {
    /// The sender is a machine.
    Automatic(AutomaticSender),
    /// The sender has been sent the daily maximum of acknowledgements.
    TooManyToday,
    /// The customer gave no email address.
    NoAddress,
    /// Staff recorded the contact and gave no email address.
    RecordedByStaff,
    /// The standards say that contacts of this kind are not acknowledged.
    NotNeeded,
}

/// The sign by which an automatic message is recognised (RFC 3834, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AutomaticSender {
    /// `Auto-Submitted` with any value but `no`.
    AutoSubmitted,
    /// An empty envelope sender, which delivery reports have.
    NullSender,
    /// A local part that belongs to a machine: `mailer-daemon`, `no-reply`, `owner-…`.
    SystemAddress,
    /// A `List-…` field.
    MailingList,
    /// `Precedence: bulk`, `list` or `junk`.
    Bulk,
    /// One of the provider's own addresses.
    OwnAddress,
    /// A message so malformed that nobody can be answered.
    Malformed,
}

impl Customer {
    /// Returns the email address for a person's answer: the one that the customer asked for, or else
    /// the one that they write from.
    #[must_use]
    pub fn answer_to(&self) -> Option<&str> {
        self.reply_to.as_deref().or(self.email.as_deref())
    }
}

impl Contact {
    /// The number of keys that are remembered. A second delivery comes within minutes or days, not
    /// after that many other messages.
    pub const MAX_RECENT_KEYS: usize = 24;

    /// The number of deadlines that the state holds. The log has all of them.
    pub const MAX_DEADLINES: usize = 40;

    /// The number of replies that are remembered.
    pub const MAX_REPLIES: usize = 8;

    /// Returns the facts by which standards apply.
    #[must_use]
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            channel: self.channel,
            category: &self.category,
            priority: self.priority,
            triaged: self.triaged,
            team: self.team.as_str(),
            stage: self.stage,
            direct: self.direct,
            received: self.received,
        }
    }

    /// Returns the reference, such as `WK-7KQ4-M2XP-9DRT`.
    #[must_use]
    pub fn reference(&self, organisation: &Organisation) -> String {
        self.id.reference(&organisation.prefix)
    }

    /// Returns the deadlines that the provider still has to meet.
    pub fn owed<'c>(
        &'c self,
        organisation: &'c Organisation,
    ) -> impl Iterator<Item = &'c Deadline> {
        self.deadlines
            .iter()
            .filter(|deadline| deadline.is_outstanding() && !deadline.is_window(organisation))
    }

    /// Returns the deadline that the provider has to meet next.
    #[must_use]
    pub fn next_due<'c>(&'c self, organisation: &'c Organisation) -> Option<&'c Deadline> {
        self.owed(organisation).min_by_key(|deadline| deadline.due_at)
    }

    /// Returns when the contact next needs attention, for a timer or an unsent email, in UTC.
    #[must_use]
    pub fn next_action_at(&self) -> Option<DateTime<Utc>> {
        let mails = self.pending.iter().map(|mail| mail.not_before);
        mails.chain(self.next_timer_at()).min()
    }

    /// Returns when the next timer fires, in UTC.
    #[must_use]
    pub fn next_timer_at(&self) -> Option<DateTime<Utc>> {
        self.deadlines.iter().filter_map(|deadline| deadline.next_timer_at).min()
    }

    /// Returns true if the customer is still owed an answer.
    #[must_use]
    pub fn owes_answer(&self, organisation: &Organisation) -> bool {
        self.deadlines.iter().any(|deadline| {
            deadline.is_outstanding()
                && deadline
                    .standard(organisation)
                    .is_none_or(|standard| standard.kept_by(Milestone::Responded))
        })
    }

    /// Remembers a reply by staff. The oldest is forgotten.
    pub(crate) fn add_reply(&mut self, reply: StaffReply) {
        self.replies.push(reply);
        let surplus = self.replies.len().saturating_sub(Self::MAX_REPLIES);
        self.replies.drain(..surplus);
    }

    /// Remembers that the customer wrote at `at`, after the replies until then.
    pub(crate) fn mark_replies_read(&mut self, at: DateTime<Utc>) {
        for reply in self.replies.iter_mut().filter(|reply| reply.at <= at) {
            reply.then_wrote_at.get_or_insert(at);
        }
    }

    /// Returns the replies that staff can say were the full response, oldest first: while an answer is
    /// owed, those given since the message to which it is owed.
    #[must_use]
    pub fn replies_to_confirm(&self, organisation: &Organisation) -> Vec<&StaffReply> {
        if !self.owes_answer(organisation) {
            return Vec::new();
        }
        let asked_at = self.asked_at();
        let since = |reply: &&StaffReply| asked_at.is_none_or(|asked_at| asked_at <= reply.at);
        self.replies.iter().filter(since).collect()
    }

    /// Returns when a milestone last happened, in UTC.
    #[must_use]
    pub fn milestone_at(&self, milestone: Milestone) -> Option<DateTime<Utc>> {
        self.milestones.iter().find(|(other, _)| *other == milestone).map(|(_, at)| *at)
    }

    /// Returns a deadline by its id.
    #[must_use]
    pub fn deadline(&self, id: &DeadlineId) -> Option<&Deadline> {
        self.deadlines.iter().find(|deadline| deadline.id == *id)
    }

    /// Returns true if any deadline was missed and is still missed.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.deadlines.iter().any(|d| d.state == DeadlineState::Missed)
    }
}

fn one() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_when_open(received: &Receipt) -> bool {
    *received == Receipt::WhenOpen
}

fn is_one(stage: &u8) -> bool {
    *stage == 1
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}
