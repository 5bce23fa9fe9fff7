//! Mail comes in: a new contact, a customer's further message, or an answer by staff.
//!
//! The message is archived before anybody tries to understand it, and there is no message that is
//! refused for what it contains.

mod envelope;
mod thread;

use std::collections::BTreeSet;
use std::io;

use adapters::archive::Archive;
use adapters::digest::digest;
use adapters::mail::{Incoming, answer_text, fresh_text};
use adapters::store::StoreError;
use domain::contact::{AutomaticSender, ContactId, Customer, Means, ReplyRejection, ThreadMark};
use domain::decide::{
    Answer, Command, Message, NewContact, NoChange, Refusal, Request, StaffCommand, SystemCommand,
};
use domain::organisation::{AddressOwner, Person, PersonId};
use domain::standards::{Category, Channel, Priority};
use thiserror::Error;

use crate::{App, Outcome};
use thread::ThreadMatch;

pub use envelope::{Envelope, sender};

/// What came of a message for one of its recipients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intake {
    /// A new contact.
    New(ContactId),
    /// Its customer's further message.
    Joined(ContactId),
    /// Staff answered the customer.
    Answered(ContactId),
    /// A reply by staff that was not passed on; they are told.
    NotPassedOn(ContactId),
    /// It came before and changed nothing.
    Duplicate(Option<ContactId>),
    /// A machine's reply to a notification of ours, or a mail of ours that came back: archived, and
    /// that is all.
    Ignored,
}

/// Why a message was not taken in. It is to be delivered again.
#[derive(Debug, Error)]
pub enum IntakeError {
    /// It could not be archived.
    #[error("the message cannot be archived")]
    Archive(#[from] io::Error),
    /// It could not be recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// None of its recipients is the provider's.
    #[error("none of the recipients is ours")]
    NoRecipient,
}

/// Whether mail for an address is taken: the provider's teams and people, with or without a tag.
#[must_use]
pub fn accepts(app: &App, address: &str) -> bool {
    app.organisation.address_owner(address).is_some()
}

/// Takes a message in. It is safe once this returns: delivered again, it changes nothing.
///
/// # Errors
/// When it could not be archived or recorded, and is to be delivered again.
pub async fn receive<A: Archive>(
    app: &App,
    archive: &A,
    envelope: &Envelope,
    raw: &[u8],
) -> Result<Vec<Intake>, IntakeError> {
    let archived = archive.save(raw).await?;
    let incoming = Incoming::read(raw, envelope.sender.as_deref());
    deliver(app, envelope, raw, archived, incoming).await
}

/// Takes in a message that had to be parsed to find its envelope, as [`receive`] does.
///
/// # Errors
/// Returns the same errors as [`receive`].
pub async fn receive_parsed<A: Archive>(
    app: &App,
    archive: &A,
    envelope: &Envelope,
    raw: &[u8],
    message: Incoming,
) -> Result<Vec<Intake>, IntakeError> {
    let archived = archive.save(raw).await?;
    let incoming = match &envelope.sender {
        Some(sender) => message.with_sender(sender),
        None => message,
    };
    deliver(app, envelope, raw, archived, incoming).await
}

async fn deliver(
    app: &App,
    envelope: &Envelope,
    raw: &[u8],
    archived: String,
    incoming: Incoming,
) -> Result<Vec<Intake>, IntakeError> {
    // What makes it the same message: its Message-ID, or without one every byte of it.
    let identity = incoming.message_id.clone().unwrap_or_else(|| digest(raw));
    // Programs that give several messages the same Message-ID send several messages all the same.
    let from = incoming.from.as_deref().unwrap_or_default();
    let written = [identity.as_str(), from, &incoming.subject, &incoming.text].join("\0");
    let fingerprint = digest(written.as_bytes());
    let message = Arrived { app, envelope, incoming, archived, identity, fingerprint };
    let mut taken = Vec::new();
    let mut seen = BTreeSet::new();
    for address in &envelope.recipients {
        let Some(recipient) = app.organisation.address_owner(address) else { continue };
        // Two addresses of one team are one recipient.
        let whose = match recipient {
            AddressOwner::Team(team) => team.id.to_string(),
            AddressOwner::Person(person) => person.id.to_string(),
        };
        if seen.insert(whose) {
            taken.push(message.deliver(address, recipient).await?);
        }
    }
    if taken.is_empty() { Err(IntakeError::NoRecipient) } else { Ok(taken) }
}

struct Arrived<'a> {
    app: &'a App,
    envelope: &'a Envelope,
    incoming: Incoming,
    archived: String,
    identity: String,
    fingerprint: String,
}

