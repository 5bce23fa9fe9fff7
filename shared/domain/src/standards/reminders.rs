//! Who is told when, on the way to a deadline and after it.

use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{UnknownWord, Within};
use crate::calendar::Calendar;
use crate::time;

/// Whom a step tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Recipient {
    /// Whoever has the contact; while nobody has, whoever is on duty for its team.
    Owner,
    /// The lead of the team that has the contact.
    TeamLead,
    /// The manager of the team that has the contact.
    Manager,
    /// Whoever is on call for the whole provider.
    OnCall,
    /// The customer.
    Customer,
}

/// When a step is taken, relative to the clock's start, its window or its due instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepAt {
    /// At a share of the window, in per cent of elapsed time.
    Share(u8),
    /// Some time after the start; whole working days at their opening.
    AfterStart(Within),
    /// Some time before due; whole working days at their opening.
    Before(Within),
    /// At a time of the due day.
    OnDueDay(NaiveTime),
    /// When the office opens on the due day.
    OpeningOnDueDay,
    /// At a time of the last working day before the due day.
    OnWorkingDayBefore(NaiveTime),
    /// The second after due, when the promise is broken if it was not kept.
    AtDue,
    /// Some time after due; whole working days at the time of day at which it was due.
    AfterDue(Within),
}

/// One step of a ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReminderStep {
    /// When.
    pub at: StepAt,
    /// Whom.
    pub notify: Recipient,
    /// Also outside office hours; otherwise a step lands in working time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub any_time: bool,
    /// Only where the due day is not a working day: to make sure of cover before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_if_due_on_non_working_day: bool,
}

/// The steps of a ladder, in the order in which they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Reminders(pub Vec<ReminderStep>);

/// A step with its instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedReminder {
    /// When it is to be taken.
    pub at: DateTime<Utc>,
    /// Whom to tell.
    pub notify: Recipient,
}

impl Reminders {
    /// Whether any of its steps tells them.
    #[must_use]
    pub fn notifies(&self, whom: Recipient) -> bool {
        self.0.iter().any(|step| step.notify == whom)
    }

    /// The steps of a clock that runs from `start` to `due`, in order of time.
    ///
    /// A step that falls outside office hours moves to the next opening, or, where that would be
    /// too late to help, back to the last closing. Steps before due that find no working time in
    /// the window are left out, and of two that tell the same person at the same time one stays.
    #[must_use]
    pub fn plan(
        &self,
        calendar: &Calendar,
        start: DateTime<Utc>,
        due: DateTime<Utc>,
    ) -> Vec<PlannedReminder> {
        let window = (start.timestamp(), due.timestamp());
        let mut plan: Vec<PlannedReminder> = self
            .0
            .iter()
            .filter_map(|step| {
                let at = step.instant(calendar, window)?;
                let at = DateTime::from_timestamp(at, 0)?;
                Some(PlannedReminder { at, notify: step.notify })
            })
            .collect();
        plan.sort_by_key(|planned| (planned.at, planned.notify));
        plan.dedup();
        plan
    }
}

impl ReminderStep {
    fn instant(&self, calendar: &Calendar, (start, due): (i64, i64)) -> Option<i64> {
        let due_day = calendar.day_of(due).ok()?;
        if self.only_if_due_on_non_working_day && calendar.is_working(due_day) {
            return None;
        }
        let at_clock = |day, time: NaiveTime| {
            time::instant(calendar.zone(), calendar.date(day).and_time(time)).timestamp()
        };
        let raw = match self.at {
            StepAt::Share(percent) => start + (due - start) * i64::from(percent) / 100,
            StepAt::AfterStart(Within::WorkingDays(n)) => {
                let day = calendar.working_day_after(calendar.day_of(start).ok()?, n).ok()?;
                calendar.opening(day)?
            }
            StepAt::AfterStart(within) => start + seconds(within)?,
            StepAt::Before(Within::WorkingDays(n)) => {
                let mut day = due_day;
                for _ in 0..n {
                    day = calendar.working_day_before(day)?;
                }
                calendar.opening(day)?
            }
            StepAt::Before(within) => due - seconds(within)?,
            StepAt::OnDueDay(time) => at_clock(due_day, time),
            StepAt::OpeningOnDueDay => calendar.opening(due_day)?,
            StepAt::OnWorkingDayBefore(time) => {
                at_clock(calendar.working_day_before(due_day)?, time)
            }
            StepAt::AtDue => due,
            StepAt::AfterDue(Within::WorkingDays(n)) => {
                let day = calendar.working_day_after(due_day, n).ok()?;
                let same_time = at_clock(day, calendar.local(due).time());
                same_time.min(calendar.close(day).max(due))
            }
            StepAt::AfterDue(within) => due + seconds(within)?,
        };
        self.land(calendar, raw, (start, due))
    }

