//! Dates, times and durations.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

use crate::organisation::Organisation;
use crate::time::local;

/// A date: "Tuesday 28 April", with the year if it is not the year of `today`.
#[must_use]
pub fn date(date: NaiveDate, today: NaiveDate) -> String {
    let format = if date.year() == today.year() { "%A %-d %B" } else { "%A %-d %B %Y" };
    date.format(format).to_string()
}

/// A date and time in the organisation's local time: "Friday 1 May at 4.50pm".
#[must_use]
pub fn date_time(organisation: &Organisation, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let at = local(organisation.zone(), at);
    let today = local(organisation.zone(), now).date();
    format!("{} at {}", date(at.date(), today), clock_time(to_the_minute(at.time())))
}

/// A date for staff and tables: "Tue 28 Apr 2026".
///
/// A batch writes millions of them, and reading a format string each time would be most of the cost.
#[must_use]
pub fn short_date(date: NaiveDate) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.get(date.month0() as usize).unwrap_or(&"");
    format!("{} {} {month} {}", date.weekday(), date.day(), date.year())
}

/// A time by the 24-hour clock: "09:05".
#[must_use]
pub fn hours_and_minutes(time: NaiveTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// A time by the 12-hour clock: "5.15pm", "9am", "midday", "midnight". Seconds are shown if they are
/// not zero.
#[must_use]
pub fn clock_time(time: NaiveTime) -> String {
    match (time.hour(), time.minute(), time.second()) {
        (0, 0, 0) => return "midnight".into(),
        (12, 0, 0) => return "midday".into(),
        _ => {}
    }
    let (afternoon, hour) = time.hour12();
    let half = if afternoon { "pm" } else { "am" };
    match (time.minute(), time.second()) {
        (0, 0) => format!("{hour}{half}"),
        (minute, 0) => format!("{hour}.{minute:02}{half}"),
        (minute, second) => format!("{hour}.{minute:02}.{second:02}{half}"),
    }
}

/// A duration in its two largest units: "2 days 3 hours", "40 minutes", "less than a minute". The sign
/// does not matter.
#[must_use]
pub fn duration(duration: TimeDelta) -> String {
    let minutes = duration.num_minutes().abs();
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let unit = |n: i64, name: &str| match n {
        0 => None,
        1 => Some(format!("1 {name}")),
        n => Some(format!("{n} {name}s")),
    };
    let parts: Vec<String> = if days > 0 {
        [unit(days, "day"), unit(hours, "hour")]
    } else {
        [unit(hours, "hour"), unit(minutes, "minute")]
    }
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { "less than a minute".into() } else { parts.join(" ") }
}

/// A time without its seconds.
pub(super) fn to_the_minute(time: NaiveTime) -> NaiveTime {
    time.with_second(0).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn times_are_written_as_people_write_them() {
        for (h, m, s, text) in [
            (17, 15, 0, "5.15pm"),
            (9, 0, 0, "9am"),
            (12, 0, 0, "midday"),
            (0, 0, 0, "midnight"),
            (0, 5, 0, "12.05am"),
            (16, 45, 1, "4.45.01pm"),
        ] {
            assert_eq!(clock_time(NaiveTime::from_hms_opt(h, m, s).unwrap()), text);
        }
    }

    #[test]
    fn short_dates_are_those_of_the_format() {
        for days in 0..800 {
            let date = day(2023, 12, 30) + TimeDelta::days(days);
            assert_eq!(short_date(date), date.format("%a %-d %b %Y").to_string());
        }
        assert_eq!(hours_and_minutes(NaiveTime::from_hms_opt(9, 5, 59).unwrap()), "09:05");
    }

    #[test]
    fn the_year_is_given_only_if_it_helps() {
        let today = day(2026, 12, 29);
        assert_eq!(date(day(2026, 12, 30), today), "Wednesday 30 December");
        assert_eq!(date(day(2027, 1, 4), today), "Monday 4 January 2027");
    }

    #[test]
    fn durations_use_their_two_largest_units() {
        assert_eq!(duration(TimeDelta::minutes(2 * 1440 + 3 * 60 + 5)), "2 days 3 hours");
        assert_eq!(duration(TimeDelta::minutes(61)), "1 hour 1 minute");
        assert_eq!(duration(TimeDelta::seconds(-59)), "less than a minute");
        assert_eq!(duration(TimeDelta::minutes(-40)), "40 minutes");
    }
}
