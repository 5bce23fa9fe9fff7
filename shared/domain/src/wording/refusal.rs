//! Refused commands.

use std::fmt;

use crate::decide::Refusal;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchContact => f.write_str("there is no such contact"),
            Self::KeyUsedForAnotherMessage => f.write_str(
                "this idempotency_key was used for another message; use a new key for a new message",
            ),
            Self::UnknownPerson(id) => {
                write!(f, "there is nobody called `{id}` in this organisation")
            }
            Self::UnknownTeam(id) => write!(f, "there is no team called `{id}` in this organisation"),
            Self::Empty => f.write_str("the answer is empty"),
            Self::NoAddress => f.write_str(
                "the customer gave no email address; call or write to them, and record it here",
            ),
            Self::ImpossibleTime => {
                f.write_str("the time given is not between the contact's receipt and now")
            }
            Self::ReasonMissing => f.write_str(
                "give the reason; the deadline of a complaint is extended only by a notice that gives \
                 the reasons",
            ),
            Self::DecisionWithoutReason => f.write_str(
                "this ends something that the law asks for; say why, so that the record shows it",
            ),
            Self::NoNextStage => {
                f.write_str("the complaints procedure has no further stage for this contact")
            }
            Self::UnknownCategory(id) => {
                write!(f, "there is no category `{id}` in this organisation")
            }
            Self::DateNotAhead => f.write_str("the new date must be after today"),
            Self::StillOwed => {
                f.write_str("an answer is still owed; answer first, or say why none is needed")
            }
        }
    }
}
