//! Refused commands.

use std::fmt;

use chrono::NaiveDate;

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
            Self::Empty => f.write_str("the text is empty"),
            Self::NoAddress => f.write_str(
                "the customer gave no email address; call or write to them, and record it here",
            ),
            Self::ImpossibleTime => {
                f.write_str("the time given is not between the contact's receipt and now")
            }
            Self::ReasonMissing => f.write_str(
                "give the reason; nothing is extended, reopened, declined or taken back without one",
            ),
            Self::DecisionWithoutReason => f.write_str(
                "this ends something that the law asks for; say why, so that the record shows it",
            ),
            Self::NothingToTakeBack => f.write_str(
                "only a recorded milestone that ended something can be taken back, and this is none",
            ),
            Self::NoNextStage => {
                f.write_str("the complaints procedure has no further stage for this contact")
            }
            Self::NoStageRequest => f.write_str(
                "this is the first stage, or the stage has been answered; its request cannot be corrected",
            ),
            Self::RequestedEarlier => f.write_str(
                "the request is recorded for an earlier time, and the earlier date stands",
            ),
            Self::RequestedInTime => f.write_str(
                "the customer asked for this stage in time, so the request cannot be declined",
            ),
            Self::SameConsiderer => f.write_str(
                "they considered the complaint at an earlier stage, so somebody else has to consider it now; \
                 or assign it to them and say why",
            ),
            Self::UnknownCategory(id) => {
                write!(f, "there is no category `{id}` in this organisation")
            }
            Self::UnknownMilestone(id) => {
                write!(f, "there is no milestone `{id}` in this organisation")
            }
            Self::DateNotAhead => f.write_str("the new date must be after today"),
            Self::BeyondExtension { allowed, asked } => write!(
                f,
                "the date of the notice, {}, is later than the deadline can be, which is {} at the \
                 latest; choose an earlier date, or confirm this one: the deadline then stays at {}, and \
                 the other date is recorded as one that the customer was told",
                in_full(*asked),
                in_full(*allowed),
                in_full(*allowed)
            ),
            Self::AppointmentAhead => f.write_str(
                "the appointment is still to come; record what became of it when its time has come",
            ),
            Self::Closed => f.write_str("this contact is closed; reopen it first"),
            Self::NotClosed => f.write_str("this contact is open"),
            Self::NothingOutstanding => f.write_str(
                "nothing is owed to the customer, so nothing can take longer; to write to them again, \
                 choose an answer",
            ),
            Self::NoSuchReply => f.write_str(
                "no reply like that can be the full response; reload the page to see which can",
            ),
            Self::StillOwed => {
                f.write_str("an answer is still owed; answer first, or say why none is needed")
            }
        }
    }
}

/// A date with its year: "Friday 12 June 2026".
fn in_full(day: NaiveDate) -> String {
    day.format("%A %-d %B %Y").to_string()
}
