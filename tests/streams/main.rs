//! The table's stream as Lambda delivers it, and what the handler makes of it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod faults;
mod harness;
mod mapping;
mod order;
mod random;
