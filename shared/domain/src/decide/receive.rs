//! A contact arrives, or its customer writes again.

use chrono::{DateTime, Utc};

use super::milestone::Occurrence;
use super::refusal::{NoChange, Refusal, Stop};
use super::settle::asks_only_for_acknowledgement;
use super::transaction::Transaction;
use super::{Message, NewContact, Request};
use crate::contact::{Acknowledgement, Addressee, Contact, Event, MailKind, SuppressionReason};
use crate::deadline::WaiverReason;
use crate::organisation::Organisation;
use crate::standards::{AcknowledgementRule, Channel, Milestone, Priority, Receipt};

/// Records a new contact, starts its deadlines and decides about the acknowledgement.
pub(super) fn receive<'a>(
    new: &NewContact,
    request: &Request,
    now: DateTime<Utc>,
    organisation: &'a Organisation,
) -> Transaction<'a> {
    let mut contact = contact(new, organisation);
    let suppressed = suppressed(new, &contact, organisation);
    if let Some(why) = suppressed {
        contact.acknowledgement = Acknowledgement::Suppressed { why };
    }
    let mut transaction = Transaction::first(contact, request, now, organisation);
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
    for milestone in std::iter::once(&Milestone::Received).chain(&new.also) {
        transaction.record(Occurrence::new(*milestone, new.received_at));
    }
    transaction.acknowledge(suppressed);
    transaction.notify_staff(suppressed);
    transaction
}

/// Decides about a contact that is there already.
pub(super) fn again(contact: &Contact, new: &NewContact) -> Stop {
    if contact.fingerprint == new.fingerprint {
        NoChange::Duplicate.into()
    } else {
        Refusal::KeyUsedForAnotherMessage.into()
    }
}

fn contact(new: &NewContact, organisation: &Organisation) -> Contact {
    Contact {
        id: new.id,
        version: 0,
        fingerprint: new.fingerprint.clone(),
        received_at: new.received_at,
        channel: new.channel,
        category: new.category.clone(),
        priority: new.priority,
        // A contact is normal until staff say otherwise.
        triaged: new.priority != Priority::Normal,
        stage: 1,
        team: new.team.clone(),
        owner: new.owner.clone(),
        direct: new.owner.is_some(),
        received: Receipt::at(new.received_at, organisation.own_calendar()),
        customer: new.customer.clone(),
        subject: new.subject.clone(),
        acknowledgement: Acknowledgement::OnItsWay,
        deadlines: Vec::new(),
        milestones: Vec::new(),
        pending: Vec::new(),
        unreachable_staff: Vec::new(),
        recent_keys: Vec::new(),
        thread: new.message.thread.clone(),
        last_customer_commit: 0,
        replies: Vec::new(),
        closed: None,
    }
}

/// Returns the reason why no acknowledgement is sent, if there is one.
fn suppressed(
    new: &NewContact,
    contact: &Contact,
    organisation: &Organisation,
) -> Option<SuppressionReason> {
    if let Some(sign) = new.automatic {
        Some(SuppressionReason::Automatic(sign))
    } else if new.customer.email.is_none() {
        Some(match new.recorded_by {
            Some(_) => SuppressionReason::RecordedByStaff,
            None => SuppressionReason::NoAddress,
        })
    } else if new.acknowledged_today >= organisation.acknowledgements_per_sender_per_day {
        Some(SuppressionReason::TooManyToday)
    } else if is_acknowledgement_unneeded(contact, organisation) {
        Some(SuppressionReason::NotNeeded)
    } else {
        None
    }
}

/// Returns true if a standard says that the contact needs no acknowledgement, and no other promises one.
fn is_acknowledgement_unneeded(contact: &Contact, organisation: &Organisation) -> bool {
    let facts = contact.facts();
    let bound = || organisation.standards_for(&facts, contact.received_at);
    bound().any(|standard| standard.acknowledgement == AcknowledgementRule::NotNeeded)
        && !bound().any(|standard| standard.kept_by(Milestone::Acknowledged))
}

impl Transaction<'_> {
    /// Sends the acknowledgement, or waives the promise of one.
    fn acknowledge(&mut self, suppressed: Option<SuppressionReason>) {
        let Some(why) = suppressed else {
            self.mail(Addressee::Customer, MailKind::Acknowledgement);
            return;
        };
        self.event(Event::AcknowledgementSuppressed { why });
        let why = match why {
            SuppressionReason::Automatic(_) => WaiverReason::AutomaticSender,
            SuppressionReason::TooManyToday => WaiverReason::TooManyToday,
            SuppressionReason::NoAddress | SuppressionReason::RecordedByStaff => {
                WaiverReason::NoAddress
            }
            // Then no standard promises one.
            SuppressionReason::NotNeeded => return,
        };
        self.waive(&why, |_, standard| asks_only_for_acknowledgement(standard));
    }

    /// Notifies the owner of a new contact. If a machine was sent no acknowledgement they are notified
    /// in any case, because somebody has to know.
    fn notify_staff(&mut self, suppressed: Option<SuppressionReason>) {
        let wanted = self.team().is_some_and(|team| team.notify_new);
        let by_machine = matches!(
            suppressed,
            Some(SuppressionReason::Automatic(_) | SuppressionReason::TooManyToday)
        );
        if wanted || by_machine {
            self.mail_owner(MailKind::NewContact {
                unacknowledged: suppressed,
                action_prompts: Vec::new(),
            });
        }
    }

    /// Takes in a further message. While an answer is owed the message joins the contact, and the
    /// deadlines stay as they are. Once nothing is owed it counts as a new message, and the promises
    /// start again.
    pub(super) fn customer_wrote(&mut self, channel: Channel, message: &Message) {
        self.event(Event::CustomerWrote {
            text: message.text.clone(),
            attachments: message.attachments,
            archived: message.archived.clone(),
        });
        if message.thread.is_some() {
            self.contact.thread.clone_from(&message.thread);
        }
        // An automatic reply to our answer, such as an out-of-office note, is recorded and no more.
        if message.automatic.is_some() {
            return;
        }
        self.contact.last_customer_commit = self.contact.version;
        if self.contact.closed.is_some() || !self.contact.owes_answer(self.organisation) {
            // The promises are those for the channel that the customer used this time.
            self.contact.channel = channel;
            self.contact.received = Receipt::at(self.now, self.organisation.own_calendar());
            self.reopen();
            self.record(Occurrence::new(Milestone::Received, self.now));
            self.waive(&WaiverReason::AcknowledgedBefore, |_, standard| {
                asks_only_for_acknowledgement(standard)
            });
        }
        self.mail_owner(MailKind::CustomerWrote { text: message.text.clone() });
    }
}
