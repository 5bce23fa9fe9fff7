//! Action prompts: things that somebody is asked to do when something happens, without a deadline.

use serde::{Deserialize, Serialize};

use super::{Applies, Milestone, Recipient, StandardId};
use crate::toml_file::OneOrMore;

/// Something that somebody is asked to do when something happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ActionPrompt {
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
    /// The contacts that it is for. If left out, it is for all contacts.
    #[serde(default)]
    pub applies_to: OneOrMore<Applies>,
    /// The milestones that set it off.
    #[serde(default)]
    pub on: OneOrMore<Milestone>,
    /// The standards whose breach sets it off.
    #[serde(default)]
    pub on_breach_of: Vec<StandardId>,
    /// The person who is asked.
    pub notify: Recipient,
    /// The text that they read. In a message to the customer, `{team}` stands for the name of the team that
    /// has the contact.
    #[serde(rename = "do")]
    pub text: String,
}
