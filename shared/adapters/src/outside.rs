//! Timers and the bus: what other systems than mail are told.

use std::future::Future;

use chrono::{DateTime, Utc};
use domain::contact::{ContactId, Event, Timer};
use thiserror::Error;

/// Wakes a contact when one of its deadlines has to be looked at.
pub trait Timers: Clone + Send + Sync + 'static {
    /// Sets the timer of a deadline, moving one that is set. Setting it twice is setting it once.
    fn set(
        &self,
        contact: &ContactId,
        timer: &Timer,
    ) -> impl Future<Output = Result<(), OutsideError>> + Send;
}

/// Tells other systems what happened.
pub trait Bus: Clone + Send + Sync + 'static {
    /// Tells what one commit brought.
    fn tell(&self, news: &News<'_>) -> impl Future<Output = Result<(), OutsideError>> + Send;
}

/// What one commit brought, for other systems. They are not told what customers wrote.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// The contact.
    pub contact: &'a ContactId,
    /// The commit's number.
    pub number: u32,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// What happened.
    pub events: &'a [Event],
}

/// Why another system could not be told.
#[derive(Debug, Error)]
pub enum OutsideError {
    /// It may work later.
    #[error("{system} cannot be reached: {cause}")]
    Unavailable {
        /// Which.
        system: &'static str,
        /// What it said.
        cause: String,
    },
    /// It will not work as it is.
    #[error("{system} refuses: {cause}")]
    Refused {
        /// Which.
        system: &'static str,
        /// What it said.
        cause: String,
    },
}

/// On one machine the table's own index wakes contacts, so there is nothing to set.
#[derive(Clone, Copy, Debug)]
pub struct WokenByIndex;

impl Timers for WokenByIndex {
    async fn set(&self, _: &ContactId, _: &Timer) -> Result<(), OutsideError> {
        Ok(())
    }
}

/// On one machine nobody else is listening; what happened is in the contact's log.
#[derive(Clone, Copy, Debug)]
pub struct NobodyListens;

impl Bus for NobodyListens {
    async fn tell(&self, _: &News<'_>) -> Result<(), OutsideError> {
        Ok(())
    }
}
