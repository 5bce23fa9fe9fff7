//! Mails were sent, or not.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Nothing;
use super::clocks::How;
use super::command::{MailOutcome, MailResult};
use super::draft::Draft;
use crate::contact::{
    Acknowledgement, Addressee, Closed, DeadlineState, Event, Mail, MailId, MailKind, PendingMail,
};
use crate::standards::{Milestone, Tell};

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
                    let again = PendingMail {
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

fn accepted(draft: &mut Draft<'_>, mail: &Mail, at: DateTime<Utc>) {
    draft.contact.untold.retain(|person| mail.to != Addressee::Person(person.clone()));
    match &mail.kind {
        MailKind::Acknowledgement => {
            draft.contact.acknowledgement = Acknowledgement::Given { at };
            draft.reach(Milestone::Acknowledged, at);
        }
        MailKind::Answer { closes, .. } => {
            draft.answered(at, Milestone::WrittenTo, How::default());
            // What the customer has written since is not answered by it.
            let unread = mail.id.commit() < draft.contact.wrote_in;
            if *closes && !unread {
                draft.close_if_nothing_owed();
            }
        }
        MailKind::Delay { until, .. } => draft.told_delay(at, *until),
        MailKind::NewContact { .. }
        | MailKind::Prompt { .. }
        | MailKind::CustomerWrote { .. }
        | MailKind::Reminder { .. }
        | MailKind::Undelivered { .. }
        | MailKind::ReplyNotSent { .. } => {}
    }
}

/// What was promised is still owed; somebody is told that the mail did not arrive.
fn failed(draft: &mut Draft<'_>, mail: &Mail, why: &str) {
    draft.event(Event::MailFailed { mail: mail.id.clone(), why: why.to_owned() });
    if let Addressee::Person(person) = &mail.to {
        // A colleague's mailbox that refuses mail is seen on the work list; a mail about it would
        // go to the same mailbox.
        if !draft.contact.untold.contains(person) {
            draft.contact.untold.push(person.clone());
        }
        return;
    }
    let what = match &mail.kind {
        MailKind::Acknowledgement => {
            draft.contact.acknowledgement = Acknowledgement::Failed;
            "the acknowledgement"
        }
        MailKind::Answer { .. } => "the answer",
        MailKind::Delay { .. } => "the notice that it takes longer",
        MailKind::Prompt { .. } => "word of what was done",
        _ => "a reminder",
    };
    let Some(person) = draft.person(Tell::Owner) else { return };
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
    pub(super) fn answered(&mut self, at: DateTime<Utc>, means: Milestone, how: How) {
        self.withdraw_acknowledgement(at);
        self.reach_how(Milestone::Acknowledged, at, how);
        self.reach_how(means, at, how);
        self.reach_how(Milestone::Responded, at, how);
        // Only where a window of the customer's opens with it.
        let opens_window = {
            let facts = self.contact.facts();
            let mut bound = self.organisation.standards_for(&facts, at);
            bound.any(|s| s.starts.contains(&Milestone::ReplyDelivered))
        };
        if opens_window {
            self.reach_how(Milestone::ReplyDelivered, at, how);
        }
    }

    /// An acknowledgement that could not be sent yet would come after the answer, and say that there
    /// will be one.
    fn withdraw_acknowledgement(&mut self, at: DateTime<Utc>) {
        // It is the first mail of the first commit, wherever there is one.
        let first = MailId::new(1, 0);
        let waiting = |p: &PendingMail| p.put_off && p.id == first;
        if self.contact.acknowledgement == Acknowledgement::OnItsWay
            && self.contact.pending.iter().any(waiting)
        {
            self.contact.pending.retain(|p| !waiting(p));
            self.contact.acknowledgement = Acknowledgement::Given { at };
        }
    }

    /// The customer was told that it takes longer, and until when. Where the time can be put off by
    /// such a notice, it is.
    fn told_delay(&mut self, at: DateTime<Utc>, until: NaiveDate) {
        let how = How { until: Some(until), by_post: false };
        self.reach_how(Milestone::DelayNoticeSent, at, how);
        if self.can_extend() {
            self.reach_how(Milestone::ExtensionNotified, at, how);
        }
    }

    /// Whether a notice can put off the time of anything that is still running.
    pub(super) fn can_extend(&self) -> bool {
        self.contact.deadlines.iter().any(|deadline| {
            let standard = self.organisation.standard(&deadline.standard);
            let extension = standard.and_then(|standard| standard.extension.as_ref());
            deadline.state == DeadlineState::Open
                && deadline.extended.is_none()
                && extension.is_some_and(|e| e.on == Milestone::ExtensionNotified)
        })
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
            self.prompt_on(Milestone::Closed);
        }
    }
}
