//! The days of an office, laid out once so that counting is a look-up.

use std::collections::BTreeMap;

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::OfficeHours;
use crate::time;

/// A day of a [`Calendar`], counted from its first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(u16);

/// Why a day is not a working day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", content = "name", rename_all = "kebab-case")]
pub enum NonWorking {
    /// Not a day of the working week.
    Weekend,
    /// A bank holiday, by name.
    BankHoliday(String),
    /// A closure that the provider has published, by name.
    Closure(String),
}

/// Days on which a provider has announced that it is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// First day.
    pub from: NaiveDate,
    /// Last day, itself closed.
    pub to: NaiveDate,
    /// What people call it: "Christmas closure".
    pub name: String,
}

/// A date that lies outside the years the bank holidays are known for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "{date} is outside the years that the bank holidays cover, {first} to {last}, so nothing can be \
     counted there; correct the date, or use a version of Kept whose list reaches it"
)]
pub struct OutsideCalendar {
    /// The date asked for, or the nearest that could be named.
    pub date: NaiveDate,
    /// First day covered.
    pub first: NaiveDate,
    /// Last day covered.
    pub last: NaiveDate,
}

/// Working days and office hours over the years that the bank holidays are known for.
///
/// Everything is laid out as instants when the calendar is made: a deadline then costs a few
/// look-ups, and the clocks' changes in spring and autumn are dealt with in one place, here.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: Tz,
    first: NaiveDate,
    /// Days from the first of January 1970 to the first day.
    utc_first: i64,
    /// Midnight at the start of each day and of the day after the last, as Unix seconds.
    midnights: Vec<i64>,
    /// How many working days there are up to and including each day.
    working_up_to: Vec<u16>,
    /// The working days in order.
    working: Vec<u16>,
    /// Close of business on each day, as Unix seconds; nominal where the day has no hours.
    closes: Vec<i64>,
    /// All stretches of opening in order: Unix seconds, both ends included.
    periods: Vec<(i64, i64)>,
    /// Index into `periods` of each day's first stretch, and of the day after the last.
    first_period: Vec<u32>,
    named: BTreeMap<NaiveDate, NonWorking>,
}

impl Calendar {
    /// Lays out every day from the first of January of `years.0` to the end of `years.1`.
    ///
    /// `holidays` are bank holidays by date. The working week is Monday to Friday: what English
    /// law and every published promise mean by it, also where an office opens on a Saturday.
    #[must_use]
    pub fn new(
        zone: Tz,
        years: (i32, i32),
        hours: &OfficeHours,
        holidays: &BTreeMap<NaiveDate, String>,
        closures: &[Closure],
    ) -> Self {
        let first = NaiveDate::from_ymd_opt(years.0, 1, 1).unwrap_or_default();
        let end = NaiveDate::from_ymd_opt(years.1 + 1, 1, 1).unwrap_or_default();
        let named = named_days(holidays, closures);
        let mut calendar = Self {
            zone,
            first,
            utc_first: (first - DateTime::UNIX_EPOCH.date_naive()).num_days(),
            midnights: Vec::new(),
            working_up_to: Vec::new(),
            working: Vec::new(),
            closes: Vec::new(),
            periods: Vec::new(),
            first_period: Vec::new(),
            named,
        };
        let nominal_close = hours.nominal_close();
        let mut date = first;
        let mut midnight = time::instant(zone, date.and_time(NaiveTime::MIN)).timestamp();
        while date < end {
            let tomorrow = date + TimeDelta::days(1);
            let next_midnight = time::instant(zone, tomorrow.and_time(NaiveTime::MIN)).timestamp();
            // On a day without a change of clocks every time is midnight plus what the clock shows.
            let plain = next_midnight - midnight == 86_400;
            let on_clock = |t: NaiveTime| {
                if plain {
                    midnight + (t - NaiveTime::MIN).num_seconds()
                } else {
                    time::instant(zone, date.and_time(t)).timestamp()
                }
            };
            calendar.push_day(date, midnight, hours, nominal_close, on_clock);
            (date, midnight) = (tomorrow, next_midnight);
        }
        calendar.midnights.push(midnight);
        calendar.first_period.push(u32::try_from(calendar.periods.len()).unwrap_or(u32::MAX));
        calendar
    }

