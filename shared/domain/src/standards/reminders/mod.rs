//! Reminders: the steps by which people hear of a deadline before it is due and after it was missed.
//!
//! - [`Reminders`] are the steps of one standard, as its pack lists them. [`Reminders::plan`] turns them
//!   into instants for one deadline.
//! - [`ReminderStep`] is one step: a time ([`StepAt`]) and a [`Recipient`].
//! - [`PlannedReminder`] is a step with its instant.

mod plan;
mod recipient;
mod step;
mod step_at;

pub use plan::PlannedReminder;
pub use recipient::Recipient;
pub use step::{ReminderStep, Reminders};
pub use step_at::{StepAt, StepAtError};
