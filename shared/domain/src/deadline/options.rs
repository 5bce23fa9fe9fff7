//! Either-or promises: the option that keeps a deadline, and those that are still open.

use chrono::{DateTime, Utc};

use super::{Deadline, DeadlineState};
use crate::standards::{Milestone, Standard};

/// An option of a standard with the last second that is in time.
#[derive(Clone, Copy)]
struct Choice<'s> {
    /// The option's id; `None` if the standard has one option only.
    id: Option<&'s str>,
    /// The last second that is in time, in UTC.
    due_at: DateTime<Utc>,
}

impl Deadline {
    /// Returns the state to which `milestone`, which counts at `at` (UTC), brings the deadline; `None` if
    /// it changes nothing.
    ///
    /// Each option has its own time. One that was done after its time keeps nothing, and does not undo
    /// another that is still open at `now` (UTC).
    #[must_use]
    pub fn outcome(
        &self,
        standard: &Standard,
        milestone: Milestone,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<DeadlineState> {
        let choices = || self.choices(standard, milestone);
        // During a pause nothing is late.
        let in_time =
            |choice: &Choice<'_>| at.timestamp() <= choice.due_at.timestamp() || self.is_paused();
        if let Some(choice) = choices().find(in_time) {
            return Some(DeadlineState::Met { at, by: milestone, option: choice.owned_id() });
        }
        if self.is_open_at(now) && !self.options.is_empty() {
            return None;
        }
        let late = choices().max_by_key(|choice| choice.due_at)?;
        Some(DeadlineState::MetLate { at, by: milestone, option: late.owned_id() })
    }

    /// Returns the state of an either-or promise whose time is over, if an option had been done after
    /// its own time while another was still open; `None` if nothing was done at all.
    pub(crate) fn done_too_late(
        &self,
        standard: &Standard,
        milestones: &[(Milestone, DateTime<Utc>)],
    ) -> Option<DeadlineState> {
        if self.options.is_empty() {
            return None;
        }
        let done = milestones.iter().filter(|(_, at)| *at >= self.starts_at);
        let late = done.filter_map(|(milestone, at)| {
            let choice = self.choices(standard, *milestone).max_by_key(|choice| choice.due_at)?;
            Some((*at, *milestone, choice.owned_id()))
        });
        let (at, by, option) = late.min_by_key(|(at, ..)| *at)?;
        Some(DeadlineState::MetLate { at, by, option })
    }

    /// Returns the last second, in UTC, in which the option was in time that met the deadline late; the
    /// due time of the deadline if it has no options.
    #[must_use]
    pub fn due_of_option(&self, option: Option<&str>) -> DateTime<Utc> {
        let due = self.options.iter().find(|due| Some(due.id.as_str()) == option);
        due.map_or(self.due_at, |due| due.due_at)
    }

    fn is_open_at(&self, now: DateTime<Utc>) -> bool {
        self.state == DeadlineState::Open && now.timestamp() <= self.due_at.timestamp()
    }

    fn choices<'s>(
        &'s self,
        standard: &'s Standard,
        milestone: Milestone,
    ) -> impl Iterator<Item = Choice<'s>> {
        let keeping = standard.options.iter().filter(move |o| o.kept_by.contains(&milestone));
        keeping.map(|option| Choice {
            id: (standard.options.len() > 1).then_some(option.id.as_str()),
            due_at: self.due_of_option(Some(&option.id)),
        })
    }
}

impl Choice<'_> {
    fn owned_id(self) -> Option<String> {
        self.id.map(str::to_owned)
    }
}
