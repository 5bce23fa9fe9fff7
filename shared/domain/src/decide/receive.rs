//! A contact comes in, or its customer writes again.

use chrono::{DateTime, Utc};

use super::CommitPlan;
use super::clocks::asks_only_for_acknowledgement;
use super::command::{Message, NewContact, Request};
use super::transaction::Transaction;
use crate::contact::{Acknowledgement, Actor, Addressee, Contact, Event, MailKind, Suppressed};
use crate::deadline::WaiverReason;
use crate::organisation::Organisation;
use crate::standards::{Channel, Milestone, Recipient};

/// Records a new contact, starts its clocks and decides about the acknowledgement.
pub(super) fn receive(
    new: &NewContact,
    request: &Request,
    now: DateTime<Utc>,
    organisation: &Organisation,
) -> CommitPlan {
    let suppressed = suppressed(new, &request.by, organisation);
    let contact = Contact {
        id: new.id,
        version: 0,
        fingerprint: new.fingerprint.clone(),
        received_at: new.received_at,
        channel: new.channel,
        category: new.category.clone(),
        priority: new.priority,
        stage: 1,
        team: new.team.clone(),
        owner: new.owner.clone(),
        direct: new.owner.is_some(),
        customer: new.customer.clone(),
        subject: new.subject.clone(),
        acknowledgement: suppressed
            .map_or(Acknowledgement::OnItsWay, |why| Acknowledgement::Suppressed { why }),
        deadlines: Vec::new(),
        milestones: Vec::new(),
        pending: Vec::new(),
        unreachable_staff: Vec::new(),
        recent_keys: Vec::new(),
        thread: new.message.thread.clone(),
        last_customer_commit: 0,
        closed: None,
    };
    let mut transaction = Transaction::of(&contact, request, now, organisation);
    transaction.event(Event::Received {
        channel: new.channel,
        category: new.category.clone(),
        priority: new.priority,
        team: new.team.clone(),
        customer: new.customer.clone(),
        subject: new.subject.clone(),
        text: new.message.text.clone(),
        attachments: new.message.attachments,
        archived: new.message.archived.clone(),
    });
    transaction.record_milestone(Milestone::Received, new.received_at);
    for milestone in &new.also {
        transaction.record_milestone(*milestone, new.received_at);
    }
    match suppressed {
        None => transaction.mail(Addressee::Customer, MailKind::Acknowledgement),
        Some(why) => {
            transaction.event(Event::AcknowledgementSuppressed { why });
            transaction.waive(&waive(why), asks_only_for_acknowledgement);
        }
    }
    notify_staff(&mut transaction, suppressed);
    transaction.finish()
}

/// Whether, and why, no acknowledgement is sent. The clocks run all the same.
fn suppressed(new: &NewContact, by: &Actor, organisation: &Organisation) -> Option<Suppressed> {
    if let Some(sign) = new.automatic {
        Some(Suppressed::Automatic(sign))
    } else if new.customer.email.is_none() {
        Some(match by {
            Actor::Staff(_) => Suppressed::RecordedByStaff,
            Actor::Customer | Actor::Kept => Suppressed::NoAddress,
        })
    } else if new.acknowledged_today >= organisation.acknowledgements_per_sender_per_day {
        Some(Suppressed::TooManyToday)
    } else {
        None
    }
}

fn waive(why: Suppressed) -> WaiverReason {
    match why {
        Suppressed::Automatic(_) => WaiverReason::AutomaticSender,
        Suppressed::TooManyToday => WaiverReason::TooManyToday,
        Suppressed::NoAddress | Suppressed::RecordedByStaff => WaiverReason::NoAddress,
    }
}

/// Tells whoever has the contact that it came. Where no acknowledgement went out they are told in
/// any case: somebody has to know.
fn notify_staff(transaction: &mut Transaction<'_>, suppressed: Option<Suppressed>) {
    let Some(team) = transaction.team() else { return };
    let by_machine =
        matches!(suppressed, Some(Suppressed::Automatic(_) | Suppressed::TooManyToday));
    if team.notify_new || by_machine {
        let Some(person) = transaction.person(Recipient::Owner) else { return };
        let kind = MailKind::NewContact { unacknowledged: suppressed, action_prompts: Vec::new() };
        transaction.mail(Addressee::Person(person), kind);
    }
}

/// The customer wrote again. While an answer is owed, the message joins and the clock that runs is
/// the one that counts; once nothing is owed it is a new message, and the promises start again.
pub(super) fn customer_wrote(
    transaction: &mut Transaction<'_>,
    channel: Channel,
    message: &Message,
) {
    transaction.event(Event::CustomerWrote {
        text: message.text.clone(),
        attachments: message.attachments,
        archived: message.archived.clone(),
    });
    if message.thread.is_some() {
        transaction.contact.thread.clone_from(&message.thread);
    }
    // A machine's answer to our answer, such as an out-of-office note, is recorded and is all.
    if message.automatic.is_some() {
        return;
    }
    transaction.contact.last_customer_commit = transaction.contact.version;
    if transaction.contact.closed.is_some()
        || !transaction.contact.owes_answer(transaction.organisation)
    {
        // What is promised follows the way by which they wrote this time.
        transaction.contact.channel = channel;
        if transaction.contact.closed.take().is_some() {
            transaction.event(Event::Reopened);
        }
        transaction.record_milestone(Milestone::Received, transaction.now);
        transaction.waive(&WaiverReason::AcknowledgedBefore, asks_only_for_acknowledgement);
    }
    let Some(person) = transaction.person(Recipient::Owner) else { return };
    transaction
        .mail(Addressee::Person(person), MailKind::CustomerWrote { text: message.text.clone() });
}
