//! A standard as it is written in a pack's file.

use serde::Deserialize;

use crate::calendar::Observed;
use crate::standards::{
    Accepted, AcknowledgementRule, Applies, DueAt, Extension, IfNotWorking, Milestone, OutOfHours,
    OwedBy, Pause, ProvisionalStart, Reminders, StandardId, Within,
};
use crate::toml_file::{Date, LocalTime, Located, OneOrMore};

/// A standard as it is written.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StandardFile {
    /// The id, unique among all packs: lower-case words joined by hyphens.
    pub id: Located<StandardId>,
    /// The name that people see, such as "Answer to an email": at most 60 characters, unique in its pack.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 60)))]
    pub title: Located<String>,
    /// The promise, word for word as published.
    pub promise: String,
    /// The section of the published document that contains the promise.
    pub place: String,
    /// The decision on a question that the promise leaves open, if there is one.
    pub ruling: Option<String>,
    /// The contacts that it is for. A contact has to match one of them. If left out, it is for all contacts.
    #[serde(default)]
    pub applies_to: OneOrMore<Applies>,
    /// The milestone that starts the promise. Of several, the last one to happen.
    pub starts: OneOrMore<Milestone>,
    /// The start of the promise until that milestone has happened.
    pub provisional_start: Option<Located<ProvisionalStart>>,
    /// The milestones that start the time again from the beginning.
    #[serde(default)]
    pub restarts_on: OneOrMore<Milestone>,
    /// Two milestones, or a list of such pairs. The days between the two do not count.
    #[serde(default)]
    pub pause: OneOrMore<Pause>,
    /// The milestones after which the promise no longer applies.
    #[serde(default)]
    pub exempted_by: Vec<Milestone>,
    /// The milestones that end the promise without keeping it. Figures count them apart.
    #[serde(default)]
    pub ended_by: Vec<Milestone>,
    /// The milestones that staff can record with the promise, and that neither keep nor end it.
    #[serde(default)]
    pub attempts: Vec<Milestone>,
    /// The time allowed.
    pub within: Option<Located<Within>>,
    /// The time that the post takes, in working days, if the promise says when something reaches the customer.
    pub delivered_by_post_in: Option<Located<Within>>,
    /// A later due date, and the milestone that brings it.
    pub extension: Option<Extension>,
    /// The time of its last day at which the promise ends. If left out, as in `[counting]`.
    pub due: Option<DueAt>,
    /// The effective receipt of a message outside office hours. If left out, as in `[counting]`.
    pub out_of_hours: Option<OutOfHours>,
    /// The end of a count of days or months whose last day is not a working day. If left out, as in
    /// `[counting]`.
    pub if_due_on_non_working_day: Option<IfNotWorking>,
    /// The bank holidays and closures that are not working days. If left out, as in `[counting]`.
    pub calendar: Option<Observed>,
    /// The milestones that keep the promise.
    #[serde(default)]
    pub kept_by: Vec<Milestone>,
    /// The ways to keep an either-or promise, each with its own time.
    #[serde(default)]
    pub option: Vec<OptionFile>,
    /// The standard of this pack whose due time this one shares.
    pub shares_due_with: Option<Located<StandardId>>,
    /// The milestone after which the time starts again, as a target of the provider's own.
    pub recurs_after: Option<Milestone>,
    /// The time in which the promise has to be kept again each time it was kept. Needs `recurs_until`.
    pub recurs_every: Option<Within>,
    /// The milestones that end such a promise, such as the answer. They keep it, too.
    #[serde(default)]
    pub recurs_until: OneOrMore<Milestone>,
    /// Another milestone with its time. The later of the two ends counts.
    pub or_later: Option<OrLaterFile>,
    /// The time that the provider aims at, shorter than `within`. Missing it is no breach.
    pub aim: Option<Within>,
    /// The acknowledgement of the contacts that the promise is for.
    #[serde(default)]
    pub acknowledgement: AcknowledgementRule,
    /// The one who has to act.
    #[serde(default)]
    pub owed_by: OwedBy,
    /// True if it is a target of the provider's own, because no time was published.
    #[serde(default)]
    pub internal_target: bool,
    /// The reminders. If left out, those of the pack.
    pub reminders: Option<Reminders>,
    /// The sentence that tells staff what has to be done once the promise was missed.
    pub if_missed: Option<String>,
    /// The warnings of `kept check` that the author accepts, each with the reason.
    #[serde(default)]
    pub accepted: Accepted,
    /// The first day on which it applies. If left out, that of the pack.
    pub effective_from: Option<Date>,
    /// The last day on which it applies. If left out, that of the pack.
    pub effective_until: Option<Date>,
    /// Other readings of the same words.
    #[serde(default)]
    pub alternative: Vec<AlternativeFile>,
    /// Worked examples.
    #[serde(default)]
    pub example: Vec<Located<ExampleFile>>,
}

/// Another milestone with its time, of which the later end counts.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrLaterFile {
    /// The milestone from which the other time counts.
    pub starts: Milestone,
    /// The other time allowed.
    pub within: Within,
}

/// One way to keep an either-or promise.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OptionFile {
    /// The id, unique among all packs.
    pub id: Located<String>,
    /// The name that people see, such as "Letter": at most 60 characters, unique in its standard.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 60)))]
    pub title: Located<String>,
    /// The time allowed.
    pub within: Within,
    /// The milestones that keep the promise this way.
    pub kept_by: Vec<Milestone>,
}

/// Another reading of the same words. A key that is left out is as in the standard.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AlternativeFile {
    /// The meaning of the words in this reading.
    pub reading: String,
    /// The time allowed.
    pub within: Option<Within>,
    /// The time that the post takes, in working days.
    pub delivered_by_post_in: Option<Located<Within>>,
    /// The time of its last day at which the promise ends.
    pub due: Option<DueAt>,
    /// The effective receipt of a message outside office hours.
    pub out_of_hours: Option<OutOfHours>,
    /// The end of a count of days or months whose last day is not a working day.
    pub if_due_on_non_working_day: Option<IfNotWorking>,
    /// The bank holidays and closures that are not working days.
    pub calendar: Option<Observed>,
}

/// A worked example, with local times.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    /// The option that it shows, if the standard has options.
    pub option: Option<String>,
    /// The time when the promise starts.
    pub start: LocalTime,
    /// The time when it has to be due.
    pub due: LocalTime,
}
