//! Triage: staff set the category and priority, and the deadlines follow.

use super::refusal::{NoChange, Refusal, Stop};
use super::settle::outcome;
use super::start::Start;
use super::transaction::Transaction;
use crate::contact::{Event, MoveReason};
use crate::deadline::{DeadlineState, WaiverReason};
use crate::standards::{Category, Priority, ProvisionalStart, Standard};

impl Transaction<'_> {
    /// Sets the category and priority. A deadline that was missed stays missed.
    pub(super) fn triage(&mut self, category: &Category, priority: Priority) -> Result<(), Stop> {
        if self.contact.category == *category && self.contact.priority == priority {
            return Err(NoChange::NothingDue.into());
        }
        if !self.organisation.known_categories().contains(category) {
            return Err(Refusal::UnknownCategory(category.clone()).into());
        }
        self.contact.category = category.clone();
        self.contact.priority = priority;
        self.event(Event::Triaged { category: category.clone(), priority });
        self.waive_inapplicable(&WaiverReason::TriagedOtherwise);
        self.start_applicable();
        if let Some(before) = self.before {
            self.prompt_after_triage(&before.facts());
        }
        Ok(())
    }

    /// Starts the deadlines that now apply, from when they would have started.
    fn start_applicable(&mut self) {
        let organisation = self.organisation;
        let facts = self.contact.facts();
        let mut standards: Vec<&Standard> = organisation
            .standards()
            .filter(|standard| {
                let from = self.started_at(standard).unwrap_or(self.now);
                standard.binds(&facts, from, organisation.own_calendar())
            })
            .collect();
        // A standard that shares another's due time starts after that one.
        standards.sort_by_key(|standard| standard.shares_due_with.is_some());
        for standard in standards {
            if self.has_applied(standard) || self.is_exempt(standard) {
                continue;
            }
            let Some(start) = self.belated_start(standard) else { continue };
            self.start_deadline(standard, start, standard.internal);
            self.catch_up(standard);
        }
    }

    /// Returns true if the contact has a deadline of the standard that an earlier triage did not waive.
    fn has_applied(&self, standard: &Standard) -> bool {
        let otherwise = DeadlineState::Waived { why: WaiverReason::TriagedOtherwise };
        let mut deadlines = self.contact.deadlines.iter();
        deadlines.any(|d| d.id.standard == standard.id && d.state != otherwise)
    }

    /// Returns when a standard would have started, had it applied from the beginning.
    fn belated_start(&self, standard: &Standard) -> Option<Start> {
        let started_at = self.started_at(standard).map(|at| Start { at, provisional: false });
        started_at.or_else(|| match &standard.provisional_start {
            Some(ProvisionalStart::Milestone(instead)) => {
                let at = self.contact.milestone_at(*instead)?;
                Some(Start { at, provisional: true })
            }
            Some(ProvisionalStart::DueOf(_)) | None => None,
        })
    }

    /// Brings a deadline up to date that started after the fact. It is met by what has happened since.
    /// If it would be overdue, nobody could have known, so it is due by closing time today.
    fn catch_up(&mut self, standard: &Standard) {
        let deadlines = &self.contact.deadlines;
        let Some(index) = deadlines.iter().rposition(|d| d.id.standard == standard.id) else {
            return;
        };
        let Some(deadline) = deadlines.get(index) else { return };
        let mut milestones = standard.options.iter().flat_map(|option| &option.kept_by);
        let met = milestones.find_map(|milestone| {
            let at = self.contact.milestone_at(*milestone)?;
            if at < deadline.starts_at {
                return None;
            }
            outcome(self.organisation, standard, deadline, *milestone, at)
        });
        if let Some(state) = met {
            self.settle(index, state);
        } else if deadline.due_at < self.now && standard.shares_due_with.is_none() {
            let now = self.now;
            let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
            deadline.made_urgent_at = Some(now);
            deadline.escalated_until = now;
            self.recount(index, MoveReason::MadeUrgent);
        }
    }
}
