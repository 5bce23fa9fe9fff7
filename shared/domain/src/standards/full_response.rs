//! Full responses: answers that need certain parts.

use serde::{Deserialize, Serialize};

use super::Applies;
use crate::toml_file::OneOrMore;

/// The parts that the answer to some contacts needs. Nobody can tell from its words if a reply has them,
/// so a plain reply by email to such a contact is an update until staff say that it was the full response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FullResponse {
    /// The id, unique among all packs.
    pub id: String,
    /// The name that people see, such as "Contents of a decision letter": at most 60 characters, unique in
    /// its pack.
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
    /// The parts, as staff read them: "the decision". May be empty if the promise lists none.
    #[serde(default)]
    pub parts: Vec<String>,
}
