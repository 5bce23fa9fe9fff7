//! The account of how a due instant was found, step by step, as data.

use chrono::{DateTime, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::due::{months_after, was_clamped};
use crate::calendar::{Calendar, Day, NonWorking, OutsideCalendar};
use crate::standards::{Counting, DueAt, IfNotWorking, Milestone, Within};

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

impl Counting {
    /// The due instant of a clock that starts at `start` (Unix seconds), with every step to it.
    ///
    /// # Errors
    /// As [`Counting::due`], with which it always agrees.
    pub fn derive(&self, calendar: &Calendar, start: i64) -> Result<Derivation, OutsideCalendar> {
        self.derive_paused(calendar, start, 0)
    }

    /// [`Counting::derive`] of a clock that stood still for so many days.
    ///
    /// # Errors
    /// As [`Counting::due`].
    pub fn derive_paused(
        &self,
        calendar: &Calendar,
        start: i64,
        paused: u16,
    ) -> Result<Derivation, OutsideCalendar> {
        let due = self.due_seconds_paused(calendar, start, paused)?;
        let from = self.effective(calendar, start)?;
        let milestone = Milestone::Received;
        let mut steps = vec![Step::Received { at: calendar.local(start), milestone }];
        let received_day = calendar.day_of(start)?;
        if from.at != start || from.day != received_day {
            steps.push(Step::Deferred {
                to: calendar.local(from.at),
                why: self.why_deferred(calendar, received_day, start),
                skipped: skipped(calendar, received_day, from.day),
            });
        }
        let zero = calendar.date(from.day);
        let day_zero = Step::DayZero { date: zero, working: calendar.is_working(from.day) };
        let because = match self.due {
            DueAt::Close => WhyDue::Close,
            DueAt::EndOfDay => WhyDue::EndOfDay,
        };
        let because = match self.within {
            Within::WorkingDays(n) => {
                let to = calendar.working_day_after(from.day, n)?;
                let mut over: Vec<_> = match n {
                    // "The same working day": the day itself is the first that could count.
                    0 => not_working(calendar, from.day).into_iter().collect(),
                    _ => Vec::new(),
                };
                over.extend(skipped(calendar, from.day, to));
                steps.push(day_zero);
                steps.push(self.counted(calendar, to, over, false));
                because
            }
            Within::CalendarDays(n) => {
                let to = calendar.days_after(from.day, n)?;
                steps.push(day_zero);
                steps.push(self.counted(calendar, to, Vec::new(), false));
                let to = prolonged(calendar, to, paused, &mut steps)?;
                self.rolled(calendar, to, &mut steps)?;
                because
            }
            Within::CalendarMonths(n) => {
                let date = months_after(zero, n);
                let to = calendar.day_on(date)?;
                steps.push(day_zero);
                steps.push(self.counted(calendar, to, Vec::new(), was_clamped(zero, date)));
                let to = prolonged(calendar, to, paused, &mut steps)?;
                self.rolled(calendar, to, &mut steps)?;
                because
            }
            Within::Elapsed(_) | Within::OfficeTime(_) => {
                let offset = |at| calendar.local(at).offset().local_minus_utc();
                let clocks_change = offset(from.at) != offset(due);
                steps.push(Step::Elapsed { within: self.within, clocks_change });
                WhyDue::Elapsed
            }
            Within::AgreedTime => WhyDue::Agreed,
        };
        steps.push(Step::Due { at: calendar.local(due), because });
        Ok(Derivation { steps })
    }

    fn why_deferred(&self, calendar: &Calendar, day: Day, start: i64) -> WhyDeferred {
        if !calendar.is_working(day) {
            WhyDeferred::NotAWorkingDay
        } else if start > calendar.close(day) {
            WhyDeferred::AfterClose { closed_at: calendar.local(calendar.close(day)) }
        } else {
            WhyDeferred::NotOpen
        }
    }

    fn counted(
        &self,
        calendar: &Calendar,
        to: Day,
        skipped: Vec<Skipped>,
        last_day_of_month: bool,
    ) -> Step {
        Step::Counted { within: self.within, to: calendar.date(to), skipped, last_day_of_month }
    }

    fn rolled(
        &self,
        calendar: &Calendar,
        day: Day,
        steps: &mut Vec<Step>,
    ) -> Result<(), OutsideCalendar> {
        if self.if_not_working == IfNotWorking::NextWorkingDay && !calendar.is_working(day) {
            let to = calendar.working_day_after(day, 0)?;
            let mut over: Vec<_> = not_working(calendar, day).into_iter().collect();
            over.extend(skipped(calendar, day, to));
            steps.push(Step::Rolled { to: calendar.date(to), skipped: over });
        }
        Ok(())
    }
}

/// The days on which the clock stood still, added.
fn prolonged(
    calendar: &Calendar,
    day: Day,
    paused: u16,
    steps: &mut Vec<Step>,
) -> Result<Day, OutsideCalendar> {
    if paused == 0 {
        return Ok(day);
    }
    let to = calendar.days_after(day, paused)?;
    steps.push(Step::Paused { days: paused, to: calendar.date(to) });
    Ok(to)
}

fn received() -> Milestone {
    Milestone::Received
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_received(milestone: &Milestone) -> bool {
    *milestone == Milestone::Received
}

/// The days strictly between two that are not working days, and why.
fn skipped(calendar: &Calendar, after: Day, before: Day) -> Vec<Skipped> {
    let days = calendar.days_between(after, before);
    days.filter_map(|day| not_working(calendar, day)).collect()
}

fn not_working(calendar: &Calendar, day: Day) -> Option<Skipped> {
    // Most days are working days, and whether they are is a look-up in a list.
    if calendar.is_working(day) {
        return None;
    }
    Some(Skipped { date: calendar.date(day), why: calendar.why_not_working(day)? })
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
