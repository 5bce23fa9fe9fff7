//! A pack as it is written: a TOML file that people read and change.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use serde::de::{self, IntoDeserializer, Visitor};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{
    ActionPrompt, Applies, DueAt, IfNotWorking, Measure, Milestone, OutOfHours, OwedBy,
    RecurringDuty, Reminders, RequiredWording, Within,
};
use crate::calendar::Observed;

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
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Measure>"))]
    pub measure: Vec<Spanned<Measure>>,
    /// What happens at an event.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<ActionPrompt>"))]
    pub action_prompt: Vec<Spanned<ActionPrompt>>,
    /// What comes round in the calendar.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<RecurringDuty>"))]
    pub recurring_duty: Vec<Spanned<RecurringDuty>>,
    /// What letters and pages have to say.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<RequiredWording>"))]
    pub required_wording: Vec<Spanned<RequiredWording>>,
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
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub examples_for: Spanned<String>,
    /// Whether it is law or a code that binds, and not a promise of the provider's own.
    #[serde(default)]
    pub statutory: bool,
    /// How many stages the complaints procedure has that it describes or prescribes.
    #[cfg_attr(feature = "schema", schemars(with = "Option<u8>"))]
    pub complaint_stages: Option<Spanned<u8>>,
    /// Whether that procedure begins with an informal stage.
    #[cfg_attr(feature = "schema", schemars(with = "Option<bool>"))]
    pub informal_stage: Option<Spanned<bool>>,
    /// First day on which its standards bind.
    #[serde(default, deserialize_with = "date")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::Date>"))]
    pub effective_from: Option<NaiveDate>,
    /// Last day on which they bind.
    #[serde(default, deserialize_with = "date")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::Date>"))]
    pub effective_until: Option<NaiveDate>,
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
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub id: Spanned<String>,
    /// The name that people see, such as "Answer to an email": at most 60 characters, unique in its pack.
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1, max = 60)))]
    pub title: Spanned<String>,
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
    #[cfg_attr(feature = "schema", schemars(with = "Option<ProvisionalStart>"))]
    pub provisional_start: Option<Spanned<ProvisionalStart>>,
    /// What makes the clock start afresh while it runs.
    #[serde(default)]
    pub restarts_on: OneOrMore<Milestone>,
    /// Days on which the clock stands still.
    pub pause: Option<Pause>,
    /// What makes it no longer owed, or not owed from the outset.
    #[serde(default)]
    pub exempted_by: Vec<Milestone>,
    /// How long.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Within>"))]
    pub within: Option<Spanned<Within>>,
    /// Where the promise says when it reaches the customer: how long the post takes, in working days.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Within>"))]
    pub delivered_by_post_in: Option<Spanned<Within>>,
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
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub shares_due_with: Option<Spanned<String>>,
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
    #[serde(default, deserialize_with = "date")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::Date>"))]
    pub effective_from: Option<NaiveDate>,
    /// Last day on which it binds.
    #[serde(default, deserialize_with = "date")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<super::schema::Date>"))]
    pub effective_until: Option<NaiveDate>,
    /// Other readings of the same words.
    #[serde(default)]
    pub alternative: Vec<AlternativeFile>,
    /// Worked examples.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<ExampleFile>"))]
    pub example: Vec<Spanned<ExampleFile>>,
}

/// One or several: `starts = "received"`, `starts = ["arrived", "appointment-made"]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OneOrMore<T>(pub Vec<T>);

impl<T> Default for OneOrMore<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Told apart by what is written, so that a mistake in it is told as what it is.
        struct Either<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrMore<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one, or a list in square brackets")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(text.into_deserializer()).map(|one| OneOrMore(vec![one]))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(|one| OneOrMore(vec![one]))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(OneOrMore)
            }
        }
        deserializer.deserialize_any(Either(std::marker::PhantomData))
    }
}

/// One way of keeping an either-or promise.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OptionFile {
    /// Unique among all packs.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub id: Spanned<String>,
    /// The name that people see, such as "Letter": at most 60 characters, unique in its standard.
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1, max = 60)))]
    pub title: Spanned<String>,
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
    #[cfg_attr(feature = "schema", schemars(with = "Option<Within>"))]
    pub delivered_by_post_in: Option<Spanned<Within>>,
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
    DueOf(String),
}

impl<'de> Deserialize<'de> for ProvisionalStart {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct DueOf {
            due_of: String,
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
    #[serde(deserialize_with = "date_time")]
    #[cfg_attr(feature = "schema", schemars(with = "super::schema::LocalTime"))]
    pub start: NaiveDateTime,
    /// When it must be due.
    #[serde(deserialize_with = "date_time")]
    #[cfg_attr(feature = "schema", schemars(with = "super::schema::LocalTime"))]
    pub due: NaiveDateTime,
}

pub(super) fn date<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NaiveDate>, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?.to_string();
    let date = NaiveDate::parse_from_str(&written, "%Y-%m-%d");
    date.map(Some).map_err(|_| {
        serde::de::Error::custom(format!(
            "`{written}` is not a date; write 2025-10-27, without quotes"
        ))
    })
}

fn date_time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveDateTime, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?.to_string();
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&written, format).ok())
        .ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{written}` is not a local date and time; write 2026-04-24T16:46:00, without quotes or offset"
            ))
        })
}
