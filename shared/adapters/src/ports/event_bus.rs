//! The event bus: how other systems learn what happened.

use std::convert::Infallible;
use std::future::Future;

use chrono::{DateTime, Utc};
use domain::contact::{ContactId, Event};

use super::PortError;

/// A bus on which events are published.
pub trait EventBus: Clone + Send + Sync + 'static {
    /// Publishes the events of one commit.
    ///
    /// # Errors
    /// Returns an error if not all of them were published. Publishing the same notice again is safe:
    /// its events keep their ids.
    fn publish(
        &self,
        notice: &CommitNotice<'_>,
    ) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// A commit to publish.
#[derive(Clone, Copy, Debug)]
pub struct CommitNotice<'a> {
    /// The contact.
    pub contact: &'a ContactId,
    /// The commit's number in the contact's log.
    pub number: u32,
    /// When it was decided, in UTC.
    pub at: DateTime<Utc>,
    /// Its events, in order.
    pub events: &'a [Event],
}

/// A bus that may not be set up. Without one nothing is published.
impl<B: EventBus> EventBus for Option<B> {
    async fn publish(&self, notice: &CommitNotice<'_>) -> Result<(), PortError> {
        match self {
            Some(bus) => bus.publish(notice).await,
            None => Ok(()),
        }
    }
}

/// The bus of an installation that never has one: `Option<Infallible>` is always `None`.
impl EventBus for Infallible {
    async fn publish(&self, _: &CommitNotice<'_>) -> Result<(), PortError> {
        match *self {}
    }
}
