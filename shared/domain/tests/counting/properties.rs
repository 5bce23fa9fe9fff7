//! Properties of every standard, every office and every start. The seed is fixed, so a failure comes
//! back.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::calendar::{BankHolidays, Calendar, Closure, Observed, OfficeHours};
use domain::deadline::Derivation;
use domain::library::{
    built_in_bank_holidays, built_in_organisations, built_in_pack, built_in_packs, load_built_in,
};
use domain::organisation::Organisation;
use domain::standards::{Counting, DueAt, IfNotWorking, OutOfHours, Pack, Within};
use domain::wording::account_line;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::walk::{Office, Stretch, Walk, Week};

fn seeded(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_261_122),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

static ORGANISATIONS: LazyLock<Vec<Organisation>> =
    LazyLock::new(|| built_in_organisations().map(|id| load_built_in(id).unwrap()).collect());

/// Every counting of every pack, with the id of its option.
static COUNTINGS: LazyLock<Vec<(String, Counting)>> = LazyLock::new(|| {
    built_in_packs()
        .flat_map(|id| {
            let pack = Pack::parse(id, built_in_pack(id).unwrap()).unwrap();
            let ids: Vec<String> = pack.due_rule_ids().map(str::to_owned).collect();
            let options = ids.into_iter().flat_map(move |id| pack.due_rule(&id).unwrap().options);
            options.collect::<Vec<_>>()
        })
        .collect()
});

/// Any second of the years in which even twelve weeks end within the list.
fn start() -> impl Strategy<Value = DateTime<Utc>> {
    let bound = |text: &str| text.parse::<DateTime<Utc>>().unwrap().timestamp();
    (bound("2019-01-02T00:00:00Z")..bound("2035-09-01T00:00:00Z"))
        .prop_map(|at| DateTime::from_timestamp(at, 0).unwrap())
}

/// The place of an organisation in the list, so that a failure names it in one line.
fn organisation() -> std::ops::Range<usize> {
    0..ORGANISATIONS.len()
}

/// Durations as a pack writes them.
fn within() -> impl Strategy<Value = Within> {
    let text = prop_oneof![
        (0..30_u16).prop_map(|n| format!("{n} working days")),
        (1..30_u16).prop_map(|n| format!("{n} clear working days")),
        Just("immediately".to_owned()),
        (0..90_u16).prop_map(|n| format!("{n} days")),
        (0..4_u16).prop_map(|n| format!("{n} calendar months")),
        (0..100_u16).prop_map(|n| format!("{n} hours")),
        (0..9_999_u16).prop_map(|n| format!("{n} seconds")),
        (0..2_000_u16).prop_map(|n| format!("{n} office minutes")),
        Just("at the agreed time".to_owned()),
    ];
    text.prop_map(|text| text.parse().unwrap())
}

fn counting() -> impl Strategy<Value = Counting> {
    let due = prop_oneof![
        Just(DueAt::Close),
        Just(DueAt::EndOfDay),
        Just("18:30".parse::<DueAt>().unwrap())
    ];
    let out_of_hours = prop_oneof![
        Just(OutOfHours::Counts),
        Just(OutOfHours::AfterCloseNextWorkingDay),
        Just(OutOfHours::NextWorkingDay),
        Just(OutOfHours::NextOpening),
    ];
    let rolls = prop_oneof![Just(IfNotWorking::Stays), Just(IfNotWorking::NextWorkingDay)];
    let calendar = prop_oneof![
        Just(Observed::Provider),
        Just(Observed::BankHolidays),
        Just(Observed::EnglandAndWales),
        Just(Observed::AnyPartOfTheUk),
    ];
    (within(), due, out_of_hours, rolls, calendar).prop_map(
        |(within, due, out_of_hours, if_not_working, calendar)| Counting {
            within,
            due,
            out_of_hours,
            if_not_working,
            calendar,
        },
    )
}

/// Office hours of any shape: up to three periods a day, closed days, Saturdays.
fn week() -> impl Strategy<Value = Week> {
    let day = prop::collection::btree_set(0..96_u32, 0..=6).prop_map(|quarters| {
        let times: Vec<_> = quarters.into_iter().map(|q| (q / 4, q % 4 * 15)).collect();
        times.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
    });
    prop::collection::vec(day, 7)
        .prop_map(|days| Week::try_from(days).unwrap())
        .prop_filter("some weekday has hours", |week| week[..5].iter().any(|day| !day.is_empty()))
}

fn hours(week: &Week) -> OfficeHours {
    let day = |day: &Vec<Stretch>| {
        let stretches: Vec<_> = day
            .iter()
            .map(|(open, close)| {
                format!("{:02}:{:02}-{:02}:{:02}", open.0, open.1, close.0, close.1)
            })
            .collect();
        if stretches.is_empty() { "closed".into() } else { stretches.join(", ") }
    };
    let week: Vec<String> = week.iter().map(day).collect();
    let texts: Vec<&str> = week.iter().map(String::as_str).collect();
    OfficeHours::new(<[&str; 7]>::try_from(texts).unwrap()).unwrap()
}

/// The years for which arbitrary offices are laid out. Laying out seventeen years for each would be
/// slow.
const YEARS: (i32, i32) = (2025, 2027);

static HOLIDAYS: LazyLock<BankHolidays> =
    LazyLock::new(|| BankHolidays::parse("bank-holidays.toml", built_in_bank_holidays()).unwrap());

