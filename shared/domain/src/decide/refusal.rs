//! Reasons for which a command changes nothing.

use thiserror::Error;

use crate::organisation::{PersonId, TeamId};
use crate::standards::Category;

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

/// The reason why a command is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// There is no such contact.
    #[error("there is no such contact")]
    NoSuchContact,
    /// The idempotency key was used for another message.
    #[error("this idempotency_key was used for another message; use a new key for a new message")]
    KeyUsedForAnotherMessage,
    /// There is no member of staff with that id.
    #[error("there is nobody called `{0}` in this organisation")]
    UnknownPerson(PersonId),
    /// There is no team with that id.
    #[error("there is no team called `{0}` in this organisation")]
    UnknownTeam(TeamId),
    /// An answer has no text.
    #[error("the answer is empty")]
    Empty,
    /// The customer gave no email address.
    #[error("the customer gave no email address; ring or write to them, and log it here")]
    NoAddress,
    /// The time lies in the future or before the contact.
    #[error("the time given is not between the contact's receipt and now")]
    ImpossibleTime,
    /// A notice that extends a deadline has to give the reasons.
    #[error(
        "say why it takes longer: the time for answering a complaint is only put off by a notice \
         that gives the reasons"
    )]
    ReasonMissing,
    /// The complaints procedure has no further stage.
    #[error("there is no further stage of the complaints procedure for this contact")]
    NoNextStage,
    /// The organisation does not have that category.
    #[error("there is no category `{0}` in this organisation")]
    UnknownCategory(Category),
    /// The new date is not after today.
    #[error("the new date has to be after today")]
    DateNotAhead,
    /// Closing a contact to which something is owed needs a reason.
    #[error("an answer is still owed; answer first, or say why none is needed")]
    StillOwed,
}

/// What ends a command without a commit.
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
