//! The cost of one deadline: the due date alone, in and from local time, with its account, and with the
//! account as text. Run `cargo bench -p domain --bench deadlines`.

use std::hint::black_box;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use domain::calendar::Observed;
use domain::library::load_built_in;
use domain::organisation::Organisation;
use domain::standards::{Counting, DueAt, IfNotWorking, OutOfHours};
use domain::time::local;
use domain::wording::account_line;

/// The number of starts, at all hours of all years: more than a processor's branch predictor remembers.
const STARTS: usize = 4096;

fn starts() -> Vec<DateTime<Utc>> {
    let first = DateTime::from_timestamp(1_546_300_800, 0).unwrap_or_default();
    let mut state: u64 = 20_261_122;
    let mut next = || {
        // A linear congruential generator: the same starts in every run.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap_or(0) % (16 * 365 * 86_400)
    };
    (0..STARTS).map(|_| first + TimeDelta::seconds(next())).collect()
}

fn counting(within: &str, out_of_hours: OutOfHours, calendar: Observed) -> Counting {
    Counting {
        within: within.parse().unwrap_or(domain::standards::Within::AgreedTime),
        due: DueAt::Close,
        out_of_hours,
        if_not_working: IfNotWorking::Stays,
        calendar,
    }
}

fn deadlines(criterion: &mut Criterion) {
    let organisation: Organisation = match load_built_in("westkent") {
        Ok(organisation) => organisation,
        Err(problems) => {
            eprintln!("{problems}");
            return;
        }
    };
    let zone = organisation.zone();
    let starts = starts();
    let locals: Vec<NaiveDateTime> = starts.iter().map(|at| local(zone, *at)).collect();
    let deferred = OutOfHours::AfterCloseNextWorkingDay;
    for (name, counting) in [
        ("1 working day, deferred", counting("1 working day", deferred, Observed::Provider)),
        ("10 working days", counting("10 working days", OutOfHours::Counts, Observed::Provider)),
        (
            "20 working days, UK",
            counting("20 working days", OutOfHours::Counts, Observed::AnyPartOfTheUk),
        ),
        ("16 office hours", counting("16 office hours", OutOfHours::Counts, Observed::Provider)),
        ("80 office hours", counting("80 office hours", OutOfHours::Counts, Observed::Provider)),
        ("24 hours", counting("24 hours", OutOfHours::Counts, Observed::Provider)),
    ] {
        let calendar = organisation.calendar(counting.calendar);
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(STARTS as u64));
        group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
        group.bench_function("due", |b| {
            b.iter(|| {
                for start in &starts {
                    let _ = black_box(counting.due(calendar, black_box(*start)));
                }
            });
        });
        group.bench_function("due, in local time", |b| {
            b.iter(|| {
                for start in &starts {
                    let due = counting.due_seconds(calendar, black_box(start.timestamp()));
                    let _ = black_box(due.map(|due| calendar.local(due)));
                }
            });
        });
        group.bench_function("due, from and in local time", |b| {
            b.iter(|| {
                for start in &locals {
                    let at = calendar.instant(black_box(*start));
                    let due = counting.due_seconds(calendar, at.timestamp());
                    let _ = black_box(due.map(|due| calendar.local(due)));
                }
            });
        });
        group.bench_function("derivation", |b| {
            b.iter(|| {
                for start in &starts {
                    let _ = black_box(counting.derive(calendar, black_box(start.timestamp())));
                }
            });
        });
        group.bench_function("derivation in one line", |b| {
            b.iter(|| {
                for start in &starts {
                    let derived = counting.derive(calendar, black_box(start.timestamp()));
                    let _ = black_box(derived.map(|derived| account_line(&derived)));
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, deadlines);
criterion_main!(benches);
