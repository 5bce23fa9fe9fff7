//! Days of a calendar: finding them, and counting working days.

use chrono::{NaiveDate, TimeDelta};

use super::layout::is_weekday;
use super::{Calendar, Day, NonWorking, OutsideCalendar};

impl Calendar {
    /// Returns the local day that contains the instant `at`, in Unix seconds.
    ///
    /// # Errors
    /// Returns an error if `at` is outside the calendar.
    pub fn day_of(&self, at: i64) -> Result<Day, OutsideCalendar> {
        let start = self.midnights.first().copied().unwrap_or_default();
        // A change of the clocks moves midnight by an hour at most, so the guess is off by one day at most.
        let guess = (at - start).div_euclid(86_400);
        let mut index = usize::try_from(guess).map_err(|_| self.outside(at))?;
        if self.midnights.get(index).is_some_and(|&midnight| midnight > at) {
            index = index.checked_sub(1).ok_or_else(|| self.outside(at))?;
        } else if self.midnights.get(index + 1).is_some_and(|&next| next <= at) {
            index += 1;
        }
        self.nth(index).ok_or_else(|| self.outside(at))
    }

    /// Returns the day with this date.
    ///
    /// # Errors
    /// Returns an error if the date is outside the calendar.
    pub fn day_on(&self, date: NaiveDate) -> Result<Day, OutsideCalendar> {
        usize::try_from((date - self.first).num_days())
            .ok()
            .and_then(|index| self.nth(index))
            .ok_or_else(|| self.outside_on(date))
    }

    /// Returns the date of a day.
    #[must_use]
    pub fn date(&self, day: Day) -> NaiveDate {
        self.first + TimeDelta::days(i64::from(day.0))
    }

    /// Returns true if `day` is a working day.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        self.working_before_or_on(day) > self.working_before(day)
    }

    /// Returns the reason why `day` is not a working day, or `None` if it is one.
    #[must_use]
    pub fn why_not_working(&self, day: Day) -> Option<NonWorking> {
        let date = self.date(day);
        // A bank holiday on a Saturday counts as a Saturday: its substitute day has the name.
        if !is_weekday(date) {
            return Some(NonWorking::Weekend);
        }
        self.named.get(&date).cloned()
    }

    /// Returns the `n`th working day after `day`. If `n` is 0, returns `day` itself if it is a working
    /// day, and otherwise the next working day.
    ///
    /// # Errors
    /// Returns an error if that day is outside the calendar.
    pub fn working_day_after(&self, day: Day, n: u16) -> Result<Day, OutsideCalendar> {
        let index = if n == 0 {
            self.working_before(day)
        } else {
            self.working_before_or_on(day) + usize::from(n) - 1
        };
        self.working
            .get(index)
            .map(|&day| Day(day))
            .ok_or_else(|| self.outside_on(self.date(day) + TimeDelta::days(2 * i64::from(n))))
    }

    /// Returns the last working day before `day`, or `None` if the calendar has none.
    #[must_use]
    pub fn working_day_before(&self, day: Day) -> Option<Day> {
        let index = self.working_before(day).checked_sub(1)?;
        self.working.get(index).map(|&day| Day(day))
    }

    /// Returns the day that is `days` calendar days after `day`.
    ///
    /// # Errors
    /// Returns an error if that day is outside the calendar.
    pub fn days_after(&self, day: Day, days: u16) -> Result<Day, OutsideCalendar> {
        self.nth(usize::from(day.0) + usize::from(days))
            .ok_or_else(|| self.outside_on(self.date(day) + TimeDelta::days(i64::from(days))))
    }

    /// Returns the days after one and before another, both ends excluded.
    pub fn days_between(&self, after: Day, before: Day) -> impl Iterator<Item = Day> + use<> {
        (after.0.saturating_add(1)..before.0).map(Day)
    }

    /// Returns the number of working days from one day to another, both included, that come after `zero`.
    #[must_use]
    pub fn working_days_in(&self, zero: Day, from: Day, until: Day) -> usize {
        let before = self.working_before(from).max(self.working_before_or_on(zero));
        self.working_before_or_on(until).saturating_sub(before)
    }

    fn working_before_or_on(&self, day: Day) -> usize {
        self.working_up_to.get(usize::from(day.0)).copied().map_or(0, usize::from)
    }

    fn working_before(&self, day: Day) -> usize {
        usize::from(day.0)
            .checked_sub(1)
            .and_then(|before| self.working_up_to.get(before))
            .copied()
            .map_or(0, usize::from)
    }
}
