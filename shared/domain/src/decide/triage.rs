//! Triage: staff set the category and priority, and the deadlines follow.

use super::refusal::{NoChange, Refusal, Stop};
use super::start::Start;
use super::transaction::Transaction;
use crate::contact::{Event, MoveReason};
use crate::deadline::{DeadlineState, WaiverReason};
use crate::standards::{Category, Priority, ProvisionalStart, Standard};

impl Transaction<'_> {
    /// Sets the category and priority. A deadline that was missed stays missed.
    pub(super) fn triage(&mut self, category: &Category, priority: Priority) -> Result<(), Stop> {
        let same = self.contact.category == *category && self.contact.priority == priority;
        if same && self.contact.triaged {
            return Err(NoChange::NothingDue.into());
        }
        if !self.organisation.known_categories().contains(category) {
            return Err(Refusal::UnknownCategory(category.clone()).into());
        }
        // What was due by now was missed, even if its timer has not fired yet.
        self.expire();
        self.contact.category = category.clone();
        self.contact.priority = priority;
        self.contact.triaged = true;
        self.event(Event::Triaged { category: category.clone(), priority });
        if let Some(before) = self.before {
            self.take_back_answer(&before.facts());
        }
        self.waive_inapplicable(&WaiverReason::TriagedOtherwise);
        self.reclassify();
        self.start_applicable();
        if let Some(before) = self.before {
            self.prompt_after_triage(&before.facts());
        }
        Ok(())
    }

    /// Starts the deadlines that now apply, from when they would have started, and brings them up to
    /// date.
    pub(super) fn start_applicable(&mut self) {
        let organisation = self.organisation;
        let facts = self.contact.facts();
        let mut standards: Vec<&Standard> = organisation
            .standards()
            .filter(|standard| {
                let from = self.started_at(standard).unwrap_or(self.now);
                standard.binds(&facts, from, organisation.own_calendar())
            })
            .collect();
        // A standard that counts from another's due time until it really starts goes first if it has
        // started, and one that shares another's due time goes last.
        standards.sort_by_key(|standard| {
            let stands_in = matches!(standard.provisional_start, Some(ProvisionalStart::DueOf(_)));
            (standard.shares_due_with.is_some(), !stands_in)
        });
        let first = self.contact.deadlines.len();
        for standard in standards {
            if self.has_applied(standard) {
                continue;
            }
            let Some(start) = self.belated_start(standard) else { continue };
            if self.is_exempt(standard, start.at) {
                continue;
            }
            self.start_deadline(standard, start, standard.internal);
            self.catch_up_agreed_time(standard);
        }
        for index in first..self.contact.deadlines.len() {
            self.catch_up(index);
        }
        let open = |d: &crate::deadline::Deadline| d.state == DeadlineState::Open;
        let overdue = self.contact.deadlines.iter().skip(first);
        if overdue.filter(|d| open(d)).any(|d| d.due_at.timestamp() < self.now.timestamp()) {
            self.expire();
            self.remind();
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

    /// Does to a deadline that started after the fact what the milestones since its start would have done.
    pub(super) fn take_in_milestones(&mut self, index: usize) {
        let mut milestones = self.contact.milestones.clone();
        milestones.sort_by_key(|(_, at)| *at);
        for (milestone, at) in milestones {
            self.happened_since(index, milestone, at);
        }
    }

    /// Brings a deadline up to date that started after the fact. What has happened since does to it
    /// what it would have done then.
    ///
    /// If it would be overdue, nobody could have known. A promise of the provider's own is then due by
    /// closing time today. The law allows no such grace: what it asks for was due when it was due.
    fn catch_up(&mut self, index: usize) {
        self.take_in_milestones(index);
        let organisation = self.organisation;
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        let Some(standard) = deadline.standard(organisation) else { return };
        let own = !standard.statutory && standard.shares_due_with.is_none();
        let overdue = deadline.state == DeadlineState::Open
            && !deadline.is_paused()
            && deadline.due_at < self.now;
        if own && overdue {
            deadline.made_urgent_at = Some(self.now);
            deadline.escalated_until = self.now;
            self.recount(index, MoveReason::MadeUrgent);
        }
    }
}
