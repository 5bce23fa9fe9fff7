//! Published promises as data: what is owed, to whom, by when, and how that is counted.

mod action_prompt;
mod applies;
mod check;
mod clock;
mod complaint_code;
mod counting;
mod file;
mod id;
mod library;
mod lints;
mod measure;
mod pack;
mod recurring_duty;
mod reminders;
mod required_wording;
#[cfg(feature = "schema")]
pub mod schema;
mod standard;
mod vocabulary;
mod within;

pub use action_prompt::ActionPrompt;
pub use applies::{Applies, Facts};
pub use check::Checked;
pub use clock::Clock;
pub use counting::{Counting, DueAt, IfNotWorking, OutOfHours};
pub use file::{Extension, ExtensionFrom, PackFile, Pause, ProvisionalStart};
pub use id::StandardId;
pub use library::{
    built_in_bank_holidays, built_in_organisation, built_in_organisations, built_in_pack,
    built_in_pack_file, built_in_packs, load_built_in, load_built_in_bank_holidays,
};
pub use measure::{Measure, MeasuredBy};
pub use pack::{Example, Pack};
pub use recurring_duty::RecurringDuty;
pub use reminders::{PlannedReminder, Recipient, ReminderStep, Reminders, StepAt, StepAtError};
pub use required_wording::{AppearsIn, RequiredWording};
pub use standard::{OwedBy, PromiseOption, Standard};
pub use vocabulary::{Category, Channel, Milestone, Priority, UnknownWord};
pub use within::{Within, WithinError};

pub use crate::toml_file::{OneOrMore, Problem, Problems, read_toml};
