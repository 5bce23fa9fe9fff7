//! Measures: promises that are kept on average, and shown by statistics.

use serde::{Deserialize, Serialize};

use super::Within;

/// A promise that is kept on average and not for one contact, such as how fast calls are answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Measure {
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
    /// The source of the figures.
    pub measured_by: MeasuredBy,
    /// The document's own name for that source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The target for each case, in elapsed time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
    /// The target for a period: the largest share of all cases, in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most_percent: Option<u8>,
}

/// The source of a measure's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MeasuredBy {
    /// The telephone system's reports.
    Telephony,
    /// Surveys of customers.
    Survey,
    /// People who ring or visit to test the service.
    MysteryShopping,
    /// The contacts that Kept records.
    Contacts,
}
