//! Closing a contact, and opening it again.

use super::refusal::{NoChange, Refusal, Stop};
use super::transaction::Transaction;
use crate::contact::{Closed, Event};
use crate::deadline::{DeadlineState, WaiverReason};
use crate::standards::{Milestone, OwedBy};

impl Transaction<'_> {
    /// Closes the contact for staff. They need a reason if something is still owed.
    pub(super) fn close(&mut self, reason: Option<&str>) -> Result<(), Stop> {
        if self.contact.closed.is_some() {
            return Err(NoChange::AlreadyClosed.into());
        }
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        if self.owes_anything() {
            let Some(reason) = reason else { return Err(Refusal::StillOwed.into()) };
            // What was missed stays missed, but nobody is reminded of it any more.
            for deadline in &mut self.contact.deadlines {
                deadline.abandoned |= deadline.state == DeadlineState::Missed;
            }
            let why = WaiverReason::ClosedByStaff(reason.to_owned());
            self.waive(&why, |_, standard| standard.owed_by == OwedBy::Provider);
        }
        self.record_close(reason.map(str::to_owned));
        Ok(())
    }

    /// Closes the contact, unless something is still owed.
    pub(super) fn close_if_nothing_owed(&mut self) {
        if self.contact.closed.is_none() && !self.owes_anything() {
            self.record_close(None);
        }
    }

    /// Opens the contact again if it is closed.
    pub(super) fn reopen(&mut self) {
        if self.contact.closed.take().is_some() {
            self.event(Event::Reopened { reason: None });
        }
    }

    /// Opens the contact again for staff, who should not have closed it. What was waived by closing it is
    /// owed again, from the same start and by the same time.
    pub(super) fn reopen_by_hand(&mut self, reason: &str) -> Result<(), Refusal> {
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        self.contact.closed = None;
        self.event(Event::Reopened { reason: Some(reason) });
        for index in 0..self.contact.deadlines.len() {
            let over = self.was_ended(index);
            if let Some(deadline) = self.contact.deadlines.get_mut(index) {
                deadline.abandoned &= over;
            }
        }
        self.restore(|why| matches!(why, WaiverReason::ClosedByStaff(_)));
        Ok(())
    }

    fn owes_anything(&self) -> bool {
        self.contact.owed(self.organisation).next().is_some()
    }

    fn record_close(&mut self, reason: Option<String>) {
        self.contact.closed = Some(Closed { at: self.now });
        self.event(Event::Closed { reason });
        self.prompt_on(Milestone::Closed);
    }
}
