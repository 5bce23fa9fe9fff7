//! Measures: promises that are kept on average, and shown by statistics.

use std::{fmt, str::FromStr};

use chrono::NaiveTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use super::{Applies, Within};
use crate::toml_file::OneOrMore;

/// A promise that is kept on average and not for one contact, such as how fast calls are answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// The id, unique among all packs.
    pub id: String,
    /// The name that people see, such as "Answer to an email": at most 60 characters, unique in its pack.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 60)))]
    pub title: String,
    /// The promise, word for word as published.
    pub promise: String,
    /// The section of the published document that contains the promise.
    pub place: String,
    /// The decision on a question that the promise leaves open, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
    /// The source of the figures.
    pub measured_by: MeasuredBy,
    /// The document's own name for that source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The contacts that it is for, if Kept's own contacts are measured. If left out, it is for all.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub applies_to: OneOrMore<Applies>,
    /// The target for each case. Only contacts are measured in working days or office hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
    /// The target for each call, in rings of the telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rings: Option<u8>,
    /// The target for the average of all cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average: Option<Within>,
    /// The target for a period: the smallest share of all cases, in per cent. With `within` or `rings`,
    /// of the cases that keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least_percent: Option<u8>,
    /// The target for a period: the largest share of all cases, in per cent. With `within` or `rings`,
    /// of the cases that do not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most_percent: Option<u8>,
    /// The parts of the day in which cases count. If left out, all do.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub during: OneOrMore<PartOfDay>,
    /// The parts of the day in which cases do not count, such as the busiest hours.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub except: OneOrMore<PartOfDay>,
}

/// The seconds that a telephone takes for one ring.
const SECONDS_PER_RING: u32 = 3;

impl Measure {
    /// Returns the target for each case, with rings as seconds; `None` if there is none.
    #[must_use]
    pub fn target(&self) -> Option<Within> {
        let rings = self.rings.map(|rings| Within::Elapsed(u32::from(rings) * SECONDS_PER_RING));
        self.within.or(rings)
    }
}

fn is_empty<T>(list: &OneOrMore<T>) -> bool {
    list.0.is_empty()
}

/// A part of the day: `office hours`, or two local times such as `09:00-11:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartOfDay {
    /// The time during which the office is open.
    OfficeHours,
    /// The time from one local time of the day to another.
    Between(NaiveTime, NaiveTime),
}

/// A text that is not a part of the day.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not a part of the day. Write `office hours`, or two times such as `09:00-11:00`")]
pub struct PartOfDayError(pub String);

/// The text of [`PartOfDay::OfficeHours`].
const OFFICE_HOURS: &str = "office hours";

impl FromStr for PartOfDay {
    type Err = PartOfDayError;

    fn from_str(text: &str) -> Result<Self, PartOfDayError> {
        if text == OFFICE_HOURS {
            return Ok(Self::OfficeHours);
        }
        let time = |time: &str| NaiveTime::parse_from_str(time, "%H:%M").ok();
        let times = text.split_once('-').and_then(|(from, to)| Some((time(from)?, time(to)?)));
        match times {
            Some((from, to)) if from < to => Ok(Self::Between(from, to)),
            _ => Err(PartOfDayError(text.to_owned())),
        }
    }
}

impl fmt::Display for PartOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfficeHours => f.write_str(OFFICE_HOURS),
            Self::Between(from, to) => write!(f, "{}-{}", from.format("%H:%M"), to.format("%H:%M")),
        }
    }
}

impl Serialize for PartOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::toml_file::text_schema!(PartOfDay, "PartOfDay", {
    "type": "string",
    "pattern": "^(office hours|([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-3]):[0-5]\\d)$",
    "examples": ["office hours", "09:00-11:00"]
});

/// The source of a measure's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MeasuredBy {
    /// The telephone system's reports.
    Telephony,
    /// Surveys of customers.
    Survey,
    /// People who ring or visit to test the service.
    MysteryShopping,
    /// The contacts that Kept records.
    Contacts,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_day_is_written_as_it_is_read() {
        for text in ["office hours", "09:00-11:00", "15:30-18:00"] {
            assert_eq!(text.parse::<PartOfDay>().unwrap().to_string(), text);
        }
        for text in ["", "mornings", "11:00-09:00", "09:00-09:00", "9-11"] {
            assert_eq!(text.parse::<PartOfDay>(), Err(PartOfDayError(text.into())));
        }
    }
}
