//! Labels of the vocabulary that people see: channels, milestones, recipients, people, reasons.

use std::borrow::Cow;

use crate::contact::{AutomaticSender, SuppressionReason};
use crate::deadline::WaiverReason;
use crate::organisation::{Organisation, PersonId, TeamId};
use crate::standards::{Channel, Milestone, Recipient};

/// A channel: "email", "office visit". One that a file names has the label that it has there.
#[must_use]
pub fn channel(organisation: &Organisation, channel: Channel) -> Cow<'_, str> {
    let own = organisation.own_words().channels.iter().find(|(known, _)| *known == channel);
    if let Some((_, label)) = own {
        return label.into();
    }
    Cow::Borrowed(match channel {
        Channel::Own(word) => return word.label().into(),
        Channel::Email => "email",
        Channel::WebForm => "web form",
        Channel::Portal => "portal",
        Channel::SocialMedia => "social media",
        Channel::Phone => "phone",
        Channel::Answerphone => "answerphone",
        Channel::Letter => "letter",
        Channel::Fax => "fax",
        Channel::OfficeVisit => "office visit",
        Channel::HomeVisit => "home visit",
        Channel::Contractor => "contractor's report",
    })
}

/// A milestone for staff, with the label of the organisation's file or of a pack if one names it.
#[must_use]
pub fn milestone_label(organisation: &Organisation, what: Milestone) -> Cow<'_, str> {
    let own = organisation.own_words().milestones.iter().find(|(known, _)| *known == what);
    own.map_or_else(|| milestone(what), |(_, label)| label.into())
}

/// A milestone for staff: "investigation concluded". One that a file names is given by the words of its
/// id.
#[must_use]
pub fn milestone(milestone: Milestone) -> Cow<'static, str> {
    Cow::Borrowed(match milestone {
        Milestone::Own(word) => return word.label().into(),
        Milestone::Received => "received",
        Milestone::Acknowledged => "acknowledged",
        Milestone::ComplaintDefined => "complaint defined",
        Milestone::Responded => "answered",
        Milestone::WrittenTo => "customer written to",
        Milestone::SpokenTo => "customer spoken to",
        Milestone::Updated => "customer updated",
        Milestone::DelayNoticeSent => "delay notice sent",
        Milestone::HandedOver => "handed over",
        Milestone::ExtensionNotified => "extension notified",
        Milestone::Escalated => "next stage requested",
        Milestone::ResolutionPlanSent => "resolution plan sent",
        Milestone::ReplyDelivered => "reply delivered",
        Milestone::MeetingHeld => "meeting held",
        Milestone::OutcomeSent => "outcome sent",
        Milestone::ComplaintUpheld => "complaint upheld",
        Milestone::ActionsCompleted => "actions completed",
        Milestone::ServiceDelivered => "service delivered",
        Milestone::Closed => "closed",
        Milestone::AppointmentMade => "appointment made",
        Milestone::AppointmentChanged => "appointment changed",
        Milestone::AppointmentMissed => "appointment not kept by us",
        Milestone::DidNotCome => "customer did not come",
        Milestone::Arrived => "visitor arrived",
        Milestone::NoStaffAvailable => "no staff available",
        Milestone::Seen => "visitor seen",
        Milestone::AppointmentChangeNotified => "customer told of the changed appointment",
        Milestone::MessageTaken => "message taken",
        Milestone::CallBackAgreed => "call back agreed",
        Milestone::CallTransferred => "call transferred",
        Milestone::AbsenceStarted => "absence started",
        Milestone::CallAnswered => "call answered",
        Milestone::IdentityConfirmed => "identity confirmed",
        Milestone::IdentityRequested => "proof of identity requested",
        Milestone::FeeRequested => "fee requested",
        Milestone::FeePaid => "fee paid",
        Milestone::ClarificationRequested => "clarification requested",
        Milestone::ClarificationReceived => "clarification received",
        Milestone::RenewedInvestigationRequested => "renewed investigation requested",
        Milestone::InvestigationConcluded => "investigation concluded",
        Milestone::SummarySent => "summary sent",
        Milestone::SafetyWorkIdentified => "safety work identified",
        Milestone::NoHazardFound => "investigation concluded: no significant or emergency hazard",
        Milestone::HazardGone => "further investigation: the hazard has gone",
        Milestone::WorksNotRequired => "further investigation: the works are not required",
        Milestone::AlternativeAccommodationOffered => "alternative accommodation offered",
        Milestone::AlternativeAccommodationProvided => "alternative accommodation provided",
        Milestone::AlternativeAccommodationRefused => "alternative accommodation refused",
        Milestone::MadeSafe => "home made safe",
        Milestone::WorksStarted => "steps taken to begin the works (nobody on site yet)",
        Milestone::WorksOnSite => "works physically started at the home",
        Milestone::NoAccess => "no access to the home",
        Milestone::AllReasonableSteps => "all reasonable steps taken, without success",
        Milestone::ThirdPartyConsentRefused => "third party's consent refused",
        Milestone::OutOfScope => "out of the law's scope",
        Milestone::Withdrawn => "withdrawn by the customer",
        Milestone::ReferredOn => "referred to somebody else",
    })
}

