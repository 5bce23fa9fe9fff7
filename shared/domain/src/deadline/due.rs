//! The due instant of a deadline, from what has happened to it: pauses, an extension, a late find
//! that it is urgent.

use chrono::{DateTime, NaiveDate, Utc};

use super::counting::Due;
use super::trace::{Trace, Untraced};
use super::{Deadline, Derivation, ExtensionGiven, OptionDue, Step};
use crate::calendar::{Calendar, OutsideCalendar};
use crate::organisation::Organisation;
use crate::standards::{
    Counting, DueAt, Extension, ExtensionFrom, Milestone, OrLater, OutOfHours, ProvisionalStart,
    Standard, Within,
};

impl Deadline {
    /// Works out when the deadline is due, from what is known now.
    ///
    /// # Errors
    /// Returns an error if a due instant lies outside the calendar. The deadline is then unchanged.
    pub fn count(
        &mut self,
        standard: &Standard,
        organisation: &Organisation,
    ) -> Result<(), OutsideCalendar> {
        let mut options = Vec::with_capacity(standard.options.len());
        let aim_at = self.aim(standard, organisation)?;
        for option in &standard.options {
            let counting = self.counting(standard, option.counting);
            let due = self.walk(standard, counting, organisation, &mut Untraced)?;
            let due_at = DateTime::from_timestamp(due.at, 0).unwrap_or_default();
            options.push(OptionDue { id: option.id.clone(), due_at });
        }
        self.due_at = options.iter().map(|option| option.due_at).max().unwrap_or(self.due_at);
        self.options = if options.len() > 1 { options } else { Vec::new() };
        self.aim_at = aim_at.filter(|at| *at < self.due_at);
        Ok(())
    }

    /// Returns the counting of this round: that of the option, or that of a round which recurs.
    fn counting(&self, standard: &Standard, option: Counting) -> Counting {
        let recurs = standard.recurs.as_ref().filter(|_| self.recurs_from.is_some());
        recurs.map_or(option, |recurs| recurs.every)
    }

    /// Returns the last second of the aim. It is not extended, and a round that recurs has none.
    fn aim(
        &self,
        standard: &Standard,
        organisation: &Organisation,
    ) -> Result<Option<DateTime<Utc>>, OutsideCalendar> {
        let applies = self.recurs_from.is_none() && self.made_urgent_at.is_none();
        let Some(aim) = standard.aim.filter(|_| applies) else { return Ok(None) };
        let calendar = organisation.calendar(aim.calendar);
        let start = self.starts_at.timestamp();
        let due = aim.walk(calendar, start, self.paused_days, &mut Untraced)?;
        Ok(DateTime::from_timestamp(due.at, 0))
    }

    /// Returns the account of the due instant.
    ///
    /// Returns `None` if the standard has changed since, so that counting would lead to another
    /// instant. The contact's history then has the account as it was given.
    #[must_use]
    pub fn derivation(&self, organisation: &Organisation) -> Option<Derivation> {
        let mut standard = self.standard(organisation)?;
        if let Some(other) = &standard.shares_due_with {
            standard = organisation.standard(other)?;
        }
        standard
            .options
            .iter()
            .filter_map(|option| self.derive(standard, option.counting, organisation).ok())
            .find(|derivation| derivation.due_at() == self.due_at)
    }

    /// Counts one way of meeting the standard, with the account.
    pub(crate) fn derive(
        &self,
        standard: &Standard,
        counting: Counting,
        organisation: &Organisation,
    ) -> Result<Derivation, OutsideCalendar> {
        let mut steps = Vec::new();
        let counting = self.counting(standard, counting);
        self.walk(standard, counting, organisation, &mut steps)?;
        if let Some(at) = self.aim_at {
            let at = organisation.own_calendar().local(at.timestamp());
            // The due date stays the last step.
            steps.insert(steps.len().saturating_sub(1), Step::Aim { at });
        }
        Ok(Derivation { steps })
    }

    /// Counts one way of meeting the standard.
    fn walk(
        &self,
        standard: &Standard,
        counting: Counting,
        organisation: &Organisation,
        trace: &mut impl Trace,
    ) -> Result<Due, OutsideCalendar> {
        let calendar = organisation.calendar(counting.calendar);
        if let Some(until) = self.told_date {
            return self.walk_to_told_date(until, counting, calendar, trace);
        }
        if standard.or_later.is_some() {
            let start = self.starts_at.timestamp();
            let due = counting.walk(calendar, start, self.paused_days, &mut Untraced)?;
            if let Some((from, other)) = self.or_later(standard, due.at, calendar)? {
                trace.record(|| Step::Received {
                    at: calendar.local(from),
                    milestone: other.starts,
                });
                trace.record(|| Step::LaterOf { other: calendar.local(due.at) });
                let due = other.counting.walk(calendar, from, self.paused_days, trace)?;
                return self.extended(due, standard, counting, calendar, trace);
            }
        }
        self.trace_start(standard, calendar, trace);
        let due = match self.made_urgent_at {
            Some(at) => {
                let at = at.timestamp();
                trace.record(|| Step::MadeUrgent { at: calendar.local(at) });
                same_day(counting).walk(calendar, at, 0, trace)?
            }
            None => counting.walk(calendar, self.starts_at.timestamp(), self.paused_days, trace)?,
        };
        self.extended(due, standard, counting, calendar, trace)
    }

