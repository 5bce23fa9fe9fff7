//! The steps of reminders as a pack lists them.

use serde::{Deserialize, Serialize};

use super::{Recipient, StepAt};

/// One step of the reminders of a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReminderStep {
    /// The time of the step.
    pub at: StepAt,
    /// The person who is notified.
    pub notify: Recipient,
    /// True if the step is taken at any hour. Otherwise it is taken during office hours.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub any_time: bool,
    /// True if the step is taken only if the due day is not a working day, to arrange cover for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_if_due_on_non_working_day: bool,
}

/// The reminders of a standard: its steps, in the order of the pack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Reminders(pub Vec<ReminderStep>);

impl Reminders {
    /// Returns true if any step notifies `recipient`.
    #[must_use]
    pub fn notifies(&self, recipient: Recipient) -> bool {
        self.0.iter().any(|step| step.notify == recipient)
    }
}
