//! Names of states and reasons.

use crate::contact::{AutomaticSender, SuppressionReason};
use crate::deadline::WaiverReason;

/// The reason why no acknowledgement is sent, as a clause.
#[must_use]
pub fn suppression(why: SuppressionReason) -> &'static str {
    match why {
        SuppressionReason::Automatic(sign) => match sign {
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
        SuppressionReason::TooManyToday => "the sender has had enough acknowledgements today",
        SuppressionReason::NoAddress => "no email address was given",
        SuppressionReason::RecordedByStaff => {
            "staff recorded the contact while speaking to the customer"
        }
    }
}

/// The reason why a deadline is no longer owed, as a clause.
#[must_use]
pub fn waiver(why: &WaiverReason) -> String {
    match why {
        WaiverReason::AutomaticSender => "the sender is a machine".into(),
        WaiverReason::TooManyToday => "the sender has had enough acknowledgements today".into(),
        WaiverReason::NoAddress => "no email address was given".into(),
        WaiverReason::AcknowledgedBefore => "the contact has been acknowledged before".into(),
        WaiverReason::AnsweredInTime => "the answer itself was in time".into(),
        WaiverReason::Exempted(milestone) => milestone.in_words(),
        WaiverReason::TriagedOtherwise => "the contact is about something else".into(),
        WaiverReason::NextStage => "the complaint is at the next stage".into(),
        WaiverReason::ClosedByStaff(reason) => format!("closed by staff: {reason}"),
    }
}
