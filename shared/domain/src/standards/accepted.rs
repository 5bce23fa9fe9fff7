//! Warnings that the author of a pack accepts.

use serde::Deserialize;

/// The warnings of `kept check` that the author of a pack accepts for a standard, each with the reason.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The reason for a category that the organisation's file does not have.
    pub category: Option<String>,
    /// The reason for a stage that the complaints procedure does not have.
    pub stage: Option<String>,
    /// The reason for two promises that one answer keeps, each by a time of its own.
    pub stacks: Option<String>,
    /// The reason for a promise to tell the customer of a later date that moves no due time.
    pub no_extension: Option<String>,
    /// The reason for reminders of an urgent promise that wait until the office opens.
    pub reminders_wait: Option<String>,
}

impl Accepted {
    /// Returns the keys that are written without a reason.
    pub(crate) fn without_reason(&self) -> impl Iterator<Item = &'static str> {
        let reasons = [
            ("category", &self.category),
            ("stage", &self.stage),
            ("stacks", &self.stacks),
            ("no_extension", &self.no_extension),
            ("reminders_wait", &self.reminders_wait),
        ];
        let blank = |reason: &Option<String>| reason.as_ref().is_some_and(|r| r.trim().is_empty());
        reasons.into_iter().filter(move |(_, reason)| blank(reason)).map(|(key, _)| key)
    }
}
