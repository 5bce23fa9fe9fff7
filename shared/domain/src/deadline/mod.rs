//! When a promise is due, and why.

mod derivation;
mod due;
mod explain;
mod sentence;

pub use derivation::{Derivation, Skipped, Step, WhyDeferred, WhyDue};
pub use explain::{Explained, Explanation, Later, OtherReading, Reminder, Way};
