//! The real process: real ports, a real disk, real signals.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bank_holidays;
mod charters;
mod check;
mod due;
mod duties;
mod kept;
mod play;
mod promises;
mod receive;
mod relay;
mod replay;
mod restart;
mod smtp;
mod start;
