//! Published promises as data: what is owed, to whom, by when, and how that is counted.

mod applies;
mod check;
mod clock;
mod complaint_code;
mod content;
mod counting;
mod doubts;
mod duty;
mod file;
mod ladder;
mod library;
mod measure;
mod pack;
mod prompt;
mod read;
#[cfg(feature = "schema")]
pub mod schema;
mod standard;
mod vocabulary;
mod within;

pub use applies::{Applies, Facts};
pub use check::Checked;
pub use clock::Clock;
pub use content::{CarriedBy, Content};
pub use counting::{Counting, DueAt, IfNotWorking, OutOfHours};
pub use duty::Duty;
pub use file::{Extension, ExtensionFrom, OneOrMore, PackFile, Stops, UntilThen};
pub use ladder::{Ladder, Planned, Step, StepAt, Tell};
pub use library::{
    built_in_bank_holidays, built_in_organisation, built_in_organisations, built_in_pack,
    built_in_pack_file, built_in_packs, load_built_in, load_built_in_bank_holidays,
};
pub use measure::{Measure, MeasuredBy};
pub use pack::{Example, Pack};
pub use prompt::Prompt;
pub use read::{Problem, Problems, read_toml};
pub(crate) use read::{Source, read as read_file};
pub use standard::{Arm, OwedBy, Standard};
pub use vocabulary::{Category, Channel, Milestone, Priority, UnknownWord};
pub use within::{Within, WithinError};
