//! A pack as it is written: a TOML file that people read and change.

use std::fmt;

use serde::de::{self, IntoDeserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::{
    ActionPrompt, Applies, DueAt, IfNotWorking, Measure, Milestone, OutOfHours, OwedBy,
    RecurringDuty, Reminders, RequiredWording, StandardId, Within,
};
use crate::calendar::Observed;
use crate::toml_file::{Date, LocalTime, Located, OneOrMore};

/// A pack as it is written.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    /// The document.
    pub pack: PackHeader,
    /// Counting conventions of every standard that does not say otherwise.
    #[serde(default)]
    pub counting: CountingFile,
    /// Reminders and escalations of every standard that does not have its own.
    #[serde(default)]
    pub reminders: Reminders,
    /// The clocks.
    #[serde(default)]
    pub standard: Vec<StandardFile>,
    /// What is measured from statistics.
    #[serde(default)]
    pub measure: Vec<Located<Measure>>,
    /// What happens at an event.
    #[serde(default)]
    pub action_prompt: Vec<Located<ActionPrompt>>,
    /// What comes round in the calendar.
    #[serde(default)]
    pub recurring_duty: Vec<Located<RecurringDuty>>,
    /// What letters and pages have to say.
    #[serde(default)]
    pub required_wording: Vec<Located<RequiredWording>>,
}

/// What a pack says of itself.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PackHeader {
    /// Names the pack.
    pub id: String,
    /// The published document's title.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Which edition of the pack this is; a date does well.
    pub version: String,
    /// The organisation whose hours and holidays the worked examples use.
    pub examples_for: Located<String>,
    /// Whether it is law or a code that binds, and not a promise of the provider's own.
    #[serde(default)]
    pub statutory: bool,
    /// How many stages the complaints procedure has that it describes or prescribes.
    pub complaint_stages: Option<Located<u8>>,
    /// Whether that procedure begins with an informal stage.
    pub informal_stage: Option<Located<bool>>,
    /// First day on which its standards bind.
    pub effective_from: Option<Date>,
    /// Last day on which they bind.
    pub effective_until: Option<Date>,
}

/// A counting convention, where what is left out comes from further up.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CountingFile {
    /// Where in the last day a promise ends.
    pub due: Option<DueAt>,
    /// When a message outside office hours counts as received.
    pub out_of_hours: Option<OutOfHours>,
    /// What happens to a count of days or months that ends on a day that is not a working day.
    pub if_due_on_non_working_day: Option<IfNotWorking>,
    /// Whose bank holidays are skipped.
    pub calendar: Option<Observed>,
}

/// A promise as it is written.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StandardFile {
    /// Unique among all packs; lower-case words joined by hyphens.
    pub id: Located<String>,
    /// The name that people see, such as "Answer to an email": at most 60 characters, unique in its pack.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 60)))]
    pub title: Located<String>,
    /// The sentence as published.
    pub promise: String,
    /// Where in the document it stands.
    pub place: String,
    /// What was decided where the promise leaves a question open.
    pub ruling: Option<String>,
    /// The contacts it applies to; a list means any of it; left out, all contacts.
    #[serde(default)]
    pub applies_to: OneOrMore<Applies>,
    /// What starts the clock; of several, the last.
    pub starts: OneOrMore<Milestone>,
    /// From when to count while that has not happened yet.
    pub provisional_start: Option<Located<ProvisionalStart>>,
    /// What makes the clock start afresh while it runs.
    #[serde(default)]
    pub restarts_on: OneOrMore<Milestone>,
    /// Days on which the clock stands still.
    pub pause: Option<Pause>,
    /// What makes it no longer owed, or not owed from the outset.
    #[serde(default)]
    pub exempted_by: Vec<Milestone>,
    /// How long.
    pub within: Option<Located<Within>>,
    /// Where the promise says when it reaches the customer: how long the post takes, in working days.
    pub delivered_by_post_in: Option<Located<Within>>,
    /// How far, and by what, the due time may be put off.
    pub extension: Option<Extension>,
    /// Where in its last day a promise ends; left out, as `[counting]` says.
    pub due: Option<DueAt>,
    /// When a message outside office hours counts as received; left out, as `[counting]` says.
    pub out_of_hours: Option<OutOfHours>,
    /// What happens to a count of days or months that ends on a day that is not a working day; left
    /// out, as `[counting]` says.
    pub if_due_on_non_working_day: Option<IfNotWorking>,
    /// Whose bank holidays are skipped; left out, as `[counting]` says.
    pub calendar: Option<Observed>,
    /// What keeps it.
    #[serde(default)]
    pub kept_by: Vec<Milestone>,
    /// Either-or promises: the ways of keeping it, each with its own duration.
    #[serde(default)]
    pub option: Vec<OptionFile>,
    /// The standard whose due instant is also this one's.
    pub shares_due_with: Option<Located<String>>,
    /// What starts it again.
    pub recurs_after: Option<Milestone>,
    /// Who owes it.
    #[serde(default)]
    pub owed_by: OwedBy,
    /// A target of the provider's own, not a published time.
    #[serde(default)]
    pub internal_target: bool,
    /// Its own reminders and escalations.
    pub reminders: Option<Reminders>,
    /// First day on which it binds.
    pub effective_from: Option<Date>,
    /// Last day on which it binds.
    pub effective_until: Option<Date>,
    /// Other readings of the same words.
    #[serde(default)]
    pub alternative: Vec<AlternativeFile>,
    /// Worked examples.
    #[serde(default)]
    pub example: Vec<Located<ExampleFile>>,
}