proptest! {
    #![proptest_config(seeded(1_000))]

    #[test]
    fn what_starts_later_is_not_due_earlier(
        organisation in organisation(), one in start(), gap in 0..10_000_000_i64
    ) {
        let organisation = &ORGANISATIONS[organisation];
        let other = one + TimeDelta::seconds(gap);
        prop_assume!(other < "2035-09-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
        for (id, counting) in COUNTINGS.iter() {
            let calendar = organisation.calendar(counting.calendar);
            let due = |start| counting.due(calendar, start).unwrap();
            prop_assert!(due(one) <= due(other), "{}: {} and {}", id, one, other);
            prop_assert!(due(one) >= one || counting.due == DueAt::Close, "{}: {}", id, one);
        }
    }

    #[test]
    fn working_days_added_and_counted_back_lead_to_where_they_began(
        organisation in organisation(), start in start(), n in 0..40_u16
    ) {
        let calendar = ORGANISATIONS[organisation].own_calendar();
        let from = calendar.day_of(start.timestamp()).unwrap();
        let to = calendar.working_day_after(from, n).unwrap();
        prop_assert!(calendar.is_working(to));
        let mut back = to;
        for _ in 0..n {
            back = calendar.working_day_before(back).unwrap();
        }
        if n == 0 || !calendar.is_working(from) {
            // From a day that is not a working day, the way back leads to the working day before it.
            let before = calendar.working_day_before(from);
            prop_assert!(n == 0 || Some(back) == before);
        } else {
            prop_assert_eq!(back, from);
        }
    }

    #[test]
    fn no_promise_ends_on_a_day_off_unless_it_counts_such_days(
        organisation in organisation(), start in start()
    ) {
        let organisation = &ORGANISATIONS[organisation];
        for (id, counting) in COUNTINGS.iter() {
            let working = match counting.within {
                Within::WorkingDays(_) | Within::ClearWorkingDays(_) => true,
                Within::CalendarDays(_) | Within::CalendarMonths(_) => {
                    counting.if_not_working == IfNotWorking::NextWorkingDay
                }
                Within::OfficeTime(_) => true,
                Within::Elapsed(_) | Within::Immediately | Within::AgreedTime => false,
            };
            let calendar = organisation.calendar(counting.calendar);
            let due = counting.due(calendar, start).unwrap();
            let day = calendar.day_of(due.timestamp()).unwrap();
            prop_assert!(!working || calendar.is_working(day), "{}: {} due {}", id, start, due);
        }
    }

    #[test]
    fn the_steps_lead_to_the_date_and_still_do_after_they_were_stored(
        organisation in organisation(), start in start(), counting in counting(), index in 0..COUNTINGS.len()
    ) {
        let organisation = &ORGANISATIONS[organisation];
        for counting in [counting, COUNTINGS[index].1] {
            let calendar = organisation.calendar(counting.calendar);
            let derivation = counting.derive(calendar, start.timestamp()).unwrap();
            let due = counting.due(calendar, start).unwrap();
            prop_assert_eq!(derivation.due_at().to_utc(), due);
            let counted = match counting.within {
                Within::WorkingDays(_)
                | Within::ClearWorkingDays(_)
                | Within::CalendarDays(_)
                | Within::CalendarMonths(_) => Some(derivation.due_at().date_naive()),
                Within::Elapsed(_)
                | Within::OfficeTime(_)
                | Within::Immediately
                | Within::AgreedTime => None,
            };
            prop_assert_eq!(derivation.recount(), counted);
            let stored = serde_json::to_string(&derivation).unwrap();
            let read: Derivation = serde_json::from_str(&stored).unwrap();
            prop_assert_eq!(&read, &derivation);
            prop_assert_eq!(read.recount(), counted);
            prop_assert_eq!(account_line(&read), account_line(&derivation));
        }
    }
}

proptest! {
    #![proptest_config(seeded(400))]

    #[test]
    fn any_convention_in_any_office_counts_as_the_walk_does(
        week in week(), counting in counting(), closed_from in 0..700_i64, closed_days in 0..20_i64,
        starts in prop::collection::vec(0..47_000_000_i64, 20)
    ) {
        let first: DateTime<Utc> = "2025-01-06T00:00:00Z".parse().unwrap();
        let from = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + TimeDelta::days(closed_from);
        let to = from + TimeDelta::days(closed_days);
        let closures = [Closure { from, to, name: "Closed".into() }];
        let office = Office {
            zone: chrono_tz::Europe::London,
            nation: "england-and-wales",
            week,
            closed: from.iter_days().take_while(|date| *date <= to).collect(),
        };
        let closures = if counting.calendar == Observed::Provider { &closures[..] } else { &[] };
        let nation = domain::calendar::Nation::EnglandAndWales;
        let holidays = HOLIDAYS.observed(counting.calendar, nation);
        let calendar = Calendar::new(office.zone, YEARS, &hours(&office.week), &holidays, closures);
        let walk = Walk::new(&office, counting.calendar);
        for seconds in starts {
            let start = first + TimeDelta::seconds(seconds);
            let expected = walk.due(&counting, start);
            match counting.due(&calendar, start) {
                Ok(due) => prop_assert_eq!(due, expected, "{:?} from {}", counting, start),
                // The office has so few hours that two years of them are not enough.
                Err(_) => prop_assert!(expected >= "2028-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap()),
            }
        }
    }
}
