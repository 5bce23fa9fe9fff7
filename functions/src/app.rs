//! Load, decide, commit: what every function does with its command.

use std::sync::Arc;

use adapters::clock::Clock;
use adapters::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::contact::{Contact, ContactId, Secret};
use domain::decide::{Command, Decision, NoChange, Refusal, Request, decide};
use domain::organisation::Organisation;

/// What every function works with.
#[derive(Clone, Debug)]
pub struct App {
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
pub enum Outcome {
    /// It was written; this is the contact now.
    Done(Box<Contact>),
    /// There was nothing to write; this is the contact, where there is one.
    NoChange(NoChange, Option<Box<Contact>>),
    /// It cannot be.
    Refused(Refusal),
}

/// As often as two writers of one contact can meet in earnest.
const ATTEMPTS: usize = 10;

impl App {
    /// Gives a command about a contact.
    ///
    /// A conflict is decided anew from what was written meanwhile. A contact that is received is
    /// taken to be new, and only read where it turns out not to be.
    ///
    /// # Errors
    /// When the table cannot be reached, or the contact is written by others all the time.
    pub async fn execute(&self, id: &ContactId, request: &Request) -> Result<Outcome, StoreError> {
        let contact = match request.command {
            Command::Receive(_) => None,
            _ => self.store.load(id).await?,
        };
        self.execute_loaded(id, contact, request).await
    }

    /// As [`App::give`], for who knows already how the contact was last written. If it was written
    /// since, that is found out, and it is read.
    ///
    /// # Errors
    /// As [`App::give`].
    pub async fn execute_loaded(
        &self,
        id: &ContactId,
        mut contact: Option<Contact>,
        request: &Request,
    ) -> Result<Outcome, StoreError> {
        for _ in 0..ATTEMPTS {
            let decision = decide(contact.as_ref(), request, self.now(), &self.organisation);
            let plan = match decision {
                Decision::Commit(plan) => plan,
                Decision::NoChange(nothing) => {
                    return Ok(Outcome::NoChange(nothing, contact.map(Box::new)));
                }
                Decision::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
            };
            let customer =
                plan.contact.customer.email.as_deref().map(|e| self.secret.customer_key(e));
            match self.store.commit(*plan, customer, &self.organisation).await {
                Ok(contact) => return Ok(Outcome::Done(Box::new(contact))),
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
