//! From the steps of reminders to instants.

use chrono::{DateTime, NaiveTime, Utc};

use super::{Recipient, ReminderStep, Reminders, StepAt};
use crate::calendar::{Calendar, Day};
use crate::standards::Within;
use crate::time;

/// A step with its instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedReminder {
    /// The instant of the step.
    pub at: DateTime<Utc>,
    /// The person who is notified.
    pub notify: Recipient,
}

impl Reminders {
    /// Returns the steps of a deadline that runs from `start` to `due`, in order of time.
    ///
    /// A step outside office hours moves to the next opening. If that is too late to help, it moves
    /// back to the last closing. A step before `due` is left out if no office hours lie between
    /// `start` and `due`. Two steps that notify the same person at the same instant become one.
    #[must_use]
    pub fn plan(
        &self,
        calendar: &Calendar,
        start: DateTime<Utc>,
        due: DateTime<Utc>,
    ) -> Vec<PlannedReminder> {
        let times = (start.timestamp(), due.timestamp());
        let mut plan: Vec<_> = self
            .0
            .iter()
            .filter_map(|step| {
                let at = step.instant(calendar, times)?;
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
    /// Returns the instant of the step in Unix seconds, or `None` if it is left out.
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
            StepAt::AfterStart(within) => start + within.fixed_seconds()?,
            StepAt::Before(Within::WorkingDays(n)) => {
                let mut day = due_day;
                for _ in 0..n {
                    day = calendar.working_day_before(day)?;
                }
                calendar.opening(day)?
            }
            StepAt::Before(within) => due - within.fixed_seconds()?,
            StepAt::OnDueDay(time) if self.any_time => at_clock(due_day, time),
            StepAt::OnDueDay(_) | StepAt::OpeningOnDueDay
                if calendar.opening(due_day).is_none() =>
            {
                return last_opening_before(calendar, due_day, (start, due));
            }
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
            StepAt::AfterDue(within) => due + within.fixed_seconds()?,
        };
        self.move_into_office_hours(calendar, raw, (start, due))
    }

    /// Moves an instant into office hours, unless the step is for any time.
    fn move_into_office_hours(
        &self,
        calendar: &Calendar,
        raw: i64,
        (start, due): (i64, i64),
    ) -> Option<i64> {
        if raw >= due {
            // The due second is still in time, so the deadline is missed in the next one.
            let raw = raw.max(due + 1);
            // At the second of closing people are still there to be notified.
            let open = self.any_time || calendar.is_open(raw - 1);
            return if open { Some(raw) } else { calendar.next_open(raw).ok() };
        }
        let moved = if self.any_time || calendar.is_open(raw) {
            raw
        } else {
            let next = calendar.next_open(raw).ok().filter(|&next| next < due);
            next.or_else(|| calendar.last_open(raw))?
        };
        (moved > start).then_some(moved)
    }
}

/// Returns the instant of a step that belongs to a due day on which the office does not open: the last
/// opening before that day. If the deadline started after that, it is the last closing before it is due,
/// or, if no office hours lie in between at all, the second after the start, so that the step is never
/// left out.
fn last_opening_before(calendar: &Calendar, due_day: Day, (start, due): (i64, i64)) -> Option<i64> {
    let day = calendar.working_day_before(due_day)?;
    let instants = [calendar.opening(day), calendar.last_open(due)];
    let moved = instants.into_iter().flatten().find(|at| *at > start);
    Some(moved.unwrap_or(start + 1))
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

    /// Returns the local times of one step's plan.
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
    fn steps_move_into_office_hours() {
        // Received on Friday after closing before a bank holiday, due on Wednesday at closing.
        let (start, due) = ("2026-05-01 16:50", "2026-05-06 17:15");
        for (step, expected) in [
            ("at = 'halfway', notify = 'owner'", "Tue 05 08:45:00"),
            ("at = '90% of the time', notify = 'owner'", "Wed 06 08:45:00"),
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
    fn a_step_without_office_hours_before_due_moves_back_to_the_last_closing_or_is_left_out() {
        // Friday noon to Saturday noon: halfway is midnight, and the office does not open before due.
        let half_way = "at = 'halfway', notify = 'owner'";
        assert_eq!(plan(half_way, "2026-05-08 12:00", "2026-05-09 12:00"), ["Fri 08 16:45:00"]);
        // Saturday to Sunday: no office hours at all.
        assert!(plan(half_way, "2026-05-09 12:00", "2026-05-10 12:00").is_empty());
        // A missed deadline is reported at the next opening.
        let at_due = "at = 'when due', notify = 'team-lead'";
        assert_eq!(plan(at_due, "2026-05-09 12:00", "2026-05-10 12:00"), ["Mon 11 08:45:00"]);
    }

    #[test]
    fn a_step_of_a_due_day_on_which_the_office_is_closed_moves_to_the_last_opening_before() {
        let (opening, morning) = (
            "at = 'opening on the due day', notify = 'owner'",
            "at = '09:30 on the due day', notify = 'owner'",
        );
        for step in [opening, morning] {
            // Due on a Sunday, and on the Monday of a bank holiday.
            assert_eq!(plan(step, "2026-04-27 10:00", "2026-05-03 17:15"), ["Fri 01 08:45:00"]);
            assert_eq!(plan(step, "2026-04-27 10:00", "2026-05-04 17:15"), ["Fri 01 08:45:00"]);
            // Received after that opening: at the last closing before it is due.
            assert_eq!(plan(step, "2026-05-01 15:00", "2026-05-02 17:15"), ["Fri 01 16:45:00"]);
            // No office hours before it is due: at once.
            assert_eq!(plan(step, "2026-05-02 15:00", "2026-05-03 17:15"), ["Sat 02 15:00:01"]);
        }
        let any_time = "at = '09:30 on the due day', notify = 'owner', any_time = true";
        assert_eq!(plan(any_time, "2026-04-27 10:00", "2026-05-03 17:15"), ["Sun 03 09:30:00"]);
    }

    #[test]
    fn a_step_can_be_limited_to_due_days_that_are_not_working_days() {
        let cover = "at = '12:00 on the working day before', notify = 'team-lead', only_if_due_on_non_working_day = true";
        assert_eq!(plan(cover, "2026-05-08 10:00", "2026-05-09 10:00"), ["Fri 08 12:00:00"]);
        assert!(plan(cover, "2026-05-07 10:00", "2026-05-08 10:00").is_empty());
    }

    #[test]
    fn two_steps_that_notify_the_same_person_at_the_same_time_become_one() {
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
}
