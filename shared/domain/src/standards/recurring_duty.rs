//! Duties: what a provider promised to do again and again.

use serde::{Deserialize, Serialize};

use super::Within;

/// Something that comes round in the calendar: a survey, a report, a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecurringDuty {
    /// Unique among all packs.
    pub id: String,
    /// The name that people see, such as "Answer to an email": at most 60 characters, unique in its pack.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 60)))]
    pub title: String,
    /// The sentence as published.
    pub promise: String,
    /// Where in the published document it stands.
    pub place: String,
    /// What was decided where the promise leaves a question open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
    /// How long from one time to the next: whole calendar months.
    pub every: Within,
    /// How long before that to remind of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_before: Option<Within>,
    /// What is to be done.
    #[serde(rename = "do")]
    pub text: String,
}
