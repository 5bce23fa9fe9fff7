//! A contact comes in, or its customer writes again.

use chrono::{DateTime, Utc};

use super::Decided;
use super::clocks::asks_only_for_acknowledgement;
use super::command::{Message, NewContact, Request};
use super::draft::Draft;
use crate::contact::{
    Acknowledgement, Actor, Addressee, Contact, Event, MailKind, NotOwed, Suppressed,
};
use crate::organisation::Organisation;
use crate::standards::{Channel, Milestone, Tell};

/// Records a new contact, starts its clocks and decides about the acknowledgement.
pub(super) fn receive(
    new: &NewContact,
    request: &Request,
    now: DateTime<Utc>,
    organisation: &Organisation,
) -> Decided {
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
        untold: Vec::new(),
        seen: Vec::new(),
        thread: new.message.thread.clone(),
        wrote_in: 0,
        closed: None,
    };
    let mut draft = Draft::of(&contact, request, now, organisation);
    draft.event(Event::Received {
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
    draft.reach(Milestone::Received, new.received_at);
    for milestone in &new.also {
        draft.reach(*milestone, new.received_at);
    }
    match suppressed {
        None => draft.mail(Addressee::Customer, MailKind::Acknowledgement),
        Some(why) => {
            draft.event(Event::AcknowledgementSuppressed { why });
            draft.not_owed(&not_owed(why), asks_only_for_acknowledgement);
        }
    }
    notify_staff(&mut draft, suppressed);
    draft.finish()
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

fn not_owed(why: Suppressed) -> NotOwed {
    match why {
        Suppressed::Automatic(_) => NotOwed::AutomaticSender,
        Suppressed::TooManyToday => NotOwed::TooManyToday,
        Suppressed::NoAddress | Suppressed::RecordedByStaff => NotOwed::NoAddress,
    }
}

/// Tells whoever has the contact that it came. Where no acknowledgement went out they are told in
/// any case: somebody has to know.
fn notify_staff(draft: &mut Draft<'_>, suppressed: Option<Suppressed>) {
    let Some(team) = draft.team() else { return };
    let by_machine =
        matches!(suppressed, Some(Suppressed::Automatic(_) | Suppressed::TooManyToday));
    if team.notify_new || by_machine {
        let Some(person) = draft.person(Tell::Owner) else { return };
        let kind = MailKind::NewContact { unacknowledged: suppressed, prompts: Vec::new() };
        draft.mail(Addressee::Person(person), kind);
    }
}

/// The customer wrote again. While an answer is owed, the message joins and the clock that runs is
/// the one that counts; once nothing is owed it is a new message, and the promises start again.
pub(super) fn customer_wrote(draft: &mut Draft<'_>, channel: Channel, message: &Message) {
    draft.event(Event::CustomerWrote {
        text: message.text.clone(),
        attachments: message.attachments,
        archived: message.archived.clone(),
    });
    if message.thread.is_some() {
        draft.contact.thread.clone_from(&message.thread);
    }
    // A machine's answer to our answer, such as an out-of-office note, is recorded and is all.
    if message.automatic.is_some() {
        return;
    }
    draft.contact.wrote_in = draft.contact.version;
    if draft.contact.closed.is_some() || !draft.contact.owes_answer(draft.organisation) {
        // What is promised follows the way by which they wrote this time.
        draft.contact.channel = channel;
        if draft.contact.closed.take().is_some() {
            draft.event(Event::Reopened);
        }
        draft.reach(Milestone::Received, draft.now);
        draft.not_owed(&NotOwed::AcknowledgedBefore, asks_only_for_acknowledgement);
    }
    let Some(person) = draft.person(Tell::Owner) else { return };
    draft.mail(Addressee::Person(person), MailKind::CustomerWrote { text: message.text.clone() });
}
