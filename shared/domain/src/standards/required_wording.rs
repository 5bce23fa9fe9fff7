//! Required wording: sentences that messages and pages have to carry because they were promised.

use serde::{Deserialize, Serialize};

use super::Applies;
use crate::toml_file::OneOrMore;

/// A sentence that messages or pages have to carry because it was promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequiredWording {
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
    /// The messages and pages that carry it.
    pub appears_in: Vec<AppearsIn>,
    /// The sentence, as people read it.
    pub text: String,
}

/// A kind of message or page that can carry required wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AppearsIn {
    /// The acknowledgement of a contact.
    Acknowledgement,
    /// Answers to customers.
    Answer,
    /// Delay notices.
    Delay,
    /// The contact's page, where staff read what they have to say and do themselves.
    StaffPage,
    /// The provider's website. Kept does not write it, so the sentence is for the people who do.
    Website,
}
