//! Load, decide, commit: what every function does with its command.

use std::sync::Arc;

use adapters::clock::Clock;
use adapters::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::contact::{Contact, ContactId, Secret};
use domain::decide::{Command, Decision, Nothing, Refusal, Request, decide};
use domain::organisation::Organisation;

/// What every function works with.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The contacts.
    pub store: Store,
    /// The provider.
    pub organisation: Arc<Organisation>,
    /// What ids and tokens are derived from.
    pub secret: Secret,
    /// The time.
    pub clock: Clock,
    /// Where the pages are, without a slash at the end: `https://kept.provider.example`.
    pub base_url: String,
}

/// What came of a command.
#[derive(Clone, Debug)]
pub enum Given {
    /// It was written; this is the contact now.
    Done(Box<Contact>),
    /// There was nothing to write; this is the contact, where there is one.
    Nothing(Nothing, Option<Box<Contact>>),
    /// It cannot be.
    Refused(Refusal),
}

/// As often as two writers of one contact can meet in earnest.
const ATTEMPTS: usize = 10;

impl Desk {
    /// Gives a command about a contact.
    ///
    /// A conflict is decided anew from what was written meanwhile. A contact that is received is
    /// taken to be new, and only read where it turns out not to be.
    ///
    /// # Errors
    /// When the table cannot be reached, or the contact is written by others all the time.
    pub async fn give(&self, id: &ContactId, request: &Request) -> Result<Given, StoreError> {
        let contact = match request.command {
            Command::Receive(_) => None,
            _ => self.store.load(id).await?,
        };
        self.give_knowing(id, contact, request).await
    }

    /// As [`Desk::give`], for who knows already how the contact was last written. If it was written
    /// since, that is found out, and it is read.
    ///
    /// # Errors
    /// As [`Desk::give`].
    pub async fn give_knowing(
        &self,
        id: &ContactId,
        mut contact: Option<Contact>,
        request: &Request,
    ) -> Result<Given, StoreError> {
        for _ in 0..ATTEMPTS {
            let decision = decide(contact.as_ref(), request, self.now(), &self.organisation);
            let decided = match decision {
                Decision::Commit(decided) => decided,
                Decision::Nothing(nothing) => {
                    return Ok(Given::Nothing(nothing, contact.map(Box::new)));
                }
                Decision::Refused(refusal) => return Ok(Given::Refused(refusal)),
            };
            let customer =
                decided.contact.customer.email.as_deref().map(|e| self.secret.customer_key(e));
            match self.store.commit(*decided, customer, &self.organisation).await {
                Ok(contact) => return Ok(Given::Done(Box::new(contact))),
                Err(StoreError::Conflict(_)) => contact = self.store.load(id).await?,
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Conflict(*id))
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The page on which staff see a contact.
    #[must_use]
    pub fn staff_url(&self, id: &ContactId) -> String {
        format!("{}/staff/contacts/{id}", self.base_url)
    }

    /// The private page on which a customer sees how their contact stands.
    #[must_use]
    pub fn status_url(&self, id: &ContactId) -> String {
        let token = self.secret.token(id, &domain::contact::Holder::Status);
        format!("{}/contacts/{id}/{}", self.base_url, token.as_str())
    }
}
