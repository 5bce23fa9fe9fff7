//! The decisions of Kept, without any I/O: when a promise is due, and what follows when something
//! happens to a contact.
//!
//! The crate is pure. The time is an argument, and nothing here reads a clock, a file, the network, the
//! environment or a source of randomness. `docs/glossary.md` defines the vocabulary.
//!
//! The rooms build on each other, from the bottom to the top:
//!
//! | Room | Holds |
//! |---|---|
//! | [`time`] | local time: instants and what the clocks of a zone show |
//! | [`calendar`] | working days, office hours and bank holidays, laid out for counting |
//! | [`toml_file`] | the reader of the files that people write, with problems by line and key |
//! | [`standards`] | promises as data: packs, standards, countings, reminders |
//! | [`organisation`] | the provider: teams, people, calendars and packs |
//! | [`deadline`] | counting from a start to a due date, and the account of it |
//! | [`contact`] | the state of a contact, its log, its emails to send |
//! | [`decide`](mod@decide) | the decision what a command means for a contact |
//! | [`wording`] | the sentences and labels that people read |
//! | [`explain`] | every deadline that a contact would have |
//! | [`library`] | the packs, organisations and bank holidays that come with Kept |
//! | [`check`] | the check of a pack as its author runs it |
//!
//! [`keyed_hash`], [`email_address`] and [`plain_text`] serve identifiers, forms and incoming mail. `schema`, behind the feature of the
//! same name, makes JSON Schemas of the files that people write.
//!
//! An integrator needs four functions:
//!
//! - [`Organisation::parse`](organisation::Organisation::parse) loads an organisation with its packs.
//! - [`Counting::due`](standards::Counting::due) counts from a start to a due date.
//! - [`Explanation::of`](explain::Explanation::of) explains every deadline that a contact would have.
//! - [`decide()`](decide::decide) decides what a command means.

pub mod calendar;
pub mod check;
pub mod contact;
pub mod deadline;
pub mod decide;
pub mod email_address;
pub mod explain;
pub mod keyed_hash;
pub mod library;
pub mod organisation;
pub mod plain_text;
#[cfg(feature = "schema")]
pub mod schema;
pub mod standards;
mod text_id;
pub mod time;
pub mod toml_file;
pub mod wording;
