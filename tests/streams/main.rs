//! The table's stream as Lambda delivers it, and dispatch behind it.
//!
//! [`mapping`] does what Lambda promises for a stream, [`harness`] puts it between contacts and the real
//! handler. In [`order`] nothing goes wrong, in [`faults`] one thing at a time, in [`random`] anything.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod faults;
mod harness;
mod mapping;
mod order;
mod random;
