//! Milestones that ended something and that staff recorded by mistake.

use chrono::{DateTime, Utc};

use super::Refusal;
use super::milestone::Occurrence;
use super::transaction::Transaction;
use crate::contact::{Contact, Event};
use crate::deadline::{Deadline, DeadlineState, WaiverReason};
use crate::organisation::Organisation;
use crate::standards::Milestone;

/// Returns the milestones of a contact that ended something, so that they can be taken back.
#[must_use]
pub fn endings(contact: &Contact, organisation: &Organisation) -> Vec<Milestone> {
    let ends = |milestone: &Milestone| {
        organisation.standards().any(|standard| standard.ended_by.contains(milestone))
    };
    contact.milestones.iter().map(|(milestone, _)| *milestone).filter(ends).collect()
}

impl Transaction<'_> {
    /// Takes back a milestone that ended something. What it ended or kept is owed again, from the same
    /// start and by the same time, and what it kept from starting starts when it would have started. What
    /// is overdue by now is missed.
    ///
    /// A milestone that was recorded with it is taken back, too: whoever found no hazard by mistake has
    /// not concluded the investigation.
    pub(super) fn take_back_milestone(
        &mut self,
        milestone: Milestone,
        reason: &str,
    ) -> Result<(), Refusal> {
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        let known = endings(&self.contact, self.organisation).contains(&milestone);
        let at = self.contact.milestone_at(milestone).filter(|_| known);
        let at = at.ok_or(Refusal::NothingToTakeBack)?;
        let same_time = |other: &Milestone| self.contact.milestone_at(*other) == Some(at);
        let implied = milestone.implies().filter(same_time);
        let ended: Vec<bool> =
            (0..self.contact.deadlines.len()).map(|index| self.was_ended(index)).collect();
        let taken: Vec<Milestone> = std::iter::once(milestone).chain(implied).collect();
        self.contact.milestones.retain(|(other, _)| !taken.contains(other));
        for milestone in &taken {
            let (milestone, reason) = (*milestone, reason.clone());
            self.event(Event::MilestoneTakenBack { milestone, at, reason });
        }
        for (index, ended) in ended.into_iter().enumerate() {
            let over = self.was_ended(index) || self.contact.closed.is_some();
            let Some(deadline) = self.contact.deadlines.get_mut(index) else { break };
            deadline.abandoned &= !ended || over;
            if is_due_to(deadline, &taken, at) {
                self.restore_one(index);
                self.meet_again(index);
            } else if let Some(milestone) = self.started_by(index, &taken, at) {
                let why = WaiverReason::MilestoneTakenBack(milestone);
                self.settle(index, DeadlineState::Waived { why });
            }
        }
        self.start_applicable();
        self.expire();
        if self.contact.owed(self.organisation).next().is_some() {
            self.reopen();
        }
        Ok(())
    }

    /// Meets a deadline by what has happened since its start.
    fn meet_again(&mut self, index: usize) {
        let mut milestones = self.contact.milestones.clone();
        milestones.sort_by_key(|(_, at)| *at);
        for (milestone, at) in milestones {
            self.meet_one(index, Occurrence::new(milestone, at));
        }
    }

    /// Returns the milestone among `taken`, which happened at `at`, that started an outstanding deadline.
    fn started_by(
        &self,
        index: usize,
        taken: &[Milestone],
        at: DateTime<Utc>,
    ) -> Option<Milestone> {
        let deadline = self.contact.deadlines.get(index)?;
        let standard = deadline.standard(self.organisation)?;
        let started =
            deadline.is_outstanding() && !deadline.provisional && deadline.starts_at == at;
        taken.iter().copied().find(|milestone| started && standard.starts.contains(milestone))
    }
}

/// Returns true if one of these milestones, which happened at `at`, brought the deadline to its state.
fn is_due_to(deadline: &Deadline, milestones: &[Milestone], at: DateTime<Utc>) -> bool {
    match &deadline.state {
        DeadlineState::Waived { why: WaiverReason::Ended { by, .. } }
        | DeadlineState::Waived { why: WaiverReason::Exempted(by) } => milestones.contains(by),
        DeadlineState::Met { by, at: met_at, .. }
        | DeadlineState::MetLate { by, at: met_at, .. } => milestones.contains(by) && *met_at == at,
        _ => false,
    }
}
