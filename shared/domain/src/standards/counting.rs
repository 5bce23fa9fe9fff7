//! The rules that turn "3 working days" into a date, as explicit data.
//!
//! The same "10 working days" means different dates to different readers. Does a message after closing
//! count as received the next day? Does the last day end at closing or at midnight? Whose bank holidays
//! are skipped? Nothing is implied here: a standard gives each rule, or its pack does for all standards.

use std::{fmt, str::FromStr};

use chrono::NaiveTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DueAt {
    /// The closing of the office. The second of closing is still in time.
    #[default]
    Close,
    /// 23:59:59, as the law counts whole days.
    EndOfDay,
    /// A time of day, whether the office is open then or not. That second is still in time.
    TimeOfDay(NaiveTime),
}

/// A text that is not a time at which a promise can end.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a time at which a day ends. Write `close`, `end-of-day`, or a time of day such as \
     `12:00` or `17:00`"
)]
pub struct DueAtError(pub String);

impl FromStr for DueAt {
    type Err = DueAtError;

    fn from_str(text: &str) -> Result<Self, DueAtError> {
        match text {
            "close" => Ok(Self::Close),
            "end-of-day" => Ok(Self::EndOfDay),
            time => NaiveTime::parse_from_str(time, "%H:%M")
                .map(Self::TimeOfDay)
                .map_err(|_| DueAtError(text.to_owned())),
        }
    }
}

impl fmt::Display for DueAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Close => f.write_str("close"),
            Self::EndOfDay => f.write_str("end-of-day"),
            Self::TimeOfDay(time) => write!(f, "{}", time.format("%H:%M")),
        }
    }
}

impl Serialize for DueAt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DueAt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::toml_file::text_schema!(DueAt, "DueAt", {
    "type": "string",
    "pattern": "^(close|end-of-day|([01]\\d|2[0-3]):[0-5]\\d)$",
    "examples": ["close", "end-of-day", "12:00", "17:00"]
});

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_day_is_written_as_it_is_read() {
        for text in ["close", "end-of-day", "12:00", "09:05"] {
            assert_eq!(text.parse::<DueAt>().unwrap().to_string(), text);
        }
        for text in ["", "noon", "24:00", "12", "closing"] {
            assert_eq!(text.parse::<DueAt>(), Err(DueAtError(text.into())));
        }
    }
}
