//! Phrases that several commands print.

use chrono::{DateTime, TimeZone};
use domain::wording::short_date;

/// A count with its noun: "1 row", "2 rows".
#[must_use]
pub(crate) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// A date and time to the second, in the time zone of `at`: "Tue 28 Apr 2026 17:15:00".
pub(crate) fn date_and_time<Tz: TimeZone<Offset: std::fmt::Display>>(at: &DateTime<Tz>) -> String {
    format!("{} {}", short_date(at.date_naive()), at.format("%H:%M:%S"))
}
