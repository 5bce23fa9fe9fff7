//! Emails to customers.

use super::email;

/// The provider, as every email and page for a customer shows it.
#[derive(Clone, Copy, Debug)]
pub struct Provider<'a> {
    /// The name.
    pub name: &'a str,
    /// The office's opening hours, in a sentence.
    pub opening_hours: &'a str,
    /// The telephone number.
    pub phone: &'a str,
    /// The telephone number for emergencies.
    pub emergency_phone: &'a str,
}

/// A promise, as a customer is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The promise in a sentence: "We will answer you by 5.15pm on Tuesday 28 April."
    pub sentence: String,
    /// The reason for the date, in a sentence.
    pub why: String,
    /// The published sentence, quoted.
    pub promise: String,
}

email! {
    /// To the customer: the message has arrived, and this is when it will be answered.
    Acknowledgement {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject of the customer's message.
        subject: &'a str,
        /// The promises; empty if none with a date applies.
        promises: &'a [Promise],
        /// The sentences that the standards require here.
        required_wording: &'a [&'a str],
    }
    "mails/acknowledgement/subject.txt", "mails/acknowledgement/body.txt", "mails/acknowledgement/body.html"
}

email! {
    /// To the customer: the answer.
    Answer {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject of the customer's message.
        subject: &'a str,
        /// The answer's text.
        text: &'a str,
        /// The name of its author.
        by: &'a str,
        /// The author's team.
        team: &'a str,
        /// The sentences that the standards require here.
        required_wording: &'a [&'a str],
    }
    "mails/answer/subject.txt", "mails/answer/body.txt", "mails/answer/body.html"
}

email! {
    /// To the customer: the answer takes longer.
    Delay {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject of the customer's message.
        subject: &'a str,
        /// The text; may be empty.
        text: &'a str,
        /// The new date: "Friday 8 May".
        until: &'a str,
        /// The sentences that the standards require here.
        required_wording: &'a [&'a str],
        /// The name of the author.
        by: &'a str,
    }
    "mails/delay/subject.txt", "mails/delay/body.txt", "mails/delay/body.html"
}

email! {
    /// To the customer: a message that is not the answer.
    Update {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject of the customer's message.
        subject: &'a str,
        /// The update's text.
        text: &'a str,
        /// The name of its author.
        by: &'a str,
        /// The author's team.
        team: &'a str,
        /// The promises that are still to be kept; may be empty.
        promises: &'a [Promise],
    }
    "mails/update/subject.txt", "mails/update/body.txt", "mails/update/body.html"
}

email! {
    /// To the customer: the complaint is at the next stage, and this is when it will be answered.
    StageStarted {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject of the customer's message.
        subject: &'a str,
        /// The stage.
        stage: u8,
        /// When the customer asked for it: "Monday 8 June".
        requested: &'a str,
        /// The promises; empty if none with a date applies.
        promises: &'a [Promise],
    }
    "mails/stage-started/subject.txt", "mails/stage-started/body.txt", "mails/stage-started/body.html"
}

email! {
    /// To the customer: the next stage of the complaint does not go ahead.
    StageTakenBack {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject of the customer's message.
        subject: &'a str,
        /// The stage at which the complaint is again.
        stage: u8,
        /// The reason for which a late request was declined; empty if the customer had not asked.
        declined: &'a str,
        /// The promises; empty if none with a date applies.
        promises: &'a [Promise],
        /// The sentences that the standards require in an answer to a request that is declined.
        required_wording: &'a [&'a str],
    }
    "mails/stage-taken-back/subject.txt", "mails/stage-taken-back/body.txt", "mails/stage-taken-back/body.html"
}

email! {
    /// To the customer: what happened to the matter that they brought.
    Notice {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject of the customer's message.
        subject: &'a str,
        /// The texts of the action prompts.
        action_prompts: &'a [String],
    }
    "mails/notice/subject.txt", "mails/notice/body.txt", "mails/notice/body.html"
}

email! {
    /// To the customer: time that they have for something ends soon.
    WindowClosing {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject of the customer's message.
        subject: &'a str,
        /// The windows and when they end.
        windows: &'a [Promise],
    }
    "mails/window-closing/subject.txt", "mails/window-closing/body.txt", "mails/window-closing/body.html"
}
