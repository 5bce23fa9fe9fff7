//! Commands of Kept itself.

use super::SystemCommand;
use super::refusal::NoChange;
use super::transaction::Transaction;
use crate::contact::{Addressee, Event, MailKind};

impl Transaction<'_> {
    /// Does what Kept asks itself.
    pub(super) fn system(&mut self, command: &SystemCommand) -> Result<(), NoChange> {
        match command {
            SystemCommand::FireTimers => self.fire_timers(),
            SystemCommand::RecordMailResults(results) => self.record_mail_results(results),
            SystemCommand::RetryMails(mails) => self.retry_mails(mails),
            SystemCommand::RejectStaffReply { person, why } => {
                self.event(Event::StaffReplyRejected { why: *why });
                let kind = MailKind::ReplyNotSent { why: *why };
                self.mail(Addressee::Person(person.clone()), kind);
                Ok(())
            }
        }
    }
}
