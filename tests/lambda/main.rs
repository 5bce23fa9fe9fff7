//! The binaries for AWS Lambda, each against the Lambda Runtime API.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod functions;
mod runtime_api;
mod start;