impl Arrived<'_> {
    async fn deliver(
        &self,
        address: &str,
        recipient: AddressOwner<'_>,
    ) -> Result<Intake, IntakeError> {
        if let Some(contact) = thread::written_by_us(self.app, &self.incoming) {
            // Taken for a new contact it would be notified of, and the notification come back.
            tracing::warn!(
                %contact,
                "a mail of ours came back and is archived only: a mailbox that we write to is handed \
                 to us, or forwards to an address of a team"
            );
            return Ok(Intake::Ignored);
        }
        match thread::match_thread(self.app, address, &self.incoming, recipient).await? {
            ThreadMatch::Customer(id) => self.join(id).await,
            ThreadMatch::Staff { contact, notified } => self.answer(contact, notified).await,
            ThreadMatch::Nowhere => self.start(recipient).await,
        }
    }

    /// A new contact of the team that it was written to.
    async fn start(&self, recipient: AddressOwner<'_>) -> Result<Intake, IntakeError> {
        let app = self.app;
        let (team, owner, mailbox) = match recipient {
            AddressOwner::Team(team) => (team.id.clone(), None, team.mailbox()),
            AddressOwner::Person(person) => {
                (person.team.clone(), Some(person.id.clone()), person.email.as_str())
            }
        };
        let id = app.secret.contact_of_mail(&self.identity, mailbox);
        let now = app.now();
        let automatic = self.automatic();
        let acknowledged_today = match (&self.incoming.from, automatic) {
            (Some(from), None) => {
                let most = app.organisation.acknowledgements_per_sender_per_day;
                app.store.contacts_in_last_day(&app.secret.customer_key(from), now, most).await?
            }
            _ => 0,
        };
        let mut new = NewContact {
            id,
            fingerprint: self.fingerprint.clone(),
            received_at: now,
            recorded_by: None,
            channel: Channel::Email,
            category: Category::default(),
            priority: Priority::Normal,
            team,
            owner,
            customer: self.customer(),
            subject: self.incoming.subject.clone(),
            message: self.message(self.incoming.text.clone()),
            automatic,
            acknowledged_today,
            also: Vec::new(),
        };
        let receive = |new: &NewContact| self.request(Command::Receive(Box::new(new.clone())));
        let mut given = app.execute(&new.id, &receive(&new)).await?;
        if let Outcome::Refused(Refusal::KeyUsedForAnotherMessage) = given {
            new.id = app.secret.contact_of_mail(&self.fingerprint, mailbox);
            given = app.execute(&new.id, &receive(&new)).await?;
        }
        Ok(match given {
            Outcome::Done(_) => Intake::New(new.id),
            Outcome::NoChange(..) | Outcome::Refused(_) => Intake::Duplicate(Some(new.id)),
        })
    }

    /// The customer's further message.
    async fn join(&self, id: ContactId) -> Result<Intake, IntakeError> {
        let fresh = fresh_text(&self.incoming.text);
        // Somebody may have written between the lines of what they quote.
        let text = if fresh.is_empty() { self.incoming.text.clone() } else { fresh };
        let command =
            Command::CustomerWrote { channel: Channel::Email, message: self.message(text) };
        match self.app.execute(&id, &self.request(command)).await? {
            Outcome::Done(_) => Ok(Intake::Joined(id)),
            Outcome::NoChange(..) | Outcome::Refused(_) => Ok(Intake::Duplicate(Some(id))),
        }
    }

    /// A reply to a notification. It goes to the customer only if it comes from somebody of the
    /// staff, was written by a person, and says something.
    async fn answer(&self, id: ContactId, notified: PersonId) -> Result<Intake, IntakeError> {
        // A machine that answers a notification is out of the office, not answering the customer;
        // and it would answer what we told it about that. A person's reply may well come through a list.
        use AutomaticSender::{AutoSubmitted, NullSender, SystemAddress};
        if let Some(AutoSubmitted | NullSender | SystemAddress) = self.incoming.automatic {
            return Ok(Intake::Ignored);
        }
        let author =
            self.incoming.from.as_deref().and_then(|from| self.app.organisation.person_at(from));
        let text = answer_text(&self.incoming.text);
        match author {
            None => self.not_passed_on(id, notified, ReplyRejection::UnknownSender).await,
            Some(author) if text.is_empty() => {
                self.not_passed_on(id, author.id.clone(), ReplyRejection::NoText).await
            }
            Some(author) if self.incoming.files > 0 => {
                self.not_passed_on(id, author.id.clone(), ReplyRejection::HasAttachments).await
            }
            Some(author) => self.pass_on(id, author, text).await,
        }
    }

    async fn pass_on(
        &self,
        id: ContactId,
        author: &Person,
        text: String,
    ) -> Result<Intake, IntakeError> {
        let answer = Answer { means: Means::Email, text, at: self.app.now(), closes: true };
        let command = StaffCommand::Answer(answer);
        let request = self.request(Command::Staff { person: author.id.clone(), command });
        match self.app.execute(&id, &request).await? {
            Outcome::Done(_) => Ok(Intake::Answered(id)),
            Outcome::NoChange(NoChange::Duplicate, _) => Ok(Intake::Duplicate(Some(id))),
            Outcome::NoChange(..) => Ok(Intake::Ignored),
            Outcome::Refused(Refusal::NoSuchContact) => Ok(Intake::Ignored),
            Outcome::Refused(refusal) => {
                let why = match refusal {
                    Refusal::NoAddress => ReplyRejection::NoAddress,
                    Refusal::Empty => ReplyRejection::NoText,
                    _ => ReplyRejection::Refused,
                };
                self.not_passed_on(id, author.id.clone(), why).await
            }
        }
    }

    async fn not_passed_on(
        &self,
        id: ContactId,
        person: PersonId,
        why: ReplyRejection,
    ) -> Result<Intake, IntakeError> {
        let command = Command::System(SystemCommand::RejectStaffReply { person, why });
        match self.app.execute(&id, &self.request(command)).await? {
            Outcome::NoChange(NoChange::Duplicate, _) => Ok(Intake::Duplicate(Some(id))),
            _ => Ok(Intake::NotPassedOn(id)),
        }
    }

    fn request(&self, command: Command) -> Request {
        Request { key: Some(self.fingerprint.clone()), command }
    }

    fn customer(&self) -> Customer {
        Customer {
            name: self.incoming.name.clone(),
            email: self.incoming.from.clone(),
            reply_to: self.incoming.reply_to.clone(),
            ..Customer::default()
        }
    }

    fn message(&self, text: String) -> Message {
        Message {
            text,
            attachments: self.incoming.attachments,
            archived: Some(self.archived.clone()),
            thread: self.incoming.message_id.clone().map(|message_id| ThreadMark { message_id }),
            automatic: self.automatic(),
        }
    }

    /// What shows that a machine sent it. Our own addresses are machines too: a mail of ours that
    /// comes back must not be answered.
    fn automatic(&self) -> Option<AutomaticSender> {
        let own = |address: &str| {
            matches!(self.app.organisation.address_owner(address), Some(AddressOwner::Team(_)))
        };
        let ours = self.incoming.from.as_deref().is_some_and(own)
            || self.envelope.sender.as_deref().is_some_and(own);
        self.incoming.automatic.or(ours.then_some(AutomaticSender::OwnAddress))
    }
}
