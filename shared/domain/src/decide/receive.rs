//! A contact arrives, or its customer writes again.

use chrono::{DateTime, Utc};

use super::milestone::Occurrence;
use super::refusal::{NoChange, Refusal, Stop};
use super::settle::asks_only_for_acknowledgement;
use super::thanks;
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
        stage_requests: Vec::new(),
        answered_stage: None,
        considered_by: Vec::new(),
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
    /// start again. If a stage of a complaint has been answered, the message is the request for the next
    /// stage, unless all it does is say thanks.
    pub(super) fn customer_wrote(
        &mut self,
        channel: Channel,
        received_at: DateTime<Utc>,
        message: &Message,
    ) {
        let at = received_at.max(self.contact.received_at).min(self.now);
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
        let next_stage = self.contact.next_stage(self.organisation, at);
        let has_stages = next_stage.is_some() || self.contact.stage > 1;
        let mut stage = None;
        if !(has_stages && self.only_says_thanks(message)) {
            self.contact.last_customer_commit = self.contact.version;
            self.contact.mark_replies_read(at);
            stage = next_stage.filter(|_| self.contact.is_answered_by(at));
            if let Some(stage) = stage {
                self.contact.channel = channel;
                self.start_stage(stage, at, true);
            } else if self.contact.closed.is_some() || !self.contact.owes_answer(self.organisation)
            {
                // The promises are those for the channel that the customer used this time.
                self.contact.channel = channel;
                self.start_again(at);
            }
        }
        let (text, action_prompts) = (message.text.clone(), Vec::new());
        self.mail_owner(MailKind::CustomerWrote { text, stage, action_prompts });
    }

    /// Starts the promises again for a further message of the customer's, which came at `at`. What staff
    /// have done since then counts.
    pub(super) fn start_again(&mut self, at: DateTime<Utc>) {
        self.reopen();
        self.contact.received = Receipt::at(at, self.organisation.own_calendar());
        let first = self.contact.deadlines.len();
        self.record(Occurrence::new(Milestone::Received, at));
        for index in first..self.contact.deadlines.len() {
            self.take_in_milestones(index);
        }
        self.expire();
        self.waive(&WaiverReason::AcknowledgedBefore, |_, standard| {
            asks_only_for_acknowledgement(standard)
        });
    }

    /// Returns true if a message does nothing but say thanks. Its words may be the customer's names and
    /// those of our staff.
    fn only_says_thanks(&self, message: &Message) -> bool {
        let customer = &self.contact.customer;
        let address = customer.email.as_deref().and_then(|email| email.split('@').next());
        let staff = self.organisation.people().map(|person| person.name.as_str());
        let names = staff.chain([customer.name.as_str()]).chain(address);
        message.attachments == 0 && thanks::is_only_thanks(&message.text, names)
    }
}
