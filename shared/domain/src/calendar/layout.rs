//! The days of an office, laid out once so that counting is a look-up.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::non_working::named_days;
use super::{Closure, NonWorking, OfficeHours};
use crate::time;

/// A day of a [`Calendar`], counted from its first day. It has a meaning in that calendar alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub(super) u16);

/// A date outside the years for which the bank holidays are known.
#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
#[error(
    "{date} is outside the years that the bank holidays cover, {first} to {last}, so nothing can be \
     counted there. Correct the date, or use a version of Kept whose list reaches it"
)]
pub struct OutsideCalendar {
    /// The date asked for, or the nearest that can be named.
    pub date: NaiveDate,
    /// The first day that the calendar covers.
    pub first: NaiveDate,
    /// The last day that the calendar covers.
    pub last: NaiveDate,
}

/// The working days and office hours of one provider, over the years for which the bank holidays are
/// known.
///
/// Everything is laid out as instants when the calendar is made. A deadline then costs a few look-ups,
/// and the changes of the clocks in spring and autumn are dealt with here alone. Instants are Unix
/// seconds; dates and times of day are local to the calendar's time zone.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub(super) zone: Tz,
    pub(super) first: NaiveDate,
    /// Days from 1 January 1970 to the first day.
    pub(super) utc_first: i64,
    /// Midnight at the start of each day and of the day after the last, in Unix seconds.
    pub(super) midnights: Vec<i64>,
    /// The number of working days up to and including each day.
    pub(super) working_up_to: Vec<u16>,
    /// The working days in order.
    pub(super) working: Vec<u16>,
    /// Close of business on each day, in Unix seconds; nominal if the day has no office hours.
    pub(super) closes: Vec<i64>,
    /// All opening periods in order, in Unix seconds, both ends included.
    pub(super) periods: Vec<(i64, i64)>,
    /// The index into `periods` of each day's first period, and of the day after the last.
    pub(super) first_period: Vec<u32>,
    pub(super) named: BTreeMap<NaiveDate, NonWorking>,
}

impl Calendar {
    /// Lays out every day from 1 January of `years.0` to 31 December of `years.1`.
    ///
    /// `holidays` are the bank holidays by date. The working week is Monday to Friday even if the
    /// office opens on Saturdays, because that is what English law and every published promise mean
    /// by it.
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
            named: named_days(holidays, closures),
        };
        let nominal_close = hours.nominal_close();
        let mut date = first;
        let mut midnight = time::instant(zone, date.and_time(NaiveTime::MIN)).timestamp();
        while date < end {
            let tomorrow = date + TimeDelta::days(1);
            let next_midnight = time::instant(zone, tomorrow.and_time(NaiveTime::MIN)).timestamp();
            // Unless the clocks change, every time of the day is midnight plus what the clock shows.
            let clocks_stay = next_midnight - midnight == 86_400;
            let on_clock = |t: NaiveTime| {
                if clocks_stay {
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

    /// Returns the first and the last day that the calendar covers.
    #[must_use]
    pub fn range(&self) -> (NaiveDate, NaiveDate) {
        let days = i64::try_from(self.working_up_to.len()).unwrap_or_default();
        (self.first, self.first + TimeDelta::days(days - 1))
    }

    pub(super) fn nth(&self, index: usize) -> Option<Day> {
        (index < self.working_up_to.len()).then_some(Day(u16::try_from(index).ok()?))
    }

    pub(super) fn outside(&self, at: i64) -> OutsideCalendar {
        self.outside_on(DateTime::from_timestamp(at, 0).unwrap_or_default().date_naive())
    }

    pub(super) fn outside_on(&self, date: NaiveDate) -> OutsideCalendar {
        let (first, last) = self.range();
        OutsideCalendar { date, first, last }
    }
}

pub(super) fn is_weekday(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
