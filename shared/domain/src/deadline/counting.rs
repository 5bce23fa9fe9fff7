//! From the start of a promise to the instant at which it is due.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use super::trace::{Trace, Untraced};
use super::{DeferralReason, Derivation, DueReason, Skipped, Step};
use crate::calendar::{Calendar, Day, OutsideCalendar};
use crate::standards::{Counting, DueAt, IfNotWorking, Milestone, OutOfHours, Within};
use crate::time;

/// The end of a count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    /// The last second that is in time, in Unix seconds.
    pub(super) at: i64,
    /// The kind of end that this second is.
    pub(super) because: DueReason,
}

/// A start after the standard's rule for messages outside office hours.
#[derive(Clone, Copy, Debug)]
struct EffectiveStart {
    /// The instant from which elapsed time runs, in Unix seconds.
    at: i64,
    /// Day 0.
    day: Day,
}

impl Counting {
    /// Returns the last instant at which a promise that starts at `start` is met.
    ///
    /// `calendar` is the one that [`Counting::calendar`] names. Only whole seconds count: a start is
    /// taken to its second, and the due second itself is in time.
    ///
    /// ```
    /// use domain::calendar::Observed;
    /// use domain::standards::{Counting, DueAt, IfNotWorking, OutOfHours};
    /// use domain::library::load_built_in;
    ///
    /// let organisation = load_built_in("westkent")?;
    /// let counting = Counting {
    ///     within: "3 working days".parse()?,
    ///     due: DueAt::Close,
    ///     out_of_hours: OutOfHours::Counts,
    ///     if_not_working: IfNotWorking::Stays,
    ///     calendar: Observed::Provider,
    /// };
    /// let calendar = organisation.calendar(counting.calendar);
    /// // Wednesday 29 April 2026; Monday 4 May is a bank holiday. The office closes at 17:15.
    /// let start = "2026-04-29T09:00:00Z".parse()?;
    /// assert_eq!(counting.due(calendar, start)?.to_string(), "2026-05-05 16:15:00 UTC");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Returns an error if the start or the due instant lies outside the years of the calendar.
    pub fn due(
        &self,
        calendar: &Calendar,
        start: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, OutsideCalendar> {
        let due = self.due_seconds(calendar, start.timestamp())?;
        Ok(DateTime::from_timestamp(due, 0).unwrap_or_default())
    }

    /// Returns the same as [`Counting::due`], with both instants in Unix seconds.
    ///
    /// # Errors
    /// Returns an error if the start or the due instant lies outside the years of the calendar.
    pub fn due_seconds(&self, calendar: &Calendar, start: i64) -> Result<i64, OutsideCalendar> {
        Ok(self.walk(calendar, start, 0, &mut Untraced)?.at)
    }

    /// Returns the due instant of a promise that starts at `start` (Unix seconds) with every step
    /// that leads to it.
    ///
    /// # Errors
    /// Returns an error if the start or the due instant lies outside the years of the calendar.
    pub fn derive(&self, calendar: &Calendar, start: i64) -> Result<Derivation, OutsideCalendar> {
        self.derive_from(calendar, start, Milestone::Received)
    }

    /// Derives a promise that `milestone` starts.
    pub(super) fn derive_from(
        &self,
        calendar: &Calendar,
        start: i64,
        milestone: Milestone,
    ) -> Result<Derivation, OutsideCalendar> {
        let mut steps = vec![Step::Received { at: calendar.local(start), milestone }];
        self.walk(calendar, start, 0, &mut steps)?;
        Ok(Derivation { steps })
    }

    /// Counts from `start` (Unix seconds) to the due instant. Every rule of counting stands here,
    /// with the step that accounts for it.
    ///
    /// `paused` is the number of days on which the promise was paused. They are added to a date
    /// before the rule for days that are not working days.
    pub(super) fn walk(
        &self,
        calendar: &Calendar,
        start: i64,
        paused: u16,
        trace: &mut impl Trace,
    ) -> Result<Due, OutsideCalendar> {
        let from = self.effective_start(calendar, start, trace)?;
        let due = match self.within {
            Within::Elapsed(seconds) => {
                let at = from.at + i64::from(seconds);
                calendar.day_of(at)?;
                self.trace_elapsed(calendar, from.at, at, trace);
                Due { at, because: DueReason::Elapsed }
            }
            Within::Immediately => {
                let at = from.at + i64::from(Within::IMMEDIATELY);
                calendar.day_of(at)?;
                self.trace_elapsed(calendar, from.at, at, trace);
                Due { at, because: DueReason::Elapsed }
            }
            Within::OfficeTime(seconds) => {
                let at = calendar.add_open_seconds(from.at, i64::from(seconds))?;
                self.trace_elapsed(calendar, from.at, at, trace);
                Due { at, because: DueReason::Elapsed }
            }
            Within::AgreedTime => Due { at: from.at, because: DueReason::Agreed },
            Within::WorkingDays(n) | Within::ClearWorkingDays(n) => {
                let last = calendar.working_day_after(from.day, n)?;
                trace_day_zero(calendar, from.day, trace);
                trace.record(|| {
                    // "The same working day": day 0 itself is the first that could count.
                    let zero = (n == 0).then(|| Skipped::on(calendar, from.day)).flatten();
                    let after = Skipped::between(calendar, from.day, last);
                    self.counted(calendar, last, zero.into_iter().chain(after).collect(), false)
                });
                let last = add_working_days_paused(calendar, last, paused, trace)?;
                self.end_of(calendar, last)
            }
            Within::CalendarDays(n) => {
                let last = calendar.days_after(from.day, n)?;
                trace_day_zero(calendar, from.day, trace);
                trace.record(|| self.counted(calendar, last, Vec::new(), false));
                let last = add_paused(calendar, last, paused, trace)?;
                self.end_of(calendar, self.roll(calendar, last, trace)?)
            }
            Within::CalendarMonths(n) => {
                let zero = calendar.date(from.day);
                let date = months_after(zero, n);
                let last = calendar.day_on(date)?;
                trace_day_zero(calendar, from.day, trace);
                let clamped = zero.day() != date.day();
                trace.record(|| self.counted(calendar, last, Vec::new(), clamped));
                let last = add_paused(calendar, last, paused, trace)?;
                self.end_of(calendar, self.roll(calendar, last, trace)?)
            }
        };
        trace.record(|| Step::Due { at: calendar.local(due.at), because: due.because });
        Ok(due)
    }

    /// Applies the rule for messages outside office hours.
    fn effective_start(
        &self,
        calendar: &Calendar,
        start: i64,
        trace: &mut impl Trace,
    ) -> Result<EffectiveStart, OutsideCalendar> {
        let day = calendar.day_of(start)?;
        let from = match self.out_of_hours {
            OutOfHours::Counts => return Ok(EffectiveStart { at: start, day }),
            OutOfHours::AfterCloseNextWorkingDay => {
                if calendar.is_working(day) && start <= calendar.close(day) {
                    return Ok(EffectiveStart { at: start, day });
                }
                next_working_day(calendar, day)?
            }
            OutOfHours::NextWorkingDay => {
                if calendar.is_open(start) {
                    return Ok(EffectiveStart { at: start, day });
                }
                next_working_day(calendar, day)?
            }
            OutOfHours::NextOpening => {
                let at = calendar.next_open(start)?;
                if at == start {
                    return Ok(EffectiveStart { at, day });
                }
                EffectiveStart { at, day: calendar.day_of(at)? }
            }
        };
        trace.record(|| Step::Deferred {
            to: calendar.local(from.at),
            why: why_deferred(calendar, day, start),
            skipped: Skipped::between(calendar, day, from.day).collect(),
        });
        Ok(from)
    }

    /// Moves a last day that is not a working day, if the standard says so.
    fn roll(
        &self,
        calendar: &Calendar,
        day: Day,
        trace: &mut impl Trace,
    ) -> Result<Day, OutsideCalendar> {
        if self.if_not_working == IfNotWorking::Stays || calendar.is_working(day) {
            return Ok(day);
        }
        let to = calendar.working_day_after(day, 0)?;
        trace.record(|| {
            let first = Skipped::on(calendar, day);
            let skipped = first.into_iter().chain(Skipped::between(calendar, day, to)).collect();
            Step::Rolled { to: calendar.date(to), skipped }
        });
        Ok(to)
    }

    /// Returns the second in which a promise ends whose last day is `day`.
    pub(super) fn end_of(&self, calendar: &Calendar, day: Day) -> Due {
        match self.due {
            // On a day without office hours nothing closes; the time is that of the latest closing.
            DueAt::Close if calendar.opening(day).is_none() => {
                Due { at: calendar.close(day), because: DueReason::TimeOfDay }
            }
            DueAt::Close => Due { at: calendar.close(day), because: DueReason::Close },
            DueAt::EndOfDay => Due { at: calendar.end_of_day(day), because: DueReason::EndOfDay },
            DueAt::TimeOfDay(time) => {
                let at = time::instant(calendar.zone(), calendar.date(day).and_time(time));
                Due { at: at.timestamp(), because: DueReason::TimeOfDay }
            }
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

    fn trace_elapsed(&self, calendar: &Calendar, from: i64, to: i64, trace: &mut impl Trace) {
        trace.record(|| {
            let offset = |at| calendar.local(at).offset().local_minus_utc();
            Step::Elapsed { within: self.within, clocks_change: offset(from) != offset(to) }
        });
    }
}

fn trace_day_zero(calendar: &Calendar, day: Day, trace: &mut impl Trace) {
    trace.record(|| Step::DayZero { date: calendar.date(day), working: calendar.is_working(day) });
}

/// Adds the days on which the promise was paused.
fn add_paused(
    calendar: &Calendar,
    day: Day,
    days: u16,
    trace: &mut impl Trace,
) -> Result<Day, OutsideCalendar> {
    if days == 0 {
        return Ok(day);
    }
    let to = calendar.days_after(day, days)?;
    let within = Within::CalendarDays(days);
    trace.record(|| Step::Paused { within, to: calendar.date(to), skipped: Vec::new() });
    Ok(to)
}

/// Leaves out the working days on which the promise was paused.
fn add_working_days_paused(
    calendar: &Calendar,
    day: Day,
    days: u16,
    trace: &mut impl Trace,
) -> Result<Day, OutsideCalendar> {
    if days == 0 {
        return Ok(day);
    }
    let to = calendar.working_day_after(day, days)?;
    trace.record(|| Step::Paused {
        within: Within::WorkingDays(days),
        to: calendar.date(to),
        skipped: Skipped::between(calendar, day, to).collect(),
    });
    Ok(to)
}

fn next_working_day(calendar: &Calendar, day: Day) -> Result<EffectiveStart, OutsideCalendar> {
    let day = calendar.working_day_after(day, 1)?;
    let at = calendar.opening(day).unwrap_or_else(|| calendar.close(day));
    Ok(EffectiveStart { at, day })
}

fn why_deferred(calendar: &Calendar, day: Day, start: i64) -> DeferralReason {
    if !calendar.is_working(day) {
        DeferralReason::NotAWorkingDay
    } else if start > calendar.close(day) {
        DeferralReason::AfterClose { closed_at: calendar.local(calendar.close(day)) }
    } else {
        DeferralReason::NotOpen
    }
}

/// Returns the corresponding date `n` months on, or the last day of a month that has no such date.
pub(super) fn months_after(date: NaiveDate, n: u16) -> NaiveDate {
    date.checked_add_months(Months::new(u32::from(n))).unwrap_or(NaiveDate::MAX)
}
