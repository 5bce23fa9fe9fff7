//! The results of sending emails.

use chrono::{DateTime, TimeDelta, Utc};

use super::milestone::Occurrence;
use super::refusal::NoChange;
use super::transaction::Transaction;
use super::{MailOutcome, MailResult};
use crate::contact::{
    Acknowledgement, Addressee, Event, Mail, MailId, MailKind, MailProblem, PendingMail,
};
use crate::standards::Milestone;

/// The waits between attempts, in minutes. After the last, two days in all, the email has failed.
const WAITS: [i64; 9] = [1, 5, 15, 60, 180, 360, 720, 720, 720];

impl Transaction<'_> {
    /// Records what became of emails. An email counts when it is accepted for delivery, not when it
    /// was decided.
    pub(super) fn record_mail_results(&mut self, results: &[MailResult]) -> Result<(), NoChange> {
        let mut any = false;
        for MailResult { mail, outcome } in results {
            let Some(pending) = self.take_pending(&mail.id) else { continue };
            any = true;
            match outcome {
                MailOutcome::Accepted { at, possible_duplicate } => {
                    self.event(Event::MailSent {
                        mail: mail.id.clone(),
                        at: *at,
                        possible_duplicate: *possible_duplicate,
                    });
                    self.accepted(mail, *at);
                }
                MailOutcome::Deferred { why } => self.deferred(mail, pending, why),
                MailOutcome::Failed { why } => self.failed(mail, why),
            }
        }
        if any { Ok(()) } else { Err(NoChange::NotPending) }
    }

    /// Puts emails that should have been sent by now into a new commit, so that they are sent.
    pub(super) fn retry_mails(&mut self, mails: &[Mail]) -> Result<(), NoChange> {
        let mut any = false;
        for mail in mails {
            let Some(pending) = self.take_pending(&mail.id) else { continue };
            any = true;
            self.event(Event::MailRetried { mail: mail.id.clone() });
            self.resend(mail.clone(), pending.attempts);
        }
        if any { Ok(()) } else { Err(NoChange::NotPending) }
    }

    fn take_pending(&mut self, id: &MailId) -> Option<PendingMail> {
        let index = self.contact.pending.iter().position(|pending| pending.id == *id)?;
        Some(self.contact.pending.remove(index))
    }

    fn accepted(&mut self, mail: &Mail, at: DateTime<Utc>) {
        if let Addressee::Person(person) = &mail.to {
            self.contact.unreachable_staff.retain(|other| other != person);
        }
        match &mail.kind {
            MailKind::Acknowledgement => {
                self.contact.acknowledgement = Acknowledgement::Confirmed { at };
                self.record(Occurrence::new(Milestone::Acknowledged, at));
            }
            MailKind::Answer { closes, by, .. } => {
                let how = Occurrence::new(Milestone::WrittenTo, at);
                self.answered(how, by);
                self.add_reply(mail.id.commit(), how, by);
                // It does not answer what the customer has written since.
                let unread = mail.id.commit() < self.contact.last_customer_commit;
                if *closes && !unread {
                    self.close_if_nothing_owed();
                }
            }
            MailKind::Update { by, plain, .. } => {
                let how = Occurrence::new(Milestone::WrittenTo, at);
                self.updated(how);
                let entry = mail.id.commit();
                self.add_reply(entry, how, by);
                if *plain && self.contact.owes_answer(self.organisation) {
                    self.mail(Addressee::Person(by.clone()), MailKind::UpdateSent { entry });
                }
            }
            MailKind::Delay { until, .. } => self.delay_notified(at, *until),
            MailKind::NewContact { .. }
            | MailKind::ActionPrompt { .. }
            | MailKind::CustomerWrote { .. }
            | MailKind::Reminder { .. }
            | MailKind::UpdateSent { .. }
            | MailKind::StageStarted { .. }
            | MailKind::StageTakenBack { .. }
            | MailKind::Undelivered { .. }
            | MailKind::ReplyNotSent { .. } => {}
        }
    }

    /// Waits for the next attempt, or gives up after the last.
    fn deferred(&mut self, mail: &Mail, pending: PendingMail, why: &MailProblem) {
        let wait = usize::try_from(pending.attempts).ok().and_then(|n| WAITS.get(n));
        let Some(minutes) = wait else { return self.failed(mail, why) };
        let until = self.now + TimeDelta::minutes(*minutes);
        self.event(Event::MailDeferred { mail: mail.id.clone(), why: why.clone(), until });
        self.contact.pending.push(PendingMail {
            attempts: pending.attempts + 1,
            deferred: true,
            not_before: until,
            ..pending
        });
    }

    /// Notifies the owner if an email to the customer failed. The promise is still owed.
    fn failed(&mut self, mail: &Mail, why: &MailProblem) {
        self.event(Event::MailFailed { mail: mail.id.clone(), why: why.clone() });
        if let Addressee::Person(person) = &mail.to {
            // The work list shows that a colleague's mailbox refuses emails. Another email about it
            // would go to the same mailbox.
            if !self.contact.unreachable_staff.contains(person) {
                self.contact.unreachable_staff.push(person.clone());
            }
            return;
        }
        if mail.kind == MailKind::Acknowledgement {
            self.contact.acknowledgement = Acknowledgement::Failed;
        }
        self.mail_owner(MailKind::Undelivered { topic: mail.kind.topic(), why: why.clone() });
    }
}
