//! What becomes of contacts: commands in, clocks, breaches and mails out, in time that is passed in.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod case;
mod complaints;
mod hazards;
mod information;
mod reminders;
mod sorting;
mod visits;
mod writing_again;
