//! Mails were sent, or not.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::NoChange;
use super::clocks::Manner;
use super::command::{MailOutcome, MailResult};
use super::transaction::Transaction;
use crate::contact::{
    Acknowledgement, Addressee, Closed, Event, Mail, MailId, MailKind, PendingMail,
};
use crate::deadline::DeadlineState;
use crate::standards::{Milestone, Recipient};

/// Waits between attempts, in minutes; after the last, two days in all, the mail has failed.
const WAITS: [i64; 9] = [1, 5, 15, 60, 180, 360, 720, 720, 720];

/// Records what became of mails. A mail counts when it is accepted, not when it was decided.
pub(super) fn record(
    transaction: &mut Transaction<'_>,
    results: &[MailResult],
) -> Option<NoChange> {
    let mut any = false;
    for result in results {
        let Some(index) = transaction.contact.pending.iter().position(|p| p.id == *result.id())
        else {
            continue;
        };
        any = true;
        let pending = transaction.contact.pending.remove(index);
        match &result.outcome {
            MailOutcome::Accepted { at, possible_duplicate } => {
                transaction.event(Event::MailSent {
                    mail: result.id().clone(),
                    at: *at,
                    possible_duplicate: *possible_duplicate,
                });
                accepted(transaction, &result.mail, *at);
            }
            MailOutcome::Deferred { why } => {
                let wait = usize::try_from(pending.attempts).ok().and_then(|n| WAITS.get(n));
                if let Some(minutes) = wait {
                    let until = transaction.now + TimeDelta::minutes(*minutes);
                    transaction.event(Event::MailDeferred {
                        mail: result.id().clone(),
                        why: why.clone(),
                        until,
                    });
                    let again = PendingMail {
                        attempts: pending.attempts + 1,
                        deferred: true,
                        not_before: until,
                        ..pending
                    };
                    transaction.contact.pending.push(again);
                } else {
                    failed(transaction, &result.mail, why);
                }
            }
            MailOutcome::Failed { why } => failed(transaction, &result.mail, why),
        }
    }
    if any { None } else { Some(NoChange::NotPending) }
}

fn accepted(transaction: &mut Transaction<'_>, mail: &Mail, at: DateTime<Utc>) {
    transaction
        .contact
        .unreachable_staff
        .retain(|person| mail.to != Addressee::Person(person.clone()));
    match &mail.kind {
        MailKind::Acknowledgement => {
            transaction.contact.acknowledgement = Acknowledgement::Outcome { at };
            transaction.record_milestone(Milestone::Acknowledged, at);
        }
        MailKind::Answer { closes, .. } => {
            transaction.answered(at, Milestone::WrittenTo, Manner::default());
            // What the customer has written since is not answered by it.
            let unread = mail.id.commit() < transaction.contact.last_customer_commit;
            if *closes && !unread {
                transaction.close_if_nothing_owed();
            }
        }
        MailKind::Delay { until, .. } => transaction.told_delay(at, *until),
        MailKind::NewContact { .. }
        | MailKind::ActionPrompt { .. }
        | MailKind::CustomerWrote { .. }
        | MailKind::Reminder { .. }
        | MailKind::Undelivered { .. }
        | MailKind::ReplyNotSent { .. } => {}
    }
}

/// What was promised is still owed; somebody is told that the mail did not arrive.
fn failed(transaction: &mut Transaction<'_>, mail: &Mail, why: &str) {
    transaction.event(Event::MailFailed { mail: mail.id.clone(), why: why.to_owned() });
    if let Addressee::Person(person) = &mail.to {
        // A colleague's mailbox that refuses mail is seen on the work list; a mail about it would
        // go to the same mailbox.
        if !transaction.contact.unreachable_staff.contains(person) {
            transaction.contact.unreachable_staff.push(person.clone());
        }
        return;
    }
    let what = match &mail.kind {
        MailKind::Acknowledgement => {
            transaction.contact.acknowledgement = Acknowledgement::Failed;
            "the acknowledgement"
        }
        MailKind::Answer { .. } => "the answer",
        MailKind::Delay { .. } => "the notice that it takes longer",
        MailKind::ActionPrompt { .. } => "word of what was done",
        _ => "a reminder",
    };
    let Some(person) = transaction.person(Recipient::Owner) else { return };
    let kind = MailKind::Undelivered { why: why.to_owned(), what: what.to_owned() };
    transaction.mail(Addressee::Person(person), kind);
}

