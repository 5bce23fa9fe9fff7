//! The counting convention of a promise, as explicit data.
//!
//! The same "10 working days" means different dates to different readers: whether the day of
//! receipt counts, whether a message after closing counts as received the next day, whether the
//! last day ends at closing or at midnight, whose bank holidays are skipped. None of that is
//! implied here; each standard says it, or its pack does for all of them.

use serde::{Deserialize, Serialize};

use super::Within;
use crate::calendar::Observed;

/// How long, counted how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counting {
    /// The duration.
    pub within: Within,
    /// Where in the last day it ends. Has no meaning for durations that end at an instant.
    pub due: DueAt,
    /// When a message outside office hours counts as received.
    pub out_of_hours: OutOfHours,
    /// What happens when a count of calendar days or months ends on a day that is not a working day.
    pub if_not_working: IfNotWorking,
    /// Whose bank holidays are skipped.
    pub calendar: Observed,
}

/// Where in its last day a promise ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DueAt {
    /// When the office closes; the second of closing is still in time.
    #[default]
    Close,
    /// 23:59:59: the law knows days, not office hours.
    EndOfDay,
}

/// When a message that arrives outside office hours counts as received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OutOfHours {
    /// When it arrives; its day is day 0 even where it is not a working day.
    #[default]
    Counts,
    /// After closing, or on a day that is not a working day: on the next working day. Before
    /// opening on a working day it counts as received that day.
    AfterCloseNextWorkingDay,
    /// At any time when the office is not open: on the next working day.
    NextWorkingDay,
    /// At any time when the office is not open: at the instant of the next opening.
    NextOpening,
}

/// What happens to a count of days or months that ends on a day that is not a working day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum IfNotWorking {
    /// It ends there.
    #[default]
    Stays,
    /// It ends on the next working day.
    NextWorkingDay,
}