    fn push_day(
        &mut self,
        date: NaiveDate,
        midnight: i64,
        hours: &OfficeHours,
        nominal_close: NaiveTime,
        on_clock: impl Fn(NaiveTime) -> i64,
    ) {
        let index = u16::try_from(self.midnights.len()).unwrap_or(u16::MAX);
        self.midnights.push(midnight);
        self.first_period.push(u32::try_from(self.periods.len()).unwrap_or(u32::MAX));
        let periods = hours.on(date.weekday());
        if is_weekday(date) && !self.named.contains_key(&date) {
            self.working.push(index);
            self.periods.extend(periods.iter().map(|p| (on_clock(p.open), on_clock(p.close))));
        }
        self.working_up_to.push(u16::try_from(self.working.len()).unwrap_or(u16::MAX));
        self.closes.push(on_clock(periods.last().map_or(nominal_close, |p| p.close)));
    }

    /// The zone whose clocks the office keeps.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The day, by the office's clocks, in which `at` (Unix seconds) lies.
    ///
    /// # Errors
    /// When `at` is outside the calendar.
    pub fn day_of(&self, at: i64) -> Result<Day, OutsideCalendar> {
        let start = self.midnights.first().copied().unwrap_or_default();
        // A change of clocks moves midnight by an hour at most, so the guess is at most one day off.
        let guess = (at - start).div_euclid(86_400);
        let mut index = usize::try_from(guess).map_err(|_| self.outside(at))?;
        if self.midnights.get(index).is_some_and(|&midnight| midnight > at) {
            index = index.checked_sub(1).ok_or_else(|| self.outside(at))?;
        } else if self.midnights.get(index + 1).is_some_and(|&next| next <= at) {
            index += 1;
        }
        self.nth(index).ok_or_else(|| self.outside(at))
    }

    /// The day with this date.
    ///
    /// # Errors
    /// When the date is outside the calendar.
    pub fn day_on(&self, date: NaiveDate) -> Result<Day, OutsideCalendar> {
        usize::try_from((date - self.first).num_days())
            .ok()
            .and_then(|index| self.nth(index))
            .ok_or_else(|| self.outside_on(date))
    }

    /// The date of a day.
    #[must_use]
    pub fn date(&self, day: Day) -> NaiveDate {
        self.first + TimeDelta::days(i64::from(day.0))
    }

