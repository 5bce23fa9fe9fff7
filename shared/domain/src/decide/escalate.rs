//! The next stage of the complaints procedure.

use chrono::{DateTime, Utc};

use super::Refusal;
use super::milestone::Occurrence;
use super::transaction::Transaction;
use crate::contact::{Addressee, Event, MailKind, MoveReason, StageRequest};
use crate::deadline::{Deadline, DeadlineState, WaiverReason};
use crate::standards::{Facts, Milestone, ProvisionalStart};

impl Transaction<'_> {
    /// Records for staff that the customer asked for the next stage.
    pub(super) fn escalate(&mut self, at: DateTime<Utc>) -> Result<(), Refusal> {
        self.check_time(at)?;
        if self.contact.stage_requests.last().is_some_and(|request| at <= request.at) {
            return Err(Refusal::ImpossibleTime);
        }
        let stage = self.contact.next_stage(self.organisation, at).ok_or(Refusal::NoNextStage)?;
        self.start_stage(stage, at, false);
        Ok(())
    }

    /// Moves a complaint to its next stage. Somebody else considers it, and it is open again. The customer
    /// is told the new dates. A request after the customer's window has closed counts all the same, until
    /// staff decline it.
    pub(super) fn start_stage(&mut self, stage: u8, at: DateTime<Utc>, by_message: bool) {
        let after_window = self.is_after_window(stage, at);
        let was_closed = self.contact.closed.is_some();
        let owner_before = self.contact.owner.take();
        if let Some(owner) = &owner_before {
            self.contact.add_considered_by(owner);
        }
        self.contact.stage = stage;
        let request = StageRequest { at, by_message, after_window, was_closed, owner_before };
        self.contact.stage_requests.push(request);
        self.event(Event::Escalated { stage, requested_at: at, after_window });
        self.meet_windows(stage, at);
        self.waive_inapplicable(&WaiverReason::NextStage);
        self.reopen();
        self.record(Occurrence::new(Milestone::Escalated, at));
        self.expire();
        self.mail_stage(MailKind::StageStarted { stage });
    }

    /// Tells the customer about the stage. They are told each date that changes, so that it never differs
    /// from what they were told.
    fn mail_stage(&mut self, kind: MailKind) {
        if self.may_notify_customer() {
            self.mail(Addressee::Customer, kind);
        }
    }

    /// Declines the request for the present stage, which came after the customer's window had closed.
    pub(super) fn decline_stage(&mut self, reason: &str) -> Result<(), Refusal> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        self.take_back_stage(Some(reason))
    }

    /// Takes back the present stage, because the customer did not ask for it or because their late request
    /// is declined. What the stage ended is as it was before. If they did not ask and a message had been
    /// taken as the request, it is an ordinary message.
    pub(super) fn take_back_stage(&mut self, declined: Option<&str>) -> Result<(), Refusal> {
        let Some(request) = self.contact.open_stage_request().cloned() else {
            return Err(Refusal::NoStageRequest);
        };
        let stage = self.contact.stage.saturating_sub(1);
        self.contact.stage_requests.pop();
        self.contact.stage = stage;
        self.contact.owner.clone_from(&request.owner_before);
        self.contact.milestones.retain(|(milestone, _)| *milestone != Milestone::Escalated);
        if let Some(earlier) = self.contact.stage_requests.last() {
            self.contact.milestones.push((Milestone::Escalated, earlier.at));
        }
        let reason = declined.map(str::to_owned);
        let why = match &reason {
            Some(reason) => WaiverReason::StageDeclined(reason.clone()),
            None => WaiverReason::NotAStageRequest,
        };
        self.event(Event::StageTakenBack { stage, declined: reason.clone() });
        let is_message = request.by_message && declined.is_none();
        let applies = |deadline: &Deadline, transaction: &Self| {
            if deadline.told_date.is_some() {
                // A date that the customer was told stands for as long as an answer is owed.
                return is_message || deadline.starts_at < request.at;
            }
            let facts = transaction.contact.facts();
            let standard = deadline.standard(transaction.organisation);
            standard.is_some_and(|standard| standard.applies_to(&facts))
        };
        for index in 0..self.contact.deadlines.len() {
            let Some(deadline) = self.contact.deadlines.get(index) else { break };
            // A stage that nobody asked for, or asked for too late, cannot have been missed.
            if deadline.is_outstanding() && !applies(deadline, self) {
                self.settle(index, DeadlineState::Waived { why: why.clone() });
                continue;
            }
            let ended = match &deadline.state {
                DeadlineState::Waived { why } => *why == WaiverReason::NextStage,
                DeadlineState::Met { by, .. } => *by == Milestone::Escalated,
                _ => false,
            };
            if ended && applies(deadline, self) {
                self.restore_one(index);
            }
        }
        self.expire();
        if is_message && !self.contact.owes_answer(self.organisation) {
            self.start_again(request.at);
        } else if request.was_closed {
            self.close_if_nothing_owed();
        }
        self.mail_stage(MailKind::StageTakenBack { stage, declined: reason });
        Ok(())
    }

    /// Dates the request for the present stage earlier, because it had reached the provider before. Its
    /// deadlines count from then.
    pub(super) fn date_stage_request(&mut self, at: DateTime<Utc>) -> Result<(), Refusal> {
        self.check_time(at)?;
        let Some(request) = self.contact.open_stage_request() else {
            return Err(Refusal::NoStageRequest);
        };
        let before = request.at;
        let mut earlier_stages = self.contact.stage_requests.iter().rev().skip(1);
        if earlier_stages.next().is_some_and(|request| at <= request.at) {
            return Err(Refusal::ImpossibleTime);
        }
        if before <= at {
            return Err(Refusal::RequestedEarlier);
        }
        let stage = self.contact.stage;
        let after_window = self.is_after_window(stage, at);
        if let Some(request) = self.contact.stage_requests.last_mut() {
            request.at = at;
            request.after_window = after_window;
        }
        for (milestone, recorded) in &mut self.contact.milestones {
            if *milestone == Milestone::Escalated {
                *recorded = at;
            }
        }
        self.event(Event::StageRequestDated { stage, requested_at: at, after_window });
        self.meet_windows(stage, at);
        for index in 0..self.contact.deadlines.len() {
            let Some(deadline) = self.contact.deadlines.get(index) else { break };
            let standard = deadline.standard(self.organisation);
            let from_request = standard.is_some_and(|s| s.starts.contains(&Milestone::Escalated));
            if from_request && deadline.starts_at == before {
                self.start_earlier(index, at);
            }
        }
        self.expire();
        self.mail_stage(MailKind::StageStarted { stage });
        Ok(())
    }

    /// Counts a deadline from an earlier start, and those that count provisionally from when it is due.
    fn start_earlier(&mut self, index: usize, at: DateTime<Utc>) {
        let Some(deadline) = self.contact.deadlines.get_mut(index) else { return };
        let met = match deadline.state {
            DeadlineState::Open | DeadlineState::Missed => None,
            DeadlineState::Met { at, by, .. } | DeadlineState::MetLate { at, by, .. } => {
                Some((at, by))
            }
            DeadlineState::Waived { .. } | DeadlineState::Lapsed => return,
        };
        deadline.starts_at = at;
        deadline.state = DeadlineState::Open;
        self.recount(index, MoveReason::RequestedEarlier);
        let Some(deadline) = self.contact.deadlines.get(index) else { return };
        let (standard, due_at) = (deadline.id.standard.clone(), deadline.due_at);
        if let Some((at, by)) = met {
            self.meet_one(index, Occurrence::new(by, at));
        }
        let from_due = Some(ProvisionalStart::DueOf(standard));
        for other in 0..self.contact.deadlines.len() {
            let organisation = self.organisation;
            let chained = self.contact.deadlines.get(other).is_some_and(|deadline| {
                let standard = deadline.standard(organisation);
                deadline.provisional
                    && deadline.is_outstanding()
                    && standard.is_some_and(|standard| standard.provisional_start == from_due)
            });
            if chained {
                self.start_earlier(other, due_at);
            }
        }
    }

    /// Ends the customer's windows for asking for a stage, which they used. A window that has closed was
    /// used in time if the request came before that, whenever it was recorded.
    fn meet_windows(&mut self, stage: u8, at: DateTime<Utc>) {
        for index in 0..self.contact.deadlines.len() {
            let used = self.contact.deadlines.get(index).is_some_and(|deadline| {
                self.is_window_for(stage, deadline)
                    && matches!(deadline.state, DeadlineState::Open | DeadlineState::Lapsed)
                    && at.timestamp() <= deadline.due_at.timestamp()
            });
            if used {
                let state = DeadlineState::Met { at, by: Milestone::Escalated, option: None };
                self.settle(index, state);
            }
        }
    }

    /// Returns true if the customer had windows for asking for a stage and all had closed by `at`.
    fn is_after_window(&self, stage: u8, at: DateTime<Utc>) -> bool {
        let windows = self.contact.deadlines.iter().filter(|d| self.is_window_for(stage, d));
        let last = windows.map(|deadline| deadline.due_at.timestamp()).max();
        last.is_some_and(|last| last < at.timestamp())
    }

    /// Returns true if a deadline is the customer's window for asking for a stage.
    fn is_window_for(&self, stage: u8, deadline: &Deadline) -> bool {
        let facts = Facts { stage: stage.saturating_sub(1), ..self.contact.facts() };
        let standard = deadline.standard(self.organisation);
        standard.is_some_and(|s| s.is_window_for_next_stage() && s.applies_to(&facts))
    }
}
