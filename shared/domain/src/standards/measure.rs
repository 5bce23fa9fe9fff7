//! Measures: promises that are kept on average, from statistics that other systems gather.

use serde::{Deserialize, Serialize};

use super::Within;

/// A promise that no single contact's clock can show: how fast calls are answered, how many are lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Measure {
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
    /// Where the figures come from.
    pub measured_by: MeasuredBy,
    /// What the document calls that source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The target for each case, as elapsed time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
    /// The target for a period: no more than this share of all cases, in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most_percent: Option<u8>,
}

/// Where the figures of a measure come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MeasuredBy {
    /// The telephone system's reports.
    Telephony,
    /// Surveys of customers.
    Survey,
    /// People who ring or visit to see what happens.
    MysteryShopping,
    /// Kept's own contacts.
    Contacts,
}
