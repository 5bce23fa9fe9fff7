//! The delivery of a message to one recipient: a new contact, a further message, or a reply by staff.

use adapters::digest::digest;
use adapters::mail::{Incoming, answer_text, fresh_text};
use chrono::{DateTime, Utc};
use domain::contact::{AutomaticSender, ContactId, Customer, ReplyRejection, ThreadMark};
use domain::decide::{
    Command, Message, NewContact, NoChange, Refusal, Request, StaffCommand, SystemCommand,
};
use domain::organisation::{AddressOwner, Person, PersonId};
use domain::standards::{Category, Channel, Priority};

use super::thread::{ThreadMatch, match_thread, written_by_us};
use super::{Envelope, Intake, IntakeError};
use crate::{App, Outcome};

/// A message that has been archived and parsed.
pub(super) struct Delivery<'a> {
    app: &'a App,
    envelope: &'a Envelope,
    message: Incoming,
    /// The archive's key of the raw message.
    archived: String,
    /// The Message-ID, or a digest of every byte if there is none. It makes a second delivery the
    /// same message.
    identity: String,
    /// A digest of the content, because some programs use one Message-ID for several messages.
    fingerprint: String,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(
        app: &'a App,
        envelope: &'a Envelope,
        raw: &[u8],
        message: Incoming,
        archived: String,
    ) -> Self {
        let identity = message.message_id.clone().unwrap_or_else(|| digest(raw));
        let from = message.from.as_deref().unwrap_or_default();
        let content = [identity.as_str(), from, &message.subject, &message.text].join("\0");
        let fingerprint = digest(content.as_bytes());
        Self { app, envelope, message, archived, identity, fingerprint }
    }

    pub(super) fn recipients(&self) -> &'a [String] {
        &self.envelope.recipients
    }

    pub(super) async fn deliver(
        &self,
        address: &str,
        owner: AddressOwner<'_>,
    ) -> Result<Intake, IntakeError> {
        if let Some(contact) = written_by_us(self.app, &self.message) {
            // As a new contact it would cause a notification, which would come back in turn.
            tracing::warn!(
                %contact,
                "an email of ours came back and was only archived; check if a mailbox that Kept writes \
                 to also feeds Kept, or forwards to the address of a team"
            );
            return Ok(Intake::Ignored);
        }
        match match_thread(self.app, address, &self.message, owner).await? {
            ThreadMatch::Customer(id) => self.join(id).await,
            ThreadMatch::Staff { contact, notified } => self.staff_reply(contact, notified).await,
            ThreadMatch::None => self.start(owner).await,
        }
    }

    /// Makes a new contact of the team, or of the person's team, to which the message was written.
    async fn start(&self, owner: AddressOwner<'_>) -> Result<Intake, IntakeError> {
        let app = self.app;
        let (team, owner, mailbox) = match owner {
            AddressOwner::Team(team) => (team.id.clone(), None, team.mailbox()),
            AddressOwner::Person(person) => {
                (person.team.clone(), Some(person.id.clone()), person.email.as_str())
            }
        };
        let automatic = self.automatic();
        let acknowledged_today = match (&self.message.from, automatic) {
            (Some(from), None) => app.acknowledged_today(from).await?,
            _ => 0,
        };
        let mut new = NewContact {
            id: app.secret.contact_of_mail(&self.identity, mailbox),
            fingerprint: self.fingerprint.clone(),
            received_at: self.received_at(),
            recorded_by: None,
            channel: Channel::Email,
            category: Category::default(),
            priority: Priority::Normal,
            team,
            owner,
            customer: self.customer(),
            subject: self.message.subject.clone(),
            message: self.message_with(self.message.text.clone()),
            automatic,
            acknowledged_today,
            also: Vec::new(),
        };
        let receive = |new: &NewContact| self.request(Command::Receive(Box::new(new.clone())));
        let mut outcome = app.execute(&new.id, &receive(&new)).await?;
        if let Outcome::Refused(Refusal::KeyUsedForAnotherMessage) = outcome {
            new.id = app.secret.contact_of_mail(&self.fingerprint, mailbox);
            outcome = app.execute(&new.id, &receive(&new)).await?;
        }
        Ok(match outcome {
            Outcome::Done(_) => Intake::New(new.id),
            Outcome::NoChange(..) | Outcome::Refused(_) => Intake::Duplicate(new.id),
        })
    }

    /// Adds the message to its customer's contact.
    async fn join(&self, id: ContactId) -> Result<Intake, IntakeError> {
        let fresh = fresh_text(&self.message.text);
        // A customer may have written between the lines of what they quote.
        let text = if fresh.is_empty() { self.message.text.clone() } else { fresh };
        let message = self.message_with(text);
        let (channel, received_at) = (Channel::Email, self.received_at());
        let command = Command::CustomerWrote { channel, received_at, message };
        match self.app.execute(&id, &self.request(command)).await? {
            Outcome::Done(_) => Ok(Intake::Joined(id)),
            Outcome::NoChange(..) | Outcome::Refused(_) => Ok(Intake::Duplicate(id)),
        }
    }

    /// Passes a reply to a notification on to the customer, if a member of staff wrote it and it has a
    /// text.
    async fn staff_reply(&self, id: ContactId, notified: PersonId) -> Result<Intake, IntakeError> {
        // A machine that replies to a notification says that somebody is out of the office. It would
        // also reply to the news that its reply was rejected. A mailing list may well pass on what a
        // person wrote.
        use AutomaticSender::{AutoSubmitted, NullSender, SystemAddress};
        if let Some(AutoSubmitted | NullSender | SystemAddress) = self.message.automatic {
            return Ok(Intake::Ignored);
        }
        let from = self.message.from.as_deref();
        let Some(author) = from.and_then(|from| self.app.organisation.person_at(from)) else {
            return self.reject(id, notified, ReplyRejection::UnknownSender).await;
        };
        let text = answer_text(&self.message.text);
        if text.is_empty() {
            self.reject(id, author.id.clone(), ReplyRejection::NoText).await
        } else if self.message.files > 0 {
            self.reject(id, author.id.clone(), ReplyRejection::HasAttachments).await
        } else {
            self.forward(id, author, text).await
        }
    }

    /// Sends the customer a reply, as the answer or as an update.
    async fn forward(
        &self,
        id: ContactId,
        author: &Person,
        text: String,
    ) -> Result<Intake, IntakeError> {
        let command = StaffCommand::Reply { text };
        let request = self.request(Command::Staff { person: author.id.clone(), command });
        match self.app.execute(&id, &request).await? {
            Outcome::Done(contact) => {
                let is_update = self.app.organisation.needs_full_response(&contact.facts());
                Ok(if is_update { Intake::Updated(id) } else { Intake::Answered(id) })
            }
            Outcome::NoChange(NoChange::Duplicate, _) => Ok(Intake::Duplicate(id)),
            Outcome::NoChange(..) => Ok(Intake::Ignored),
            Outcome::Refused(Refusal::NoSuchContact) => Ok(Intake::Ignored),
            Outcome::Refused(refusal) => {
                let why = match refusal {
                    Refusal::NoAddress => ReplyRejection::NoAddress,
                    Refusal::Empty => ReplyRejection::NoText,
                    _ => ReplyRejection::Refused,
                };
                self.reject(id, author.id.clone(), why).await
            }
        }
    }

    /// Tells a member of staff that the reply is not passed on.
    async fn reject(
        &self,
        id: ContactId,
        person: PersonId,
        why: ReplyRejection,
    ) -> Result<Intake, IntakeError> {
        let command = Command::System(SystemCommand::RejectStaffReply { person, why });
        match self.app.execute(&id, &self.request(command)).await? {
            Outcome::NoChange(NoChange::Duplicate, _) => Ok(Intake::Duplicate(id)),
            _ => Ok(Intake::ReplyRejected(id)),
        }
    }

    /// Returns when the message reached the provider, in UTC.
    fn received_at(&self) -> DateTime<Utc> {
        let now = self.app.now();
        self.envelope.received_at.map_or(now, |at| at.min(now))
    }

    fn request(&self, command: Command) -> Request {
        Request { key: Some(self.fingerprint.clone()), command }
    }

    fn customer(&self) -> Customer {
        Customer {
            name: self.message.name.clone(),
            email: self.message.from.clone(),
            reply_to: self.message.reply_to.clone(),
            ..Customer::default()
        }
    }

    fn message_with(&self, text: String) -> Message {
        Message {
            text,
            attachments: self.message.attachments,
            archived: Some(self.archived.clone()),
            thread: self.message.message_id.clone().map(|message_id| ThreadMark { message_id }),
            automatic: self.automatic(),
        }
    }

    /// Returns the sign that a machine sent the message. Our own teams count as machines, because an
    /// email of ours that comes back must not be acknowledged.
    fn automatic(&self) -> Option<AutomaticSender> {
        let is_team = |address: &str| {
            matches!(self.app.organisation.address_owner(address), Some(AddressOwner::Team(_)))
        };
        let own = self.message.from.as_deref().is_some_and(is_team)
            || self.envelope.sender.as_deref().is_some_and(is_team);
        self.message.automatic.or(own.then_some(AutomaticSender::OwnAddress))
    }
}
