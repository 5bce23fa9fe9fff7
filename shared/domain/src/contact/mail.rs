//! Mails that are to be sent: what they are about, not yet how they read.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Suppressed;
use crate::organisation::PersonId;

/// Names a mail of a contact: the commit that decided it and its place there, `3-0`. Sent again, it
/// keeps its name, and so its Message-ID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailId(pub String);

impl MailId {
    /// The `index`th mail of the `commit`th commit.
    #[must_use]
    pub fn new(commit: u32, index: usize) -> Self {
        Self(format!("{commit}-{index}"))
    }

    /// The commit that decided it.
    #[must_use]
    pub fn commit(&self) -> u32 {
        self.0.split_once('-').and_then(|(commit, _)| commit.parse().ok()).unwrap_or_default()
    }
}

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A mail that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Its name.
    pub id: MailId,
    /// To whom.
    pub to: Addressee,
    /// What it is about.
    #[serde(flatten)]
    pub kind: MailKind,
    /// An earlier attempt to send it was not heard of again, and may have been accepted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uncertain: bool,
}

/// Whom a mail is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Addressee {
    /// The customer.
    Customer,
    /// Somebody of the staff.
    Person(PersonId),
}

/// What a mail is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "kebab-case")]
pub enum MailKind {
    /// To the customer: we have it, and this is by when.
    Acknowledgement,
    /// To staff: this came.
    NewContact {
        /// Why the customer was sent no acknowledgement, where none was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unacknowledged: Option<Suppressed>,
        /// What else they are told to do, by the ids of the prompts.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        action_prompts: Vec<String>,
    },
    /// To staff, or to the customer: something happened that is to be acted on, or known.
    ActionPrompt {
        /// The prompts.
        action_prompts: Vec<String>,
    },
    /// To staff: the customer wrote again.
    CustomerWrote {
        /// What they wrote.
        text: String,
    },
    /// To staff: these are due, or overdue.
    Reminder {
        /// The deadlines, the earliest first.
        deadlines: Vec<String>,
        /// Whether any of them is over.
        overdue: bool,
    },
    /// To the customer: the answer.
    Answer {
        /// What was written.
        text: String,
        /// Who wrote it.
        by: PersonId,
        /// Whether the contact is closed once it is sent and nothing else is owed.
        closes: bool,
    },
    /// To the customer: it takes longer, until then.
    Delay {
        /// What was written.
        text: String,
        /// Who wrote it.
        by: PersonId,
        /// The new date.
        until: NaiveDate,
    },
    /// To staff: a mail to the customer could not be delivered.
    Undelivered {
        /// What the other side said.
        why: String,
        /// What was not delivered, in words: "the acknowledgement".
        what: String,
    },
    /// To staff: what you sent was not passed on to the customer.
    ReplyNotSent {
        /// Why, in words.
        why: String,
    },
}

/// A mail that has been decided and not yet accepted by anyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingMail {
    /// Its name.
    pub id: MailId,
    /// The commit that last asked for it to be sent, and holds it.
    pub commit: u32,
    /// How often it was tried.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// The last attempt was put off by the other side: it is known not to have been accepted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferred: bool,
    /// From when on it is to be looked at again.
    pub not_before: DateTime<Utc>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}
