//! The binaries for AWS Lambda, each against the Lambda Runtime API.

mod runtime_api;
mod start;
