//! Dates and local times as TOML writes them, without quotes.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::time::parse_local;

/// A date, written without quotes: `2025-10-27`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Date(pub NaiveDate);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = toml::value::Datetime::deserialize(deserializer)?.to_string();
        NaiveDate::parse_from_str(&written, "%Y-%m-%d").map(Self).map_err(|_| {
            de::Error::custom(format!(
                "`{written}` is not a date. Write 2025-10-27, without quotes"
            ))
        })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A local date and time, written without quotes: `2026-04-24T16:46:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime(pub NaiveDateTime);

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = toml::value::Datetime::deserialize(deserializer)?.to_string();
        parse_local(&written).map(Self).ok_or_else(|| {
            de::Error::custom(format!(
                "`{written}` is not a local date and time. Write 2026-04-24T16:46:00, without quotes \
                 or offset"
            ))
        })
    }
}

#[cfg(feature = "schema")]
super::text_schema!(Date, "Date", {
    "type": "string",
    "pattern": "^\\d{4}-\\d{2}-\\d{2}$",
    "description": "A date, without quotes: 2025-10-27"
});

#[cfg(feature = "schema")]
super::text_schema!(LocalTime, "LocalTime", {
    "type": "string",
    "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?$",
    "description": "A local date and time, without quotes: 2026-04-24T16:46:00"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct File {
        day: Option<Date>,
        time: Option<LocalTime>,
    }

    #[test]
    fn dates_and_local_times_are_read_without_quotes() {
        let file: File = toml::from_str("day = 2026-02-28\ntime = 2026-04-24T16:46:00").unwrap();
        assert_eq!(file.day.unwrap().to_string(), "2026-02-28");
        assert_eq!(file.time.unwrap().0.to_string(), "2026-04-24 16:46:00");
    }

    #[test]
    fn anything_else_is_refused_with_what_to_write() {
        for (text, reason) in [
            ("day = 2026-02-28T10:00:00", "is not a date. Write 2025-10-27"),
            ("time = 2026-04-24", "is not a local date and time. Write"),
            ("time = 2026-04-24T16:46:00Z", "is not a local date and time. Write"),
        ] {
            let error = toml::from_str::<File>(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
