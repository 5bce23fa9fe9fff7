//! Changes of the clocks: a missing hour, an hour that comes twice, and a missing midnight.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::calendar::{Calendar, Observed, OfficeHours};
use domain::standards::{Counting, DueAt, IfNotWorking, OutOfHours, Within};

fn calendar(zone: Tz, day: &str) -> Calendar {
    let hours = OfficeHours::new([day, day, day, day, day, "closed", "closed"]).unwrap();
    Calendar::new(zone, (2025, 2027), &hours, &BTreeMap::new(), &[])
}

fn counting(within: &str, due: DueAt) -> Counting {
    Counting {
        within: within.parse().unwrap(),
        due,
        out_of_hours: OutOfHours::Counts,
        if_not_working: IfNotWorking::Stays,
        calendar: Observed::Provider,
    }
}

fn due(calendar: &Calendar, counting: &Counting, start: &str) -> String {
    let start: DateTime<Utc> = DateTime::parse_from_rfc3339(start).unwrap().to_utc();
    let due = counting.due(calendar, start).unwrap();
    let derivation = counting.derive(calendar, start.timestamp()).unwrap();
    assert_eq!(derivation.due_at(), due);
    derivation.due_at().to_rfc3339()
}

#[test]
fn elapsed_hours_pass_over_an_hour_that_is_missing_or_comes_twice() {
    let london = calendar(Tz::Europe__London, "09:00-17:00");
    let day = counting("24 hours", DueAt::Close);
    assert_eq!(due(&london, &day, "2026-03-28T12:00:00+00:00"), "2026-03-29T13:00:00+01:00");
    assert_eq!(due(&london, &day, "2026-10-24T02:30:00+01:00"), "2026-10-25T01:30:00+00:00");
    let minutes = counting("15 minutes", DueAt::Close);
    assert_eq!(due(&london, &minutes, "2026-03-29T00:50:00+00:00"), "2026-03-29T02:05:00+01:00");
    // The two times called half past one are an hour apart.
    assert_eq!(due(&london, &minutes, "2026-10-25T01:30:00+01:00"), "2026-10-25T01:45:00+01:00");
    assert_eq!(due(&london, &minutes, "2026-10-25T01:30:00+00:00"), "2026-10-25T01:45:00+00:00");
}

#[test]
fn days_end_when_the_clocks_say_so_on_either_side_of_a_change() {
    let london = calendar(Tz::Europe__London, "09:00-17:00");
    let one = counting("1 working day", DueAt::Close);
    assert_eq!(due(&london, &one, "2026-03-27T10:00:00+00:00"), "2026-03-30T17:00:00+01:00");
    assert_eq!(due(&london, &one, "2026-10-23T10:00:00+01:00"), "2026-10-26T17:00:00+00:00");
    // The day of the change itself is 23 or 25 hours long.
    let days = counting("1 day", DueAt::EndOfDay);
    assert_eq!(due(&london, &days, "2026-03-28T10:00:00+00:00"), "2026-03-29T23:59:59+01:00");
    assert_eq!(due(&london, &days, "2026-10-24T10:00:00+01:00"), "2026-10-25T23:59:59+00:00");
}

#[test]
fn office_time_is_what_passes_not_what_the_clocks_show() {
    // Cairo's clocks change on a working day. On Friday 24 April 2026 midnight is followed by one
    // o'clock: 00:00 to 08:00 are seven hours.
    let cairo = calendar(Tz::Africa__Cairo, "00:00-08:00");
    let eight = counting("8 office hours", DueAt::Close);
    assert_eq!(due(&cairo, &eight, "2026-04-23T00:00:00+02:00"), "2026-04-23T08:00:00+02:00");
    assert_eq!(due(&cairo, &eight, "2026-04-24T01:00:00+03:00"), "2026-04-27T01:00:00+03:00");
    // The day whose midnight is missing begins at one o'clock, and the day before ends a second earlier.
    let today = counting("0 days", DueAt::EndOfDay);
    assert_eq!(due(&cairo, &today, "2026-04-23T10:00:00+02:00"), "2026-04-23T23:59:59+02:00");
    assert_eq!(due(&cairo, &today, "2026-04-24T01:00:00+03:00"), "2026-04-24T23:59:59+03:00");
    // On Thursday 29 October 2026 the hour before midnight comes twice: an hour more is open.
    let night = calendar(Tz::Africa__Cairo, "20:00-23:45");
    let four = counting("4 office hours", DueAt::Close);
    assert_eq!(due(&night, &four, "2026-10-29T20:00:00+03:00"), "2026-10-30T20:15:00+02:00");
    assert_eq!(due(&cairo, &today, "2026-10-29T10:00:00+03:00"), "2026-10-29T23:59:59+02:00");
}

