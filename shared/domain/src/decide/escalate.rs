//! The next stage of the complaints procedure.

use chrono::{DateTime, Utc};

use super::Refusal;
use super::milestone::Occurrence;
use super::transaction::Transaction;
use crate::contact::Event;
use crate::deadline::{DeadlineState, WaiverReason};
use crate::standards::Milestone;

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
        self.waive_inapplicable(&WaiverReason::NextStage);
        self.reopen();
        self.record(Occurrence::new(Milestone::Escalated, at));
        Ok(())
    }

    /// Returns true if the customer's window for asking had closed by `at`.
    fn is_after_window(&self, at: DateTime<Utc>) -> bool {
        self.contact.deadlines.iter().any(|deadline| {
            deadline.is_window(self.organisation)
                && deadline
                    .standard(self.organisation)
                    .is_some_and(|standard| standard.kept_by(Milestone::Escalated))
                && at.timestamp() > deadline.due_at.timestamp()
                && matches!(deadline.state, DeadlineState::Open | DeadlineState::Lapsed)
        })
    }
}
