//! Content: what letters and pages have to say because it was promised that they would.

use serde::{Deserialize, Serialize};

use super::Applies;
use crate::toml_file::OneOrMore;

/// What letters or pages have to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequiredWording {
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
    /// Where it is said.
    pub appears_in: Vec<AppearsIn>,
    /// What is said.
    pub text: String,
}

/// Where content is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AppearsIn {
    /// The letter that confirms receipt.
    Acknowledgement,
    /// Answers that Kept sends.
    Answer,
    /// Notices that an answer takes longer.
    Delay,
    /// The contact's page, where staff read it: what to say and do themselves.
    StaffPage,
    /// The provider's website, which Kept does not write: whoever keeps it is asked to see to it.
    Website,
}
