//! Habits of the code that no other tool checks.
//!
//! - [`doc_openings`]: doc comments begin with a noun or a verb.
//! - [`documents`]: documents name files that exist.
//! - [`module_cycles`]: modules of different folders do not depend on each other in a circle.
//! - [`retired_names`]: names that were replaced do not come back.
//!
//! Each check reads the sources of the whole workspace and fails with one line for each finding.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod doc_openings;
mod documents;
mod module_cycles;
mod retired_names;
mod sources;

/// Fails the test if a check found anything.
fn assert_none(findings: &[String], advice: &str) {
    assert!(findings.is_empty(), "{advice}\n{}\n{} found", findings.join("\n"), findings.len());
}
