//! The account of a due date for staff.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset, Timelike as _};

use super::closed_days;
use super::dates::{hours_and_minutes, short_date};
use super::labels::milestone;
use crate::deadline::{DeferralReason, Derivation, DueReason, Step};
use crate::standards::Within;

/// The account of a due date for staff, step by step.
#[must_use]
pub fn account(derivation: &Derivation) -> Vec<String> {
    let line = |step: &Step| {
        let mut text = String::new();
        write_step(&mut text, step);
        text
    };
    derivation.steps.iter().map(line).collect()
}

/// The account of a due date for staff in one line: "received Fri 1 May 2026 16:50; after closing at
/// 16:45, so it counts as received Tue 5 May 2026; …; due at closing, 17:15".
#[must_use]
pub fn account_line(derivation: &Derivation) -> String {
    let mut text = String::new();
    for step in &derivation.steps {
        if !text.is_empty() {
            text.push_str("; ");
        }
        write_step(&mut text, step);
    }
    text
}

fn write_step(text: &mut String, step: &Step) {
    // Writing into a string cannot fail.
    let _ = match step {
        Step::Received { at, milestone: what } => {
            write!(text, "{} {}", milestone(*what), stamp(at))
        }
        Step::ProvisionalStart { milestone: what, due_at: Some(at) } => write!(
            text,
            "{}: not yet, and due {}; provisionally counted from then",
            milestone(*what),
            stamp(at)
        ),
        Step::ProvisionalStart { milestone: what, due_at: None } => {
            write!(text, "{}: not yet, so the start is provisional", milestone(*what))
        }
        Step::MadeUrgent { at } => write!(
            text,
            "made urgent {}, after that deadline had passed, so due by closing that day",
            stamp(at)
        ),
        Step::Paused { within, to, skipped } => {
            let (day, closed) = (short_date(*to), closed_days::for_staff(skipped));
            write!(text, "paused for {within}, so it moves to {day}{closed}")
        }
        Step::Extended { within, until: None } => {
            let limit = within.map_or_else(String::new, |within| format!(", by at most {within}"));
            write!(text, "extended, with notice{limit}")
        }
        Step::Extended { within, until: Some(until) } => write!(
            text,
            "extended, with notice, to the date that the customer was told, {}{}",
            short_date(*until),
            within.map_or_else(String::new, |within| format!(" (at most {within})"))
        ),
        Step::ToldDate { until } => {
            write!(text, "the customer was told {}", short_date(*until))
        }
        Step::LaterOf { other } => write!(text, "later than the other end, {}", stamp(other)),
        Step::Deferred { to, why, skipped } => {
            let why = match why {
                DeferralReason::AfterClose { closed_at } => {
                    format!("after closing at {}", hours_and_minutes(closed_at.time()))
                }
                DeferralReason::NotAWorkingDay => "not a working day".into(),
                DeferralReason::NotOpen => "while the office was closed".into(),
            };
            let (day, closed) = (short_date(to.date_naive()), closed_days::for_staff(skipped));
            write!(text, "{why}, so it counts as received {day}{closed}")
        }
        Step::DayZero { date, working: true } => write!(text, "day 0 is {}", short_date(*date)),
        Step::DayZero { date, working: false } => {
            write!(text, "day 0 is {}, although it is not a working day", short_date(*date))
        }
        Step::Counted { within, to, skipped, last_day_of_month } => {
            let end =
                if *last_day_of_month { ", the last day of a month without that date" } else { "" };
            let (day, closed) = (short_date(*to), closed_days::for_staff(skipped));
            match within {
                Within::WorkingDays(0) => {
                    write!(text, "the same or next working day is {day}{closed}")
                }
                within => write!(text, "{within} later is {day}{end}{closed}"),
            }
        }
        Step::Rolled { to, skipped } => {
            let (day, closed) = (short_date(*to), closed_days::for_staff(skipped));
            write!(text, "not a working day, so it moves to {day}{closed}")
        }
        Step::Elapsed { within: Within::Immediately, .. } => {
            write!(text, "immediately, which allows {} seconds", Within::IMMEDIATELY)
        }
        Step::Elapsed { within, clocks_change: false } => write!(text, "{within} later"),
        Step::Elapsed { within, clocks_change: true } => {
            write!(text, "{within} later; the clocks change in between, and elapsed time counts")
        }
        Step::Aim { at } => write!(text, "the aim is {}", stamp(at)),
        Step::Due { at, because } => match because {
            DueReason::Close => write!(text, "due at closing, {}", hours_and_minutes(at.time())),
            DueReason::TimeOfDay => {
                write!(text, "due at {} that day", hours_and_minutes(at.time()))
            }
            DueReason::EndOfDay => write!(text, "due by the end of that day, 23:59:59"),
            DueReason::Elapsed => write!(text, "due {}", stamp(at)),
            DueReason::Agreed => write!(text, "due at the agreed time, {}", stamp(at)),
        },
    };
}

/// A date and time for staff: "Fri 1 May 2026 16:50", with seconds if they are not zero.
fn stamp(at: &DateTime<FixedOffset>) -> String {
    let (date, time) = (short_date(at.date_naive()), hours_and_minutes(at.time()));
    match at.second() {
        0 => format!("{date} {time}"),
        second => format!("{date} {time}:{second:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standards::Milestone;

    #[test]
    fn the_account_gives_every_step() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
        let day = "2026-05-05".parse().unwrap();
        let derivation = Derivation {
            steps: vec![
                Step::Received {
                    at: at("2026-05-01T10:00:00+01:00"),
                    milestone: Milestone::Received,
                },
                Step::MadeUrgent { at: at("2026-05-05T11:00:00+01:00") },
                Step::DayZero { date: day, working: true },
                Step::Counted {
                    within: Within::WorkingDays(0),
                    to: day,
                    skipped: Vec::new(),
                    last_day_of_month: false,
                },
                Step::Due { at: at("2026-05-05T17:15:00+01:00"), because: DueReason::Close },
            ],
        };
        assert_eq!(
            account_line(&derivation),
            "received Fri 1 May 2026 10:00; made urgent Tue 5 May 2026 11:00, after that deadline had \
             passed, so due by closing that day; day 0 is Tue 5 May 2026; the same or next working day \
             is Tue 5 May 2026; due at closing, 17:15"
        );
        assert_eq!(account(&derivation).join("; "), account_line(&derivation));
    }
}
