//! When a promise is due, and why.

mod derivation;
mod due;
mod sentence;

pub use derivation::{Derivation, Skipped, Step, WhyDeferred, WhyDue};
