//! Promises that can be read in more than one way: the reading that is used, and the other beside it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::NaiveDateTime;
use domain::library::{built_in_pack, built_in_packs, load_built_in};
use domain::organisation::Organisation;
use domain::standards::{Pack, Standard};
use domain::time::{instant, local};

fn time(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%a %-d %b %Y %H:%M:%S").unwrap()
}

/// The organisation, the pack, the standard, the start, and the due times of both readings.
///
/// Weekdays are written out, so that a wrong date does not parse.
#[rustfmt::skip]
const READINGS: &[(&str, &str, &str, &str, &str, &str)] = &[
    // A message before opening counts as received that day, or the next working day.
    ("westkent", "westkent", "wk-email-cs", "Tue 2 Jun 2026 06:00:00", "Wed 3 Jun 2026 17:15:00", "Thu 4 Jun 2026 17:15:00"),
    ("westkent", "westkent", "wk-online", "Tue 2 Jun 2026 06:00:00", "Wed 3 Jun 2026 17:15:00", "Thu 4 Jun 2026 17:15:00"),
    ("westkent", "westkent", "wk-social", "Tue 2 Jun 2026 06:00:00", "Wed 3 Jun 2026 17:15:00", "Thu 4 Jun 2026 17:15:00"),
    // The out-of-hours note covers the three promises with an asterisk, or all email.
    ("westkent", "westkent", "wk-email-direct", "Fri 5 Jun 2026 16:46:00", "Fri 12 Jun 2026 16:45:00", "Mon 15 Jun 2026 17:15:00"),
    // 24 hours by the clock, or the next working day.
    ("kht", "kht-service-standards", "kht-email-response", "Sat 6 Jun 2026 10:00:00", "Sun 7 Jun 2026 10:00:00", "Mon 8 Jun 2026 17:00:00"),
    // "One day", beside promises in working days, is a calendar day or a working day.
    ("lhh", "lhh", "lhh-asb-urgent", "Fri 5 Jun 2026 15:00:00", "Sat 6 Jun 2026 17:00:00", "Mon 8 Jun 2026 17:00:00"),
    ("lhh", "lhh", "lhh-asb-nonurgent", "Fri 5 Jun 2026 15:00:00", "Wed 10 Jun 2026 17:00:00", "Fri 12 Jun 2026 17:00:00"),
    // Bank holidays in any part of the United Kingdom count, or those of the authority's own nation.
    ("nihe", "foia", "foi-response", "Mon 1 Jun 2026 10:00:00", "Tue 30 Jun 2026 23:59:59", "Mon 29 Jun 2026 23:59:59"),
    ("nihe", "nihe", "nihe-foi", "Mon 1 Jun 2026 10:00:00", "Tue 30 Jun 2026 23:59:59", "Mon 29 Jun 2026 23:59:59"),
    // A letter has to arrive, or to be sent. The due time is the same, but the last day to post it is not.
    ("kht", "kht-complaints", "kht-s1-ack", "Thu 2 Apr 2026 10:00:00", "Thu 9 Apr 2026 17:00:00", "Thu 9 Apr 2026 17:00:00"),
];

fn pack(id: &str) -> Pack {
    Pack::parse(id, built_in_pack(id).unwrap()).unwrap()
}

fn standard<'p>(pack: &'p Pack, id: &str) -> &'p Standard {
    pack.standards.iter().find(|standard| standard.id == id).unwrap()
}

fn due(
    organisation: &Organisation,
    counting: domain::standards::Counting,
    start: &str,
) -> NaiveDateTime {
    let zone = organisation.zone();
    let start = instant(zone, time(start));
    local(zone, counting.due(organisation.calendar(counting.calendar), start).unwrap())
}

#[test]
fn both_readings_come_out_as_ruled() {
    for (organisation, in_pack, id, start, used, other) in READINGS {
        let organisation = load_built_in(organisation).unwrap();
        let pack = pack(in_pack);
        let standard = standard(&pack, id);
        assert_eq!(due(&organisation, standard.options[0].counting, start), time(used), "{id}");
        let [alternative] = standard.alternatives.as_slice() else {
            panic!("{id} has {} other readings", standard.alternatives.len())
        };
        assert_eq!(
            due(&organisation, alternative.counting, start),
            time(other),
            "{id}, the other reading"
        );
    }
}

#[test]
fn every_alternative_of_a_built_in_pack_is_in_the_table() {
    for id in built_in_packs() {
        for standard in pack(id).standards.iter().filter(|s| !s.alternatives.is_empty()) {
            assert!(
                READINGS.iter().any(|row| row.1 == id && standard.id == row.2),
                "{}",
                standard.id
            );
        }
    }
}

#[test]
fn a_letter_that_has_to_arrive_is_posted_two_working_days_before() {
    let kht = load_built_in("kht").unwrap();
    let pack = pack("kht-complaints");
    let ack = standard(&pack, "kht-s1-ack");
    let last_to_post = |post: Option<u16>| {
        let calendar = kht.own_calendar();
        let mut day = calendar.day_on(time("Thu 9 Apr 2026 17:00:00").date()).unwrap();
        for _ in 0..post.unwrap() {
            day = calendar.working_day_before(day).unwrap();
        }
        calendar.date(day)
    };
    assert_eq!(last_to_post(ack.post), time("Tue 7 Apr 2026 00:00:00").date());
    assert_eq!(last_to_post(ack.alternatives[0].post), time("Thu 9 Apr 2026 00:00:00").date());
}

#[test]
fn a_subject_access_request_moves_past_the_bank_holidays_of_the_controllers_own_nation() {
    let pack = pack("ukgdpr");
    let counting = standard(&pack, "dsar-response").options[0].counting;
    for (organisation, due_at) in
        [("nihe", "Wed 18 Mar 2026 23:59:59"), ("westkent", "Tue 17 Mar 2026 23:59:59")]
    {
        let organisation = load_built_in(organisation).unwrap();
        assert_eq!(due(&organisation, counting, "Tue 17 Feb 2026 10:00:00"), time(due_at));
    }
}
