//! Dates and times as people write them: "Tuesday 28 April, 5.15pm".

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

/// "Tuesday 28 April", with the year where it is not that of `today`.
#[must_use]
pub fn date_in_words(date: NaiveDate, today: NaiveDate) -> String {
    let format = if date.year() == today.year() { "%A %-d %B" } else { "%A %-d %B %Y" };
    date.format(format).to_string()
}

/// "Tue 28 Apr 2026". Written out, because a batch says millions of them and reading a format string
/// each time is most of what that costs.
#[must_use]
pub fn short_date(date: NaiveDate) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.get(date.month0() as usize).unwrap_or(&"");
    format!("{} {} {month} {}", date.weekday(), date.day(), date.year())
}

/// "09:05", by the clock of 24 hours.
#[must_use]
pub fn hours_and_minutes(time: NaiveTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// "5.15pm", "9am", "midday", "midnight"; seconds only where they are not zero.
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

/// When something is due: "by the end of Tuesday 28 April, 5.15pm" where the day's closing time
/// is meant, "by the end of Tuesday 28 April" where midnight is, else "by 10am on Sunday 7 June".
#[must_use]
pub fn due_in_words(due: NaiveDateTime, at_close: bool, today: NaiveDate) -> String {
    let date = date_in_words(due.date(), today);
    if at_close {
        format!("by the end of {date}, {}", clock_time(due.time()))
    } else if due.hour() == 23 && due.minute() == 59 {
        format!("by the end of {date}")
    } else {
        let minute = due.time().with_second(0).unwrap_or(due.time());
        format!("by {} on {date}", clock_time(minute))
    }
}

/// A stretch of time in its two largest units: "2 days 3 hours", "40 minutes", "less than a minute".
#[must_use]
pub fn gap_in_words(gap: TimeDelta) -> String {
    let minutes = gap.num_minutes().abs();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn date(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn times_are_written_as_people_write_them() {
        for (h, m, s, words) in [
            (17, 15, 0, "5.15pm"),
            (9, 0, 0, "9am"),
            (12, 0, 0, "midday"),
            (0, 0, 0, "midnight"),
            (0, 5, 0, "12.05am"),
            (16, 45, 1, "4.45.01pm"),
        ] {
            assert_eq!(clock_time(NaiveTime::from_hms_opt(h, m, s).unwrap()), words);
        }
    }

    #[test]
    fn short_dates_are_those_of_the_format() {
        for days in 0..800 {
            let date = date(2023, 12, 30) + TimeDelta::days(days);
            assert_eq!(short_date(date), date.format("%a %-d %b %Y").to_string());
        }
        assert_eq!(hours_and_minutes(NaiveTime::from_hms_opt(9, 5, 59).unwrap()), "09:05");
    }

    #[test]
    fn the_year_is_said_only_where_it_helps() {
        let today = date(2026, 12, 29);
        assert_eq!(date_in_words(date(2026, 12, 30), today), "Wednesday 30 December");
        assert_eq!(date_in_words(date(2027, 1, 4), today), "Monday 4 January 2027");
    }

    #[test]
    fn due_says_what_kind_of_end_is_meant() {
        let today = date(2026, 4, 24);
        let close = date(2026, 4, 28).and_hms_opt(17, 15, 0).unwrap();
        assert_eq!(due_in_words(close, true, today), "by the end of Tuesday 28 April, 5.15pm");
        let midnight = date(2026, 4, 28).and_hms_opt(23, 59, 59).unwrap();
        assert_eq!(due_in_words(midnight, false, today), "by the end of Tuesday 28 April");
        let exact = date(2026, 6, 7).and_hms_opt(10, 0, 0).unwrap();
        assert_eq!(due_in_words(exact, false, today), "by 10am on Sunday 7 June");
    }

    #[test]
    fn gaps_use_their_two_largest_units() {
        assert_eq!(gap_in_words(TimeDelta::minutes(2 * 1440 + 3 * 60 + 5)), "2 days 3 hours");
        assert_eq!(gap_in_words(TimeDelta::minutes(61)), "1 hour 1 minute");
        assert_eq!(gap_in_words(TimeDelta::seconds(-59)), "less than a minute");
        assert_eq!(gap_in_words(TimeDelta::minutes(-40)), "40 minutes");
    }
}
