//! The look-up tables, the derivation and the walk agree, over all years and every hour of the week.

use chrono::{DateTime, TimeDelta, Utc};
use domain::calendar::Observed;
use domain::library::{built_in_pack, built_in_packs, load_built_in};
use domain::organisation::Organisation;
use domain::standards::{Counting, IfNotWorking, OutOfHours, Pack};

use crate::walk::{Office, Walk, office};

/// The countings of a pack, each once.
fn countings(pack: &Pack) -> Vec<Counting> {
    let mut all: Vec<Counting> = Vec::new();
    for id in pack.due_rule_ids() {
        for (_, counting) in pack.due_rule(id).unwrap().options {
            if !all.contains(&counting) {
                all.push(counting);
            }
        }
    }
    let others = pack.standards.iter().flat_map(|standard| &standard.alternatives);
    all.extend(others.map(|other| other.counting));
    all
}

/// Starts from 2019 to 2035. The step has no factor in common with the hours of a week, so every hour
/// comes up; within the hour, closing time, the second after it, and others.
fn starts() -> impl Iterator<Item = DateTime<Utc>> {
    const STEP: usize = 37;
    let first: DateTime<Utc> = "2019-01-01T00:00:00Z".parse().unwrap();
    let last: DateTime<Utc> = "2035-09-01T00:00:00Z".parse().unwrap();
    let within_hour = [0, 15 * 60, 45 * 60, 45 * 60 + 1, 59 * 60 + 59, 1, 15 * 60 + 1];
    let hours = usize::try_from((last - first).num_hours()).unwrap();
    (0..hours).step_by(STEP).zip(within_hour.into_iter().cycle()).map(move |(hour, seconds)| {
        first + TimeDelta::hours(i64::try_from(hour).unwrap()) + TimeDelta::seconds(seconds)
    })
}

fn compare(organisation: &Organisation, office: &Office, counting: &Counting, name: &str) -> usize {
    let walk = Walk::new(office, counting.calendar);
    let calendar = organisation.calendar(counting.calendar);
    let mut checked = 0;
    for start in starts() {
        let expected = walk.due(counting, start);
        let found = counting.due(calendar, start).unwrap();
        assert_eq!(found, expected, "{name}: {counting:?} from {start}");
        checked += 1;
    }
    checked
}

#[test]
fn every_pack_counts_as_the_walk_does() {
    let mut checked = 0;
    for id in built_in_packs() {
        let pack = Pack::parse(id, built_in_pack(id).unwrap()).unwrap();
        // Statutory packs are counted by the holidays of both sides of the Irish Sea.
        let mut organisations = vec![pack.examples[0].organisation.as_str()];
        if pack.statutory {
            organisations.push(if organisations[0] == "nihe" { "westkent" } else { "nihe" });
        }
        for name in organisations {
            let organisation = load_built_in(name).unwrap();
            let office = office(name);
            for counting in countings(&pack) {
                checked += compare(&organisation, &office, &counting, id);
            }
        }
    }
    assert!(checked > 100_000, "{checked} starts only");
}

#[test]
fn forms_that_no_built_in_pack_uses_count_as_the_walk_does() {
    for (within, due) in [
        ("5 clear working days", "close"),
        ("immediately", "close"),
        ("1 working day", "12:00"),
        ("0 working days", "17:00"),
        ("7 days", "close"),
        ("1 calendar month", "09:30"),
    ] {
        let counting = Counting {
            within: within.parse().unwrap(),
            due: due.parse().unwrap(),
            out_of_hours: OutOfHours::AfterCloseNextWorkingDay,
            if_not_working: IfNotWorking::Stays,
            calendar: Observed::Provider,
        };
        let organisation = load_built_in("westkent").unwrap();
        assert!(compare(&organisation, &office("westkent"), &counting, within) > 1000);
    }
}

#[test]
fn every_hour_of_the_week_is_among_the_starts_at_closing_and_beside_it() {
    use std::collections::BTreeSet;

    use chrono::{Datelike as _, Timelike as _};

    let week: BTreeSet<_> =
        starts().map(|at| (at.weekday().num_days_from_monday(), at.hour())).collect();
    assert_eq!(week.len(), 7 * 24);
    let local = |at: DateTime<Utc>| at.with_timezone(&chrono_tz::Europe::London).time().to_string();
    let times: BTreeSet<_> = starts().map(local).collect();
    for time in ["17:15:00", "17:15:01", "16:45:00", "16:45:01", "08:45:00", "17:00:00", "17:00:01"]
    {
        assert!(times.contains(time), "{time}");
    }
}

#[test]
fn the_walk_would_notice_a_holiday_that_is_missing() {
    let office = office("westkent");
    let all = Walk::new(&office, Observed::AnyPartOfTheUk);
    let own = Walk::new(&office, Observed::BankHolidays);
    let scotland_only = "2026-06-15".parse().unwrap();
    assert!(!all.works(scotland_only) && own.works(scotland_only));
}
