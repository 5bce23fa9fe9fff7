//! Deadlines move: they restart, pause, resume and are extended.

use super::milestone::Occurrence;
use super::transaction::Transaction;
use crate::contact::{Event, MoveReason};
use crate::deadline::{Deadline, DeadlineState, ExtensionGiven};
use crate::organisation::Organisation;
use crate::standards::{Milestone, Standard};
use crate::time;

/// The effect of a milestone on an open deadline.
enum Adjustment {
    /// Its due date has to be counted again.
    Recount(MoveReason),
    /// Paused until this milestone.
    Paused(Milestone),
}

impl Transaction<'_> {
    /// Moves the open deadlines that a milestone restarts, pauses, resumes or extends.
    pub(super) fn adjust(&mut self, occurrence: Occurrence) {
        for index in 0..self.contact.deadlines.len() {
            self.adjust_one(index, occurrence);
        }
    }

    /// Moves one deadline, if it is open and a milestone restarts, pauses, resumes or extends it.
    pub(super) fn adjust_one(&mut self, index: usize, occurrence: Occurrence) {
        let organisation = self.organisation;
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        let Some(standard) = deadline.standard(organisation) else { return };
        if deadline.state != DeadlineState::Open {
            return;
        }
        match adjustment(deadline, standard, occurrence, organisation) {
            Some(Adjustment::Recount(because)) => self.recount(index, because),
            Some(Adjustment::Paused(until)) => {
                let deadline = deadline.id.clone();
                self.event(Event::DeadlinePaused { deadline, at: occurrence.at, until });
            }
            None => {}
        }
    }

    /// Works out a deadline's due date again, and that of the deadlines that share it.
    pub(super) fn recount(&mut self, index: usize, because: MoveReason) {
        let organisation = self.organisation;
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        let Some(standard) = deadline.standard(organisation) else { return };
        let before = deadline.due_at;
        if let Err(outside) = deadline.count(standard, organisation) {
            self.event(Event::DeadlineNotCounted { standard: standard.id.clone(), outside });
            return;
        }
        let due_at = deadline.due_at;
        let event = Event::DeadlineMoved {
            deadline: deadline.id.clone(),
            because,
            due_at,
            derivation: deadline.derivation(organisation),
        };
        self.event(event);
        for other in &mut self.contact.deadlines {
            let shares_due = other
                .standard(organisation)
                .is_some_and(|other| other.shares_due_with.as_ref() == Some(&standard.id));
            if shares_due && other.state == DeadlineState::Open && other.due_at == before {
                other.due_at = due_at;
            }
        }
    }
}

/// Applies a milestone to an open deadline, up to the count.
fn adjustment(
    deadline: &mut Deadline,
    standard: &Standard,
    occurrence: Occurrence,
    organisation: &Organisation,
) -> Option<Adjustment> {
    let Occurrence { milestone, at, until, .. } = occurrence;
    if standard.restarts_on.contains(&milestone) && at > deadline.starts_at {
        deadline.starts_at = at;
        deadline.provisional = false;
        deadline.paused_days = 0;
        deadline.paused_at = None;
        deadline.escalated_until = deadline.escalated_until.max(at);
        return Some(Adjustment::Recount(MoveReason::Restarted));
    }
    if let Some(pause) = standard.pause {
        if pause.from == milestone && deadline.paused_at.is_none() {
            deadline.paused_at = Some(at);
            return Some(Adjustment::Paused(pause.until));
        }
        if let (true, Some(from)) = (pause.until == milestone, deadline.paused_at) {
            let date = |at| time::local(organisation.zone(), at).date();
            let days = (date(at) - date(from)).num_days().max(0);
            let days = u16::try_from(days).unwrap_or(u16::MAX);
            deadline.paused_days = deadline.paused_days.saturating_add(days);
            deadline.paused_at = None;
            return Some(Adjustment::Recount(MoveReason::Resumed));
        }
    }
    let extends = standard.extension.as_ref().is_some_and(|e| e.on == milestone);
    let in_time = at.timestamp() <= deadline.due_at.timestamp();
    if extends && in_time && deadline.extension_given.is_none() {
        deadline.extension_given = Some(ExtensionGiven { at, until });
        return Some(Adjustment::Recount(MoveReason::Extended));
    }
    None
}
