//! The time that a promise allows: "3 working days", "24 hours", "1 calendar month".

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// A duration as a promise states it. It is counted from day 0, the day on which counting starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// Working days after day 0.
    WorkingDays(u16),
    /// Working days that lie between the start and the due time, of which neither belongs to them. They
    /// are due at the end of the same day as so many [`Within::WorkingDays`], which is the earlier of the
    /// two readings; the other reading allows one working day more.
    ClearWorkingDays(u16),
    /// Calendar days after day 0, weekends and bank holidays included.
    CalendarDays(u16),
    /// Months after day 0: the same date in a later month, or the last day of a month that is too short.
    CalendarMonths(u16),
    /// Seconds of elapsed time, through nights, weekends and changes of the clocks.
    Elapsed(u32),
    /// Seconds of office time: only time during which the office is open counts.
    OfficeTime(u32),
    /// At once: [`Within::IMMEDIATELY`] seconds of elapsed time, at any hour.
    Immediately,
    /// The agreed time: the deadline starts and is due at that instant.
    AgreedTime,
}

/// A text that is not a duration.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a duration. Write a number and a unit, such as `3 working days`, `5 clear working days`, \
     `14 days`, `1 calendar month`, `12 weeks`, `24 hours`, `4 office hours`, `15 minutes`, \
     `300 seconds`, or write `immediately` or `at the agreed time`"
)]
pub struct WithinError(pub String);

/// The text of [`Within::AgreedTime`].
const AGREED: &str = "at the agreed time";

/// The text of [`Within::Immediately`].
const IMMEDIATELY: &str = "immediately";

impl Within {
    /// The seconds that "immediately" allows. Something automatic takes seconds, and a retry minutes.
    pub const IMMEDIATELY: u32 = 300;

    /// Returns the number of working days, clear or not; `None` if it is another unit.
    #[must_use]
    pub fn working_days(self) -> Option<u16> {
        match self {
            Self::WorkingDays(n) | Self::ClearWorkingDays(n) => Some(n),
            _ => None,
        }
    }

    /// Returns the length in seconds, or `None` if it depends on the calendar. A calendar day counts
    /// as 24 hours.
    #[must_use]
    pub(crate) fn fixed_seconds(self) -> Option<i64> {
        match self {
            Self::Elapsed(seconds) => Some(i64::from(seconds)),
            Self::Immediately => Some(i64::from(Self::IMMEDIATELY)),
            Self::CalendarDays(days) => Some(i64::from(days) * 86_400),
            Self::WorkingDays(_)
            | Self::ClearWorkingDays(_)
            | Self::CalendarMonths(_)
            | Self::OfficeTime(_)
            | Self::AgreedTime => None,
        }
    }
}

impl FromStr for Within {
    type Err = WithinError;

    fn from_str(text: &str) -> Result<Self, WithinError> {
        let fail = || WithinError(text.to_owned());
        match text {
            AGREED => return Ok(Self::AgreedTime),
            IMMEDIATELY => return Ok(Self::Immediately),
            _ => {}
        }
        let (number, unit) = text.split_once(' ').ok_or_else(fail)?;
        let n: u16 = number.parse().map_err(|_| fail())?;
        let unit = unit.strip_suffix('s').unwrap_or(unit);
        let long = u32::from(n);
        match unit {
            "working day" => Ok(Self::WorkingDays(n)),
            "clear working day" if n > 0 => Ok(Self::ClearWorkingDays(n)),
            "day" | "calendar day" => Ok(Self::CalendarDays(n)),
            "week" => n.checked_mul(7).map(Self::CalendarDays).ok_or_else(fail),
            "calendar month" => Ok(Self::CalendarMonths(n)),
            "hour" => Ok(Self::Elapsed(long * 3600)),
            "minute" => Ok(Self::Elapsed(long * 60)),
            "second" => Ok(Self::Elapsed(long)),
            "office hour" => Ok(Self::OfficeTime(long * 3600)),
            "office minute" => Ok(Self::OfficeTime(long * 60)),
            _ => Err(fail()),
        }
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, unit) = match *self {
            Self::WorkingDays(n) => (u32::from(n), "working day"),
            Self::ClearWorkingDays(n) => (u32::from(n), "clear working day"),
            // Charters say "28 days", and "12 weeks".
            Self::CalendarDays(n) if n > 28 && n % 7 == 0 => (u32::from(n / 7), "week"),
            Self::CalendarDays(n) => (u32::from(n), "day"),
            Self::CalendarMonths(n) => (u32::from(n), "calendar month"),
            Self::Elapsed(s) if s % 3600 == 0 => (s / 3600, "hour"),
            Self::Elapsed(s) if s % 60 == 0 => (s / 60, "minute"),
            Self::Elapsed(s) => (s, "second"),
            Self::OfficeTime(s) if s % 3600 == 0 => (s / 3600, "office hour"),
            Self::OfficeTime(s) => (s / 60, "office minute"),
            Self::Immediately => return f.write_str(IMMEDIATELY),
            Self::AgreedTime => return f.write_str(AGREED),
        };
        write!(f, "{n} {unit}{}", if n == 1 { "" } else { "s" })
    }
}

impl Serialize for Within {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Within {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::toml_file::text_schema!(Within, "Within", {
    "type": "string",
    "pattern": "^(at the agreed time|immediately|\\d+ (working day|clear working day|day|calendar day|week|calendar month|hour|\
                minute|second|office hour|office minute)s?)$",
    "examples": [
        "3 working days", "5 clear working days", "14 days", "1 calendar month", "12 weeks", "24 hours",
        "4 office hours", "15 minutes", "300 seconds", "immediately", "at the agreed time"
    ]
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_is_written_as_it_is_read() {
        for text in [
            "1 working day",
            "10 working days",
            "1 clear working day",
            "5 clear working days",
            "immediately",
            "14 days",
            "28 days",
            "12 weeks",
            "1 calendar month",
            "24 hours",
            "15 minutes",
            "90 seconds",
            "4 office hours",
            "at the agreed time",
        ] {
            assert_eq!(text.parse::<Within>().unwrap().to_string(), text);
        }
        assert_eq!("12 weeks".parse(), Ok(Within::CalendarDays(84)));
        assert_eq!("300 seconds".parse(), Ok(Within::Elapsed(300)));
    }

    #[test]
    fn a_text_that_is_not_a_duration_is_refused() {
        for text in [
            "",
            "soon",
            "3",
            "3 moons",
            "-1 days",
            "70000 days",
            "1.5 hours",
            "9999999 weeks",
            "0 clear working days",
        ] {
            assert_eq!(text.parse::<Within>(), Err(WithinError(text.into())));
        }
    }
}