    /// Applies the extensions that were given.
    fn extended(
        &self,
        due: Due,
        standard: &Standard,
        counting: Counting,
        calendar: &Calendar,
        trace: &mut impl Trace,
    ) -> Result<Due, OutsideCalendar> {
        let Some(extension) = &standard.extension else { return Ok(due) };
        self.extensions.iter().try_fold(due, |due, given| {
            self.extend(due, *given, extension, counting, calendar, trace)
        })
    }

    /// Takes the date that the customer was told, which stands for itself.
    fn walk_to_told_date(
        &self,
        until: NaiveDate,
        counting: Counting,
        calendar: &Calendar,
        trace: &mut impl Trace,
    ) -> Result<Due, OutsideCalendar> {
        trace.record(|| Step::Received {
            at: calendar.local(self.starts_at.timestamp()),
            milestone: Milestone::DelayNoticeSent,
        });
        trace.record(|| Step::ToldDate { until });
        let due = counting.end_of(calendar, calendar.day_on(until)?);
        trace.record(|| Step::Due { at: calendar.local(due.at), because: due.because });
        Ok(due)
    }

    /// Records what the count starts from, and what it waits for if that is provisional.
    fn trace_start(&self, standard: &Standard, calendar: &Calendar, trace: &mut impl Trace) {
        let at = || calendar.local(self.starts_at.timestamp());
        let first = standard.starts.last().copied().unwrap_or(Milestone::Received);
        let milestone = self.recurs_from.unwrap_or(first);
        match standard.provisional_start.as_ref().filter(|_| self.provisional) {
            None => trace.record(|| Step::Received { at: at(), milestone }),
            Some(ProvisionalStart::Milestone(instead)) => {
                trace.record(|| Step::Received { at: at(), milestone: *instead });
                trace.record(|| Step::ProvisionalStart { milestone, due_at: None });
            }
            // The due instant of another deadline is not a milestone.
            Some(ProvisionalStart::DueOf(_)) => {
                trace.record(|| Step::ProvisionalStart { milestone, due_at: Some(at()) });
            }
        }
    }

    /// Applies an extension: the date that the customer was told, or the furthest that is allowed if
    /// no date was told or the date lies beyond that.
    fn extend(
        &self,
        due: Due,
        given: ExtensionGiven,
        extension: &Extension,
        counting: Counting,
        calendar: &Calendar,
        trace: &mut impl Trace,
    ) -> Result<Due, OutsideCalendar> {
        let (from, paused) = match extension.from {
            ExtensionFrom::Due => (due.at, 0),
            ExtensionFrom::Start => (self.starts_at.timestamp(), self.paused_days),
        };
        let within = extension.within;
        let furthest =
            within.map(|within| Counting { within, out_of_hours: OutOfHours::Counts, ..counting });
        if let Some(until) = given.until {
            // The customer was told the day, and no time of it.
            let ends_at = match counting.due {
                DueAt::TimeOfDay(_) => DueAt::EndOfDay,
                due @ (DueAt::Close | DueAt::EndOfDay) => due,
            };
            let whole_day = Counting { due: ends_at, ..counting };
            let promised = whole_day.end_of(calendar, calendar.day_on(until)?);
            let limit = furthest.map(|count| count.walk(calendar, from, paused, &mut Untraced));
            if limit.transpose()?.is_none_or(|limit| promised.at < limit.at) {
                // A date no later than the due date extends nothing.
                if promised.at <= due.at {
                    return Ok(due);
                }
                trace.record(|| Step::Extended { within, until: Some(until) });
                trace.record(|| Step::Due {
                    at: calendar.local(promised.at),
                    because: promised.because,
                });
                return Ok(promised);
            }
        }
        // Without a limit, only a date says how far.
        let Some(furthest) = furthest else { return Ok(due) };
        trace.record(|| Step::Extended { within, until: None });
        furthest.walk(calendar, from, paused, trace)
    }

    /// Returns the start and the counting of the other time that the standard allows, if that ends later
    /// than `due`.
    fn or_later(
        &self,
        standard: &Standard,
        due: i64,
        calendar: &Calendar,
    ) -> Result<Option<(i64, OrLater)>, OutsideCalendar> {
        let (Some(from), Some(other)) = (self.or_later_from, standard.or_later) else {
            return Ok(None);
        };
        let from = from.timestamp();
        let end = other.counting.walk(calendar, from, self.paused_days, &mut Untraced)?;
        Ok((end.at > due).then_some((from, other)))
    }
}

/// Returns the counting of a contact that is found urgent after its urgent deadline has passed: by
/// closing time on the day it was found, or on the next working day if the office has closed.
fn same_day(counting: Counting) -> Counting {
    Counting {
        within: Within::WorkingDays(0),
        due: DueAt::Close,
        out_of_hours: OutOfHours::AfterCloseNextWorkingDay,
        ..counting
    }
}
