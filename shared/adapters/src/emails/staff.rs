//! Emails to staff.

use super::email;

/// A deadline, as staff are shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLine {
    /// The title of the standard.
    pub title: String,
    /// The published sentence, quoted.
    pub promise: String,
    /// When it is due: "Tuesday 28 April at 5.15pm".
    pub due: String,
    /// The time left: "2 hours 10 minutes left", "3 days late".
    pub left: String,
    /// The derivation, in one line.
    pub derivation: String,
    /// The sentence that says what has to be done now, if it was missed and the standard has one.
    pub to_do: String,
}

email! {
    /// To staff: a contact has come in, or its customer has written again.
    NewContact {
        /// The line above which an answer is written.
        answer_above: &'a str,
        /// The contact's reference.
        reference: &'a str,
        /// True if the customer has written before.
        again: bool,
        /// The stage of the complaints procedure that they ask for; `None` if the message is no request.
        asks_for_stage: Option<u8>,
        /// The contact's subject.
        subject: &'a str,
        /// The customer's name and address, as they gave them.
        customer: &'a str,
        /// The channel: "email".
        channel: &'a str,
        /// The customer's message.
        text: &'a str,
        /// The deadlines.
        due: &'a [DueLine],
        /// The reason why no acknowledgement was sent, if none was.
        unacknowledged: Option<&'a str>,
        /// The texts of the action prompts.
        action_prompts: &'a [String],
        /// True if an answer by email reaches the customer.
        can_answer: bool,
        /// True if a reply counts as an update, and not as the answer.
        reply_is_update: bool,
        /// The address of the contact's page.
        url: &'a str,
    }
    "mails/new-contact/subject.txt", "mails/new-contact/body.txt", "mails/new-contact/body.html"
}

email! {
    /// To staff: deadlines are due soon, or missed.
    Reminder {
        /// The line above which an answer is written.
        answer_above: &'a str,
        /// The contact's reference.
        reference: &'a str,
        /// The contact's subject.
        subject: &'a str,
        /// The customer's name and address, as they gave them.
        customer: &'a str,
        /// The owner, and their team.
        owner: &'a str,
        /// True if any of the deadlines is missed.
        overdue: bool,
        /// The deadlines, the earliest first.
        due: &'a [DueLine],
        /// The texts of the action prompts.
        action_prompts: &'a [String],
        /// True if an answer by email reaches the customer.
        can_answer: bool,
        /// True if a reply counts as an update, and not as the answer.
        reply_is_update: bool,
        /// The address of the contact's page.
        url: &'a str,
    }
    "mails/reminder/subject.txt", "mails/reminder/body.txt", "mails/reminder/body.html"
}

email! {
    /// To staff: something happened, and this is to be done about it.
    ActionPrompt {
        /// The contact's reference.
        reference: &'a str,
        /// The contact's subject.
        subject: &'a str,
        /// The customer's name and address, as they gave them.
        customer: &'a str,
        /// The texts of the action prompts.
        action_prompts: &'a [String],
        /// The address of the contact's page.
        url: &'a str,
    }
    "mails/action-prompt/subject.txt", "mails/action-prompt/body.txt", "mails/action-prompt/body.html"
}

email! {
    /// To staff: a reply was sent as an update. Was it the full response?
    UpdateSent {
        /// The contact's reference.
        reference: &'a str,
        /// The contact's subject.
        subject: &'a str,
        /// The customer's name and address, as they gave them.
        customer: &'a str,
        /// The deadlines of the answer, the earliest first.
        due: &'a [DueLine],
        /// The parts that the full response gives; may be empty.
        parts: &'a [String],
        /// The address of the contact's page, with the reply in question.
        url: &'a str,
    }
    "mails/update-sent/subject.txt", "mails/update-sent/body.txt", "mails/update-sent/body.html"
}

email! {
    /// To staff: an email was not delivered, or a reply was not sent to the customer.
    DeliveryProblem {
        /// The contact's reference.
        reference: &'a str,
        /// The contact's subject.
        subject: &'a str,
        /// The problem, in a sentence.
        what: &'a str,
        /// The reason, in a sentence.
        why: &'a str,
        /// The remedy, in a sentence.
        remedy: &'a str,
        /// The address of the contact's page.
        url: &'a str,
    }
    "mails/delivery-problem/subject.txt", "mails/delivery-problem/body.txt", "mails/delivery-problem/body.html"
}
