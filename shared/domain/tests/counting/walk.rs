//! Counting as a person does it, from day to day, with a wall calendar and a clock. The walk shares
//! nothing with the domain's calendar: it reads the list of bank holidays line by line, and has the
//! office hours itself.

use std::collections::BTreeSet;

use chrono::{
    DateTime, Datelike, Days, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
    TimeZone as _, Utc,
};
use chrono_tz::Tz;
use domain::calendar::Observed;
use domain::standards::{Counting, DueAt, IfNotWorking, OutOfHours, Within};

const LIST: &str = include_str!("../../../standards/bank-holidays.toml");

/// Opening and closing time, in hours and minutes.
pub(crate) type Stretch = ((u32, u32), (u32, u32));

/// The office hours of a week, Monday first.
pub(crate) type Week = [Vec<Stretch>; 7];

/// An office as a person knows it.
pub(crate) struct Office {
    pub(crate) zone: Tz,
    pub(crate) nation: &'static str,
    pub(crate) week: Week,
    pub(crate) closed: BTreeSet<NaiveDate>,
}

/// The office hours of Monday to Thursday, and of Friday.
fn week(most: Stretch, friday: Stretch) -> Week {
    let (most, none) = (vec![most], Vec::new());
    [most.clone(), most.clone(), most.clone(), most, vec![friday], none.clone(), none]
}

/// The office hours that the organisations publish, or that are assumed for them.
pub(crate) fn office(id: &str) -> Office {
    let nine_to_five = ((9, 0), (17, 0));
    let (nation, week) = match id {
        "westkent" => ("england-and-wales", week(((8, 45), (17, 15)), ((8, 45), (16, 45)))),
        "kht" | "lhh" => ("england-and-wales", week(nine_to_five, nine_to_five)),
        "nihe" => ("northern-ireland", week(nine_to_five, nine_to_five)),
        _ => panic!("{id} has no hours here"),
    };
    Office { zone: Tz::Europe__London, nation, week, closed: BTreeSet::new() }
}

/// The bank holidays of a nation, or of all nations with `None`.
fn listed(nation: Option<&str>) -> BTreeSet<NaiveDate> {
    let mut section = "";
    let mut days = BTreeSet::new();
    for line in LIST.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Ok(date) = line.get(..10).unwrap_or("").parse::<NaiveDate>()
            && nation.is_none_or(|nation| nation == section)
        {
            days.insert(date);
        }
    }
    days
}

/// An office with the holidays that a standard observes.
pub(crate) struct Walk<'o> {
    office: &'o Office,
    holidays: BTreeSet<NaiveDate>,
}

impl<'o> Walk<'o> {
    pub(crate) fn new(office: &'o Office, observed: Observed) -> Self {
        let mut holidays = match observed {
            Observed::Provider | Observed::BankHolidays => listed(Some(office.nation)),
            Observed::EnglandAndWales => listed(Some("england-and-wales")),
            Observed::AnyPartOfTheUk => listed(None),
        };
        if observed == Observed::Provider {
            holidays.extend(&office.closed);
        }
        Self { office, holidays }
    }

    pub(crate) fn works(&self, date: NaiveDate) -> bool {
        date.weekday().num_days_from_monday() < 5 && !self.holidays.contains(&date)
    }

    fn next_working(&self, date: NaiveDate) -> NaiveDate {
        let mut date = date + Days::new(1);
        while !self.works(date) {
            date = date + Days::new(1);
        }
        date
    }

    fn hours(&self, date: NaiveDate) -> Vec<(NaiveTime, NaiveTime)> {
        let time = |(h, m)| NaiveTime::from_hms_opt(h, m, 0).unwrap();
        let day = &self.office.week[date.weekday().num_days_from_monday() as usize];
        day.iter().map(|(open, close)| (time(*open), time(*close))).collect()
    }

    /// Closing time on a day; the latest closing time of the week if the day has no hours.
    fn close(&self, date: NaiveDate) -> NaiveTime {
        let latest = || {
            let all = self.office.week.iter().flatten().map(|(_, close)| *close);
            let (h, m) = all.max().unwrap();
            NaiveTime::from_hms_opt(h, m, 0).unwrap()
        };
        self.hours(date).last().map_or_else(latest, |(_, close)| *close)
    }

