//! Prompts: what somebody is told to do when something happens, where no time is promised.

use serde::{Deserialize, Serialize};

use super::{Applies, Milestone, Recipient, StandardId};
use crate::toml_file::OneOrMore;

/// What somebody is told to do when something happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ActionPrompt {
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
    /// The contacts it applies to; left out, all contacts.
    #[serde(default)]
    pub applies_to: OneOrMore<Applies>,
    /// The milestones that set it off.
    #[serde(default)]
    pub on: OneOrMore<Milestone>,
    /// The standards whose breach sets it off.
    #[serde(default)]
    pub on_breach_of: Vec<StandardId>,
    /// Who is told.
    pub notify: Recipient,
    /// What they are told, in words; to customers, `{team}` stands for the team that has the contact.
    #[serde(rename = "do")]
    pub text: String,
}
