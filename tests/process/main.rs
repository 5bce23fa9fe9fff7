//! The real process: real ports, a real disk, real signals.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod due;
mod kept;
mod receive;
mod relay;
mod restart;
mod smtp;
mod start;
