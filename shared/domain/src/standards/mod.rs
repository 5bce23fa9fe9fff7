//! Published promises as data: what is owed, to whom, by when, and how that is counted.

mod action_prompt;
mod applies;
mod counting;
mod exceptions;
mod id;
mod measure;
mod pack;
mod recurring_duty;
mod reminders;
mod required_wording;
mod standard;
mod vocabulary;
mod within;

pub use action_prompt::ActionPrompt;
pub use applies::{Applies, Facts};
pub use counting::{Counting, DueAt, IfNotWorking, OutOfHours};
pub use exceptions::{Extension, ExtensionFrom, Pause, ProvisionalStart};
pub use id::StandardId;
pub use measure::{Measure, MeasuredBy};
pub(crate) use pack::StandardFile;
pub use pack::{Example, Pack, PackFile};
pub use recurring_duty::RecurringDuty;
pub use reminders::{PlannedReminder, Recipient, ReminderStep, Reminders, StepAt, StepAtError};
pub use required_wording::{AppearsIn, RequiredWording};
pub use standard::{OwedBy, PromiseOption, Standard};
pub use vocabulary::{Category, Channel, Milestone, Priority, UnknownWord};
pub use within::{Within, WithinError};
