//! Recurring duties: things that a provider promised to do again and again.

use serde::{Deserialize, Serialize};

use super::Within;

/// Something that a provider promised to do again and again: a survey, a report, a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecurringDuty {
    /// The id, unique among all packs.
    pub id: String,
    /// The name that people see, such as "Answer to an email": at most 60 characters, unique in its pack.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 60)))]
    pub title: String,
    /// The promise, word for word as published.
    pub promise: String,
    /// The section of the published document that contains the promise.
    pub place: String,
    /// The decision on a question that the promise leaves open, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
    /// The time from one to the next, in whole calendar months.
    pub every: Within,
    /// The time before it is due at which to send a reminder, in whole calendar months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_before: Option<Within>,
    /// The task, as people read it.
    #[serde(rename = "do")]
    pub text: String,
}