/// One way of keeping an either-or promise.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OptionFile {
    /// Unique among all packs.
    pub id: Located<String>,
    /// The name that people see, such as "Letter": at most 60 characters, unique in its standard.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 60)))]
    pub title: Located<String>,
    /// How long.
    pub within: Within,
    /// What keeps it.
    pub kept_by: Vec<Milestone>,
}

/// Another reading of the same words; what is left out is as in the standard.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AlternativeFile {
    /// The reading in words.
    pub reading: String,
    /// How long.
    pub within: Option<Within>,
    /// How long the post takes, in working days.
    pub delivered_by_post_in: Option<Located<Within>>,
    /// Where in its last day a promise ends; left out, as in the standard.
    pub due: Option<DueAt>,
    /// When a message outside office hours counts as received; left out, as in the standard.
    pub out_of_hours: Option<OutOfHours>,
    /// What happens to a count of days or months that ends on a day that is not a working day; left out,
    /// as in the standard.
    pub if_due_on_non_working_day: Option<IfNotWorking>,
    /// Whose bank holidays are skipped; left out, as in the standard.
    pub calendar: Option<Observed>,
}

/// From when to count while what starts a clock has not happened: `"received"`, or
/// `{ due_of = "chc-s1-ack" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProvisionalStart {
    /// From another milestone.
    Milestone(Milestone),
    /// From when another standard of the same contact is due.
    DueOf(StandardId),
}

impl<'de> Deserialize<'de> for ProvisionalStart {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct DueOf {
            due_of: StandardId,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
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
        deserializer.deserialize_any(Either)
    }
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
                    "description": "The standard of this pack whose due time stands in"
                } },
                "required": ["due_of"],
                "additionalProperties": false
            }
        ] })
    }
}

/// The days between two milestones do not count: waiting for a clarification. The days from the date
/// of the first to the date of the second are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// From when.
    pub from: Milestone,
    /// Until when.
    pub until: Milestone,
}

/// How far a due time may be put off, once. It is only where what puts it off happens in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// What puts it off. A notice with a date puts it off to that date, and no further than allowed.
    pub on: Milestone,
    /// How far at the most.
    pub within: Within,
    /// Counted from where.
    pub from: ExtensionFrom,
    /// What was decided where the source leaves a question open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
}

/// From where an extension is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ExtensionFrom {
    /// From the time at which it was due.
    Due,
    /// From the start of the clock, in place of the duration that it had.
    Start,
}

/// A worked example: local times, written without quotes.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    /// Which way of keeping an either-or promise it shows.
    pub option: Option<String>,
    /// When the clock starts.
    pub start: LocalTime,
    /// When it must be due.
    pub due: LocalTime,
}
