//! When a promise is due, and why.

mod derivation;
mod due;
mod explain;
mod sentence;

pub use derivation::{Derivation, Skipped, Step, WhyDeferred, WhyDue};
pub use explain::{Explained, ExplainedOption, Explanation, Later, OtherReading, Reminder};
