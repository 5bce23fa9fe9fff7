//! The intake-email function: takes in messages that arrive by email.
//!
//! A message becomes a new contact, a further message of a contact's customer, or an answer by staff.
//! It is archived before anything is recorded of it, and no message is refused for what it contains.
//!
//! - [`Envelope`]: the sender and the recipients, whatever the header says.
//! - `thread`: the contact that a message belongs to.
//! - `delivery`: the delivery of a message to one recipient.

mod delivery;
mod envelope;
mod thread;

use std::collections::BTreeSet;
use std::io;

use adapters::archive::Archive;
use adapters::mail::Incoming;
use adapters::store::StoreError;
use domain::contact::ContactId;
use domain::organisation::AddressOwner;
use thiserror::Error;

use crate::App;
use delivery::Delivery;

pub use envelope::{Envelope, sender};

/// The outcome of a message for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intake {
    /// It is a new contact.
    New(ContactId),
    /// It was added to a contact as its customer's further message.
    Joined(ContactId),
    /// It answers the customer of a contact.
    Answered(ContactId),
    /// It updates the customer of a contact, whose answer needs certain parts.
    Updated(ContactId),
    /// It is a reply by staff that cannot be passed on. Its author is told.
    ReplyRejected(ContactId),
    /// It was taken in before, and changed nothing.
    Duplicate(ContactId),
    /// It is archived only: a machine's reply to a notification, or an email of ours that came back.
    Ignored,
}

/// A reason why a message was not taken in. It should be delivered again, unless it has no recipient.
#[derive(Debug, Error)]
pub enum IntakeError {
    /// The archive failed.
    #[error("the message cannot be archived")]
    Archive(#[from] io::Error),
    /// The table failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No recipient is one of the organisation's teams or people.
    #[error("none of the recipients is ours")]
    NoRecipient,
}

/// Returns true if an address, with or without a tag, belongs to one of the organisation's teams or
/// people.
#[must_use]
pub fn accepts(app: &App, address: &str) -> bool {
    app.organisation.address_owner(address).is_some()
}

/// Takes in a message that came in an envelope. Once this returns, the message is safe, and taking it in
/// again changes nothing.
///
/// # Errors
/// Returns an error if the archive or the table fails. The message should then be delivered again.
pub async fn receive<A: Archive>(
    app: &App,
    archive: &A,
    envelope: &Envelope,
    raw: &[u8],
) -> Result<Vec<Intake>, IntakeError> {
    let archived = archive.save(raw).await?;
    let message = Incoming::read(raw, envelope.sender.as_deref());
    deliver(app, Delivery::new(app, envelope, raw, message, archived)).await
}

/// Takes in a message that was parsed to find its envelope, as [`receive`] does.
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
    let message = match &envelope.sender {
        Some(sender) => message.with_sender(sender),
        None => message,
    };
    deliver(app, Delivery::new(app, envelope, raw, message, archived)).await
}

async fn deliver(app: &App, delivery: Delivery<'_>) -> Result<Vec<Intake>, IntakeError> {
    let mut outcomes = Vec::new();
    let mut owners = BTreeSet::new();
    for address in delivery.recipients() {
        let Some(owner) = app.organisation.address_owner(address) else { continue };
        // Two addresses of one team are one recipient.
        let id = match owner {
            AddressOwner::Team(team) => team.id.to_string(),
            AddressOwner::Person(person) => person.id.to_string(),
        };
        if owners.insert(id) {
            outcomes.push(delivery.deliver(address, owner).await?);
        }
    }
    if outcomes.is_empty() { Err(IntakeError::NoRecipient) } else { Ok(outcomes) }
}
