//! Exceptions of a promise: a provisional start, a pause, an extension.

use std::fmt;

use serde::de::{self, IntoDeserializer, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Milestone, StandardId, Within};

/// The start of a deadline until the milestone that really starts it has happened: `"received"`, or
/// `{ due_of = "chc-s1-ack" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProvisionalStart {
    /// The time of another milestone.
    Milestone(Milestone),
    /// The due time of another standard for the same contact.
    DueOf(StandardId),
}

impl<'de> Deserialize<'de> for ProvisionalStart {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct DueOf {
            due_of: StandardId,
        }
        struct ByForm;
        impl<'de> Visitor<'de> for ByForm {
            type Value = ProvisionalStart;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a milestone such as \"received\", or { due_of = \"another-standard\" }",
                )
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Milestone::deserialize(text.into_deserializer()).map(ProvisionalStart::Milestone)
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                DueOf::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(|other| ProvisionalStart::DueOf(other.due_of))
            }
        }
        deserializer.deserialize_any(ByForm)
    }
}

/// A pause: the time between two milestones does not count, and nothing is missed in it.
///
/// For calendar days and months, the days from the one date to the other are added. For working days,
/// those from the one to the other are left out, both included. If the milestone that ends the pause
/// also restarts the promise, the time starts again from the beginning instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// The milestone that begins the pause.
    pub from: Milestone,
    /// The milestone that ends it.
    pub until: Milestone,
}

/// An extension: a later due date, if its milestone happens by the time the promise was due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The milestone that extends the time. A notice with a date extends it to that date, and no
    /// further than is allowed.
    pub on: Milestone,
    /// The longest extension allowed. If left out, there is no limit, and `until` says how long it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
    /// The time from which the extension is counted.
    #[serde(default)]
    pub from: ExtensionFrom,
    /// The end of an extension without a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<ExtensionUntil>,
    /// The number of times that it can be given.
    #[serde(default = "once")]
    pub times: u8,
    /// The decision on a question that the source leaves open, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
}

fn once() -> u8 {
    1
}

/// The end of an extension without a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ExtensionUntil {
    /// The date that the customer was told, or that was agreed with them. Without a date nothing is
    /// extended.
    #[serde(rename = "told")]
    GivenDate,
}

/// The time from which an extension is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ExtensionFrom {
    /// The time at which the promise was due.
    #[default]
    Due,
    /// The start of the promise. The extension then replaces the original duration.
    Start,
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ProvisionalStart {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ProvisionalStart".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [
            generator.subschema_for::<Milestone>(),
            {
                "type": "object",
                "properties": { "due_of": {
                    "type": "string",
                    "description": "The standard of this pack whose due time is used"
                } },
                "required": ["due_of"],
                "additionalProperties": false
            }
        ] })
    }
}
