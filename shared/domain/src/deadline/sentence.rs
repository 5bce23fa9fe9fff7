//! Derivations in words: one sentence for customers, one line and a full account for staff.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Timelike as _};

use super::{Derivation, Skipped, Step, WhyDeferred, WhyDue};
use crate::calendar::NonWorking;
use crate::standards::Within;
use crate::time::{clock_time, date_in_words, due_in_words, hours_and_minutes, short_date};

impl Derivation {
    /// "by the end of Tuesday 28 April, 5.15pm"; `today` decides whether the year is said.
    #[must_use]
    pub fn due_in_words(&self, today: NaiveDate) -> String {
        due_in_words(self.due_at().naive_local(), self.because() == WhyDue::Close, today)
    }

    /// Why the date is the date, in one sentence that a customer can check on a wall calendar.
    #[must_use]
    pub fn for_customer(&self, today: NaiveDate) -> String {
        let date = |d: NaiveDate| date_in_words(d, today);
        let closed_at = self.steps.iter().find_map(|step| match step {
            Step::Deferred { why: WhyDeferred::AfterClose { closed_at }, .. } => Some(closed_at),
            _ => None,
        });
        let mut text = String::new();
        for step in &self.steps {
            // Writing into a string cannot fail.
            let _ = match step {
                Step::Received { at, milestone } => write!(
                    text,
                    "{} {} at {}",
                    milestone.for_customer(),
                    date(at.date_naive()),
                    clock_time(to_the_minute(at, closed_at))
                ),
                Step::ProvisionalStart { milestone, due_at: Some(at) } => {
                    write!(text, "{} {}", milestone.awaited_by_customer(), date(at.date_naive()))
                }
                Step::ProvisionalStart { due_at: None, .. } => Ok(()),
                Step::MadeUrgent { at } => write!(
                    text,
                    "; we found on {} at {} that it is urgent",
                    date(at.date_naive()),
                    clock_time(to_the_minute(at, None))
                ),
                Step::Deferred { to, why, skipped } => {
                    let why = match why {
                        WhyDeferred::AfterClose { closed_at } => {
                            format!("after our office closed at {}", clock_time(closed_at.time()))
                        }
                        WhyDeferred::NotAWorkingDay => "which is not a working day".into(),
                        WhyDeferred::NotOpen => "when our office was not open".into(),
                    };
                    write!(
                        text,
                        ", {why}, so it counts as received on {}{}",
                        date(to.date_naive()),
                        holidays(skipped, today)
                    )
                }
                Step::Counted { within, to, skipped, last_day_of_month } => {
                    let end = if *last_day_of_month { ", the last day of that month" } else { "" };
                    write!(
                        text,
                        "; {} after that is {}{end}{}",
                        in_words(*within),
                        date(*to),
                        holidays(skipped, today)
                    )
                }
                Step::Paused { days, to } => {
                    let days = in_words(Within::CalendarDays(*days));
                    write!(text, "; with the {days} on which we waited for you, {}", date(*to))
                }
                Step::Extended { within, until: None } => {
                    text.pop();
                    write!(
                        text,
                        "; we told you that we need longer, up to {} more",
                        in_words(*within)
                    )
                }
                Step::Extended { until: Some(until), .. } => {
                    text.pop();
                    write!(text, "; we told you that we need until {}", date(*until))
                }
                Step::Rolled { to, .. } => {
                    write!(
                        text,
                        ", which is not a working day, so the next one, {}, counts",
                        date(*to)
                    )
                }
                Step::Elapsed { within, .. } => {
                    write!(text, "; {} after that is", in_words(*within))
                }
                Step::Due { at, because } => match because {
                    WhyDue::Close => {
                        write!(text, ", when our office closes at {}.", clock_time(at.time()))
                    }
                    WhyDue::EndOfDay => write!(text, ", and the whole of that day counts."),
                    WhyDue::Elapsed => {
                        let time = clock_time(to_the_minute(at, None));
                        write!(text, " {time} on {}.", date(at.date_naive()))
                    }
                    WhyDue::Agreed => write!(text, "; that is the time we agreed."),
                },
                Step::DayZero { .. } => Ok(()),
            };
        }
        text
    }

    /// One line for staff: "received Fri 1 May 2026 16:50, after closing at 16:45, so as of Tue 5 May
    /// 2026; 1 working day to Wed 6 May 2026; due at closing, 17:15".
    #[must_use]
    pub fn one_line(&self) -> String {
        self.account().join("; ")
    }

    /// Every step in words, for staff.
    #[must_use]
    pub fn account(&self) -> Vec<String> {
        self.steps.iter().map(Step::in_words).collect()
    }
}

