//! The hours during which an office is open, by day of the week.

use chrono::{NaiveTime, Weekday};
use thiserror::Error;

/// One opening period of a day, in local time. Both ends belong to it: a message at the very second of
/// closing is within office hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The opening time.
    pub open: NaiveTime,
    /// The closing time.
    pub close: NaiveTime,
}

/// The office hours of a week. A day may be split ("09:00-12:30, 13:30-17:00") or closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfficeHours {
    /// The days of the week, Monday first.
    week: [Vec<Period>; 7],
}

/// The reason why office hours cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum HoursError {
    /// The text is not of the form `HH:MM-HH:MM`.
    #[error(
        "`{0}` is not a period of office hours. Write `09:00-17:00`, `09:00-12:30, 13:30-17:00` or `closed`"
    )]
    Form(String),
    /// A period ends before it begins, or begins before the one in front of it has ended.
    #[error(
        "`{0}` is out of order. A period opens before it closes, and the next opens after that"
    )]
    Order(String),
    /// No day has office hours.
    #[error(
        "the office is closed on every day. Give at least one day its hours, such as monday = \"09:00-17:00\""
    )]
    NeverOpen,
}

impl OfficeHours {
    /// Reads the office hours of each day, Monday first.
    ///
    /// # Errors
    /// Returns an error if a day cannot be read, or no day has office hours.
    pub fn new(week: [&str; 7]) -> Result<Self, HoursError> {
        let mut days: [Vec<Period>; 7] = Default::default();
        for (day, text) in days.iter_mut().zip(week) {
            *day = parse_day(text)?;
        }
        if days.iter().all(Vec::is_empty) {
            return Err(HoursError::NeverOpen);
        }
        Ok(Self { week: days })
    }

    /// Returns the opening periods of `weekday`, in order.
    #[must_use]
    pub fn on(&self, weekday: Weekday) -> &[Period] {
        self.week.get(weekday.num_days_from_monday() as usize).map_or(&[], Vec::as_slice)
    }

    /// Returns the latest closing time of the week: close of business on a day without office hours.
    #[must_use]
    pub fn nominal_close(&self) -> NaiveTime {
        self.week.iter().flatten().map(|period| period.close).max().unwrap_or_default()
    }
}

/// Reads one day: `closed`, or periods separated by commas.
fn parse_day(text: &str) -> Result<Vec<Period>, HoursError> {
    if text.trim() == "closed" {
        return Ok(Vec::new());
    }
    let mut periods: Vec<Period> = Vec::new();
    for part in text.split(',') {
        let form = || HoursError::Form(part.trim().to_owned());
        let (open, close) = part.split_once('-').ok_or_else(form)?;
        let time = |t: &str| NaiveTime::parse_from_str(t.trim(), "%H:%M").map_err(|_| form());
        let period = Period { open: time(open)?, close: time(close)? };
        let after_last = periods.last().is_none_or(|last| last.close < period.open);
        if period.open >= period.close || !after_last {
            return Err(HoursError::Order(part.trim().to_owned()));
        }
        periods.push(period);
    }
    Ok(periods)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monday(text: &str) -> Result<OfficeHours, HoursError> {
        OfficeHours::new([text, "closed", "closed", "closed", "closed", "closed", "closed"])
    }

    #[test]
    fn a_day_may_be_split() {
        let hours = monday("09:00-12:30, 13:30-17:00").unwrap();
        assert_eq!(hours.on(Weekday::Mon).len(), 2);
        assert_eq!(hours.on(Weekday::Tue), &[]);
        assert_eq!(hours.nominal_close(), NaiveTime::from_hms_opt(17, 0, 0).unwrap());
    }

    #[test]
    fn hours_that_make_no_sense_are_refused_by_name() {
        assert_eq!(monday("9 till 5"), Err(HoursError::Form("9 till 5".into())));
        assert_eq!(monday("09:00-25:00"), Err(HoursError::Form("09:00-25:00".into())));
        assert_eq!(monday("17:00-09:00"), Err(HoursError::Order("17:00-09:00".into())));
        assert_eq!(
            monday("09:00-13:00, 12:30-17:00"),
            Err(HoursError::Order("12:30-17:00".into()))
        );
        assert_eq!(monday("closed"), Err(HoursError::NeverOpen));
    }
}
