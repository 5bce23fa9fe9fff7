//! Delay notices and the extensions that they bring.

use chrono::{DateTime, NaiveDate, Utc};

use super::milestone::Occurrence;
use super::transaction::Transaction;
use super::{DelayNotice, Refusal};
use crate::contact::{Addressee, Event, MailKind};
use crate::deadline::DeadlineState;
use crate::organisation::PersonId;
use crate::standards::Milestone;
use crate::time;

impl Transaction<'_> {
    /// Sends the customer a delay notice. It counts when it is accepted for delivery.
    pub(super) fn notify_delay(
        &mut self,
        notice: &DelayNotice,
        by: &PersonId,
    ) -> Result<(), Refusal> {
        let until = notice.until;
        if until <= time::local(self.organisation.zone(), self.now).date() {
            return Err(Refusal::DateNotAhead);
        }
        if self.contact.customer.answer_to().is_none() {
            return Err(Refusal::NoAddress);
        }
        let text = notice.text.trim().to_owned();
        if text.is_empty() && self.can_extend() {
            return Err(Refusal::ReasonMissing);
        }
        self.event(Event::DelayNotified { text: text.clone(), until });
        self.mail(Addressee::Customer, MailKind::Delay { text, by: by.clone(), until });
        Ok(())
    }

    /// Records that the customer was told of a delay. An extension follows if the standard allows one.
    pub(super) fn delay_notified(&mut self, at: DateTime<Utc>, until: NaiveDate) {
        let notice =
            Occurrence { until: Some(until), ..Occurrence::new(Milestone::DelayNoticeSent, at) };
        self.record(notice);
        if self.can_extend() {
            self.record(Occurrence { milestone: Milestone::ExtensionNotified, ..notice });
        }
    }

    /// Returns true if a notice can extend any open deadline.
    fn can_extend(&self) -> bool {
        self.contact.deadlines.iter().any(|deadline| {
            let standard = deadline.standard(self.organisation);
            let extension = standard.and_then(|standard| standard.extension.as_ref());
            deadline.state == DeadlineState::Open
                && deadline.extension_given.is_none()
                && extension.is_some_and(|e| e.on == Milestone::ExtensionNotified)
        })
    }
}
