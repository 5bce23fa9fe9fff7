//! Events: what happened to a contact.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Customer, MailId, MailProblem, ReplyRejection, SuppressionReason};
use crate::calendar::OutsideCalendar;
use crate::deadline::{DeadlineId, Derivation, WaiverReason};
use crate::organisation::{PersonId, TeamId};
use crate::standards::{Category, Channel, Milestone, Priority, StandardId};

/// The means by which staff reached the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// An email that Kept sends.
    Email,
    /// A telephone call in which they spoke to the customer.
    Phone,
    /// A letter by post.
    Letter,
    /// A conversation in person.
    InPerson,
}

/// Something that happened to a contact. Events hold facts; `wording` makes the sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The contact reached the provider.
    Received {
        /// The channel.
        channel: Channel,
        /// The category.
        category: Category,
        /// The priority.
        priority: Priority,
        /// The team that has the contact.
        team: TeamId,
        /// The customer.
        customer: Customer,
        /// The subject, in one line.
        subject: String,
        /// The text that was written or said.
        text: String,
        /// The number of files that came with it; the archived message holds them.
        #[serde(default, skip_serializing_if = "is_zero")]
        attachments: u32,
        /// The archive's key of the message as it came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        archived: Option<String>,
    },
    /// The customer wrote again.
    CustomerWrote {
        /// The text of the message.
        text: String,
        /// The number of files that came with it.
        #[serde(default, skip_serializing_if = "is_zero")]
        attachments: u32,
        /// The archive's key of the message as it came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        archived: Option<String>,
    },
    /// A deadline started.
    DeadlineStarted {
        /// The deadline.
        deadline: DeadlineId,
        /// True for a target of the provider's own.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        internal: bool,
        /// The version of the standard's pack.
        version: String,
        /// When it is due, in UTC.
        due_at: DateTime<Utc>,
        /// How the due date was found.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        derivation: Option<Derivation>,
    },
    /// The due date of a deadline changed.
    DeadlineMoved {
        /// The deadline.
        deadline: DeadlineId,
        /// True for a target of the provider's own.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        internal: bool,
        /// The reason.
        because: MoveReason,
        /// When it is due now, in UTC.
        due_at: DateTime<Utc>,
        /// How the due date was found.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        derivation: Option<Derivation>,
    },
    /// A target of the provider's own became what was promised or what the law asks for, or the other
    /// way round, because staff set the category and priority. It counts from the same start.
    DeadlineReclassified {
        /// The deadline.
        deadline: DeadlineId,
        /// True for a target of the provider's own from now on.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        internal: bool,
        /// When it is due, in UTC.
        due_at: DateTime<Utc>,
    },
    /// A deadline was paused.
    DeadlinePaused {
        /// The deadline.
        deadline: DeadlineId,
        /// True for a target of the provider's own.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        internal: bool,
        /// When the pause began, in UTC.
        at: DateTime<Utc>,
        /// The milestone that ends the pause.
        until: Milestone,
    },
    /// Staff set the category and priority.
    Triaged {
        /// The category.
        category: Category,
        /// The priority.
        priority: Priority,
    },
    /// The customer asked for the next stage of the complaints procedure.
    Escalated {
        /// The new stage.
        stage: u8,
        /// When the request reached the provider, in UTC, which may be before it was recorded.
        requested_at: DateTime<Utc>,
        /// True if the customer's window for asking had closed. The request counts all the same.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        after_window: bool,
    },
    /// Staff took back a milestone that they had recorded by mistake, or that had been recorded with it.
    MilestoneTakenBack {
        /// The milestone.
        milestone: Milestone,
        /// When it was said to have happened, in UTC.
        at: DateTime<Utc>,
        /// The reason.
        reason: String,
    },
    /// Staff took the present stage back: the customer had not asked for it, or had asked too late.
    StageTakenBack {
        /// The stage before it, to which the complaint goes back.
        stage: u8,
        /// The reason for which a late request was declined; `None` if there was no request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        declined: Option<String>,
    },
    /// Staff said that the request for the present stage had come earlier.
    StageRequestDated {
        /// The stage.
        stage: u8,
        /// When the request reached the provider, in UTC.
        requested_at: DateTime<Utc>,
        /// True if the customer's window for asking had closed even then.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        after_window: bool,
    },
    /// Somebody was asked to act.
    ActionPrompted {
        /// The ids of the action prompts.
        action_prompts: Vec<String>,
        /// The member of staff who was asked; `None` if the customer was updated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
    },
    /// A due date could not be worked out, so a deadline was not started or not moved.
    DeadlineNotCounted {
        /// The standard.
        standard: StandardId,
        /// The date that lies outside the calendar.
        outside: OutsideCalendar,
    },
    /// No acknowledgement is sent.
    AcknowledgementSuppressed {
        /// The reason.
        why: SuppressionReason,
    },
    /// A milestone was recorded.
    MilestoneRecorded {
        /// The milestone.
        milestone: Milestone,
        /// When it happened, in UTC, which may be before it was recorded.
        at: DateTime<Utc>,
        /// True if it is on its way by post.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_post: bool,
        /// The reason that staff gave.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A deadline was met, in time or late.
    DeadlineMet {
        /// The deadline.
        deadline: DeadlineId,
        /// True for a target of the provider's own.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        internal: bool,
        /// The milestone that met it.
        by: Milestone,
        /// When it was met, in UTC.
        at: DateTime<Utc>,
        /// The option that was used, if the promise has several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        option: Option<String>,
        /// True if the due time had passed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    /// A deadline was missed.
    DeadlineMissed {
        /// The deadline.
        deadline: DeadlineId,
        /// True for a target of the provider's own.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        internal: bool,
        /// The last second that would have been in time, in UTC.
        due_at: DateTime<Utc>,
    },
    /// A window of the customer's closed.
    WindowClosed {
        /// The deadline.
        deadline: DeadlineId,
    },
    /// A deadline is no longer owed.
    DeadlineWaived {
        /// The deadline.
        deadline: DeadlineId,
        /// True for a target of the provider's own.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        internal: bool,
        /// The reason.
        why: WaiverReason,
    },
    /// A member of staff was notified of deadlines.
    Notified {
        /// The member of staff.
        person: PersonId,
        /// The deadlines.
        deadlines: Vec<DeadlineId>,
    },
    /// An email was accepted for delivery.
    MailSent {
        /// The email.
        mail: MailId,
        /// When it was accepted, in UTC.
        at: DateTime<Utc>,
        /// True if an earlier attempt may have been accepted too.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        possible_duplicate: bool,
    },
    /// An email was not accepted and will be tried again.
    MailDeferred {
        /// The email.
        mail: MailId,
        /// The reason.
        why: MailProblem,
        /// When it will be tried again, in UTC.
        until: DateTime<Utc>,
    },
    /// An email was refused and will not be tried again.
    MailFailed {
        /// The email.
        mail: MailId,
        /// The reason.
        why: MailProblem,
    },
    /// An email is being tried again.
    MailRetried {
        /// The email.
        mail: MailId,
    },
    /// Staff answered.
    Answered {
        /// The means.
        means: Means,
        /// The text that was written or said.
        text: String,
        /// When they answered, in UTC, which may be before it was recorded.
        at: DateTime<Utc>,
    },
    /// Staff called and did not reach the customer.
    CallAttempted {
        /// A note about the call.
        text: String,
    },
    /// Staff told the customer something that is not the answer.
    UpdateGiven {
        /// The means.
        means: Means,
        /// The text that was written or said.
        text: String,
        /// When they told the customer, in UTC, which may be before it was recorded.
        at: DateTime<Utc>,
    },
    /// Staff said that an earlier reply was the full response.
    ResponseConfirmed {
        /// The number of the commit in which the reply was written.
        entry: u32,
        /// When the reply reached the customer, in UTC.
        at: DateTime<Utc>,
    },
    /// Triage found that the answer to the contact needs certain parts, so an earlier answer counts as an
    /// update.
    AnswerTakenBack {
        /// When the answer was given, in UTC.
        at: DateTime<Utc>,
    },
    /// Staff told the customer that the answer will take longer.
    DelayNotified {
        /// The means.
        means: Means,
        /// The text of the notice.
        text: String,
        /// When it was given, in UTC. An email counts when it is accepted for delivery.
        at: DateTime<Utc>,
        /// The new date.
        until: NaiveDate,
        /// The last date that the standards allow, if the new date is later. Staff confirmed it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        beyond: Option<NaiveDate>,
    },
    /// Staff left a note for colleagues.
    NoteAdded {
        /// The note.
        text: String,
    },
    /// The contact was assigned.
    Assigned {
        /// The new owner.
        person: PersonId,
        /// The reason why it is somebody who considered the complaint at an earlier stage.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The contact was handed over to another team.
    HandedOver {
        /// The new team.
        team: TeamId,
    },
    /// A reply by staff was not passed on to the customer.
    StaffReplyRejected {
        /// The reason.
        why: ReplyRejection,
    },
    /// The contact was closed.
    Closed {
        /// The reason that staff gave, if something was still owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The contact was opened again.
    Reopened {
        /// The reason that staff gave; `None` if the customer wrote or asked for the next stage.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A deadline that was waived is owed again.
    DeadlineRestored {
        /// The deadline.
        deadline: DeadlineId,
        /// True for a target of the provider's own.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        internal: bool,
        /// When it is due, in UTC.
        due_at: DateTime<Utc>,
    },
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// The reason why a due date changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MoveReason {
    /// The milestone that starts the deadline happened. Until then its start was provisional.
    Started,
    /// A milestone started the deadline afresh.
    Restarted,
    /// Another time was agreed.
    AgreedAgain,
    /// The promise allows two times, and the other one was recorded.
    LaterEnd,
    /// A pause ended.
    Resumed,
    /// An extension was given.
    Extended,
    /// The contact was found urgent after the urgent deadline had passed.
    MadeUrgent,
    /// The request that starts the deadline had come earlier than was recorded.
    RequestedEarlier,
}
