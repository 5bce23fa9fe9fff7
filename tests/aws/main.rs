//! What runs on AWS, over a whole contact's life: what it costs, what it stores, what it exports.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cost;
mod export;
mod life;
mod stored;
