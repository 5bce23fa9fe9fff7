//! The counting of days and hours: against a walk from day to day, as properties, and when the clocks
//! change.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod agree;
mod clocks_change;
mod properties;
mod walk;
