//! The next stage of the complaints procedure.

use chrono::{DateTime, Utc};

use super::Refusal;
use super::milestone::Occurrence;
use super::transaction::Transaction;
use crate::contact::Event;
use crate::deadline::{Deadline, DeadlineState, WaiverReason};
use crate::standards::{Milestone, Standard};

impl Transaction<'_> {
    /// Moves a complaint to its next stage. Somebody else considers it, and it is open again. A request
    /// after the customer's window has closed counts all the same, and is recorded as such.
    pub(super) fn escalate(&mut self, at: DateTime<Utc>) -> Result<(), Refusal> {
        self.check_time(at)?;
        let stage = self.contact.next_stage(self.organisation, at).ok_or(Refusal::NoNextStage)?;
        let after_window = self.is_after_window(at);
        self.contact.stage = stage;
        self.contact.owner = None;
        self.event(Event::Escalated { stage, after_window });
        self.meet_windows(at);
        self.waive_inapplicable(&WaiverReason::NextStage);
        self.reopen();
        self.record(Occurrence::new(Milestone::Escalated, at));
        Ok(())
    }

    /// Ends the customer's windows, which they used.
    fn meet_windows(&mut self, at: DateTime<Utc>) {
        for index in 0..self.contact.deadlines.len() {
            let used = self.contact.deadlines.get(index).is_some_and(|deadline| {
                self.is_window_for_next_stage(deadline)
                    && deadline.state == DeadlineState::Open
                    && at.timestamp() <= deadline.due_at.timestamp()
            });
            if used {
                let state = DeadlineState::Met { at, by: Milestone::Escalated, option: None };
                self.settle(index, state);
            }
        }
    }

    /// Returns true if the customer's window for asking had closed by `at`.
    fn is_after_window(&self, at: DateTime<Utc>) -> bool {
        self.contact.deadlines.iter().any(|deadline| {
            self.is_window_for_next_stage(deadline)
                && at.timestamp() > deadline.due_at.timestamp()
                && matches!(deadline.state, DeadlineState::Open | DeadlineState::Lapsed)
        })
    }

    fn is_window_for_next_stage(&self, deadline: &Deadline) -> bool {
        let standard = deadline.standard(self.organisation);
        standard.is_some_and(Standard::is_window_for_next_stage)
    }
}
