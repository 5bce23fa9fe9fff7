//! Published promises as data: the time each allows, and the rules by which it is counted.
//!
//! - [`Pack`] holds promises that were published together. [`Pack::parse`] reads one from a TOML file.
//! - [`Standard`] is a promise with a time. A [`PromiseOption`] is one way to keep it, [`Counting`] turns
//!   its time ([`Within`]) into a date, and [`Reminders`] say who hears of it, and when.
//! - [`ProvisionalStart`], [`Pause`] and [`Extension`] are exceptions of a standard.
//! - [`TOLD`] names the standard of every date that a customer was told in a delay notice.
//! - [`Measure`], [`ActionPrompt`], [`RecurringDuty`] and [`RequiredWording`] are promises that give a
//!   contact no deadline. [`FullResponse`] says which answers need certain parts.
//! - [`Unconfirmed`] is something that was not checked against the source.
//! - [`Applies`] says which contacts a row is for, by the [`Facts`] about them.
//! - [`Channel`], [`Category`], [`Priority`] and [`Milestone`] are the words that standards and contacts
//!   share.
//!
//! The keys of a pack's file are explained in `docs/standards.md`.

mod accepted;
mod action_prompt;
mod applies;
mod counting;
mod exceptions;
mod full_response;
mod id;
mod measure;
mod own_word;
mod pack;
mod recurring_duty;
mod reminders;
mod required_wording;
mod standard;
mod told_date;
mod unconfirmed;
mod vocabulary;
mod within;

pub use accepted::Accepted;
pub use action_prompt::ActionPrompt;
pub use applies::{Applies, Facts, Receipt};
pub use counting::{Counting, DueAt, DueAtError, IfNotWorking, OutOfHours};
pub use exceptions::{Extension, ExtensionFrom, ExtensionUntil, Pause, ProvisionalStart};
pub use full_response::FullResponse;
pub use id::StandardId;
pub use measure::{Measure, MeasuredBy, PartOfDay, PartOfDayError};
pub(crate) use own_word::nearest;
pub use own_word::{NamedFile, OwnWord, OwnWords};
pub use pack::{Example, Pack, PackFile};
pub(crate) use pack::{StandardFile, check_named};
pub use recurring_duty::RecurringDuty;
pub use reminders::{PlannedReminder, Recipient, ReminderStep, Reminders, StepAt, StepAtError};
pub use required_wording::{AppearsIn, RequiredWording};
pub use standard::{AcknowledgementRule, OrLater, OwedBy, PromiseOption, Recurrence, Standard};
pub use told_date::TOLD;
pub use unconfirmed::Unconfirmed;
pub use vocabulary::{Category, Channel, Milestone, Priority, UnknownWord};
pub use within::{Within, WithinError};