    fn land(&self, calendar: &Calendar, raw: i64, (start, due): (i64, i64)) -> Option<i64> {
        if raw >= due {
            // The promise is kept up to and including the due second, so it is broken in the next.
            let raw = raw.max(due + 1);
            // At closing time itself people are still there to be told.
            let open = self.any_time || calendar.is_open(raw - 1);
            return if open { Some(raw) } else { calendar.next_open(raw).ok() };
        }
        let landed = if self.any_time || calendar.is_open(raw) {
            raw
        } else {
            let next = calendar.next_open(raw).ok().filter(|&next| next < due);
            next.or_else(|| calendar.last_open(raw))?
        };
        (landed > start).then_some(landed)
    }
}

/// Seconds of a duration that has a fixed length.
fn seconds(within: Within) -> Option<i64> {
    match within {
        Within::Elapsed(seconds) => Some(i64::from(seconds)),
        Within::CalendarDays(days) => Some(i64::from(days) * 86_400),
        Within::WorkingDays(_)
        | Within::CalendarMonths(_)
        | Within::OfficeTime(_)
        | Within::AgreedTime => None,
    }
}

impl FromStr for StepAt {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord {
            kind: "time of a step",
            word: text.to_owned(),
            known:
                "halfway, 75% of the window, 12 hours after the start, 2 working days after the \
                    start, 1 working day before, 15 minutes before, 09:00 on the due day, opening \
                    on the due day, 12:00 on the working day before, when due, 1 working day after"
                    .into(),
        };
        let time = |t: &str| NaiveTime::parse_from_str(t, "%H:%M").map_err(|_| unknown());
        let duration = |t: &str| {
            let within: Within = t.parse().map_err(|_| unknown())?;
            let counts = matches!(within, Within::WorkingDays(1..)) || seconds(within).is_some();
            if counts { Ok(within) } else { Err(unknown()) }
        };
        match text {
            "halfway" => return Ok(Self::Share(50)),
            "when due" => return Ok(Self::AtDue),
            "opening on the due day" => return Ok(Self::OpeningOnDueDay),
            _ => {}
        }
        if let Some(share) = text.strip_suffix("% of the window") {
            return match share.parse() {
                Ok(percent @ 1..=99) => Ok(Self::Share(percent)),
                _ => Err(unknown()),
            };
        }
        if let Some(t) = text.strip_suffix(" on the due day") {
            return time(t).map(Self::OnDueDay);
        }
        if let Some(t) = text.strip_suffix(" on the working day before") {
            return time(t).map(Self::OnWorkingDayBefore);
        }
        if let Some(t) = text.strip_suffix(" after the start") {
            return duration(t).map(Self::AfterStart);
        }
        if let Some(t) = text.strip_suffix(" before") {
            return duration(t).map(Self::Before);
        }
        if let Some(t) = text.strip_suffix(" after") {
            return duration(t).map(Self::AfterDue);
        }
        Err(unknown())
    }
}

impl fmt::Display for StepAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(50) => f.write_str("halfway"),
            Self::Share(percent) => write!(f, "{percent}% of the window"),
            Self::AfterStart(within) => write!(f, "{within} after the start"),
            Self::Before(within) => write!(f, "{within} before"),
            Self::OnDueDay(time) => write!(f, "{} on the due day", time.format("%H:%M")),
            Self::OpeningOnDueDay => f.write_str("opening on the due day"),
            Self::OnWorkingDayBefore(time) => {
                write!(f, "{} on the working day before", time.format("%H:%M"))
            }
            Self::AtDue => f.write_str("when due"),
            Self::AfterDue(within) => write!(f, "{within} after"),
        }
    }
}

