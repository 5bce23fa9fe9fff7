//! Reasons for which a command changes nothing.

use chrono::NaiveDate;

use crate::organisation::{PersonId, TeamId};
use crate::standards::{Category, Milestone};

/// The reason why a command changes nothing, though nothing is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoChange {
    /// The same message or command was taken in before.
    Duplicate,
    /// A timer came early, late or twice, or the contact is already as the command wants it.
    NothingDue,
    /// The emails are no longer pending.
    NotPending,
    /// The contact was closed before.
    AlreadyClosed,
    /// There is no such contact. It was erased, or never existed.
    NoSuchContact,
}

/// The reason why a command is refused. Its text for people is in [`wording`](crate::wording).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such contact.
    NoSuchContact,
    /// The idempotency key was used for another message.
    KeyUsedForAnotherMessage,
    /// There is no member of staff with that id.
    UnknownPerson(PersonId),
    /// There is no team with that id.
    UnknownTeam(TeamId),
    /// An answer or an update has no text.
    Empty,
    /// The customer gave no email address.
    NoAddress,
    /// The time lies in the future or before the contact.
    ImpossibleTime,
    /// The reason is missing: of a notice that extends a deadline, or for opening a contact again.
    ReasonMissing,
    /// A milestone that ends what the law asks for has to have a reason.
    DecisionWithoutReason,
    /// Nothing was ended by that milestone.
    NothingToTakeBack,
    /// The complaints procedure has no further stage.
    NoNextStage,
    /// The present stage is the first, or it has been answered, so its request cannot be corrected.
    NoStageRequest,
    /// The request for the stage is recorded for an earlier time, and the earlier date stands.
    RequestedEarlier,
    /// The customer asked for the stage while they had the time to, so the request cannot be declined.
    RequestedInTime,
    /// The member of staff considered the complaint at an earlier stage, and no reason was given why they
    /// should consider it again.
    SameConsiderer,
    /// The organisation does not have that category.
    UnknownCategory(Category),
    /// Neither Kept nor the organisation knows that milestone.
    UnknownMilestone(Milestone),
    /// The new date is not after today.
    DateNotAhead,
    /// The new date is later than the law or the standard allows, and that was not confirmed.
    BeyondExtension {
        /// The last date that is allowed, local date of the organisation.
        allowed: NaiveDate,
        /// The date of the notice.
        asked: NaiveDate,
    },
    /// The appointment that nobody came to is still ahead.
    AppointmentAhead,
    /// The contact is closed.
    Closed,
    /// The contact is open.
    NotClosed,
    /// Nothing is owed that an update or a delay notice could be about.
    NothingOutstanding,
    /// There is no such reply, or it cannot be the full response.
    NoSuchReply,
    /// Closing a contact to which something is owed needs a reason.
    StillOwed,
}

impl std::error::Error for Refusal {}

/// The end of a command without a commit.
pub(super) enum Stop {
    NoChange(NoChange),
    Refused(Refusal),
}

impl From<NoChange> for Stop {
    fn from(no_change: NoChange) -> Self {
        Self::NoChange(no_change)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
