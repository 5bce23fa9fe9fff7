//! The account of how a due date was found, step by step, as data.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::counting::months_after;
use crate::calendar::{Calendar, Day, NonWorking};
use crate::standards::{Milestone, Within};

/// The account of a due date. All times are local to the organisation, with their offset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derivation {
    /// The steps in order. The first is the start, the last is [`Step::Due`].
    pub steps: Vec<Step>,
}

/// One step of a derivation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// The milestone that starts the deadline, or that stands in for it.
    Received {
        /// When it happened.
        at: DateTime<FixedOffset>,
        /// The milestone; receipt if it is left out.
        #[serde(default = "received", skip_serializing_if = "is_received")]
        milestone: Milestone,
    },
    /// The milestone that really starts the deadline has not happened, so the start is provisional.
    ProvisionalStart {
        /// The milestone that really starts the deadline.
        milestone: Milestone,
        /// When that milestone is due, if the deadline counts from then. The step is then the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_at: Option<DateTime<FixedOffset>>,
    },
    /// The contact was found urgent after its urgent deadline had passed, so the count starts again.
    MadeUrgent {
        /// When it was found urgent.
        at: DateTime<FixedOffset>,
    },
    /// The start was outside office hours and counts later.
    Deferred {
        /// The day as which it counts, and for elapsed time the instant.
        to: DateTime<FixedOffset>,
        /// The reason.
        #[serde(flatten)]
        why: DeferralReason,
        /// The days in between that are not working days.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
    },
    /// Day 0, which does not itself count.
    DayZero {
        /// The date.
        date: NaiveDate,
        /// True if it is a working day. It is day 0 either way.
        working: bool,
    },
    /// Days or months were counted.
    Counted {
        /// The number of them, as the promise gives it.
        within: Within,
        /// The last day.
        to: NaiveDate,
        /// The days in between that were not counted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
        /// True if the month has no corresponding date, so that its last day is taken.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        last_day_of_month: bool,
    },
    /// The days of a pause were added.
    Paused {
        /// The number of days, or of working days.
        within: Within,
        /// The last day, with them.
        to: NaiveDate,
        /// The days in between that were not counted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
    },
    /// An extension was given.
    Extended {
        /// The furthest that is allowed, if there is a limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<Within>,
        /// The date that the customer was told, if it is earlier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// The date that the customer was told.
    ToldDate {
        /// The date.
        until: NaiveDate,
    },
    /// The last day was not a working day, so the next working day is taken.
    Rolled {
        /// The working day.
        to: NaiveDate,
        /// The days that were passed over; the first is the last day that was counted.
        skipped: Vec<Skipped>,
    },
    /// Elapsed time or office time was added.
    Elapsed {
        /// The time.
        within: Within,
        /// True if the clocks change in between. Elapsed time counts, not what they show.
        clocks_change: bool,
    },
    /// The promise allows two times, and this one ends later.
    LaterOf {
        /// The last second of the other time.
        other: DateTime<FixedOffset>,
    },
    /// The provider aims at an earlier time than it promises.
    Aim {
        /// The last second of the aim.
        at: DateTime<FixedOffset>,
    },
    /// The due date.
    Due {
        /// The last second that is in time.
        at: DateTime<FixedOffset>,
        /// The kind of end.
        because: DueReason,
    },
}

/// The reason why a start counts later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum DeferralReason {
    /// The office had closed.
    AfterClose {
        /// When the office had closed.
        closed_at: DateTime<FixedOffset>,
    },
    /// The day was not a working day.
    NotAWorkingDay,
    /// The office was not open.
    NotOpen,
}

/// The kind of end that a due date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DueReason {
    /// Closing time of the last day.
    Close,
    /// The end of the last day.
    EndOfDay,
    /// A time of the last day: the one that the promise gives, or the usual closing time on a day on
    /// which the office does not open.
    TimeOfDay,
    /// The end of the promised time.
    Elapsed,
    /// The time that was agreed.
    Agreed,
}

/// A day that was not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The date.
    pub date: NaiveDate,
    /// The reason.
    #[serde(flatten)]
    pub why: NonWorking,
}

fn received() -> Milestone {
    Milestone::Received
}

fn is_received(milestone: &Milestone) -> bool {
    *milestone == Milestone::Received
}

impl Skipped {
    /// Returns the day if it is not a working day.
    pub(super) fn on(calendar: &Calendar, day: Day) -> Option<Self> {
        // Most days are working days, and that is a look-up in a list.
        if calendar.is_working(day) {
            return None;
        }
        Some(Self { date: calendar.date(day), why: calendar.why_not_working(day)? })
    }

    /// Returns the days strictly between two that are not working days.
    pub(super) fn between(
        calendar: &Calendar,
        after: Day,
        before: Day,
    ) -> impl Iterator<Item = Self> {
        calendar.days_between(after, before).filter_map(|day| Self::on(calendar, day))
    }
}

impl Derivation {
    /// Returns the due date: the last second that is in time.
    #[must_use]
    pub fn due_at(&self) -> DateTime<FixedOffset> {
        match self.steps.last() {
            Some(Step::Due { at, .. }) => *at,
            _ => DateTime::default(),
        }
    }

    /// Works out the last day again from the steps alone, which must lead to the date that they give.
    ///
    /// Returns `None` if the steps give no day, because the time is elapsed or agreed.
    #[must_use]
    pub fn recount(&self) -> Option<NaiveDate> {
        let mut date = None;
        for step in &self.steps {
            match step {
                Step::DayZero { date: zero, .. } => date = Some(*zero),
                Step::Counted { within, skipped, .. } | Step::Paused { within, skipped, .. } => {
                    date = Some(count(date?, *within, skipped)?);
                }
                Step::Rolled { skipped, .. } => {
                    let mut day = date?;
                    while skipped.iter().any(|s| s.date == day) {
                        day += TimeDelta::days(1);
                    }
                    date = Some(day);
                }
                // A date that the customer was told stands for itself; otherwise a count follows.
                Step::Extended { until: Some(until), .. } | Step::ToldDate { until } => {
                    date = Some(*until);
                }
                Step::Extended { until: None, .. }
                | Step::Received { .. }
                | Step::ProvisionalStart { .. }
                | Step::MadeUrgent { .. }
                | Step::Deferred { .. }
                | Step::Elapsed { .. }
                | Step::Aim { .. }
                | Step::LaterOf { .. }
                | Step::Due { .. } => {}
            }
        }
        date
    }
}

fn count(zero: NaiveDate, within: Within, skipped: &[Skipped]) -> Option<NaiveDate> {
    match within {
        Within::WorkingDays(n) | Within::ClearWorkingDays(n) => {
            let counts = |date: &NaiveDate| !skipped.iter().any(|s| s.date == *date);
            let (first, nth) = if n == 0 { (0, 0) } else { (1, usize::from(n) - 1) };
            zero.iter_days().skip(first).filter(counts).nth(nth)
        }
        Within::CalendarDays(n) => Some(zero + TimeDelta::days(i64::from(n))),
        Within::CalendarMonths(n) => Some(months_after(zero, n)),
        Within::Elapsed(_) | Within::OfficeTime(_) | Within::Immediately | Within::AgreedTime => {
            None
        }
    }
}