impl Serialize for StepAt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StepAt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::NaiveDateTime;
    use chrono_tz::Tz;

    use super::*;
    use crate::calendar::OfficeHours;

    fn calendar() -> Calendar {
        let day = "08:45-17:15";
        let hours =
            OfficeHours::new([day, day, day, day, "08:45-16:45", "closed", "closed"]).unwrap();
        let monday = "2026-05-04".parse().unwrap();
        let holidays = BTreeMap::from([(monday, "Early May bank holiday".to_owned())]);
        Calendar::new(Tz::Europe__London, (2026, 2026), &hours, &holidays, &[])
    }

    fn at(local: &str) -> DateTime<Utc> {
        time::instant(
            Tz::Europe__London,
            NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap(),
        )
    }

    /// The local times of one step's plan.
    fn plan(step: &str, start: &str, due: &str) -> Vec<String> {
        let reminders: Reminders =
            toml::from_str::<BTreeMap<String, Reminders>>(&format!("reminders = [{{ {step} }}]"))
                .unwrap()
                .remove("reminders")
                .unwrap();
        let planned = reminders.plan(&calendar(), at(start), at(due));
        planned
            .iter()
            .map(|p| time::local(Tz::Europe__London, p.at).format("%a %d %H:%M:%S").to_string())
            .collect()
    }

    #[test]
    fn steps_land_in_working_time() {
        // Received on Friday after closing before a bank holiday, due on Wednesday at closing.
        let (start, due) = ("2026-05-01 16:50", "2026-05-06 17:15");
        for (step, expected) in [
            ("at = 'halfway', notify = 'owner'", "Tue 05 08:45:00"),
            ("at = '90% of the window', notify = 'owner'", "Wed 06 08:45:00"),
            ("at = '1 working day before', notify = 'owner'", "Tue 05 08:45:00"),
            ("at = '09:00 on the due day', notify = 'owner'", "Wed 06 09:00:00"),
            ("at = 'opening on the due day', notify = 'owner'", "Wed 06 08:45:00"),
            ("at = '12:00 on the working day before', notify = 'owner'", "Tue 05 12:00:00"),
            ("at = '1 working day after the start', notify = 'owner'", "Tue 05 08:45:00"),
            ("at = '15 minutes before', notify = 'owner'", "Wed 06 17:00:00"),
            ("at = 'when due', notify = 'team-lead'", "Wed 06 17:15:01"),
            ("at = '1 working day after', notify = 'manager'", "Thu 07 17:15:00"),
            ("at = '2 working days after', notify = 'manager'", "Fri 08 16:45:00"),
            ("at = '2 hours after', notify = 'manager'", "Thu 07 08:45:00"),
            (
                "at = '12 hours after the start', notify = 'owner', any_time = true",
                "Sat 02 04:50:00",
            ),
        ] {
            assert_eq!(plan(step, start, due), [expected], "{step}");
        }
    }

    #[test]
    fn a_step_without_working_time_before_due_goes_back_to_the_last_closing_or_is_left_out() {
        // Friday noon to Saturday noon: halfway is at midnight, and there is no opening before due.
        let half_way = "at = 'halfway', notify = 'owner'";
        assert_eq!(plan(half_way, "2026-05-08 12:00", "2026-05-09 12:00"), ["Fri 08 16:45:00"]);
        // Saturday to Sunday: no working time at all.
        assert!(plan(half_way, "2026-05-09 12:00", "2026-05-10 12:00").is_empty());
        // The broken promise is told when somebody is there.
        let at_due = "at = 'when due', notify = 'team-lead'";
        assert_eq!(plan(at_due, "2026-05-09 12:00", "2026-05-10 12:00"), ["Mon 11 08:45:00"]);
    }

    #[test]
    fn a_step_may_be_for_due_days_on_which_nobody_works() {
        let cover = "at = '12:00 on the working day before', notify = 'team-lead', only_if_due_on_non_working_day = true";
        assert_eq!(plan(cover, "2026-05-08 10:00", "2026-05-09 10:00"), ["Fri 08 12:00:00"]);
        assert!(plan(cover, "2026-05-07 10:00", "2026-05-08 10:00").is_empty());
    }

    #[test]
    fn of_two_steps_that_tell_the_same_person_at_once_one_stays() {
        let reminders = Reminders(
            ["halfway", "1 working day before"]
                .map(|at| ReminderStep {
                    at: at.parse().unwrap(),
                    notify: Recipient::Owner,
                    any_time: false,
                    only_if_due_on_non_working_day: false,
                })
                .to_vec(),
        );
        assert_eq!(
            reminders.plan(&calendar(), at("2026-05-01 16:50"), at("2026-05-06 17:15")).len(),
            1
        );
    }

    #[test]
    fn what_is_written_is_what_is_read_back_and_anything_else_is_refused() {
        for text in [
            "halfway",
            "75% of the window",
            "12 hours after the start",
            "2 working days after the start",
            "1 working day before",
            "09:00 on the due day",
            "opening on the due day",
            "12:00 on the working day before",
            "when due",
            "1 working day after",
        ] {
            assert_eq!(text.parse::<StepAt>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "sometime",
            "0% of the window",
            "100% of the window",
            "25:00 on the due day",
            "1 calendar month before",
            "0 working days after",
        ] {
            assert!(text.parse::<StepAt>().is_err(), "{text}");
        }
    }
}