#[test]
fn office_time_skips_the_hours_in_between_and_ends_at_closing_where_it_lands_there() {
    let split = calendar(Tz::Europe__London, "09:00-12:30, 13:30-17:00");
    for (within, start, expected) in [
        ("4 office hours", "2026-06-01T09:00:00+01:00", "2026-06-01T14:00:00+01:00"),
        // Seven hours are a whole day: due at closing, not at the next opening.
        ("7 office hours", "2026-06-01T09:00:00+01:00", "2026-06-01T17:00:00+01:00"),
        ("210 office minutes", "2026-06-01T09:00:00+01:00", "2026-06-01T12:30:00+01:00"),
        ("211 office minutes", "2026-06-01T09:00:00+01:00", "2026-06-01T13:31:00+01:00"),
        // No time passes over lunch, nor on Friday evening.
        ("1 office hour", "2026-06-01T12:45:00+01:00", "2026-06-01T14:30:00+01:00"),
        ("1 office hour", "2026-06-05T16:30:00+01:00", "2026-06-08T09:30:00+01:00"),
        ("1 office hour", "2026-06-05T17:00:00+01:00", "2026-06-08T10:00:00+01:00"),
        ("1 office hour", "2026-06-06T12:00:00+01:00", "2026-06-08T10:00:00+01:00"),
        ("0 office hours", "2026-06-06T12:00:00+01:00", "2026-06-08T09:00:00+01:00"),
    ] {
        assert_eq!(
            due(&split, &counting(within, DueAt::Close), start),
            expected,
            "{within} {start}"
        );
    }
}

#[test]
fn a_split_day_is_not_open_over_lunch_but_closes_only_once() {
    let split = calendar(Tz::Europe__London, "09:00-12:30, 13:30-17:00");
    let mut next = counting("1 working day", DueAt::Close);
    // The office closes only once a day.
    next.out_of_hours = OutOfHours::AfterCloseNextWorkingDay;
    assert_eq!(due(&split, &next, "2026-06-01T12:45:00+01:00"), "2026-06-02T17:00:00+01:00");
    assert_eq!(due(&split, &next, "2026-06-01T17:00:01+01:00"), "2026-06-03T17:00:00+01:00");
    // The office is also closed over lunch.
    next.out_of_hours = OutOfHours::NextWorkingDay;
    assert_eq!(due(&split, &next, "2026-06-01T12:30:00+01:00"), "2026-06-02T17:00:00+01:00");
    assert_eq!(due(&split, &next, "2026-06-01T12:45:00+01:00"), "2026-06-03T17:00:00+01:00");
    let reopening =
        Counting { within: Within::Elapsed(3600), out_of_hours: OutOfHours::NextOpening, ..next };
    assert_eq!(due(&split, &reopening, "2026-06-01T12:45:00+01:00"), "2026-06-01T14:30:00+01:00");
}

#[test]
fn the_clocks_show_and_mean_what_the_time_zone_database_says_on_every_day() {
    for zone in [Tz::Europe__London, Tz::Africa__Cairo, Tz::Australia__Lord_Howe, Tz::Asia__Kolkata]
    {
        let calendar = calendar(zone, "09:00-17:00");
        let first: DateTime<Utc> = "2025-01-01T12:00:00Z".parse().unwrap();
        // Every quarter of an hour of its three years, and some beyond its end.
        for quarter in 0..(3 * 365 + 30) * 96 {
            let at = first + TimeDelta::minutes(15 * quarter);
            let shown = calendar.local(at.timestamp());
            assert_eq!(shown.to_rfc3339(), at.with_timezone(&zone).to_rfc3339());
            let clocks = first.naive_utc() + TimeDelta::minutes(15 * quarter);
            assert_eq!(calendar.instant(clocks), domain::time::instant(zone, clocks), "{clocks}");
        }
    }
}
