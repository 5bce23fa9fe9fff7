//! What runs on AWS, over a whole contact's life: what it costs, what it stores, what it exports;
//! and the routes of the HTTP API.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cost;
mod export;
mod life;
mod routes;
mod stored;
