//! Things in a pack that have not been checked against the source, such as the date of a law.

use serde::{Deserialize, Serialize};

/// Something that has not been checked against the source. `kept check` warns of it until an organisation
/// confirms it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unconfirmed {
    /// The id, unique in the pack: lower-case words joined by hyphens.
    pub id: String,
    /// The sentence that says what is not confirmed, and why.
    pub what: String,
}
