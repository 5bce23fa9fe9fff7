//! How days and hours are counted: against a walk from day to day, as properties, and where the clocks
//! change.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod agree;
mod clocks_change;
mod properties;
mod walk;
