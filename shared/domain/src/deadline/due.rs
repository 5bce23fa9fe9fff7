//! The due instant alone, by look-up: what runs a million times in a report or a batch.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use crate::calendar::{Calendar, Day, OutsideCalendar};
use crate::standards::{Counting, DueAt, IfNotWorking, OutOfHours, Within};

/// When a message counts as received, after what the standard says of office hours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effective {
    /// The instant from which elapsed time runs, in Unix seconds.
    pub(super) at: i64,
    /// Day 0.
    pub(super) day: Day,
}

impl Counting {
    /// The last instant at which a promise is kept whose clock starts at `start`.
    ///
    /// `calendar` is the one that [`Counting::calendar`] asks for. Whole seconds: a start is taken
    /// to its second, and the due second itself is in time.
    ///
    /// # Errors
    /// When start or due lie outside the years that the calendar covers.
    pub fn due(
        &self,
        calendar: &Calendar,
        start: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, OutsideCalendar> {
        let due = self.due_seconds(calendar, start.timestamp())?;
        Ok(DateTime::from_timestamp(due, 0).unwrap_or_default())
    }

    /// [`Counting::due`] in Unix seconds.
    ///
    /// # Errors
    /// As [`Counting::due`].
    pub fn due_seconds(&self, calendar: &Calendar, start: i64) -> Result<i64, OutsideCalendar> {
        self.due_seconds_paused(calendar, start, 0)
    }

    /// [`Counting::due_seconds`] of a clock that stood still for so many days, which are added to a
    /// date before it is looked at whether that is a working day.
    ///
    /// # Errors
    /// As [`Counting::due`].
    pub fn due_seconds_paused(
        &self,
        calendar: &Calendar,
        start: i64,
        paused: u16,
    ) -> Result<i64, OutsideCalendar> {
        let from = self.effective(calendar, start)?;
        match self.within {
            Within::Elapsed(seconds) => {
                let due = from.at + i64::from(seconds);
                calendar.day_of(due).map(|_| due)
            }
            Within::OfficeTime(seconds) => calendar.add_open_seconds(from.at, i64::from(seconds)),
            Within::AgreedTime => Ok(from.at),
            Within::WorkingDays(n) => {
                Ok(self.end(calendar, calendar.working_day_after(from.day, n)?))
            }
            Within::CalendarDays(n) => {
                let day = calendar.days_after(from.day, n)?;
                self.end_rolled(calendar, calendar.days_after(day, paused)?)
            }
            Within::CalendarMonths(n) => {
                let day = calendar.day_on(months_after(calendar.date(from.day), n))?;
                self.end_rolled(calendar, calendar.days_after(day, paused)?)
            }
        }
    }

    pub(super) fn effective(
        &self,
        calendar: &Calendar,
        start: i64,
    ) -> Result<Effective, OutsideCalendar> {
        let day = calendar.day_of(start)?;
        let received = Effective { at: start, day };
        match self.out_of_hours {
            OutOfHours::Counts => Ok(received),
            OutOfHours::AfterCloseNextWorkingDay => {
                if calendar.is_working(day) && start <= calendar.close(day) {
                    Ok(received)
                } else {
                    next_working_day(calendar, day)
                }
            }
            OutOfHours::NextWorkingDay => {
                if calendar.is_open(start) {
                    Ok(received)
                } else {
                    next_working_day(calendar, day)
                }
            }
            OutOfHours::NextOpening => {
                let at = calendar.next_open(start)?;
                Ok(Effective { at, day: calendar.day_of(at)? })
            }
        }
    }

    fn end_rolled(&self, calendar: &Calendar, day: Day) -> Result<i64, OutsideCalendar> {
        let day = match self.if_not_working {
            IfNotWorking::Stays => day,
            IfNotWorking::NextWorkingDay => calendar.working_day_after(day, 0)?,
        };
        Ok(self.end(calendar, day))
    }

    pub(super) fn end(&self, calendar: &Calendar, day: Day) -> i64 {
        match self.due {
            DueAt::Close => calendar.close(day),
            DueAt::EndOfDay => calendar.end_of_day(day),
        }
    }
}

fn next_working_day(calendar: &Calendar, day: Day) -> Result<Effective, OutsideCalendar> {
    let day = calendar.working_day_after(day, 1)?;
    let at = calendar.opening(day).unwrap_or_else(|| calendar.close(day));
    Ok(Effective { at, day })
}

/// The corresponding date `n` months on; the last day of a month that has no such date.
pub(super) fn months_after(date: NaiveDate, n: u16) -> NaiveDate {
    date.checked_add_months(Months::new(u32::from(n))).unwrap_or(NaiveDate::MAX)
}

/// Whether the month that a count ended in has no corresponding date.
pub(super) fn was_clamped(from: NaiveDate, to: NaiveDate) -> bool {
    from.day() != to.day()
}