/// The recipient of a reminder or an action prompt: "the owner".
#[must_use]
pub fn recipient(recipient: Recipient) -> &'static str {
    match recipient {
        Recipient::Owner => "the owner",
        Recipient::TeamLead => "the team lead",
        Recipient::Manager => "the manager",
        Recipient::OnCall => "the person on call",
        Recipient::Customer => "the customer",
    }
}

/// The name of a member of staff; the id of one who is no longer in the organisation's file.
#[must_use]
pub fn person(organisation: &Organisation, id: &PersonId) -> String {
    let person = organisation.person(id.as_str());
    person.map_or_else(|| id.to_string(), |person| person.name.clone())
}

/// The name of a team; the id of one that is no longer in the organisation's file.
#[must_use]
pub fn team(organisation: &Organisation, id: &TeamId) -> String {
    let team = organisation.team(id.as_str());
    team.map_or_else(|| id.to_string(), |team| team.name.clone())
}

/// The reason why no acknowledgement is sent, as a clause.
#[must_use]
pub fn suppression(why: SuppressionReason) -> &'static str {
    match why {
        SuppressionReason::Automatic(sign) => match sign {
            AutomaticSender::AutoSubmitted => {
                "the message says that a machine sent it (Auto-Submitted)"
            }
            AutomaticSender::NullSender => "the message is a delivery report (empty sender)",
            AutomaticSender::SystemAddress => "the sender's address belongs to a machine",
            AutomaticSender::MailingList => "the message came through a mailing list",
            AutomaticSender::Bulk => "the message is marked as bulk mail",
            AutomaticSender::OwnAddress => "the sender is one of our own addresses",
            AutomaticSender::Malformed => "the message is too damaged to be answered",
        },
        SuppressionReason::TooManyToday => {
            "the sender has been sent the daily maximum of acknowledgements"
        }
        SuppressionReason::NoAddress => "the customer gave no email address",
        SuppressionReason::NotNeeded => "our standards promise none for contacts of this kind",
        SuppressionReason::RecordedByStaff => {
            "staff recorded the contact, without an email address"
        }
    }
}

/// Returns a text by staff as a clause, without the full stop that the sentence around it has.
fn clause(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

/// The reason why a deadline is no longer owed, as a clause.
#[must_use]
pub fn waiver(why: &WaiverReason) -> String {
    match why {
        WaiverReason::AutomaticSender => "the sender is a machine".into(),
        WaiverReason::TooManyToday => {
            "the sender has been sent the daily maximum of acknowledgements".into()
        }
        WaiverReason::NoAddress => "the customer gave no email address".into(),
        WaiverReason::AcknowledgedBefore => "the contact was acknowledged before".into(),
        WaiverReason::AnsweredInTime => "the answer was in time".into(),
        WaiverReason::ToldLater => "the customer was told a later date".into(),
        WaiverReason::RecordedAfterwards => "it was recorded when its time was over".into(),
        WaiverReason::Exempted(what) => milestone(*what).into_owned(),
        WaiverReason::Ended { by, reason, .. } => {
            format!("{}: {}", milestone(*by), clause(reason))
        }
        WaiverReason::TriagedOtherwise => "the category or priority has changed".into(),
        WaiverReason::NotAStageRequest => "the customer had not asked for that stage".into(),
        WaiverReason::StageDeclined(reason) => {
            format!("the customer asked for that stage too late: {}", clause(reason))
        }
        WaiverReason::MilestoneTakenBack(by) => {
            format!("recorded by mistake: {}", milestone(*by))
        }
        WaiverReason::NextStage => "the complaint is at the next stage".into(),
        WaiverReason::ClosedByStaff(reason) => format!("closed by staff: {}", clause(reason)),
    }
}
