//! Names of emails, and what went wrong with them.

use crate::contact::{Addressee, MailProblem, MailTopic, ReplyRejection};

/// An email by its topic: "the acknowledgement", "a reminder".
#[must_use]
pub fn mail_topic(topic: MailTopic, to: &Addressee) -> &'static str {
    match (topic, to) {
        (MailTopic::Acknowledgement, _) => "the acknowledgement",
        (MailTopic::NewContact, _) => "the news",
        (MailTopic::ActionPrompt, Addressee::Customer) => "word of what was done",
        (MailTopic::ActionPrompt, Addressee::Person(_)) => "what is to be done",
        (MailTopic::CustomerWrote, _) => "what the customer wrote",
        (MailTopic::Reminder, _) => "a reminder",
        (MailTopic::Escalation, _) => "an escalation",
        (MailTopic::Answer, _) => "the answer",
        (MailTopic::Delay, _) => "the notice that it takes longer",
        (MailTopic::Undelivered, _) => "word of an undelivered mail",
        (MailTopic::ReplyNotSent, _) => "word of a reply that was not passed on",
    }
}

/// The reason why an email was not accepted for delivery, as a clause.
#[must_use]
pub fn mail_problem(why: &MailProblem) -> String {
    match why {
        MailProblem::Server { response } => response.clone(),
        MailProblem::OutOfTime => "the mails before it took too long".into(),
        MailProblem::UnknownPerson { person } => {
            format!("there is nobody called {person} any more")
        }
        MailProblem::NoAddress => "the customer gave no email address".into(),
        MailProblem::NotWritten => "its text could not be made".into(),
    }
}

/// The reason why a reply by staff was not passed on, as a clause.
#[must_use]
pub fn reply_rejection(why: ReplyRejection) -> &'static str {
    match why {
        ReplyRejection::UnknownSender => "it came from an address that is not one of our staff's",
        ReplyRejection::NoText => "there was no text above the line",
        ReplyRejection::HasAttachments => "a file came with it, and files cannot be passed on",
        ReplyRejection::NoAddress => {
            "the customer gave no email address; ring or write to them, and log it here"
        }
        ReplyRejection::Refused => "it could not be recorded",
    }
}
