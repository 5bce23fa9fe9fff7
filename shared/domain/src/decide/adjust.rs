//! Deadlines move: they restart, pause, resume and are extended.

use chrono::{DateTime, Utc};

use super::milestone::Occurrence;
use super::transaction::Transaction;
use crate::contact::{Event, MoveReason};
use crate::deadline::{Deadline, DeadlineState, ExtensionGiven, Wait};
use crate::organisation::Organisation;
use crate::standards::{Milestone, Standard, Within};
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

    /// Moves one deadline, if a milestone restarts, pauses, resumes or extends it. One that was missed
    /// moves only if the milestone happened before it was due and was recorded later.
    pub(super) fn adjust_one(&mut self, index: usize, occurrence: Occurrence) {
        let organisation = self.organisation;
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        let Some(standard) = deadline.standard(organisation) else { return };
        let before = deadline.due_at;
        // An agreement on a time to come happens when it is recorded.
        let happened_at = occurrence.at.min(self.now);
        let in_time = happened_at.timestamp() <= before.timestamp() || deadline.is_paused();
        if !deadline.is_outstanding() || !in_time {
            return;
        }
        let adjustment = adjustment(deadline, standard, occurrence, self.now, organisation);
        if adjustment.is_some() {
            deadline.state = DeadlineState::Open;
        }
        match adjustment {
            Some(Adjustment::Recount(because)) => self.recount(index, because),
            Some(Adjustment::Paused(until)) => {
                let (internal, deadline) = (deadline.internal, deadline.id.clone());
                self.event(Event::DeadlinePaused { deadline, internal, at: occurrence.at, until });
            }
            None => {}
        }
        self.share_waits(index, before);
    }

    /// Pauses and resumes the deadlines that share the due time of another, together with it.
    fn share_waits(&mut self, index: usize, due_before: DateTime<Utc>) {
        let organisation = self.organisation;
        let Some(deadline) = self.contact.deadlines.get(index) else { return };
        let (id, due_at) = (deadline.id.standard.clone(), deadline.due_at);
        let (waits, open) = (deadline.waits.clone(), deadline.state == DeadlineState::Open);
        for other in &mut self.contact.deadlines {
            let shares = other
                .standard(organisation)
                .is_some_and(|other| other.shares_due_with.as_ref() == Some(&id));
            let same_round = other.due_at == due_before || other.due_at == due_at;
            if shares && same_round && other.is_outstanding() && open && other.waits != waits {
                other.waits.clone_from(&waits);
                other.due_at = due_at;
                other.state = DeadlineState::Open;
            }
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
            internal: deadline.internal,
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

/// Applies a milestone to a deadline, up to the count.
fn adjustment(
    deadline: &mut Deadline,
    standard: &Standard,
    occurrence: Occurrence,
    now: DateTime<Utc>,
    organisation: &Organisation,
) -> Option<Adjustment> {
    let Occurrence { milestone, at, until, .. } = occurrence;
    let waited_for = deadline.waits.iter().position(|wait| wait.until == milestone);
    // What ends a pause restarts the time only if the provider had asked for it.
    let asked_for = waited_for.is_some() || standard.pauses.iter().all(|p| p.until != milestone);
    if standard.restarts_on.contains(&milestone) && at > deadline.starts_at && asked_for {
        deadline.waits.retain(|wait| wait.until != milestone);
        for wait in &mut deadline.waits {
            wait.since = wait.since.max(at);
        }
        deadline.starts_at = at;
        deadline.provisional = false;
        deadline.paused_days = 0;
        deadline.escalated_until = deadline.escalated_until.max(at);
        return Some(Adjustment::Recount(MoveReason::Restarted));
    }
    if let Some(pause) = standard.pauses.iter().find(|pause| pause.from == milestone)
        && deadline.waits.iter().all(|wait| wait.until != pause.until)
    {
        deadline.waits.push(Wait { since: at, until: pause.until });
        return Some(Adjustment::Paused(pause.until));
    }
    if let Some(index) = waited_for {
        let since = deadline.waits.remove(index).since;
        if deadline.waits.is_empty() {
            let days = days_paused(standard, deadline.starts_at, since, at, organisation);
            deadline.paused_days = deadline.paused_days.saturating_add(days);
            return Some(Adjustment::Recount(MoveReason::Resumed));
        }
        // Two pauses at once count as one, from the beginning of the first to the end of the last.
        for wait in &mut deadline.waits {
            wait.since = wait.since.min(since);
        }
        return None;
    }
    if standard.or_later.is_some_and(|other| other.starts == milestone) {
        deadline.or_later_from = Some(at);
        return Some(Adjustment::Recount(MoveReason::LaterEnd));
    }
    let extends = standard.extension.as_ref().is_some_and(|e| e.on == milestone);
    // A milestone that carries a time agrees on a date, and happens when it is recorded.
    let (at, until) = if milestone.is_agreed_time() {
        (now, Some(time::local(organisation.zone(), at).date()))
    } else {
        (at, until)
    };
    let in_time = at.timestamp() <= deadline.due_at.timestamp();
    if extends && in_time && deadline.can_be_extended(standard) {
        deadline.extensions.push(ExtensionGiven { at, until });
        return Some(Adjustment::Recount(MoveReason::Extended));
    }
    None
}

/// Returns the days of a pause, in the unit in which the standard counts.
///
/// The calendar days are those from one date to the other. The working days are those from the one to
/// the other, both included (Freedom of Information Act 2000, s. 10(2)); day 0 does not count anyway.
fn days_paused(
    standard: &Standard,
    starts_at: DateTime<Utc>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    organisation: &Organisation,
) -> u16 {
    let counting = standard.options.first().map(|option| option.counting);
    let days = match counting {
        Some(counting) if matches!(counting.within, Within::WorkingDays(_)) => {
            let calendar = organisation.calendar(counting.calendar);
            let day = |at: DateTime<Utc>| calendar.day_of(at.timestamp()).ok();
            match (day(starts_at), day(from), day(until)) {
                (Some(zero), Some(from), Some(until)) => {
                    calendar.working_days_in(zero, from, until)
                }
                _ => 0,
            }
        }
        _ => {
            let date = |at| time::local(organisation.zone(), at).date();
            usize::try_from((date(until) - date(from)).num_days()).unwrap_or_default()
        }
    };
    u16::try_from(days).unwrap_or(u16::MAX)
}
