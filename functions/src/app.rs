//! The app: what every function works with, and the one way to change a contact.

use std::sync::Arc;

use adapters::clock::Clock;
use adapters::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::contact::{Contact, ContactId, Holder, Secret};
use domain::decide::{Command, Decision, NoChange, Refusal, Request, decide};
use domain::organisation::Organisation;

/// The store, the organisation, the secret and the clock of an installation. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct App {
    /// The contacts.
    pub store: Store,
    /// The provider, with its standards.
    pub organisation: Arc<Organisation>,
    /// The secret from which ids and tokens are derived.
    pub secret: Secret,
    /// The clock.
    pub clock: Clock,
    /// The URL of the pages for customers, without a slash at the end: `https://kept.provider.example`.
    pub base_url: String,
    /// The URL of the pages for staff, without a slash at the end. It is another one if those pages have a
    /// listener of their own.
    pub staff_base_url: String,
}

/// The outcome of a command.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The command was carried out. This is the contact after it.
    Done(Box<Contact>),
    /// There was nothing to change. This is the contact, if there is one.
    NoChange(NoChange, Option<Box<Contact>>),
    /// The command cannot be carried out.
    Refused(Refusal),
}

/// The number of times a command is decided before a conflict becomes an error. Each conflict means
/// that another writer of the same contact was faster.
const MAX_ATTEMPTS: usize = 10;

impl App {
    /// Loads a contact, decides on a command and commits the result.
    ///
    /// If another writer commits in between, the contact is loaded and decided on again. A contact
    /// that is received is assumed to be new, and only loaded if it turns out to exist.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable, or if other writers keep committing first.
    pub async fn execute(&self, id: &ContactId, request: &Request) -> Result<Outcome, StoreError> {
        let contact = match request.command {
            Command::Receive(_) => None,
            _ => self.store.load(id).await?,
        };
        self.execute_loaded(id, contact, request).await
    }

    /// Does the same as [`App::execute`] for a contact that the caller has already loaded. It is loaded
    /// again only if it was changed since.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable, or if other writers keep committing first.
    pub async fn execute_loaded(
        &self,
        id: &ContactId,
        mut contact: Option<Contact>,
        request: &Request,
    ) -> Result<Outcome, StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            let decision = decide(contact.as_ref(), request, self.now(), &self.organisation);
            let plan = match decision {
                Ok(Decision::Commit(plan)) => plan,
                Ok(Decision::NoChange(reason)) => {
                    return Ok(Outcome::NoChange(reason, contact.map(Box::new)));
                }
                Err(refusal) => return Ok(Outcome::Refused(refusal)),
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

    /// The time, in UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Returns the number of acknowledgements that an address was sent in the last 24 hours. It stops
    /// counting at the organisation's limit.
    ///
    /// # Errors
    /// Returns an error if the table is unreachable.
    pub async fn acknowledged_today(&self, email: &str) -> Result<u32, StoreError> {
        let limit = self.organisation.acknowledgements_per_sender_per_day;
        self.store.contacts_in_last_day(&self.secret.customer_key(email), self.now(), limit).await
    }

    /// Returns the URL of a contact's page for staff.
    #[must_use]
    pub fn staff_url(&self, id: &ContactId) -> String {
        format!("{}/staff/contacts/{id}", self.staff_base_url)
    }

    /// Returns the URL of the private page on which a customer follows their contact.
    #[must_use]
    pub fn status_url(&self, id: &ContactId) -> String {
        let token = self.secret.token(id, &Holder::Status);
        format!("{}/contacts/{id}/{}", self.base_url, token.as_str())
    }
}
