//! Deadlines: a standard applied to a contact, when it is due, and how that date was found.

mod counting;
mod derivation;
mod due;
mod due_rule;
mod id;
mod state;
mod trace;

pub use derivation::{Derivation, Skipped, Step, WhyDeferred, WhyDue};
pub use due_rule::DueRule;
pub use id::{DeadlineId, DeadlineIdError};
pub use state::{Deadline, DeadlineState, ExtensionGiven, OptionDue, WaiverReason};
