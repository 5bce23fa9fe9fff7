//! The account of how a due instant was found, step by step, as data.

use chrono::{DateTime, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::counting::months_after;
use crate::calendar::{Calendar, Day, NonWorking};
use crate::standards::{Milestone, Within};

/// How a due instant was found. All times are local to the provider, with their offset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derivation {
    /// The steps in order: the first says when the clock started, the last is [`Step::Due`].
    pub steps: Vec<Step>,
}

/// One step of a derivation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// The clock's start as it happened.
    Received {
        /// When.
        at: DateTime<chrono::FixedOffset>,
        /// What happened; receipt, where it is not said.
        #[serde(default = "received", skip_serializing_if = "is_received")]
        milestone: Milestone,
    },
    /// What starts the clock has not happened, and until it does it counts from something else.
    ProvisionalStart {
        /// What starts the clock.
        milestone: Milestone,
        /// When that is due, where it counts from then; this step then stands in place of the start.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_at: Option<DateTime<chrono::FixedOffset>>,
    },
    /// The matter was found to be pressing only when the time that pressing matters have was over.
    MadeUrgent {
        /// When it was.
        at: DateTime<chrono::FixedOffset>,
    },
    /// The start moved, because it was outside office hours.
    Deferred {
        /// The day, and for elapsed time the instant, as which it counts.
        to: DateTime<chrono::FixedOffset>,
        /// Why.
        #[serde(flatten)]
        why: WhyDeferred,
        /// Days passed over on the way.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
    },
    /// The day from which counting begins; it does not itself count.
    DayZero {
        /// Its date.
        date: NaiveDate,
        /// Whether it is a working day; it is day 0 either way.
        working: bool,
    },
    /// Days were counted.
    Counted {
        /// How many, in the words of the promise.
        within: Within,
        /// The last of them.
        to: NaiveDate,
        /// Days passed over on the way.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skipped: Vec<Skipped>,
        /// The month had no corresponding date, so its last day stands in.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        last_day_of_month: bool,
    },
    /// The clock stood still for some days, which are added.
    Paused {
        /// How many.
        days: u16,
        /// The last day, with them.
        to: NaiveDate,
    },
    /// The due time was put off.
    Extended {
        /// How far at the most.
        within: Within,
        /// The date that the customer was told, where that is earlier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// The last day was not a working day, so the next one stands in.
    Rolled {
        /// The working day.
        to: NaiveDate,
        /// The days passed over, the first of them the last day that was counted.
        skipped: Vec<Skipped>,
    },
    /// Time was added.
    Elapsed {
        /// How much.
        within: Within,
        /// The clocks change on the way: elapsed time counts, not what they show.
        clocks_change: bool,
    },
    /// The due instant.
    Due {
        /// The last second that is in time.
        at: DateTime<chrono::FixedOffset>,
        /// What it is the end of.
        because: WhyDue,
    },
}

/// Why a start moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum WhyDeferred {
    /// It came after the office had closed.
    AfterClose {
        /// When the office had closed.
        closed_at: DateTime<chrono::FixedOffset>,
    },
    /// It came on a day that is not a working day.
    NotAWorkingDay,
    /// It came while the office was not open.
    NotOpen,
}

/// What a due instant is the end of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyDue {
    /// Of business on that day.
    Close,
    /// Of that day.
    EndOfDay,
    /// Of the time that was promised.
    Elapsed,
    /// The time that was agreed.
    Agreed,
}

/// A day that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its date.
    pub date: NaiveDate,
    /// Why it does not count.
    #[serde(flatten)]
    pub why: NonWorking,
}

fn received() -> Milestone {
    Milestone::Received
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
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
    /// The due instant that the steps end with.
    #[must_use]
    pub fn due_at(&self) -> DateTime<chrono::FixedOffset> {
        match self.steps.last() {
            Some(Step::Due { at, .. }) => *at,
            _ => DateTime::default(),
        }
    }

    /// What the due instant is the end of.
    #[must_use]
    pub fn because(&self) -> WhyDue {
        match self.steps.last() {
            Some(Step::Due { because, .. }) => *because,
            _ => WhyDue::Elapsed,
        }
    }

    /// Works the due date out again from the steps alone: what was said must lead to the date that
    /// was said. `None` where the steps do not say a date, because the time is elapsed or agreed.
    #[must_use]
    pub fn recount(&self) -> Option<NaiveDate> {
        let mut date = None;
        for step in &self.steps {
            match step {
                Step::DayZero { date: zero, .. } => date = Some(*zero),
                Step::Counted { within, skipped, .. } => {
                    date = Some(count(date?, *within, skipped)?);
                }
                Step::Rolled { skipped, .. } => {
                    let mut day = date?;
                    while skipped.iter().any(|s| s.date == day) {
                        day += TimeDelta::days(1);
                    }
                    date = Some(day);
                }
                Step::Paused { days, .. } => date = Some(date? + TimeDelta::days(i64::from(*days))),
                // A date that was told stands for itself; otherwise counting goes on from there.
                Step::Extended { until: Some(until), .. } => date = Some(*until),
                Step::Extended { until: None, .. }
                | Step::Received { .. }
                | Step::ProvisionalStart { .. }
                | Step::MadeUrgent { .. }
                | Step::Deferred { .. }
                | Step::Elapsed { .. }
                | Step::Due { .. } => {}
            }
        }
        date
    }
}

fn count(zero: NaiveDate, within: Within, skipped: &[Skipped]) -> Option<NaiveDate> {
    match within {
        Within::WorkingDays(n) => {
            let counts = |date: &NaiveDate| !skipped.iter().any(|s| s.date == *date);
            let (first, nth) = if n == 0 { (0, 0) } else { (1, usize::from(n) - 1) };
            zero.iter_days().skip(first).filter(counts).nth(nth)
        }
        Within::CalendarDays(n) => Some(zero + TimeDelta::days(i64::from(n))),
        Within::CalendarMonths(n) => Some(months_after(zero, n)),
        Within::Elapsed(_) | Within::OfficeTime(_) | Within::AgreedTime => None,
    }
}