impl Step {
    fn in_words(&self) -> String {
        match self {
            Self::Received { at, milestone } => {
                format!("{} {}", milestone.in_words(), stamp(at))
            }
            Self::ProvisionalStart { milestone, due_at: Some(at) } => format!(
                "{}: not yet, and due {}; counted from then until it happens",
                milestone.in_words(),
                stamp(at)
            ),
            Self::ProvisionalStart { milestone, due_at: None } => {
                format!(
                    "{}: not yet; counted from the above until it happens",
                    milestone.in_words()
                )
            }
            Self::MadeUrgent { at } => format!(
                "found urgent {}, when the time for that was over: by closing of that day",
                stamp(at)
            ),
            Self::Paused { days, to } => {
                format!(
                    "the clock stood still for {}: {}",
                    Within::CalendarDays(*days),
                    short_date(*to)
                )
            }
            Self::Extended { within, until: None } => {
                format!("put off, with notice, by no more than {within}")
            }
            Self::Extended { within, until: Some(until) } => format!(
                "put off, with notice, to the date told, {}, within the {within} allowed",
                short_date(*until)
            ),
            Self::Deferred { to, why, skipped } => {
                let why = match why {
                    WhyDeferred::AfterClose { closed_at } => {
                        format!("after closing at {}", hours_and_minutes(closed_at.time()))
                    }
                    WhyDeferred::NotAWorkingDay => "not on a working day".into(),
                    WhyDeferred::NotOpen => "while the office was not open".into(),
                };
                format!(
                    "{why}, so it counts as received {}{}",
                    short_date(to.date_naive()),
                    named(skipped)
                )
            }
            Self::DayZero { date, working: true } => format!("day 0 is {}", short_date(*date)),
            Self::DayZero { date, working: false } => {
                format!("day 0 is {}, though not a working day", short_date(*date))
            }
            Self::Counted { within, to, skipped, last_day_of_month } => {
                let end = if *last_day_of_month {
                    ", the last day of a month without that date"
                } else {
                    ""
                };
                format!("{within} after it is {}{end}{}", short_date(*to), named(skipped))
            }
            Self::Rolled { to, skipped } => {
                format!("not a working day, so it moves to {}{}", short_date(*to), named(skipped))
            }
            Self::Elapsed { within, clocks_change: false } => format!("{within} added"),
            Self::Elapsed { within, clocks_change: true } => {
                format!("{within} added; the clocks change on the way, and elapsed time counts")
            }
            Self::Due { at, because } => {
                let time = hours_and_minutes(at.time());
                match because {
                    WhyDue::Close => format!("due when the office closes, {time}"),
                    WhyDue::EndOfDay => "due by the end of that day, 23:59:59".into(),
                    WhyDue::Elapsed => format!("due {}", stamp(at)),
                    WhyDue::Agreed => format!("due at the agreed time, {}", stamp(at)),
                }
            }
        }
    }
}

/// A time of day without its seconds, which nobody counts by; but with them where they are what made
/// it late.
fn to_the_minute(
    at: &DateTime<FixedOffset>,
    closed_at: Option<&DateTime<FixedOffset>>,
) -> NaiveTime {
    let time = at.time();
    let minute = time.with_second(0).unwrap_or(time);
    match closed_at {
        Some(closed_at) if closed_at.time() == minute => time,
        _ => minute,
    }
}

/// "Fri 1 May 2026 16:50", with seconds where they are not zero.
fn stamp(at: &DateTime<FixedOffset>) -> String {
    let (date, time) = (short_date(at.date_naive()), hours_and_minutes(at.time()));
    match at.second() {
        0 => format!("{date} {time}"),
        second => format!("{date} {time}:{second:02}"),
    }
}

/// " (Monday 4 May is a bank holiday)"; weekends explain themselves.
fn holidays(skipped: &[Skipped], today: NaiveDate) -> String {
    let list: Vec<String> = skipped
        .iter()
        .filter_map(|day| {
            let date = date_in_words(day.date, today);
            match &day.why {
                NonWorking::Weekend => None,
                NonWorking::BankHoliday(_) => Some(format!("{date} is a bank holiday")),
                NonWorking::Closure(_) => Some(format!("we are closed on {date}")),
            }
        })
        .collect();
    if list.is_empty() { String::new() } else { format!(" ({})", list.join(", ")) }
}

/// ", passing over Mon 4 May 2026 (Early May bank holiday)"; weekends are not named.
fn named(skipped: &[Skipped]) -> String {
    let list: Vec<String> = skipped
        .iter()
        .filter_map(|day| match &day.why {
            NonWorking::Weekend => None,
            NonWorking::BankHoliday(name) | NonWorking::Closure(name) => {
                Some(format!("{} ({name})", short_date(day.date)))
            }
        })
        .collect();
    if list.is_empty() { String::new() } else { format!(", passing over {}", list.join(", ")) }
}

/// "one working day", "24 hours": numbers up to ten in words.
fn in_words(within: Within) -> String {
    const NUMBERS: [&str; 11] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let text = within.to_string();
    let Some((number, unit)) = text.split_once(' ') else { return text };
    let word = number.parse::<usize>().ok().and_then(|n| NUMBERS.get(n));
    word.map_or_else(|| text.clone(), |word| format!("{word} {unit}"))
}
