//! A pack's file as it is written.

use serde::Deserialize;

use super::standard_file::StandardFile;
use crate::calendar::{Nation, Observed};
use crate::standards::{
    ActionPrompt, DueAt, FullResponse, IfNotWorking, Measure, NamedFile, OutOfHours, RecurringDuty,
    Reminders, RequiredWording, Unconfirmed,
};
use crate::toml_file::{Date, Located};

/// A pack's file as it is written.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    /// The pack itself: its id, and the document that it comes from.
    pub pack: PackHeader,
    /// The counting of every standard that does not say otherwise.
    #[serde(default)]
    pub counting: CountingFile,
    /// The reminders of every standard that has none of its own.
    #[serde(default)]
    pub reminders: Reminders,
    /// The channels that the pack names, beside those that Kept knows.
    #[serde(default)]
    pub channel: Vec<NamedFile>,
    /// The milestones that the pack names, beside those that Kept knows. One whose id ends in `-agreed`
    /// carries the time agreed.
    #[serde(default)]
    pub milestone: Vec<NamedFile>,
    /// Promises with a time.
    #[serde(default)]
    pub standard: Vec<StandardFile>,
    /// Things that have not been checked against the source.
    #[serde(default)]
    pub unconfirmed: Vec<Located<Unconfirmed>>,
    /// Promises that are kept on average.
    #[serde(default)]
    pub measure: Vec<Located<Measure>>,
    /// Things that somebody is asked to do when something happens.
    #[serde(default)]
    pub action_prompt: Vec<Located<ActionPrompt>>,
    /// Things that the provider promised to do again and again.
    #[serde(default)]
    pub recurring_duty: Vec<Located<RecurringDuty>>,
    /// Sentences that messages and pages have to carry.
    #[serde(default)]
    pub required_wording: Vec<Located<RequiredWording>>,
    /// Answers that need certain parts.
    #[serde(default)]
    pub full_response: Vec<Located<FullResponse>>,
}

/// The head of a pack.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PackHeader {
    /// The pack's id: lower-case words joined by hyphens.
    pub id: String,
    /// The title of the published document.
    pub title: String,
    /// The organisation that published it.
    pub publisher: String,
    /// The edition of the pack. A date works well.
    pub version: String,
    /// The organisation whose office hours and bank holidays the worked examples use.
    pub examples_for: Located<String>,
    /// True if this is law, or a code that binds, and not a promise of the provider's own.
    #[serde(default)]
    pub statutory: bool,
    /// The nations whose landlords it binds. If left out, all of them.
    #[serde(default)]
    pub nations: Vec<Nation>,
    /// The number of stages of the complaints procedure that the pack describes or prescribes. If left out,
    /// the last stage that a standard is for.
    pub complaint_stages: Option<Located<u8>>,
    /// True if that procedure begins with an informal stage.
    pub informal_stage: Option<Located<bool>>,
    /// The first day on which its standards apply.
    pub effective_from: Option<Date>,
    /// The last day on which its standards apply.
    pub effective_until: Option<Date>,
}

/// Counting rules. Those that are left out keep their default.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CountingFile {
    /// The time of its last day at which a promise ends.
    pub due: Option<DueAt>,
    /// The effective receipt of a message outside office hours.
    pub out_of_hours: Option<OutOfHours>,
    /// The end of a count of days or months whose last day is not a working day.
    pub if_due_on_non_working_day: Option<IfNotWorking>,
    /// The bank holidays and closures that are not working days.
    pub calendar: Option<Observed>,
}
