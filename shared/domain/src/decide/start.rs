//! Deadlines start at milestones.

use chrono::{DateTime, Utc};

use super::milestone::Occurrence;
use super::transaction::Transaction;
use crate::contact::{Event, MoveReason};
use crate::deadline::{Deadline, DeadlineState};
use crate::standards::{Milestone, ProvisionalStart, Standard, StandardId};

/// The start of a deadline.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// When it starts, in UTC.
    pub(super) at: DateTime<Utc>,
    /// True if something stands in for the milestone that really starts it.
    pub(super) provisional: bool,
}

impl Transaction<'_> {
    /// Starts the deadlines that a milestone starts, for good or provisionally.
    pub(super) fn start(&mut self, occurrence: Occurrence) {
        let Occurrence { milestone, at, .. } = occurrence;
        let mut starts: Vec<(&Standard, Start)> = Vec::new();
        for standard in self.organisation.standards_for(&self.contact.facts(), at) {
            let at = occurrence.counts_at(standard, self);
            let started_at = self.started_at(standard);
            if standard.starts.contains(&milestone) {
                if let Some(started_at) = started_at {
                    starts.push((standard, Start { at: started_at.max(at), provisional: false }));
                }
            } else if standard.provisional_start == Some(ProvisionalStart::Milestone(milestone))
                && started_at.is_none_or(|started_at| started_at < at)
            {
                starts.push((standard, Start { at, provisional: true }));
            }
        }
        // A standard that shares another's due time starts after that one.
        starts.sort_by_key(|(standard, _)| standard.shares_due_with.is_some());
        for (standard, start) in starts {
            match self.outstanding(standard) {
                None if self.is_exempt(standard, start.at)
                    || self.ended_before_its_start(standard) => {}
                None => {
                    self.start_deadline(standard, start, standard.internal);
                    self.catch_up_agreed_time(standard);
                }
                Some(index) if start.provisional || self.confirm_start(index, start.at) => {}
                Some(index) if milestone.is_agreed_time() => {
                    self.agree_again(index, standard, start);
                    self.catch_up_agreed_time(standard);
                }
                Some(_) => {}
            }
        }
    }

    /// Returns true if an outstanding deadline waits for a milestone, or none of the kind has happened.
    pub(super) fn is_awaited(&self, milestone: Milestone) -> bool {
        let mut deadlines = self.contact.deadlines.iter().filter(|d| d.is_outstanding());
        self.contact.milestone_at(milestone).is_none()
            || deadlines.any(|deadline| {
                deadline.standard(self.organisation).is_some_and(|s| s.kept_by(milestone))
            })
    }

    /// Returns the place of a standard's outstanding deadline.
    fn outstanding(&self, standard: &Standard) -> Option<usize> {
        let deadlines = &self.contact.deadlines;
        deadlines.iter().position(|d| d.id.standard == standard.id && d.is_outstanding())
    }

    /// Returns true if the last deadline of a standard was met or ended while its start was still
    /// provisional. Its real start, which comes after that, starts nothing.
    fn ended_before_its_start(&self, standard: &Standard) -> bool {
        let mut deadlines = self.contact.deadlines.iter();
        deadlines.rfind(|d| d.id.standard == standard.id).is_some_and(|d| d.provisional)
    }

    /// Returns when a standard's milestones had all happened, in UTC; `None` if any is missing.
    pub(super) fn started_at(&self, standard: &Standard) -> Option<DateTime<Utc>> {
        let recorded = |m: &Milestone| self.contact.milestone_at(*m);
        let all: Option<Vec<_>> = standard.starts.iter().map(recorded).collect();
        let started_at = all?.into_iter().max()?;
        // Somebody who came on another day came for something else.
        let came = standard.starts.contains(&Milestone::Arrived);
        let arrived_at = self.contact.milestone_at(Milestone::Arrived).filter(|_| came);
        let came_that_day = arrived_at.is_none_or(|at| self.on_the_same_day(at, started_at));
        came_that_day.then_some(started_at)
    }

    /// Returns true if a milestone has happened that exempts the contact from the standard, were it to
    /// start at `start` (UTC), or that ended it before it could start. An appointment exempts on its own
    /// day.
    pub(super) fn is_exempt(&self, standard: &Standard, start: DateTime<Utc>) -> bool {
        let at = |m: &Milestone| self.contact.milestone_at(*m);
        let opened_again = self.contact.milestones.iter().filter(|(m, _)| m.opens_again());
        let opened_again = opened_again.map(|(_, at)| *at).max();
        let exempts = |milestone: &Milestone| {
            at(milestone)
                .is_some_and(|at| !milestone.is_agreed_time() || self.on_the_same_day(at, start))
        };
        standard.exempted_by.iter().any(exempts)
            || standard.ended_by.iter().filter_map(at).any(|ended| Some(ended) >= opened_again)
    }

    /// Replaces a provisional start by the real one. Returns false if the start was not provisional.
    fn confirm_start(&mut self, index: usize, starts_at: DateTime<Utc>) -> bool {
        let now = self.now;
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return false };
        if !deadline.provisional || deadline.state != DeadlineState::Open {
            return false;
        }
        deadline.provisional = false;
        deadline.starts_at = starts_at;
        deadline.escalated_until = deadline.escalated_until.min(now).max(starts_at);
        self.recount(index, MoveReason::Started);
        true
    }

    /// Moves a deadline to the time that was agreed instead. If the time agreed before was missed, that
    /// stays missed, and the new time is a deadline of its own.
    fn agree_again(&mut self, index: usize, standard: &Standard, start: Start) {
        let now = self.now;
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        if deadline.starts_at == start.at {
            return;
        }
        if deadline.state != DeadlineState::Open {
            self.start_deadline(standard, start, standard.internal);
            return;
        }
        deadline.starts_at = start.at;
        let agreed_at = start.at.min(now);
        deadline.escalated_until = if deadline.agreed_at.is_some() { agreed_at } else { start.at };
        deadline.agreed_at = deadline.agreed_at.map(|_| agreed_at);
        self.recount(index, MoveReason::AgreedAgain);
    }

    /// Starts one deadline, and those that count from when it is due.
    pub(super) fn start_deadline(&mut self, standard: &Standard, start: Start, internal: bool) {
        self.start_round(standard, start, internal, None);
    }

    /// Starts a deadline as [`Transaction::start_deadline`] does. `recurs_from` is the milestone that kept
    /// the round before.
    pub(super) fn start_round(
        &mut self,
        standard: &Standard,
        start: Start,
        internal: bool,
        recurs_from: Option<Milestone>,
    ) {
        let round = self.next_round(&standard.id);
        let started =
            Deadline::start_round(standard, round, start.at, recurs_from, self.organisation);
        let mut deadline = match started {
            Ok(deadline) => deadline,
            Err(outside) => {
                self.event(Event::DeadlineNotCounted { standard: standard.id.clone(), outside });
                return;
            }
        };
        let calendar = self.organisation.own_calendar();
        deadline.internal |=
            internal || standard.is_own_target(&self.contact.facts(), start.at, calendar);
        deadline.provisional = start.provisional;
        let or_later = standard.or_later.and_then(|o| self.contact.milestone_at(o.starts));
        if let Some(at) = or_later {
            deadline.or_later_from = Some(at);
            // It cannot be further from the start than the first count was.
            let _ = deadline.count(standard, self.organisation);
        }
        if standard.is_at_agreed_time() {
            let agreed_at = start.at.min(self.now);
            deadline.agreed_at = Some(agreed_at);
            deadline.escalated_until = agreed_at;
        }
        let derivation = if let Some(other) = &standard.shares_due_with {
            let other = self.contact.deadlines.iter().rev().find(|d| d.id.standard == *other);
            // If the other standard does not apply, there is nothing to be late with.
            let Some(other) = other else { return };
            deadline.due_at = other.due_at;
            None
        } else {
            deadline.derivation(self.organisation)
        };
        self.event(Event::DeadlineStarted {
            deadline: deadline.id.clone(),
            internal: deadline.internal,
            version: standard.version.clone(),
            due_at: deadline.due_at,
            derivation,
        });
        let due_at = deadline.due_at;
        self.contact.deadlines.push(deadline);
        let from_due = Some(ProvisionalStart::DueOf(standard.id.clone()));
        let organisation = self.organisation;
        let chained: Vec<&Standard> = organisation
            .standards_for(&self.contact.facts(), start.at)
            .filter(|other| other.provisional_start == from_due)
            .filter(|other| self.outstanding(other).is_none())
            .collect();
        for other in chained {
            let start = Start { at: due_at, provisional: true };
            self.start_deadline(other, start, other.internal);
        }
    }

    pub(super) fn next_round(&self, standard: &StandardId) -> u16 {
        let rounds = self.contact.deadlines.iter().filter(|d| d.id.standard == *standard);
        rounds.map(|deadline| deadline.id.round).max().unwrap_or(0).saturating_add(1)
    }
}
