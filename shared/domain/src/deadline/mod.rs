//! Deadlines: a standard applied to a contact, when it is due, and how that date was found.
//!
//! - [`Counting::due`](crate::standards::Counting::due) and
//!   [`Counting::derive`](crate::standards::Counting::derive) count from a start to a due date, without
//!   and with the account of it. Both take the same walk, so that each rule is written once.
//! - [`Derivation`] is that account, as [`Step`]s.
//! - [`Deadline`] is the state of one deadline of a contact, with its pauses and its extension;
//!   [`DeadlineId`] names it.
//! - [`DueRule`] counts for an id of a pack, without a contact.

mod counting;
mod derivation;
mod due;
mod due_rule;
mod id;
mod options;
mod state;
mod trace;

pub use derivation::{DeferralReason, Derivation, DueReason, Skipped, Step};
pub use due_rule::DueRule;
pub use id::{DeadlineId, DeadlineIdError};
pub use state::{Deadline, DeadlineState, ExtensionGiven, OptionDue, Wait, WaiverReason};
