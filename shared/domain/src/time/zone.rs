//! Local times and instants.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// Returns the instant at which the clocks of `zone` show `local`.
///
/// A time that the clocks skip in spring is read with the offset from before the change. Of a time that
/// they show twice in autumn, the first is returned. Calendars and other software treat appointments at
/// such times in the same way.
///
/// ```
/// use domain::time::{instant, local, parse_local};
///
/// let there = parse_local("2026-06-01T10:00").unwrap();
/// let at = instant(chrono_tz::Europe::London, there);
/// assert_eq!(at.to_string(), "2026-06-01 09:00:00 UTC");
/// assert_eq!(local(chrono_tz::Europe::London, at), there);
/// ```
#[must_use]
pub fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => {
            // No zone has moved its clocks by more than a day, or twice within two days.
            let before = local - TimeDelta::days(1);
            let offset = match zone.from_local_datetime(&before) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => {
                    at.naive_local() - at.naive_utc()
                }
                LocalResult::None => TimeDelta::zero(),
            };
            (local - offset).and_utc()
        }
    }
}

/// Returns what the clocks of `zone` show at `at`.
#[must_use]
pub fn local(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local()
}

/// Reads a local date and time such as `2026-05-01T16:50`. A space may stand for the `T`, and seconds
/// may follow.
///
/// ```
/// use domain::time::parse_local;
///
/// assert_eq!(parse_local("2026-05-01 16:50"), parse_local("2026-05-01T16:50:00"));
/// assert_eq!(parse_local("tomorrow"), None);
/// ```
#[must_use]
pub fn parse_local(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(local: &str) -> String {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        instant(Tz::Europe__London, local).to_rfc3339()
    }

    #[test]
    fn summer_time_is_one_hour_ahead() {
        assert_eq!(at("2026-06-01 10:00"), "2026-06-01T09:00:00+00:00");
        assert_eq!(at("2026-12-01 10:00"), "2026-12-01T10:00:00+00:00");
    }

    #[test]
    fn a_time_skipped_in_spring_moves_on_by_the_hour_that_is_missing() {
        assert_eq!(at("2026-03-29 00:59"), "2026-03-29T00:59:00+00:00");
        assert_eq!(at("2026-03-29 01:30"), "2026-03-29T01:30:00+00:00");
        assert_eq!(at("2026-03-29 02:30"), "2026-03-29T01:30:00+00:00");
    }

    #[test]
    fn a_time_shown_twice_in_autumn_is_the_first_of_the_two() {
        assert_eq!(at("2026-10-25 01:30"), "2026-10-25T00:30:00+00:00");
        assert_eq!(at("2026-10-25 02:00"), "2026-10-25T02:00:00+00:00");
    }
}
