//! The mails that Kept writes, each from a subject, a text and its HTML under `shared/templates/mails`.

use askama::Template;

/// A mail's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailText {
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same in HTML.
    pub html: String,
}

/// What every letter to a customer says of the provider.
#[derive(Clone, Copy, Debug)]
pub struct Provider<'a> {
    /// What it is called.
    pub name: &'a str,
    /// When the office is open, in a sentence.
    pub opening_hours: &'a str,
    /// The number to ring.
    pub phone: &'a str,
    /// The number to ring in an emergency.
    pub emergency_phone: &'a str,
}

/// A promise as a customer is told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// "You will have our answer".
    pub what: &'static str,
    /// "by the end of Tuesday 28 April, 5.15pm".
    pub by: String,
    /// Why then, in a sentence.
    pub why: String,
    /// The sentence that was published.
    pub promise: String,
}

/// A deadline as staff are told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLine {
    /// The standard's id.
    pub standard: String,
    /// The sentence that was published.
    pub promise: String,
    /// "Tuesday 28 April, 5.15pm".
    pub due: String,
    /// "2 hours 10 minutes left", "3 days late".
    pub left: String,
    /// How the date was found, in a line.
    pub derivation: String,
}

/// Renders one of three templates with the same view.
macro_rules! letter {
    ($(#[$meta:meta])* $view:ident { $($(#[$doc:meta])* $field:ident: $kind:ty,)* }, $subject:literal, $text:literal, $html:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $view<'a> { $($(#[$doc])* pub $field: $kind,)* }

        impl $view<'_> {
            /// The letter's words.
            ///
            /// # Errors
            /// Never with the templates that come with Kept.
            pub fn write(&self) -> Result<EmailText, askama::Error> {
                #[derive(Template)]
                #[template(path = $subject, escape = "none")]
                struct Subject<'a> { v: &'a $view<'a> }
                #[derive(Template)]
                #[template(path = $text, escape = "none")]
                struct Text<'a> { v: &'a $view<'a> }
                #[derive(Template)]
                #[template(path = $html)]
                struct Html<'a> { v: &'a $view<'a> }
                Ok(EmailText {
                    subject: Subject { v: self }.render()?.trim().to_owned(),
                    text: Text { v: self }.render()?,
                    html: Html { v: self }.render()?,
                })
            }
        }
    };
}

letter! {
    /// To the customer: we have it, and this is by when.
    Acknowledgement {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject that it answers.
        subject: &'a str,
        /// What was promised; empty where no promise with a date applies.
        promises: &'a [Promise],
        /// What else the standards say that it says.
        required_wording: &'a [&'a str],
    },
    "mails/acknowledgement/subject.txt", "mails/acknowledgement/body.txt", "mails/acknowledgement/body.html"
}

letter! {
    /// To the customer: the answer.
    Answer {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject that it answers.
        subject: &'a str,
        /// What was written.
        text: &'a str,
        /// Who wrote it.
        by: &'a str,
        /// The team they are in.
        team: &'a str,
        /// What else the standards say that it says.
        required_wording: &'a [&'a str],
    },
    "mails/answer/subject.txt", "mails/answer/body.txt", "mails/answer/body.html"
}

letter! {
    /// To the customer: it takes longer, until then.
    Delay {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject that it answers.
        subject: &'a str,
        /// What was written; may be empty.
        text: &'a str,
        /// "Friday 8 May".
        until: &'a str,
        /// What else the standards say that it says.
        required_wording: &'a [&'a str],
        /// Who wrote it.
        by: &'a str,
    },
    "mails/delay/subject.txt", "mails/delay/body.txt", "mails/delay/body.html"
}

letter! {
    /// To staff: this came, or came again.
    NewContact {
        /// The line above which an answer is written.
        answer_above: &'a str,
        /// The contact's reference.
        reference: &'a str,
        /// Whether the customer wrote before.
        again: bool,
        /// What it is about, in a line.
        subject: &'a str,
        /// Who wrote, as they gave it.
        customer: &'a str,
        /// How it came: "email".
        channel: &'a str,
        /// What was written.
        text: &'a str,
        /// What is due.
        due: &'a [DueLine],
        /// Why the customer was sent no acknowledgement, where none was.
        unacknowledged: Option<&'a str>,
        /// What is to be done at once.
        action_prompts: &'a [String],
        /// Whether an answer by email reaches the customer.
        can_answer: bool,
        /// Where it can be seen.
        url: &'a str,
    },
    "mails/new-contact/subject.txt", "mails/new-contact/body.txt", "mails/new-contact/body.html"
}

letter! {
    /// To staff: these are due, or overdue.
    Reminder {
        /// The line above which an answer is written.
        answer_above: &'a str,
        /// The contact's reference.
        reference: &'a str,
        /// What it is about, in a line.
        subject: &'a str,
        /// Who wrote, as they gave it.
        customer: &'a str,
        /// Who has it.
        owner: &'a str,
        /// Whether anything is overdue.
        overdue: bool,
        /// What is due, the earliest first.
        due: &'a [DueLine],
        /// Whether an answer by email reaches the customer.
        can_answer: bool,
        /// Where it can be seen.
        url: &'a str,
    },
    "mails/reminder/subject.txt", "mails/reminder/body.txt", "mails/reminder/body.html"
}

letter! {
    /// To staff: something happened, and this is to be done.
    ActionPrompt {
        /// The contact's reference.
        reference: &'a str,
        /// What it is about, in a line.
        subject: &'a str,
        /// Who wrote, as they gave it.
        customer: &'a str,
        /// What is to be done.
        action_prompts: &'a [String],
        /// Where it can be seen.
        url: &'a str,
    },
    "mails/action-prompt/subject.txt", "mails/action-prompt/body.txt", "mails/action-prompt/body.html"
}

letter! {
    /// To the customer: this is what we did with what you brought.
    Update {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject that it is about.
        subject: &'a str,
        /// What is said.
        action_prompts: &'a [String],
    },
    "mails/update/subject.txt", "mails/update/body.txt", "mails/update/body.html"
}

letter! {
    /// To the customer: a time of yours ends soon.
    WindowClosing {
        /// The provider.
        provider: Provider<'a>,
        /// The contact's reference.
        reference: &'a str,
        /// The subject that it is about.
        subject: &'a str,
        /// What ends when.
        windows: &'a [Promise],
    },
    "mails/window-closing/subject.txt", "mails/window-closing/body.txt", "mails/window-closing/body.html"
}

letter! {
    /// To staff: a mail could not be delivered, or was not passed on.
    DeliveryProblem {
        /// The contact's reference.
        reference: &'a str,
        /// What it is about, in a line.
        subject: &'a str,
        /// What went wrong, in a sentence.
        what: &'a str,
        /// Why, in a sentence.
        why: &'a str,
        /// What to do, in a sentence.
        remedy: &'a str,
        /// Where it can be seen.
        url: &'a str,
    },
    "mails/delivery-problem/subject.txt", "mails/delivery-problem/body.txt", "mails/delivery-problem/body.html"
}
