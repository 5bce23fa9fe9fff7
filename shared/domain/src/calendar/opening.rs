//! Office hours of a calendar: opening, closing, and counting office time. All instants are Unix seconds.

use super::{Calendar, Day, OutsideCalendar};

impl Calendar {
    /// Returns close of business on `day`. A day without office hours has the nominal close of
    /// [`OfficeHours::nominal_close`](super::OfficeHours::nominal_close).
    #[must_use]
    pub fn close(&self, day: Day) -> i64 {
        self.closes.get(usize::from(day.0)).copied().unwrap_or_default()
    }

    /// Returns the last second of `day`.
    #[must_use]
    pub fn end_of_day(&self, day: Day) -> i64 {
        self.midnights.get(usize::from(day.0) + 1).copied().unwrap_or_default() - 1
    }

    /// Returns the first opening on `day`, or `None` if the office does not open that day.
    #[must_use]
    pub fn opening(&self, day: Day) -> Option<i64> {
        self.periods_on(day).first().map(|period| period.0)
    }

    /// Returns the periods during which the office is open on `day`, both ends included.
    #[must_use]
    pub fn periods_on(&self, day: Day) -> &[(i64, i64)] {
        let index = usize::from(day.0);
        let bound = |i: usize| self.first_period.get(i).copied().unwrap_or_default() as usize;
        self.periods.get(bound(index)..bound(index + 1)).unwrap_or(&[])
    }

    /// Returns true if the office is open at `at`. The second of closing counts as open.
    #[must_use]
    pub fn is_open(&self, at: i64) -> bool {
        self.periods.get(self.not_over(at)).is_some_and(|period| period.0 <= at)
    }

    /// Returns `at` if the office is open then, and otherwise the next opening.
    ///
    /// # Errors
    /// Returns an error if the office does not open again within the calendar.
    pub fn next_open(&self, at: i64) -> Result<i64, OutsideCalendar> {
        let next = self.periods.get(self.not_over(at));
        next.map(|period| period.0.max(at)).ok_or_else(|| self.outside(at))
    }

    /// Returns `at` if the office is open then, and otherwise the last closing before it. Returns
    /// `None` before the first opening of the calendar.
    #[must_use]
    pub fn last_open(&self, at: i64) -> Option<i64> {
        let next = self.periods.partition_point(|period| period.0 <= at);
        let period = self.periods.get(next.checked_sub(1)?)?;
        Some(period.1.min(at))
    }

    /// Returns the instant that is `seconds` of office time after `at`. A count that ends at closing
    /// time ends there, and not at the next opening.
    ///
    /// # Errors
    /// Returns an error if the calendar ends first.
    pub fn add_open_seconds(&self, at: i64, seconds: i64) -> Result<i64, OutsideCalendar> {
        let mut index = self.not_over(at);
        let mut left = seconds;
        while let Some(&(open, close)) = self.periods.get(index) {
            // The second of closing counts as open, but no office time is left in it.
            if close == at {
                index += 1;
                continue;
            }
            let from = open.max(at);
            if left <= close - from {
                return Ok(from + left);
            }
            left -= close - from;
            index += 1;
        }
        Err(self.outside(at.saturating_add(seconds)))
    }

    /// Returns the index of the first opening period that ends at or after `at`.
    fn not_over(&self, at: i64) -> usize {
        let today = self.day_of(at).ok().and_then(|day| self.first_period.get(usize::from(day.0)));
        let Some(&from) = today else {
            return self.periods.partition_point(|period| period.1 < at);
        };
        let mut index = from as usize;
        while self.periods.get(index).is_some_and(|period| period.1 < at) {
            index += 1;
        }
        index
    }
}
