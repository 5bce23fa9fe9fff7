//! Local time of a calendar, without a look-up in the time-zone database on most days.

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Calendar, Day};
use crate::time;

impl Calendar {
    /// Returns the time zone of the office.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Returns the local time at the instant `at`, in Unix seconds.
    #[must_use]
    pub fn local(&self, at: i64) -> DateTime<FixedOffset> {
        let utc = DateTime::<Utc>::from_timestamp(at, 0).unwrap_or_default();
        match self.day_of(at).ok().and_then(|day| self.offset_all_day(day)) {
            Some(offset) => utc.with_timezone(&offset),
            None => utc.with_timezone(&self.zone).fixed_offset(),
        }
    }

    /// Returns the instant of a local time. A time that the clocks skip or show twice is read as
    /// [`time::instant`] reads it.
    #[must_use]
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let offset = self.day_on(local.date()).ok().and_then(|day| self.offset_all_day(day));
        offset.map_or_else(
            || time::instant(self.zone, local),
            |offset| (local - TimeDelta::seconds(i64::from(offset.local_minus_utc()))).and_utc(),
        )
    }

    /// Returns the offset from UTC on a day on which the clocks do not change: the distance between
    /// its midnight and that of UTC.
    fn offset_all_day(&self, day: Day) -> Option<FixedOffset> {
        let index = usize::from(day.0);
        let (midnight, next) = (self.midnights.get(index)?, self.midnights.get(index + 1)?);
        let utc = (self.utc_first + i64::from(day.0)) * 86_400;
        let offset = i32::try_from(utc - midnight).ok()?;
        (next - midnight == 86_400).then(|| FixedOffset::east_opt(offset))?
    }
}
