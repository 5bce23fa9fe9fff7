//! The time of a step: "1 working day before", "opening on the due day".

use std::{fmt, str::FromStr};

use chrono::NaiveTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::standards::Within;

/// The time of a step, relative to the start of the deadline, to its due time, or to the due day. Times of
/// day are local.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepAt {
    /// After a share of the elapsed time between start and due, in per cent.
    Share(u8),
    /// Some time after the start. A count of working days ends when the office opens.
    AfterStart(Within),
    /// Some time before due. A count of working days ends when the office opens.
    Before(Within),
    /// At a time of day on the due day.
    OnDueDay(NaiveTime),
    /// At the opening of the office on the due day.
    OpeningOnDueDay,
    /// At a time of day on the last working day before the due day.
    OnWorkingDayBefore(NaiveTime),
    /// In the second after due, when the deadline is missed.
    AtDue,
    /// Some time after due. A count of working days ends at the time of day that was due.
    AfterDue(Within),
}

/// A time of a step that cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a time for a reminder. Write one such as `halfway`, `75% of the time`, `12 hours \
     after the start`, `2 working days after the start`, `1 working day before`, `15 minutes before`, \
     `09:00 on the due day`, `opening on the due day`, `12:00 on the working day before`, `when due` or \
     `1 working day after`"
)]
pub struct StepAtError(pub String);

impl FromStr for StepAt {
    type Err = StepAtError;

    fn from_str(text: &str) -> Result<Self, StepAtError> {
        let unknown = || StepAtError(text.to_owned());
        let time = |t: &str| NaiveTime::parse_from_str(t, "%H:%M").map_err(|_| unknown());
        let duration = |t: &str| {
            let within: Within = t.parse().map_err(|_| unknown())?;
            let counts =
                matches!(within, Within::WorkingDays(1..)) || within.fixed_seconds().is_some();
            if counts { Ok(within) } else { Err(unknown()) }
        };
        match text {
            "halfway" => return Ok(Self::Share(50)),
            "when due" => return Ok(Self::AtDue),
            "opening on the due day" => return Ok(Self::OpeningOnDueDay),
            _ => {}
        }
        if let Some(share) = text.strip_suffix("% of the time") {
            return match share.parse() {
                Ok(percent @ 1..=99) => Ok(Self::Share(percent)),
                _ => Err(unknown()),
            };
        }
        if let Some(t) = text.strip_suffix(" on the due day") {
            return time(t).map(Self::OnDueDay);
        }
        if let Some(t) = text.strip_suffix(" on the working day before") {
            return time(t).map(Self::OnWorkingDayBefore);
        }
        if let Some(t) = text.strip_suffix(" after the start") {
            return duration(t).map(Self::AfterStart);
        }
        if let Some(t) = text.strip_suffix(" before") {
            return duration(t).map(Self::Before);
        }
        if let Some(t) = text.strip_suffix(" after") {
            return duration(t).map(Self::AfterDue);
        }
        Err(unknown())
    }
}

impl fmt::Display for StepAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(50) => f.write_str("halfway"),
            Self::Share(percent) => write!(f, "{percent}% of the time"),
            Self::AfterStart(within) => write!(f, "{within} after the start"),
            Self::Before(within) => write!(f, "{within} before"),
            Self::OnDueDay(time) => write!(f, "{} on the due day", time.format("%H:%M")),
            Self::OpeningOnDueDay => f.write_str("opening on the due day"),
            Self::OnWorkingDayBefore(time) => {
                write!(f, "{} on the working day before", time.format("%H:%M"))
            }
            Self::AtDue => f.write_str("when due"),
            Self::AfterDue(within) => write!(f, "{within} after"),
        }
    }
}

impl Serialize for StepAt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StepAt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::toml_file::text_schema!(StepAt, "StepAt", {
    "type": "string",
    "pattern": "^(halfway|when due|opening on the due day|[1-9]\\d?% of the time|\
                \\d{2}:\\d{2} on the (due day|working day before)|\
                \\d+ (working day|day|calendar day|week|hour|minute|second)s? \
                (after the start|before|after))$",
    "examples": [
        "halfway", "75% of the time", "12 hours after the start", "1 working day before",
        "15 minutes before", "09:00 on the due day", "opening on the due day",
        "12:00 on the working day before", "when due", "1 working day after"
    ]
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_written_as_it_is_read_and_anything_else_is_refused() {
        for text in [
            "halfway",
            "75% of the time",
            "12 hours after the start",
            "2 working days after the start",
            "1 working day before",
            "09:00 on the due day",
            "opening on the due day",
            "12:00 on the working day before",
            "when due",
            "1 working day after",
        ] {
            assert_eq!(text.parse::<StepAt>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "sometime",
            "0% of the time",
            "100% of the time",
            "25:00 on the due day",
            "1 calendar month before",
            "0 working days after",
        ] {
            assert!(text.parse::<StepAt>().is_err(), "{text}");
        }
    }
}
