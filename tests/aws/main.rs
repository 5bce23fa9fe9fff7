//! Kept on AWS: the cost, the stored form and the export of contacts from beginning to end, and the
//! routes of the HTTP API.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cost;
mod export;
mod life;
mod routes;
mod stored;
