//! The facts of a play: what happened, one fact for each thing, for programs and for people alike.
//!
//! [`Recorder`] makes them from commits, steps and emails. [`Fact`] is written as one line of JSON, and
//! [`timeline`](super::timeline) tells the same facts as text.

mod event;
mod recorder;

use chrono::DateTime;
use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

pub(super) use event::FactEvent;
pub(super) use recorder::{Recorder, StepFact};

/// One thing that happened in a play. A field that does not apply is left out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Fact {
    /// When it was recorded: RFC 3339 with the offset of the organisation's local time.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub(super) at: Stamp,
    /// The reference of the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact: Option<String>,
    /// The kind of thing that happened.
    pub(super) event: FactEvent,
    /// The id of the standard; a later round has its number, as in `wk-letter~2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) standard: Option<String>,
    /// The ids of all standards, if it is about several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) standards: Vec<String>,
    /// The last second in which the promise is in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(super) due_at: Option<Stamp>,
    /// The due time before it moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(super) was_due_at: Option<Stamp>,
    /// The person, by id; `customer` or `kept`. For a deadline that was met, the milestone that met it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<String>,
    /// True if it is a target of the provider's own, which is never a broken promise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) internal: bool,
    /// The reason in words. For a due date, how it was found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) why: String,
    /// The email.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mail: Option<MailFact>,
    /// The fact in a sentence, as staff read it; empty if it follows from another fact.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) what: String,
    /// The words that were written or said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) text: String,
    #[serde(flatten)]
    pub(super) details: Details,
}

/// The details of a fact, as far as its kind has them.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[serde(default)]
pub(super) struct Details {
    /// The channel by which the contact came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) channel: Option<String>,
    /// The subject of the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<String>,
    /// The category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) category: Option<String>,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) priority: Option<String>,
    /// The id of the team that has the contact now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) team: Option<String>,
    /// The id of the person to whom it was assigned, who was reminded or who was asked to act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) person: Option<String>,
    /// The milestone; for a pause, the one that ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) milestone: Option<String>,
    /// The option that was used, if the promise has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) option: Option<String>,
    /// When it really happened, if it was recorded later; for appointments, the time agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(super) happened_at: Option<Stamp>,
    /// The means of an answer, an update or a delay notice: `email`, `phone`, `letter` or `in-person`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) means: Option<String>,
    /// The stage of the complaints procedure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stage: Option<u8>,
    /// The date in a delay notice, or the time of the next attempt to send an email.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
    /// The ids of the action prompts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) action_prompts: Vec<String>,
    /// A name for the reason that does not change with the wording, such as `extended`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// The number of the step in the scenario, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<usize>,
}

/// An email of Kept's.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct MailFact {
    /// The address of the recipient; empty if there is none.
    pub(super) to: String,
    /// The subject matter: `acknowledgement`, `answer`, `delay`, `reminder`, `escalation`, …
    pub(super) kind: String,
    /// The subject line; left out if the email was never written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) subject: String,
    /// The text; left out if the email was never written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) text: String,
}

/// An instant in the organisation's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp(pub(super) DateTime<Tz>);

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339())
    }
}