/// Puts mails that should have been sent by now into a commit of their own, so that they are sent.
pub(super) fn retry(transaction: &mut Transaction<'_>, mails: &[Mail]) -> Option<NoChange> {
    let mut any = false;
    for mail in mails {
        let Some(index) = transaction.contact.pending.iter().position(|p| p.id == mail.id) else {
            continue;
        };
        any = true;
        let pending = transaction.contact.pending.remove(index);
        transaction.event(Event::MailRetried { mail: mail.id.clone() });
        transaction.resend(mail.clone(), pending.attempts);
    }
    if any { None } else { Some(NoChange::NotPending) }
}

impl Transaction<'_> {
    /// The customer was answered: an answer also confirms receipt.
    pub(super) fn answered(&mut self, at: DateTime<Utc>, means: Milestone, manner: Manner) {
        self.withdraw_acknowledgement(at);
        self.record_milestone_with(Milestone::Acknowledged, at, manner);
        self.record_milestone_with(means, at, manner);
        self.record_milestone_with(Milestone::Responded, at, manner);
        // Only where a window of the customer's opens with it.
        let opens_window = {
            let facts = self.contact.facts();
            let mut bound = self.organisation.standards_for(&facts, at);
            bound.any(|s| s.starts.contains(&Milestone::ReplyDelivered))
        };
        if opens_window {
            self.record_milestone_with(Milestone::ReplyDelivered, at, manner);
        }
    }

    /// An acknowledgement that could not be sent yet would come after the answer, and say that there
    /// will be one.
    fn withdraw_acknowledgement(&mut self, at: DateTime<Utc>) {
        // It is the first mail of the first commit, wherever there is one.
        let first = MailId::new(1, 0);
        let waiting = |p: &PendingMail| p.deferred && p.id == first;
        if self.contact.acknowledgement == Acknowledgement::OnItsWay
            && self.contact.pending.iter().any(waiting)
        {
            self.contact.pending.retain(|p| !waiting(p));
            self.contact.acknowledgement = Acknowledgement::Outcome { at };
        }
    }

    /// The customer was told that it takes longer, and until when. Where the time can be put off by
    /// such a notice, it is.
    fn told_delay(&mut self, at: DateTime<Utc>, until: NaiveDate) {
        let manner = Manner { until: Some(until), by_post: false };
        self.record_milestone_with(Milestone::DelayNoticeSent, at, manner);
        if self.can_extend() {
            self.record_milestone_with(Milestone::ExtensionNotified, at, manner);
        }
    }

    /// Whether a notice can put off the time of anything that is still running.
    pub(super) fn can_extend(&self) -> bool {
        self.contact.deadlines.iter().any(|deadline| {
            let standard = self.organisation.standard(&deadline.standard);
            let extension = standard.and_then(|standard| standard.extension.as_ref());
            deadline.state == DeadlineState::Open
                && deadline.extension_given.is_none()
                && extension.is_some_and(|e| e.on == Milestone::ExtensionNotified)
        })
    }

    /// Closes the contact, unless something is still owed to the customer.
    pub(super) fn close_if_nothing_owed(&mut self) {
        let owed = self
            .contact
            .deadlines
            .iter()
            .any(|d| d.is_outstanding() && !d.is_customers(self.organisation));
        if !owed && self.contact.closed.is_none() {
            self.contact.closed = Some(Closed { at: self.now });
            self.event(Event::Closed { reason: None });
            self.prompt_on(Milestone::Closed);
        }
    }
}
