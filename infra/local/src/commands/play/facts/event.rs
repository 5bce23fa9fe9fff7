//! The kinds of fact.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FactEvent {
    /// Somebody does what the scenario says.
    Step,
    /// A step was refused, and changed nothing.
    Refused,
    /// A step changed nothing, because nothing was left to change.
    NoChange,
    /// A contact reached the provider.
    Received,
    /// The customer wrote again.
    CustomerWrote,
    /// Staff answered the customer.
    Answered,
    /// Staff told the customer something that is not the answer.
    Updated,
    /// Staff said that an earlier reply was the full response.
    ResponseConfirmed,
    /// An answer counts as an update, because triage found that the full response needs certain parts.
    AnswerTakenBack,
    /// Staff told the customer that the answer will take longer.
    DelayNotified,
    /// Staff called and did not reach the customer.
    CallAttempted,
    /// Staff left a note for colleagues.
    NoteAdded,
    /// No acknowledgement is sent.
    AcknowledgementSuppressed,
    /// A milestone happened.
    Milestone,
    /// Staff set the category and the priority.
    Triaged,
    /// The contact was given to a person.
    Assigned,
    /// The contact was given to another team.
    HandedOver,
    /// The complaint is at the next stage of the procedure.
    Escalated,
    /// Staff took back a milestone that was recorded by mistake.
    MilestoneTakenBack,
    /// Staff took the present stage back, because the customer had not asked for it or had asked too late.
    StageTakenBack,
    /// Staff said that the request for the present stage had come earlier.
    StageRequestDated,
    /// The contact was closed.
    Closed,
    /// The contact was opened again.
    Reopened,
    /// Somebody was asked to act, or the customer was updated.
    ActionPrompted,
    /// A member of staff was reminded of deadlines.
    Reminded,
    /// A standard began to apply, and its time began.
    DeadlineStarted,
    /// The due time changed.
    DeadlineMoved,
    /// Counting stopped until a milestone.
    DeadlinePaused,
    /// A target of the provider's own became what was promised or what the law asks for, or the other
    /// way round.
    DeadlineReclassified,
    /// Counting went on after a pause.
    DeadlineResumed,
    /// The promise was kept in time.
    DeadlineMet,
    /// The promise was kept after the due time.
    DeadlineMetLate,
    /// The due time passed before the promise was kept.
    DeadlineMissed,
    /// A promise that was waived is owed again.
    DeadlineRestored,
    /// The promise is no longer owed.
    DeadlineWaived,
    /// A due time could not be worked out.
    DeadlineNotCounted,
    /// The customer's time for something ended.
    WindowClosed,
    /// An email was accepted for delivery.
    MailSent,
    /// An email was not accepted and will be tried again.
    MailDeferred,
    /// An email is being tried again.
    MailRetried,
    /// An email was refused and will not be tried again.
    MailFailed,
    /// A reply by staff was not passed on to the customer.
    StaffReplyRejected,
}
