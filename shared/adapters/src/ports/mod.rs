//! Ports: what Kept asks of other systems than the table.
//!
//! [`Timers`] fire when Kept has to act on a contact, and an [`EventBus`] tells other systems what
//! happened. The bus is optional: an `Option` of a bus is a bus. [`PublishedEvent`] is what a bus
//! carries.
//!
//! Two more ports have rooms of their own: the [`Mailer`](crate::mailer::Mailer) and the
//! [`Archive`](crate::archive::Archive).

mod event_bus;
mod published_event;
mod timers;

use thiserror::Error;

pub use event_bus::{CommitNotice, EventBus};
pub use published_event::PublishedEvent;
pub use timers::{NoopTimers, Timers};

use crate::errors::BoxError;

/// An error of [`Timers`] or of an [`EventBus`].
#[derive(Debug, Error)]
pub enum PortError {
    /// The same request may succeed later.
    #[error("{system} is unavailable")]
    Unavailable {
        /// The system's name.
        system: &'static str,
        /// The cause.
        source: BoxError,
    },
    /// The same request will be refused again.
    #[error("{system} refused a request")]
    Refused {
        /// The system's name.
        system: &'static str,
        /// The cause.
        source: BoxError,
    },
}