    fn at(&self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.office.zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
            // The clocks skip this time. It lies as long after midnight as it says.
            LocalResult::None => {
                let hours_before = local - TimeDelta::hours(3);
                self.at(hours_before) + TimeDelta::hours(3)
            }
        }
    }

    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.office.zone).naive_local()
    }

    fn stretches(&self, date: NaiveDate) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        if !self.works(date) {
            return Vec::new();
        }
        let at = |time| self.at(date.and_time(time));
        self.hours(date).into_iter().map(|(open, close)| (at(open), at(close))).collect()
    }

    fn is_open(&self, at: DateTime<Utc>) -> bool {
        let today = self.local(at).date();
        self.stretches(today).iter().any(|(open, close)| (*open..=*close).contains(&at))
    }

    /// The time as which a start counts, and day 0.
    fn effective(&self, counting: &Counting, start: DateTime<Utc>) -> (DateTime<Utc>, NaiveDate) {
        let local = self.local(start);
        let today = local.date();
        let next = || {
            let day = self.next_working(today);
            let open = self.stretches(day).first().map(|(open, _)| *open);
            (open.unwrap_or_else(|| self.at(day.and_time(self.close(day)))), day)
        };
        match counting.out_of_hours {
            OutOfHours::Counts => (start, today),
            OutOfHours::AfterCloseNextWorkingDay => {
                let late = !self.works(today) || local.time() > self.close(today);
                if late { next() } else { (start, today) }
            }
            OutOfHours::NextWorkingDay => {
                if self.is_open(start) {
                    (start, today)
                } else {
                    next()
                }
            }
            OutOfHours::NextOpening => {
                if self.is_open(start) {
                    return (start, today);
                }
                let mut day = today;
                loop {
                    let opens = self.stretches(day).into_iter().find(|(open, _)| *open >= start);
                    if let Some((open, _)) = opens {
                        return (open, day);
                    }
                    day = day + Days::new(1);
                }
            }
        }
    }

    /// The due date.
    pub(crate) fn due(&self, counting: &Counting, start: DateTime<Utc>) -> DateTime<Utc> {
        let (from, zero) = self.effective(counting, start);
        let mut day = zero;
        match counting.within {
            Within::Elapsed(seconds) => return from + TimeDelta::seconds(i64::from(seconds)),
            Within::Immediately => return from + TimeDelta::minutes(5),
            Within::AgreedTime => return from,
            Within::OfficeTime(seconds) => return self.office_time(from, i64::from(seconds)),
            Within::WorkingDays(0) => {
                if !self.works(day) {
                    day = self.next_working(day);
                }
            }
            Within::WorkingDays(n) | Within::ClearWorkingDays(n) => {
                for _ in 0..n {
                    day = self.next_working(day);
                }
            }
            Within::CalendarDays(n) => day = day + Days::new(u64::from(n)),
            Within::CalendarMonths(n) => day = day + Months::new(u32::from(n)),
        }
        let counted_days =
            matches!(counting.within, Within::WorkingDays(_) | Within::ClearWorkingDays(_));
        if counting.if_not_working == IfNotWorking::NextWorkingDay
            && !counted_days
            && !self.works(day)
        {
            day = self.next_working(day);
        }
        match counting.due {
            DueAt::Close => self.at(day.and_time(self.close(day))),
            DueAt::TimeOfDay(time) => self.at(day.and_time(time)),
            // One second before the next day begins, even if the clocks change.
            DueAt::EndOfDay => {
                self.at((day + Days::new(1)).and_time(NaiveTime::MIN)) - TimeDelta::seconds(1)
            }
        }
    }

    /// The end of some office time, used up period by period.
    fn office_time(&self, from: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
        let mut left = TimeDelta::seconds(seconds);
        let mut day = self.local(from).date();
        loop {
            for (open, close) in self.stretches(day) {
                // The office is open in the second of closing, but no time is left after it.
                if close <= from {
                    continue;
                }
                let begin = open.max(from);
                if left <= close - begin {
                    return begin + left;
                }
                left -= close - begin;
            }
            day = day + Days::new(1);
        }
    }
}