    /// Whether `day` is a working day.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        self.working_before_or_on(day) > self.working_before(day)
    }

    /// Why `day` is not a working day; `None` where it is one.
    #[must_use]
    pub fn why_not_working(&self, day: Day) -> Option<NonWorking> {
        let date = self.date(day);
        // A bank holiday on a Saturday is named as a Saturday: its substitute day has the name.
        if !is_weekday(date) {
            return Some(NonWorking::Weekend);
        }
        self.named.get(&date).cloned()
    }

    /// The `n`th working day after `day`; with `n` = 0 the day itself, or the next that works.
    ///
    /// # Errors
    /// When it lies outside the calendar.
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

    /// The last working day before `day`, if the calendar has one.
    #[must_use]
    pub fn working_day_before(&self, day: Day) -> Option<Day> {
        let index = self.working_before(day).checked_sub(1)?;
        self.working.get(index).map(|&day| Day(day))
    }

    /// `days` calendar days after `day`.
    ///
    /// # Errors
    /// When it lies outside the calendar.
    pub fn days_after(&self, day: Day, days: u16) -> Result<Day, OutsideCalendar> {
        self.nth(usize::from(day.0) + usize::from(days))
            .ok_or_else(|| self.outside_on(self.date(day) + TimeDelta::days(i64::from(days))))
    }

    /// Close of business on `day`, in Unix seconds; on a day without hours, the nominal one.
    #[must_use]
    pub fn close(&self, day: Day) -> i64 {
        self.closes.get(usize::from(day.0)).copied().unwrap_or_default()
    }

    /// The last second of `day`, in Unix seconds.
    #[must_use]
    pub fn end_of_day(&self, day: Day) -> i64 {
        self.midnights.get(usize::from(day.0) + 1).copied().unwrap_or_default() - 1
    }

    /// The first opening of `day`, in Unix seconds; `None` where the office does not open.
    #[must_use]
    pub fn opening(&self, day: Day) -> Option<i64> {
        self.periods_on(day).first().map(|period| period.0)
    }

    /// The stretches in which the office is open on `day`: Unix seconds, both ends included.
    #[must_use]
    pub fn periods_on(&self, day: Day) -> &[(i64, i64)] {
        let index = usize::from(day.0);
        let bound = |i: usize| self.first_period.get(i).copied().unwrap_or_default() as usize;
        self.periods.get(bound(index)..bound(index + 1)).unwrap_or(&[])
    }

    /// Whether the office is open at `at` (Unix seconds); the second of closing counts as open.
    #[must_use]
    pub fn is_open(&self, at: i64) -> bool {
        self.periods.get(self.not_over(at)).is_some_and(|period| period.0 <= at)
    }

    /// `at` where the office is open, else when it next opens (Unix seconds).
    ///
    /// # Errors
    /// When it does not open again within the calendar.
    pub fn next_open(&self, at: i64) -> Result<i64, OutsideCalendar> {
        let next = self.periods.get(self.not_over(at));
        next.map(|period| period.0.max(at)).ok_or_else(|| self.outside(at))
    }

    /// `at` where the office is open, else when it last closed (Unix seconds).
    #[must_use]
    pub fn last_open(&self, at: i64) -> Option<i64> {
        let next = self.periods.partition_point(|period| period.0 <= at);
        let period = self.periods.get(next.checked_sub(1)?)?;
        Some(period.1.min(at))
    }

    /// `seconds` of opening hours after `at`. What lands on closing time is due at closing time,
    /// not at the next opening.
    ///
    /// # Errors
    /// When the calendar ends first.
    pub fn add_open_seconds(&self, at: i64, seconds: i64) -> Result<i64, OutsideCalendar> {
        let mut index = self.not_over(at);
        let mut left = seconds;
        while let Some(&(open, close)) = self.periods.get(index) {
            // The second of closing is open, but nothing can be done in it.
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

    /// What the office's clocks show at `at` (Unix seconds).
    #[must_use]
    pub fn local(&self, at: i64) -> DateTime<FixedOffset> {
        let utc = DateTime::<Utc>::from_timestamp(at, 0).unwrap_or_default();
        match self.day_of(at).ok().and_then(|day| self.offset_all(day)) {
            Some(offset) => utc.with_timezone(&offset),
            None => utc.with_timezone(&self.zone).fixed_offset(),
        }
    }

    /// The instant at which the office's clocks show `local`, as [`time::instant`] has it.
    #[must_use]
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let offset = self.day_on(local.date()).ok().and_then(|day| self.offset_all(day));
        offset.map_or_else(
            || time::instant(self.zone, local),
            |offset| (local - TimeDelta::seconds(i64::from(offset.local_minus_utc()))).and_utc(),
        )
    }

    /// The offset of the office's clocks on a day on which they do not change: what separates its
    /// midnight from that of UTC. It saves the look-up in the time-zone database.
    fn offset_all(&self, day: Day) -> Option<FixedOffset> {
        let index = usize::from(day.0);
        let (midnight, next) = (self.midnights.get(index)?, self.midnights.get(index + 1)?);
        let utc = (self.utc_first + i64::from(day.0)) * 86_400;
        let offset = i32::try_from(utc - midnight).ok()?;
        (next - midnight == 86_400).then(|| FixedOffset::east_opt(offset))?
    }

    /// The days after one and before another.
    pub fn days_between(&self, after: Day, before: Day) -> impl Iterator<Item = Day> + use<> {
        (after.0.saturating_add(1)..before.0).map(Day)
    }

    /// First and last day that the calendar covers.
    #[must_use]
    pub fn range(&self) -> (NaiveDate, NaiveDate) {
        let days = i64::try_from(self.working_up_to.len()).unwrap_or_default();
        (self.first, self.first + TimeDelta::days(days - 1))
    }

    /// Index of the first stretch of opening that is not over before `at`.
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

    fn nth(&self, index: usize) -> Option<Day> {
        (index < self.working_up_to.len()).then_some(Day(u16::try_from(index).ok()?))
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

    fn outside(&self, at: i64) -> OutsideCalendar {
        self.outside_on(DateTime::<Utc>::from_timestamp(at, 0).unwrap_or_default().date_naive())
    }

    fn outside_on(&self, date: NaiveDate) -> OutsideCalendar {
        let (first, last) = self.range();
        OutsideCalendar { date, first, last }
    }
}

fn is_weekday(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Bank holidays first, so that a closure over Christmas does not take their names away.
fn named_days(
    holidays: &BTreeMap<NaiveDate, String>,
    closures: &[Closure],
) -> BTreeMap<NaiveDate, NonWorking> {
    let mut named: BTreeMap<_, _> = holidays
        .iter()
        .map(|(date, name)| (*date, NonWorking::BankHoliday(name.clone())))
        .collect();
    for closure in closures {
        for date in closure.from.iter_days().take_while(|date| *date <= closure.to) {
            named.entry(date).or_insert_with(|| NonWorking::Closure(closure.name.clone()));
        }
    }
    named
}
