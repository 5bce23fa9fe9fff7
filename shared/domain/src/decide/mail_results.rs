//! Mails were sent, or not.

use chrono::TimeDelta;

use super::Nothing;
use super::command::{MailOutcome, MailResult};
use super::draft::Draft;
use crate::contact::{Acknowledgement, Addressee, Closed, Event, Mail, MailKind};
use crate::standards::Milestone;

/// Waits between attempts, in minutes; after the last, two days in all, the mail has failed.
const WAITS: [i64; 9] = [1, 5, 15, 60, 180, 360, 720, 720, 720];

/// Records what became of mails. A mail counts when it is accepted, not when it was decided.
pub(super) fn record(draft: &mut Draft<'_>, results: &[MailResult]) -> Option<Nothing> {
    let mut any = false;
    for result in results {
        let Some(index) = draft.contact.pending.iter().position(|p| p.id == *result.id()) else {
            continue;
        };
        any = true;
        let pending = draft.contact.pending.remove(index);
        match &result.outcome {
            MailOutcome::Accepted { at, possible_duplicate } => {
                draft.event(Event::Mailed {
                    mail: result.id().clone(),
                    at: *at,
                    possible_duplicate: *possible_duplicate,
                });
                accepted(draft, &result.mail, *at);
            }
            MailOutcome::Deferred { why } => {
                let wait = usize::try_from(pending.attempts).ok().and_then(|n| WAITS.get(n));
                if let Some(minutes) = wait {
                    let until = draft.now + TimeDelta::minutes(*minutes);
                    draft.event(Event::MailDeferred {
                        mail: result.id().clone(),
                        why: why.clone(),
                        until,
                    });
                    let again = crate::contact::PendingMail {
                        attempts: pending.attempts + 1,
                        put_off: true,
                        not_before: until,
                        ..pending
                    };
                    draft.contact.pending.push(again);
                } else {
                    failed(draft, &result.mail, why);
                }
            }
            MailOutcome::Failed { why } => failed(draft, &result.mail, why),
        }
    }
    if any { None } else { Some(Nothing::NotPending) }
}

fn accepted(draft: &mut Draft<'_>, mail: &Mail, at: chrono::DateTime<chrono::Utc>) {
    match &mail.kind {
        MailKind::Acknowledgement => {
            draft.contact.acknowledgement = Acknowledgement::Given { at };
            draft.reach(Milestone::Acknowledged, at);
        }
        MailKind::Answer { closes, .. } => {
            draft.answered(at, &[Milestone::WrittenTo]);
            if *closes {
                draft.close_if_nothing_owed();
            }
        }
        MailKind::Delay { .. } => draft.reach(Milestone::DelayNoticeSent, at),
        MailKind::NewContact { .. }
        | MailKind::CustomerWrote { .. }
        | MailKind::Reminder { .. }
        | MailKind::Undelivered { .. }
        | MailKind::ReplyNotSent { .. } => {}
    }
}

/// What was promised is still owed; somebody is told that the mail did not arrive.
fn failed(draft: &mut Draft<'_>, mail: &Mail, why: &str) {
    draft.event(Event::MailFailed { mail: mail.id.clone(), why: why.to_owned() });
    if mail.to != Addressee::Customer {
        // A colleague's mailbox that refuses mail is seen on the work list; a mail about it would
        // go to the same mailbox.
        return;
    }
    let what = match &mail.kind {
        MailKind::Acknowledgement => {
            draft.contact.acknowledgement = Acknowledgement::Failed;
            "the acknowledgement"
        }
        MailKind::Answer { .. } => "the answer",
        MailKind::Delay { .. } => "the notice that it takes longer",
        _ => "a reminder",
    };
    let Some(team) = draft.team() else { return };
    let person = draft.contact.owner.clone().unwrap_or_else(|| team.duty.clone());
    let kind = MailKind::Undelivered { why: why.to_owned(), what: what.to_owned() };
    draft.mail(Addressee::Person(person), kind);
}

/// Puts mails that should have been sent by now into a commit of their own, so that they are sent.
pub(super) fn retry(draft: &mut Draft<'_>, mails: &[Mail]) -> Option<Nothing> {
    let mut any = false;
    for mail in mails {
        let Some(index) = draft.contact.pending.iter().position(|p| p.id == mail.id) else {
            continue;
        };
        any = true;
        let pending = draft.contact.pending.remove(index);
        draft.event(Event::MailRetried { mail: mail.id.clone() });
        draft.resend(mail.clone(), pending.attempts);
    }
    if any { None } else { Some(Nothing::NotPending) }
}

impl Draft<'_> {
    /// The customer was answered: an answer also confirms receipt.
    pub(super) fn answered(&mut self, at: chrono::DateTime<chrono::Utc>, also: &[Milestone]) {
        self.reach(Milestone::Acknowledged, at);
        for milestone in also {
            self.reach(*milestone, at);
        }
        self.reach(Milestone::Responded, at);
    }

    /// Closes the contact, unless something is still owed to the customer.
    pub(super) fn close_if_nothing_owed(&mut self) {
        let owed = self
            .contact
            .deadlines
            .iter()
            .any(|d| d.is_owed() && !d.is_customers(self.organisation));
        if !owed && self.contact.closed.is_none() {
            self.contact.closed = Some(Closed { at: self.now });
            self.event(Event::Closed { reason: None });
        }
    }
}
