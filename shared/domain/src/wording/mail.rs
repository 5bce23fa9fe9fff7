//! Emails, and what went wrong with them.

use super::explanation::capitalised;
use super::labels::person;
use crate::contact::{Addressee, MailProblem, MailTopic, ReplyRejection};
use crate::organisation::Organisation;

/// An email with its addressee: "the acknowledgement to the customer", "a reminder to Priya Shah".
#[must_use]
pub fn mail(organisation: &Organisation, topic: MailTopic, to: &Addressee) -> String {
    match to {
        Addressee::Customer => format!("{} to the customer", mail_topic(topic, to)),
        Addressee::Person(id) => {
            format!("{} to {}", mail_topic(topic, to), person(organisation, id))
        }
    }
}

fn mail_topic(topic: MailTopic, to: &Addressee) -> &'static str {
    match (topic, to) {
        (MailTopic::Acknowledgement, _) => "the acknowledgement",
        (MailTopic::NewContact | MailTopic::CustomerWrote, _) => "a notification",
        (MailTopic::ActionPrompt, Addressee::Customer) => "a notice",
        (MailTopic::ActionPrompt, Addressee::Person(_)) => "an action prompt",
        (MailTopic::Reminder, _) => "a reminder",
        (MailTopic::Escalation, _) => "an escalation",
        (MailTopic::Answer, _) => "the answer",
        (MailTopic::Update, _) => "the update",
        (MailTopic::UpdateSent, _) => "a question about their reply",
        (MailTopic::StageStarted, _) => "the dates of the next stage",
        (MailTopic::StageTakenBack, _) => "the news that the next stage does not go ahead",
        (MailTopic::Delay, _) => "the delay notice",
        (MailTopic::Undelivered, _) => "a notice of an undelivered email",
        (MailTopic::ReplyNotSent, _) => "a notice of a reply that was not passed on",
    }
}

/// A problem with an email, for staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryProblem {
    /// The problem, without a full stop, so that it can be a subject line.
    pub what: String,
    /// The reason, as a clause.
    pub why: String,
    /// The next steps, in sentences.
    pub remedy: &'static str,
}

/// An email to the customer that was not delivered.
#[must_use]
pub fn undelivered(topic: MailTopic, why: &MailProblem) -> DeliveryProblem {
    let what = mail_topic(topic, &Addressee::Customer);
    DeliveryProblem {
        what: format!("{} to the customer was not delivered", capitalised(what)),
        why: mail_problem(why),
        remedy: "We will not try again. Call or write to the customer, or correct the address.",
    }
}

/// A reply by staff that was not passed on.
#[must_use]
pub fn reply_not_sent(why: ReplyRejection) -> DeliveryProblem {
    DeliveryProblem {
        what: "Your reply was not passed on to the customer".into(),
        why: reply_rejection(why).into(),
        remedy: "Nothing was sent. Answer again from your own mailbox, above the line in the \
                 notification, or on the contact's page.",
    }
}

/// The reason why an email was not accepted for delivery, as a clause. What a server responded is
/// quoted as it came.
#[must_use]
pub fn mail_problem(why: &MailProblem) -> String {
    match why {
        MailProblem::Server { response } => response.clone(),
        MailProblem::OutOfTime => "the emails before it took too long".into(),
        MailProblem::UnknownPerson { person } => {
            format!("{person} is no longer in the organisation's file")
        }
        MailProblem::NoAddress => "the customer gave no email address".into(),
        MailProblem::NotWritten => "its text could not be made".into(),
    }
}

/// The reason why a reply by staff was not passed on, as a clause.
#[must_use]
pub fn reply_rejection(why: ReplyRejection) -> &'static str {
    match why {
        ReplyRejection::UnknownSender => "it came from an address that none of our staff has",
        ReplyRejection::NoText => "it had no text above the line",
        ReplyRejection::HasAttachments => {
            "it had an attachment, and attachments cannot be passed on"
        }
        ReplyRejection::NoAddress => "the customer gave no email address",
        ReplyRejection::Refused => "it could not be recorded",
    }
}
