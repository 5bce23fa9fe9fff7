//! The rules that turn "3 working days" into a date, as explicit data.
//!
//! The same "10 working days" means different dates to different readers. Does a message after closing
//! count as received the next day? Does the last day end at closing or at midnight? Whose bank holidays
//! are skipped? Nothing is implied here: a standard gives each rule, or its pack does for all standards.

use serde::{Deserialize, Serialize};

use super::Within;
use crate::calendar::Observed;

/// A duration with the rules by which it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counting {
    /// The time allowed.
    pub within: Within,
    /// The time of the last day at which it ends. A duration that ends at an instant ignores it.
    pub due: DueAt,
    /// The effective receipt of a message outside office hours.
    pub out_of_hours: OutOfHours,
    /// The end of a count of calendar days or months whose last day is not a working day.
    pub if_not_working: IfNotWorking,
    /// The bank holidays and closures that are not working days.
    pub calendar: Observed,
}

/// The time of its last day at which a promise ends, local time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DueAt {
    /// The closing of the office. The second of closing is still in time.
    #[default]
    Close,
    /// 23:59:59, as the law counts whole days.
    EndOfDay,
}

/// The effective receipt of a message that arrives outside office hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OutOfHours {
    /// The time at which it arrives. Its day is day 0 even if it is not a working day.
    #[default]
    Counts,
    /// The next working day if it arrives after closing, or on a day that is not a working day.
    /// Before opening on a working day it counts as received that day.
    AfterCloseNextWorkingDay,
    /// The next working day if it arrives at any time when the office is closed.
    NextWorkingDay,
    /// The instant of the next opening if it arrives at any time when the office is closed.
    NextOpening,
}

/// The end of a count of calendar days or months whose last day is not a working day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum IfNotWorking {
    /// It ends on that day.
    #[default]
    Stays,
    /// It ends on the next working day.
    NextWorkingDay,
}
