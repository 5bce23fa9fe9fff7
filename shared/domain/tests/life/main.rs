//! The life of contacts: commands go in; deadlines, breaches and emails come out. Tests set the time.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod case;
mod complaints;
mod either_or;
mod hazards;
mod information;
mod language;
mod reminders;
mod replies;
mod rows_of_a_contact;
mod stages;
mod statutory;
mod taken_back;
mod told_dates;
mod told_once;
mod triage;
mod visits;
mod writing_again;
